import { expect, test } from "vitest";

import { renditionFor } from "../src/viewer/sharpness";
import { anItem } from "./items";

const PHOTO = anItem({ name: "a.jpg", width: 6000, height: 4000, file_size: 8_000_000 });

test.each([
  [390, "thumbnail"],
  [900, "thumbnail"], // 800 pixels, enlarged by an eighth
  [1000, "preview"],
  [2300, "preview"], // 2048 pixels, enlarged by an eighth
  [2400, "original"],
])("%i device pixels of a large photo need its %s", (width, rendition) => {
  expect(renditionFor(PHOTO, width)).toBe(rendition);
});

test("a file that browsers do not show is never fetched itself", () => {
  const raw = { ...PHOTO, name: "a.dng", url: "/photos/main/a.dng" };

  expect(renditionFor(raw, 390)).toBe("thumbnail");
  expect(renditionFor(raw, 6000)).toBe("preview");
});

test("an original that is no larger than a preview needs none", () => {
  expect(renditionFor({ ...PHOTO, width: 1600, height: 1200 }, 1500)).toBe("original");
  expect(renditionFor({ ...PHOTO, file_size: 900_000 }, 1500)).toBe("original");
});

test("a photo is never asked for more pixels than it has", () => {
  expect(renditionFor({ ...PHOTO, width: 700, height: 500 }, 5000)).toBe("thumbnail");
});

test("without a thumbnail the next larger one is shown", () => {
  const pending = { ...PHOTO, thumbnail_state: "pending" as const, thumbnail_url: null };

  expect(renditionFor(pending, 390)).toBe("preview");
});

test("an animation moves, so its file is shown", () => {
  expect(renditionFor({ ...PHOTO, name: "a.gif" }, 200)).toBe("original");
});

test("of unknown size the file itself is shown, where browsers can", () => {
  const unknown = { ...PHOTO, width: null, height: null };

  expect(renditionFor(unknown, 390)).toBe("original");
  expect(renditionFor({ ...unknown, name: "a.heic", url: "/a.heic" }, 390)).toBe("preview");
});
