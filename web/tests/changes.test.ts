import { expect, test } from "vitest";

import type { Item } from "../src/api-types";
import { belongs, homeOf, type Change } from "../src/changes";
import { keyOf, timelineOf, type ListQuery } from "../src/route";
import { anItem } from "./items";

const ALL = timelineOf("main");

function aChange(given: Partial<Change> = {}): Change {
  return { item: anItem(), home: "all", former: null, wish: 1, seenIn: keyOf(ALL), until: 0, ...given };
}

test.each<[string, Partial<Change>, Partial<ListQuery>, boolean]>([
  ["a photo of the timeline is in it", {}, {}, true],
  ["one in the bin is not", { home: "bin" }, {}, false],
  ["one in the bin is there", { home: "bin" }, { view: "bin" }, true],
  ["a destroyed one is nowhere", { home: null }, { view: "bin" }, false],
  ["no favourite is no favourite", {}, { view: "fav" }, false],
  ["a favourite is one", { item: anItem({ is_favorite: true }) }, { view: "fav" }, true],
  ["an archived favourite is not among them",
    { item: anItem({ is_favorite: true }), home: "archive" }, { view: "fav" }, false],
  ["a photo is no video", {}, { type: "video" }, false],
  ["a day within the dates is", {}, { from: "2024-05-01", to: "2024-05-01" }, true],
  ["a day before them is not", {}, { from: "2024-05-02" }, false],
  ["a day after them is not", {}, { to: "2024-04-30" }, false],
  ["an undated one is on no day", { item: anItem({ media_date: null }) }, { to: "2030-01-01" }, false],
  ["a list of a person takes no other", {}, { person: "p" }, false],
  ["but its own back", { seenIn: keyOf({ ...ALL, person: "p" }) }, { person: "p" }, true],
])("%s", (_name, change, query, expected) => {
  expect(belongs(aChange(change), { ...ALL, ...query })).toBe(expected);
});

test.each<[string, object, ListQuery["view"], string]>([
  ["says where it is itself", { visibility: "archive", deleted_at: null }, "all", "archive"],
  ["is in the bin when it was deleted", { visibility: "timeline", deleted_at: "2024-01-01" }, "all", "bin"],
  ["is locked, deleted or not", { visibility: "locked", deleted_at: "2024-01-01" }, "all", "locked"],
  ["of the favourites lives in the timeline", {}, "fav", "all"],
  ["else lives in the list it is shown in", {}, "hidden", "hidden"],
])("an item %s", (_name, given, view, expected) => {
  expect(homeOf({ ...anItem(), ...given } as Item, view)).toBe(expected);
});
