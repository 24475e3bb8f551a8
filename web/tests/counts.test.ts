import { expect, test } from "vitest";

import { countsFrom, isWholeTimeline, withTotal } from "../src/counts";
import { timelineOf } from "../src/route";

test("two counts tell the third", () => {
  const expected = { all: 10, image: 7, video: 3 };

  expect(countsFrom(null, 10, 7)).toEqual(expected);
  expect(countsFrom("image", 7, 10)).toEqual(expected);
  expect(countsFrom("video", 3, 10)).toEqual(expected);
});

test("answers of different moments tell no negative number", () => {
  expect(countsFrom(null, 6, 7)).toEqual({ all: 6, image: 6, video: 0 });
  expect(countsFrom("image", 7, 6)).toEqual({ all: 7, image: 7, video: 0 });
});

test("a change of the photos leaves the videos as they are, one of everything leaves both open", () => {
  const known = { all: 10, image: 7, video: 3 };

  expect(withTotal(known, "image", 5)).toEqual({ all: 8, image: 5, video: 3 });
  expect(withTotal(known, "video", 4)).toEqual({ all: 11, image: 7, video: 4 });
  expect(withTotal(known, null, 9)).toEqual({ all: 9, image: null, video: null });
  expect(withTotal(known, null, 10)).toEqual(known);
  expect(withTotal({ all: null, image: null, video: null }, "image", 5)).toEqual({
    all: null, image: 5, video: null,
  });
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
