import { expect, test } from "vitest";

import { hasOriginal, isShownByBrowsers, pathOf, tileUrl } from "../src/rendition";
import { text } from "../src/text";
import { anItem } from "./items";

test("a tile takes the small rendition only where that is sharp", () => {
  const item = anItem({ small_url: "/s", thumbnail_url: "/t" });

  expect(tileUrl(item, { width: 318, height: 212 }, 1)).toBe("/s");
  expect(tileUrl(item, { width: 318, height: 212 }, 2)).toBe("/t");
  expect(tileUrl({ ...item, small_url: null }, { width: 100, height: 100 }, 1)).toBe("/t");
  expect(tileUrl({ ...item, thumbnail_url: null }, { width: 900, height: 900 }, 1)).toBe("/s");
  expect(tileUrl(anItem({ small_url: null, thumbnail_url: null }), { width: 9, height: 9 }, 1))
    .toBeNull();
});

test.each([
  ["IMG_1.JPG", true],
  ["a.webp", true],
  ["a.avif", true],
  ["IMG_1.HEIC", false],
  ["scan.tiff", false],
  ["raw.dng", false],
  ["no extension", false],
])("whether browsers show %s by themselves: %s", (name, isShown) => {
  expect(isShownByBrowsers(anItem({ name, url: `/photos/main/${name}` }))).toBe(isShown);
});

test("an original that is not given out is none that a browser could show", () => {
  const shown = anItem({ name: "a.jpg", url: "/api/gallery/thumbnail/a1?size=large" });

  expect([hasOriginal(shown), isShownByBrowsers(shown)]).toEqual([false, false]);
  expect(hasOriginal(anItem())).toBe(true);
});

test("an original that lies outside of its gallery's folder is given out by the API", () => {
  const elsewhere = anItem({ name: "a.jpg", url: "/api/gallery/assets/a1/original" });

  expect([hasOriginal(elsewhere), isShownByBrowsers(elsewhere)]).toEqual([true, true]);
});

test("a picture is the same however its address is signed", () => {
  const address = "/photos/main/a.jpg?Expires=1&Signature=x&Key-Pair-Id=k";

  expect(pathOf(address)).toBe("/photos/main/a.jpg");
  expect(isShownByBrowsers(anItem({ name: "Lake", url: address }))).toBe(true);
});

test.each([
  [0.2, "0:00"],
  [65, "1:05"],
  [3723, "1:02:03"],
])("%s s last %s", (seconds, words) => {
  expect(text.duration(seconds)).toBe(words);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [3_449_000, "3.4 MB"],
  [999_960_000, "1.0 GB"],
  [250_000_000, "250 MB"],
])("%i bytes are %s", (bytes, words) => {
  expect(text.fileSize(bytes)).toBe(words);
});
