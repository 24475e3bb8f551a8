import { describe, expect, test } from "vitest";

import { boxRatio, fillRows, isLetterboxed } from "../src/rows";

/** Deterministic ratios between 0.45 and 3.6. */
function ratios(count: number, seed = 1): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return 0.45 + (state / 2_147_483_647) * 3.15;
  });
}

describe("fillRows", () => {
  test.each([320, 390, 768, 1440, 2560])("fills %i pixels exactly, the last row apart", (width) => {
    const { rows } = fillRows(ratios(500), width, 200, 4);

    for (const row of rows.slice(0, -1)) {
      const last = row.boxes.at(-1)!;
      expect(last.left + last.width).toBe(width);
    }
  });

  test("holds every picture once and in order", () => {
    const { rows } = fillRows(ratios(1000), 1000, 200, 4);

    expect(rows.flatMap((row) => row.boxes.map((box) => box.index))).toEqual(
      Array.from({ length: 1000 }, (_, index) => index),
    );
  });

  test("keeps all gaps equal, between pictures and between rows", () => {
    const { rows, height } = fillRows(ratios(300), 1111, 200, 5);

    let top = 0;
    for (const row of rows) {
      expect(row.top).toBe(top);
      top += row.height + 5;
      row.boxes.slice(1).forEach((box, n) => {
        const left = row.boxes[n]!;
        expect(box.left - (left.left + left.width)).toBe(5);
      });
    }
    expect(height).toBe(top - 5);
  });

  test("keeps the shape of each picture within the rounding of a pixel", () => {
    const given = ratios(300);

    const { rows } = fillRows(given, 1200, 220, 4);

    for (const row of rows) {
      for (const box of row.boxes) {
        expect(Math.abs(box.width - given[box.index]! * row.height)).toBeLessThan(3.5);
      }
    }
  });

  test("gives the last row the target height and does not stretch it", () => {
    const { rows, width } = fillRows([1.5, 1.5, 1.5, 1.5, 1.5], 1000, 200, 0);

    // 3 x 1.5 x 200 = 900 is nearer to 1000 than 4 x 300 = 1200
    expect(rows.map((row) => row.boxes.length)).toEqual([3, 2]);
    expect(rows[0]!.height).toBe(222); // 1000 / 4.5
    expect(rows[1]!.height).toBe(200);
    expect(rows[1]!.boxes.at(-1)).toEqual({ index: 4, left: 300, width: 300 });
    expect(width).toBe(1000);
  });

  test("shows one picture at the target height", () => {
    expect(fillRows([1.5], 1000, 200, 4)).toEqual({
      rows: [{ top: 0, height: 200, boxes: [{ index: 0, left: 0, width: 300 }] }],
      width: 300,
      height: 200,
    });
  });

  test("lets a panorama have a row of its own, as high as the width allows", () => {
    const { rows } = fillRows([3.6], 390, 124, 3);

    expect(rows).toHaveLength(1);
    expect(rows[0]!.height).toBe(108); // 390 / 3.6
    expect(rows[0]!.boxes[0]!.width).toBe(390);
  });

  test("makes nothing of nothing", () => {
    expect(fillRows([], 1000, 200, 4)).toEqual({ rows: [], width: 0, height: 0 });
  });

  test("keeps rows near the target height", () => {
    const heights = fillRows(ratios(2000), 1400, 212, 5).rows.map((row) => row.height);

    expect(Math.min(...heights)).toBeGreaterThan(212 / 1.4);
    expect(Math.max(...heights)).toBeLessThan(212 * 1.4);
  });

  test("takes time in proportion to the number of pictures", () => {
    // each picture is read a bounded number of times, whatever the length of the list
    let reads = 0;
    const counted = new Proxy(ratios(5000), {
      get(target, name, receiver) {
        if (typeof name === "string" && /^\d+$/.test(name)) reads += 1;
        return Reflect.get(target, name, receiver);
      },
    });

    fillRows(counted, 1400, 212, 5);

    expect(reads).toBeLessThan(5000 * 3);
  });
});

describe("boxRatio", () => {
  test.each([
    [4000, 3000, 4 / 3],
    [3000, 4000, 3 / 4],
    [null, 3000, 4 / 3],
    [4000, null, 4 / 3],
    [0, 0, 4 / 3],
    [10_000, 1000, 3.6],
    [1000, 10_000, 0.45],
  ])("of %s x %s is %s", (width, height, ratio) => {
    expect(boxRatio(width, height)).toBeCloseTo(ratio, 9);
  });

  test("has the shape of the picture unless that is extreme or unknown", () => {
    expect(isLetterboxed(4000, 3000)).toBe(false);
    expect(isLetterboxed(10_000, 1000)).toBe(true);
    expect(isLetterboxed(1000, 10_000)).toBe(true);
    expect(isLetterboxed(null, null)).toBe(true);
  });
});
