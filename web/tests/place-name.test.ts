import { expect, test } from "vitest";

import type { Gallery } from "../src/gallery";
import { arrivalWords, windowTitle } from "../src/place-name";
import { timelineOf, type Route } from "../src/route";

const HOME = timelineOf("main");

/** A gallery that shows the list of a route, of 27 photos unless said otherwise. */
function showing(route: Route, list: object = {}): Gallery {
  return {
    list: { query: route, status: "ready", total: 27, totalIsExact: true, ...list },
    stats: { total: 1234, failed: 2 },
    persons: [{}, {}, {}],
    personName: (id: string) => (id === "p" ? "Anna" : null),
  } as unknown as Gallery;
}

test.each<[Partial<Route>, string, string]>([
  [{}, "Contact Sheet (1,234)", "Timeline, 27 items"],
  [{ view: "fav" }, "Favourites – Contact Sheet (27)", "Favourites, 27 items"],
  [{ view: "fav", type: "image" }, "Favourites, Photos – Contact Sheet (27)", "Favourites, Photos, 27 photos"],
  [{ type: "video" }, "Videos – Contact Sheet (27)", "Videos, 27 videos"],
  [{ person: "p", from: "2024-05-01" }, "Anna, since 1 May 2024 – Contact Sheet (27)",
    "Anna, since 1 May 2024, 27 items"],
  [{ person: "not known yet" }, "Somebody – Contact Sheet (27)", "Somebody, 27 items"],
  [{ search: "lake" }, "“lake” – Contact Sheet (27)", "“lake”, 27 found"],
  [{ page: "people" }, "People – Contact Sheet", "People, 3 persons"],
  [{ page: "failures" }, "Failures – Contact Sheet", "Failures, 2 photos without preview"],
])("of %o the window and the voice say where one is", (change, title, words) => {
  const route = { ...HOME, ...change };

  expect(windowTitle(route, showing(route))).toBe(title);
  expect(arrivalWords(route, showing(route))).toBe(words);
});

test("nothing is said, and nothing counted, before the list is there", () => {
  const route: Route = { ...HOME, view: "bin" };

  for (const gallery of [showing(route, { status: "loading" }), showing(HOME)]) {
    expect(windowTitle(route, gallery)).toBe("Bin – Contact Sheet");
    expect(arrivalWords(route, gallery)).toBeNull();
  }
});

test("a page is said without its number where that is not known", () => {
  const gallery = { ...showing(HOME), stats: null, persons: null } as Gallery;

  expect(arrivalWords({ ...HOME, page: "people" }, gallery)).toBe("People");
  expect(arrivalWords({ ...HOME, page: "failures" }, gallery)).toBe("Failures");
});

test("what a search has found so far is no total", () => {
  const route: Route = { ...HOME, search: "lake" };
  const gallery = showing(route, { totalIsExact: false });

  expect(windowTitle(route, gallery)).toBe("“lake” – Contact Sheet");
  expect(arrivalWords(route, gallery)).toBe("“lake”, so far 27 found");
});
