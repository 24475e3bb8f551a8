import { describe, expect, test } from "vitest";

import { MonthStack } from "../src/month-stack";
import { MAX_TILES, rowsNear } from "../src/near-rows";
import { withItems } from "../src/months";
import { aLoadedMonth, aMonth, placed } from "./months";
import { anItem } from "./items";

const NOWHERE = (): null => null;

function aStack(...months: ReturnType<typeof aMonth>[]): MonthStack {
  const stack = new MonthStack(1000);
  stack.set(placed(...months));
  return stack;
}

describe("a stack of months", () => {
  test("has every month below the one before, and the whole height", () => {
    const stack = aStack(aMonth("2024-05", 40), aMonth("2024-04", 60), aMonth("2024-03", 30));

    const tops = [0, 1, 2].map((index) => stack.top(index));

    expect(tops[0]).toBe(0);
    expect([...tops].sort((a, b) => a - b)).toEqual(tops);
    expect(stack.height).toBeGreaterThan(tops[2] ?? 0);
    expect(stack.indexAt((tops[1] ?? 0) + 1)).toBe(1);
    expect([stack.indexAt(-10), stack.indexAt(1e9)]).toEqual([0, 2]);
  });

  test("lays out months that hold little together, undated ones by themselves", () => {
    const stack = aStack(
      aMonth("2024-05", 2), aMonth("2024-04", 1), aMonth("2024-03", 90), aMonth("undated", 3),
    );

    expect(stack.top(1)).toBe(stack.top(0));
    expect(stack.top(2)).toBeGreaterThan(stack.top(1));
    expect(stack.top(3)).toBeGreaterThan(stack.top(2));
  });

  test("finds ranks and their heights again", () => {
    const stack = aStack(aLoadedMonth("2024-05", [40, 9]), aLoadedMonth("2024-04", [60]));

    for (const rank of [0, 33, 48, 49, 108]) {
      const place = stack.placeOf(rank);
      const first = stack.rankAt((place?.top ?? 0) + 1);
      expect(first).toBeLessThanOrEqual(rank);
      expect(stack.placeOf(first)?.top).toBe(place?.top);
    }
    expect(stack.rankAt(1e9)).toBe(108);
  });

  test("keeps what one looks at when a month above turns out to be higher", () => {
    const [may, april] = placed(aMonth("2024-05", 80), aLoadedMonth("2024-04", [60]));
    const stack = new MonthStack(1000);
    stack.set([may!, april!]);
    const y = stack.top(1) + 300;
    const anchor = stack.anchorAt(y);
    const before = stack.height;

    const tall = Array.from({ length: 80 }, (_, n) => anItem({ id: `t${n}`, width: 300, height: 900 }));
    stack.set([withItems(may!, 0, tall), april!]);
    stack.layoutBetween(0, stack.height);

    expect(stack.height).not.toBe(before);
    const moved = stack.positionOf(anchor!, NOWHERE);
    expect(moved! - y).toBeCloseTo(stack.height - before, 5);
  });

  test("keeps it by its id when photos came in above it in its own month", () => {
    const month = aLoadedMonth("2024-05", [60]);
    const stack = aStack(month);
    const anchor = stack.anchorAt(500)!;

    const grown = aLoadedMonth("2024-05", [70]);
    stack.set(placed(grown));

    const rank = Number(anchor.id?.split("-")[2]) - 1 + 10;
    const position = stack.positionOf(anchor, () => rank)!;
    expect(stack.placeOf(rank)!.top - position).toBeCloseTo(anchor.offset, 5);
  });

  test("keeps the height of a month that was forgotten", () => {
    const loaded = aLoadedMonth("2024-05", [80], 300, 900);
    const stack = aStack(loaded);
    stack.layoutBetween(0, 1e6);
    const { height } = stack;

    stack.set(placed({ ...loaded, items: loaded.items.map(() => null), loaded: 0 }));

    expect(stack.height).toBe(height);
  });

  test("an anchor whose month is gone has no place", () => {
    const stack = aStack(aMonth("2024-05", 80));
    const anchor = { id: null, key: "1999-01", index: 0, offset: 0 };

    expect(stack.positionOf(anchor, NOWHERE)).toBeNull();
  });
});

describe("rows near the window", () => {
  test("reach beyond it on both sides", () => {
    const stack = aStack(aLoadedMonth("2024-05", [200]));

    const rows = rowsNear(stack, 2000, 2800, 1000).flatMap((month) => month.rows);

    const tops = rows.map(({ top, row }) => [top, top + row.height]);
    expect(tops[0]?.[1]).toBeGreaterThanOrEqual(1000);
    expect(tops.at(-1)?.[0]).toBeLessThanOrEqual(3800);
    expect(tops.at(-1)?.[1]).toBeGreaterThan(3500);
  });

  test("are never more than the page bears, and those in sight are among them", () => {
    const stack = new MonthStack(2500);
    stack.set(placed(aLoadedMonth("2024-05", [3000], 100, 900)));

    const near = rowsNear(stack, 5000, 6300, 1700).flatMap((month) => month.rows);

    const tiles = near.reduce((sum, { row }) => sum + row.boxes.length, 0);
    expect(tiles).toBeLessThanOrEqual(MAX_TILES);
    expect(near[0]!.top).toBeLessThanOrEqual(5000);
    expect(near.at(-1)!.top + near.at(-1)!.row.height).toBeGreaterThanOrEqual(6300);
  });
});
