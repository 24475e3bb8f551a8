import { describe, expect, test } from "vitest";

import {
  estimateHeight, layoutMonths, measuresFor, photoAt, placeOf, rowsBetween,
} from "../src/layout";
import { unloaded } from "../src/months";
import { aLoadedMonth, aMixedMonth, aMonth } from "./months";

const WIDTH = 1000;
const MEASURES = measuresFor(WIDTH);

describe("days", () => {
  test("short ones stand side by side while they fit, across months too", () => {
    const { months } = layoutMonths(
      [aLoadedMonth("2024-05", [1, 1]), aLoadedMonth("2024-04", [1, 1])], WIDTH, MEASURES,
    );

    const places = months.flatMap(({ blocks }) => blocks.map(({ left, top }) => [left, top]));
    // 4:3 at a height of 212 is 283 wide, and 24 lie between days: three fit into 1000
    expect(places).toEqual([[0, 0], [307, 0], [614, 0], [0, 48 + 212 + 20]]);
  });

  test("one that fills a row begins a line of its own, and the next one after it", () => {
    const [layout] = layoutMonths([aLoadedMonth("2024-05", [1, 9, 1])], WIDTH, MEASURES).months;

    expect(layout?.blocks.map(({ left }) => left)).toEqual([0, 0, 0]);
    expect(layout?.blocks[1]?.width).toBe(WIDTH);
  });

  test("a narrow one still has room for its heading", () => {
    const [layout] = layoutMonths(
      [aLoadedMonth("2024-05", [1], 300, 600)], WIDTH, MEASURES,
    ).months;

    expect(layout?.blocks[0]?.width).toBe(MEASURES.dayWidth);
  });
});

test.each([
  ["one photo a day", Array.from({ length: 20 }, () => 1)],
  ["tens a day", Array.from({ length: 20 }, (_, n) => 10 + n)],
  ["one huge day", [5000]],
  ["a mixture", [1, 1, 400, 2, 3, 30, 1]],
])("the height of %s is estimated within a twelfth", (_name, counts) => {
  const month = aMixedMonth("2024-05", counts);
  const real = layoutMonths([month], WIDTH, MEASURES).height;

  const estimate = estimateHeight([unloaded("2024-05", month.days, 1)], WIDTH, MEASURES);

  expect(Math.abs(estimate - real) / real).toBeLessThan(1 / 12);
});

test("a photo that is not loaded has the mean shape of its day", () => {
  const [layout] = layoutMonths([aMonth("2024-05", 2)], WIDTH, MEASURES).months;

  expect(layout?.blocks[0]?.rows[0]?.boxes.map((box) => box.width)).toEqual([318, 318]);
});

describe("finding", () => {
  const [layout = { blocks: [] }] = layoutMonths(
    [aLoadedMonth("2024-05", [40, 40])], WIDTH, MEASURES,
  ).months;

  test("the rows of a stretch are those that touch it", () => {
    const all = rowsBetween(layout, MEASURES.heading, -Infinity, Infinity);
    const [top, bottom] = [500, 1500];

    const some = rowsBetween(layout, MEASURES.heading, top, bottom);

    expect(some.map(({ top: y }) => y)).toEqual(
      all
        .filter(({ top: y, row }) => y + row.height >= top && y <= bottom)
        .map(({ top: y }) => y),
    );
  });

  test("a photo and its place lead to each other", () => {
    for (const index of [0, 17, 39, 40, 79]) {
      const place = placeOf(layout, MEASURES.heading, index);
      const found = photoAt(layout, MEASURES.heading, (place?.top ?? 0) + 1);
      expect(found?.top).toBe(place?.top);
      expect(found?.index).toBeLessThanOrEqual(index);
      expect(index - (found?.index ?? 0)).toBeLessThan(6);
    }
  });

  test("what is not there has no place", () => {
    expect(placeOf(layout, MEASURES.heading, 80)).toBeNull();
  });
});
