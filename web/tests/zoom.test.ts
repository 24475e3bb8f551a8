import { expect, test } from "vitest";

import { levelsOf, roomFor, stepped } from "../src/viewer/zoom";

test.each([
  // fit, after a double click, at most
  [0.25, 1, 3], // a large photo: its own pixels, four times the fit
  [0.5, 1, 3],
  [0.8, 1.6, 3.2], // hardly larger than the stage: twice the fit all the same
  [1, 2, 4], // smaller than the stage
  [0.1, 0.4, 3], // a panorama: its own pixels would be ten times the fit
])("a picture that fits at %f goes to %f and at most to %f", (fit, close, max) => {
  const levels = levelsOf(fit);

  expect(levels.close).toBeCloseTo(close);
  expect(levels.max).toBeCloseTo(max);
});

test("steps lead from the whole picture to the closest and back to exactly the whole", () => {
  const levels = levelsOf(0.3);
  let level = levels.fit;
  for (let step = 0; step < 20; step += 1) level = stepped(level, 1, levels);
  expect(level).toBe(levels.max);

  for (let step = 0; step < 20; step += 1) level = stepped(level, -1, levels);
  expect(level).toBe(levels.fit);
});

test("a photo takes all of a small screen, a video keeps clear of the bars", () => {
  const bars = { top: 56, bottom: 64 };

  expect(roomFor(bars, { width: 390, height: 844 }, false)).toEqual({ top: 0, bottom: 0 });
  expect(roomFor(bars, { width: 844, height: 390 }, false)).toEqual({ top: 0, bottom: 0 });
  expect(roomFor(bars, { width: 390, height: 844 }, true)).toEqual(bars);
  expect(roomFor(bars, { width: 1440, height: 900 }, false)).toEqual(bars);
});
