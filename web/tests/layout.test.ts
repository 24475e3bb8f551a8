import { describe, expect, test } from "vitest";

import { groupByDay } from "../src/days";
import {
  blocksBetween,
  itemAt,
  layoutDays,
  rowsBetween,
  topOf,
  type Measures,
} from "../src/layout";
import { anItem } from "./items";

const MEASURES: Measures = {
  row: 200, gap: 4, heading: 40, dayGap: 20, dayMargin: 16, dayWidth: 150,
};

/** Days of so many 3:2 photos each, the newest first. */
function days(...counts: number[]) {
  return groupByDay(
    counts.flatMap((count, day) =>
      Array.from({ length: count }, (_, n) =>
        anItem({
          id: `${day}-${n}`,
          media_date: `2024-05-${String(28 - day).padStart(2, "0")}T12:00:00`,
          width: 3000,
          height: 2000,
        }),
      ),
    ),
  );
}

describe("layoutDays", () => {
  test("puts short days side by side while they fit", () => {
    const { blocks } = layoutDays(days(1, 1, 2, 1), 1000, MEASURES);

    // 300 + 20 + 300 = 620; two more photos are 604 wide: the next line; 604 + 20 + 300 = 924
    expect(blocks.map(({ left, top, width }) => [left, top, width])).toEqual([
      [0, 0, 300],
      [320, 0, 300],
      [0, 256, 604], // 40 + 200 + 16
      [624, 256, 300],
    ]);
  });

  test("gives a day of several rows the whole width and a line of its own", () => {
    const { blocks } = layoutDays(days(1, 9, 1), 1000, MEASURES);

    expect(blocks.map((block) => block.left)).toEqual([0, 0, 0]);
    expect(blocks[1]!.width).toBe(1000);
    expect(blocks[2]!.top).toBe(blocks[1]!.top + blocks[1]!.height + MEASURES.dayMargin);
  });

  test("never lets days overlap and ends where the last one does", () => {
    const layout = layoutDays(days(3, 1, 1, 12, 1, 2, 7, 1, 1, 1), 777, MEASURES);

    let bottom = 0;
    layout.blocks.forEach((block, index) => {
      for (const other of layout.blocks.slice(index + 1)) {
        const isBelow = other.top >= block.top + block.height;
        const isBeside = other.left >= block.left + block.width;
        expect(isBelow || isBeside).toBe(true);
      }
      expect(block.left + block.width).toBeLessThanOrEqual(777);
      bottom = Math.max(bottom, block.top + block.height);
    });
    expect(layout.height).toBe(bottom);
  });

  test("leaves what lies above in place when more is loaded below", () => {
    const before = layoutDays(days(3, 1, 1, 12, 2), 777, MEASURES);
    const after = layoutDays(days(3, 1, 1, 12, 2, 5, 9, 1), 777, MEASURES);

    expect(after.blocks.slice(0, 5)).toEqual(before.blocks);
  });
});

describe("the stretch near the window", () => {
  const layout = layoutDays(days(9, 1, 1, 9, 9), 1000, MEASURES);

  test("holds exactly the blocks and rows that touch it", () => {
    const middle = layout.height / 2;
    const found = blocksBetween(layout, middle, middle + 300);

    const touching = layout.blocks.filter(
      (block) => block.top <= middle + 300 && block.top + block.height >= middle,
    );
    expect(found).toEqual(touching);
    const rows = found.flatMap((block) => rowsBetween(block, 40, middle, middle + 300));
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(layout.blocks.flatMap((block) => block.rows).length);
  });

  test("is everything between the infinities", () => {
    expect(blocksBetween(layout, -Infinity, Infinity)).toEqual(layout.blocks);
  });
});

test("itemAt and topOf agree on where an item is", () => {
  const layout = layoutDays(days(9, 1, 9), 1000, MEASURES);

  const seen = itemAt(layout, 40, 500)!;

  expect(topOf(layout, 40, seen.id)).toBe(seen.top);
  expect(seen.top).toBeLessThanOrEqual(500);
  expect(topOf(layout, 40, "nobody")).toBeNull();
});
