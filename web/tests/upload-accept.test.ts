import { expect, it } from "vitest";

import { isClutter, mediaType, refusal } from "../src/upload/accept";

const aFile = (name: string, type = "", size = 1) => ({ name, type, size });

it.each([
  ["a.jpg", "image/jpeg", null],
  ["A.HEIC", "", null],
  ["raw.CR3", "", null],
  ["film.mts", "", null],
  ["without extension", "image/png", null],
  ["future.jxl", "image/jxl", null],
  ["drawing.svg", "image/svg+xml", "not-media"],
  ["letter.pdf", "application/pdf", "not-media"],
  ["archive.zip", "", "not-media"],
  ["no extension", "", "not-media"],
  ["toString", "", "not-media"],
  ["x.constructor", "", "not-media"],
  ["a.jpg.xmp", "", "sidecar"],
  ["IMG_1.AAE", "", "sidecar"],
])("takes photos and videos only: %s", (name, type, reason) => {
  expect(refusal(aFile(name, type))).toBe(reason);
});

it("refuses what is empty or has a name that is too long", () => {
  expect(refusal(aFile("a.jpg", "", 0))).toBe("empty");
  expect(refusal(aFile(`${"a".repeat(252)}.jpg`))).toBe("long-name");
  expect(refusal(aFile(`${"a".repeat(251)}.jpg`))).toBeNull();
});

it("knows types that browsers don't", () => {
  expect(mediaType(aFile("a.HEIC"))).toBe("image/heic");
  expect(mediaType(aFile("a.nef", "application/x-unknown"))).toBe("image/x-nikon-nef");
  expect(mediaType(aFile("a.jxl", "image/jxl"))).toBe("image/jxl");
});

it("passes over what systems leave in folders", () => {
  expect([".DS_Store", "THUMBS.DB", "desktop.ini", "._a.jpg", "a.jpg"].map(isClutter)).toEqual([
    ...[true, true, true, true, false],
  ]);
});
