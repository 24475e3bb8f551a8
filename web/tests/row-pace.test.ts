import { describe, expect, test } from "vitest";

import type { PlacedRow } from "../src/layout";
import { MonthStack } from "../src/month-stack";
import { rowsNear, type NearMonth } from "../src/near-rows";
import { FRESH, RowPace } from "../src/row-pace";
import { aLoadedMonth, aMonth, placed } from "./months";

const WINDOW = 800;
const AT = 2000;

function countOf(near: readonly NearMonth[]): number {
  return near.flatMap(({ rows }) => rows).reduce((sum, { row }) => sum + row.boxes.length, 0);
}

function aStack(...months: ReturnType<typeof aMonth>[]): MonthStack {
  const stack = new MonthStack(1000);
  stack.set(placed(...months));
  return stack;
}

function around(stack: MonthStack): NearMonth[] {
  return rowsNear(stack, AT, AT + WINDOW, WINDOW);
}

function widest(near: readonly NearMonth[]): number {
  return Math.max(...near.flatMap(({ rows }) => rows.map(({ row }) => row.boxes.length)));
}

describe("rows that come into the page", () => {
  const loaded = aStack(aLoadedMonth("2024-05", [400]));

  test("are all that are in sight at once, and a few others with each frame", () => {
    const pace = new RowPace();
    const near = around(loaded);
    const inSight = rowsNear(loaded, AT, AT + WINDOW, 0);
    const most = FRESH + widest(near);

    const first = pace.take(loaded, near, AT, AT + WINDOW, 1);
    const second = pace.take(loaded, near, AT, AT + WINDOW, 1);

    expect(first.flatMap(({ rows }) => rows)).toEqual(
      expect.arrayContaining(inSight.flatMap(({ rows }) => rows)),
    );
    expect(countOf(first) - countOf(inSight)).toBeLessThan(most);
    expect(countOf(second)).toBeGreaterThan(countOf(first));
    expect(countOf(second) - countOf(first)).toBeLessThan(most);
  });

  test("are all there after some frames, in their order, and stay", () => {
    const pace = new RowPace();
    const near = around(loaded);

    let frames = 0;
    let taken: NearMonth[] = [];
    do {
      taken = pace.take(loaded, near, AT, AT + WINDOW, 1);
      frames += 1;
    } while (pace.isBehind && frames < 100);

    expect(taken).toEqual(near);
    expect(frames).toBeGreaterThan(1);
    expect(pace.take(loaded, near, AT, AT + WINDOW, 1)).toEqual(near);
  });

  test.each([1, -1] as const)("are the nearest ahead first: %i", (direction) => {
    const pace = new RowPace();
    const near = rowsNear(loaded, AT, AT + WINDOW, 2 * WINDOW);
    const far = ({ top, row }: PlacedRow): number =>
      direction > 0 ? top - (AT + WINDOW) : AT - (top + row.height);
    const ahead = near.flatMap(({ rows }) => rows).filter((placed) => far(placed) > 0);
    const behind = near
      .flatMap(({ rows }) => rows)
      .filter(({ top, row }) => (direction > 0 ? top + row.height <= AT : top >= AT + WINDOW));

    const first = pace.take(loaded, near, AT, AT + WINDOW, direction).flatMap(({ rows }) => rows);

    const taken = new Set(first);
    const [there, missing] = [true, false].map((is) =>
      ahead.filter((placed) => taken.has(placed) === is).map(far),
    );
    expect(there?.length).toBeGreaterThan(0);
    expect(missing?.length).toBeGreaterThan(0);
    expect(Math.max(...(there ?? []))).toBeLessThan(Math.min(...(missing ?? [])));
    expect(behind.length).toBeGreaterThan(0);
    expect(behind.filter((placed) => taken.has(placed))).toEqual([]);
  });

  test("come at once without their photos", () => {
    const empty = aStack(aMonth("2024-05", 400));
    const pace = new RowPace();
    const near = around(empty);

    expect(pace.take(empty, near, AT, AT + WINDOW, 1)).toEqual(near);
    expect(pace.isBehind).toBe(false);
  });

  test("come one by one where each holds more than a frame's worth", () => {
    const wide = new MonthStack(20_000);
    wide.set(placed(aLoadedMonth("2024-05", [4000])));
    const near = rowsNear(wide, 3000, 3100, 1000);
    const pace = new RowPace();

    const first = pace.take(wide, near, 3000, 3100, 1);
    const second = pace.take(wide, near, 3000, 3100, 1);

    expect(widest(near)).toBeGreaterThan(FRESH);
    expect(second.flatMap(({ rows }) => rows).length).toBe(first.flatMap(({ rows }) => rows).length + 1);
  });
});
