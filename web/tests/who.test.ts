import { afterEach, expect, test, vi } from "vitest";

import type { Bucket, Person } from "../src/api-types";
import { Gallery } from "../src/gallery";
import { itemsOf } from "../src/months";
import { pickItem } from "../src/pick-item";
import { parseRoute } from "../src/route";
import { knownNames, knowPersons, listenToNames, namesOf } from "../src/who";
import { altOf } from "../src/widgets/tile";
import { anItem } from "./items";

function aPerson(id: string, name: string, given: Partial<Person> = {}): Person {
  return {
    id,
    name,
    faces: 1,
    assets: 1,
    is_favorite: false,
    is_hidden: false,
    thumbnail_url: null,
    created_at: null,
    ...given,
  };
}

const FAMILY = [aPerson("p2", "Ben"), aPerson("p3", "Änne"), aPerson("p1", "Zoe")];

afterEach(() => {
  knowPersons([]);
  vi.unstubAllGlobals();
});

test("names are told in the order of the alphabet, without those that nobody knows", () => {
  knowPersons(FAMILY);

  expect(namesOf(["p1", "p2", "p3", "p9"], knownNames())).toEqual(["Änne", "Ben", "Zoe"]);
  expect(namesOf([], knownNames())).toEqual([]);
});

test("who is hidden or has no name is told nowhere", () => {
  knowPersons([aPerson("p1", "Zoe", { is_hidden: true }), aPerson("p2", "")]);

  expect(namesOf(["p1", "p2"], knownNames())).toEqual([]);
});

test("listeners are told of what changed, and of nothing else", () => {
  knowPersons(FAMILY);
  const listener = vi.fn();
  const stop = listenToNames(listener);

  knowPersons([...FAMILY].reverse());
  expect(listener).not.toHaveBeenCalled();

  knowPersons([...FAMILY.slice(1), aPerson("p2", "Benjamin")]);
  knowPersons(FAMILY.slice(1));
  expect(listener).toHaveBeenCalledTimes(2);
  expect(listener).toHaveBeenLastCalledWith(knownNames());

  stop();
  knowPersons([]);
  expect(listener).toHaveBeenCalledTimes(2);
});

test.each([
  [[], "IMG_1.jpg, 17 May 2024, 09:00"],
  [["p2"], "IMG_1.jpg, 17 May 2024, 09:00, with Ben"],
  [["p1", "p2"], "IMG_1.jpg, 17 May 2024, 09:00, with Ben and Zoe"],
  [["p1", "p2", "p3"], "IMG_1.jpg, 17 May 2024, 09:00, with Änne, Ben and Zoe"],
  [["p9"], "IMG_1.jpg, 17 May 2024, 09:00"],
])("a photo that shows %j is called %j", (persons, alt) => {
  knowPersons(FAMILY);

  const item = anItem({ name: "IMG_1.jpg", media_date: "2024-05-17T09:00:00", persons });

  expect(altOf(item)).toBe(alt);
});

test("a video is called by its length and whom it shows", () => {
  knowPersons(FAMILY);
  const item = anItem({
    name: "clip.mp4", file_type: "video", duration: 65, media_date: null, persons: ["p2"],
  });

  expect(altOf(item)).toBe("Video clip.mp4, 1:05, Undated, with Ben");
});

test("a month without a column of persons shows nobody, one with it whom it says", () => {
  const { persons: _, ...item } = anItem();
  const columns = Object.fromEntries(Object.entries(item).map(([name, value]) => [name, [value]]));
  const month = { month: "2024-05", revision: 1, part: 0, parts: 1, total: 1 };

  expect(itemsOf({ ...month, columns } as unknown as Bucket)).toEqual([anItem()]);
  expect(itemsOf({ ...month, columns: { ...columns, persons: [["p1"]] } } as unknown as Bucket)).toEqual([
    anItem({ persons: ["p1"] }),
  ]);
});

test("what is known of an asset keeps whom it shows", () => {
  expect(pickItem(anItem({ persons: ["p1"] }) as never).persons).toEqual(["p1"]);
});

test("who there is is asked once for each gallery, and again only after a failure", async () => {
  const asked: string[] = [];
  let isThere = false;
  vi.stubGlobal("fetch", async (url: string) => {
    if (!url.includes("/persons")) return Response.json([]);
    asked.push(url);
    return isThere ? Response.json(FAMILY) : Response.json({}, { status: 503 });
  });
  const gallery = new Gallery(parseRoute("/gallery", "?gallery=beach"));

  await gallery.preparePersons();
  expect(knownNames().size).toBe(0);
  isThere = true;
  await gallery.preparePersons();
  await gallery.preparePersons();

  expect(asked).toHaveLength(2);
  expect(knownNames().get("p2")).toBe("Ben");

  gallery.open(parseRoute("/gallery", ""));
  expect(knownNames().size).toBe(0);
});
