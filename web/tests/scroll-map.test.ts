import { describe, expect, test } from "vitest";

import {
  extentOf, isAtEdge, lastPosition, MAX_EXTENT, positionAfter, stateFor, type Space,
} from "../src/scroll-map";

const SMALL: Space = { height: 50_000, window: 900 };
/** Two million photos. */
const HUGE: Space = { height: 95_000_000, window: 900 };
const LAST_SCROLL = MAX_EXTENT - HUGE.window;

test("the page is never higher than browsers allow", () => {
  expect(extentOf(SMALL.height)).toBe(50_000);
  expect(extentOf(HUGE.height)).toBeLessThan(16_700_000);
});

test.each([0, 1, 777, 49_100])("a small timeline is scrolled one to one at %d", (position) => {
  expect(stateFor(position, SMALL)).toEqual({ scroll: position, base: 0 });
});

describe("a timeline higher than a page can be", () => {
  test.each([0, 1, 500, 250_000, 50_000_000, 94_999_100])(
    "every position can be shown, such as %d",
    (position) => {
      const { scroll, base } = stateFor(position, HUGE);

      expect(scroll + base).toBe(position);
      expect(scroll).toBeGreaterThanOrEqual(0);
      expect(scroll).toBeLessThanOrEqual(LAST_SCROLL);
    },
  );

  test("its ends are the page's ends", () => {
    const middle = stateFor(50_000_000, HUGE);

    expect(positionAfter(middle, 0, HUGE)).toBe(0);
    expect(positionAfter(middle, LAST_SCROLL, HUGE)).toBe(lastPosition(HUGE));
    expect(stateFor(0, HUGE)).toEqual({ scroll: 0, base: 0 });
    expect(stateFor(lastPosition(HUGE), HUGE).scroll).toBe(LAST_SCROLL);
  });

  test("a wheel moves it one to one anywhere", () => {
    for (const position of [0, 40_000, 3_000_000, 94_990_000]) {
      const state = stateFor(position, HUGE);
      expect(positionAfter(state, state.scroll + 120, HUGE)).toBeCloseTo(position + 120, 3);
    }
  });

  test("a drag of the scroll bar moves it in proportion", () => {
    const half = positionAfter(stateFor(0, HUGE), LAST_SCROLL / 2, HUGE);

    expect(half / lastPosition(HUGE)).toBeCloseTo(0.5, 3);
  });

  test("scrolling on from anywhere reaches both ends step by step", () => {
    let state = stateFor(3000, HUGE);
    for (let step = 0; step < 100; step += 1) {
      const position = positionAfter(state, Math.max(0, state.scroll - 120), HUGE);
      state = { scroll: Math.max(0, state.scroll - 120), base: position - Math.max(0, state.scroll - 120) };
      if (isAtEdge(state, HUGE)) state = stateFor(position, HUGE);
    }
    expect(state.scroll + state.base).toBe(0);
  });
});

test("a shift that leaves the page at its end though the timeline goes on is an edge", () => {
  expect(isAtEdge({ scroll: 10, base: 4_000 }, SMALL)).toBe(true);
  expect(isAtEdge({ scroll: 49_000, base: -4_000 }, SMALL)).toBe(true);
  expect(isAtEdge({ scroll: 20_000, base: 4_000 }, SMALL)).toBe(false);
  expect(isAtEdge({ scroll: 300, base: 0 }, SMALL)).toBe(false);
});
