import { expect, test } from "vitest";

import { countsFrom, isWholeTimeline } from "../src/counts";
import { timelineOf } from "../src/route";

test("two counts tell the third", () => {
  const expected = { all: 10, image: 7, video: 3 };

  expect(countsFrom(null, 10, 7)).toEqual(expected);
  expect(countsFrom("image", 7, 10)).toEqual(expected);
  expect(countsFrom("video", 3, 10)).toEqual(expected);
});

test("a view, a person, a date or a search leaves something out; a type does not count", () => {
  const whole = timelineOf("main");

  expect(isWholeTimeline({ ...whole, type: "video" })).toBe(true);
  for (const filter of [
    { view: "fav" as const }, { person: "p" }, { from: "2024-05-01" }, { to: "2024-05-01" },
    { search: "lake" },
  ]) {
    expect(isWholeTimeline({ ...whole, ...filter })).toBe(false);
  }
});
