import { describe, expect, it } from "vitest";

import type { Asset } from "../src/api-types";
import {
  cameraText,
  confidenceOf,
  coordinatesText,
  exposureText,
  mapAddress,
  momentWithZone,
  placeText,
  resolutionText,
} from "../src/viewer/facts";
import { anItem } from "./items";

const anAsset = (given: Partial<Asset> = {}): Asset => ({
  ...anItem(),
  visibility: "timeline",
  gallery: "main",
  faces: [],
  ...given,
} as Asset);

describe("a moment", () => {
  it.each([
    [120, "12 May 2024, 14:03 (UTC+02:00)"],
    [-210, "12 May 2024, 14:03 (UTC-03:30)"],
    [0, "12 May 2024, 14:03 (UTC+00:00)"],
    [null, "12 May 2024, 14:03"],
  ])("with an offset of %s minutes is %s", (offset, words) => {
    expect(momentWithZone("2024-05-12T14:03:09.000", offset)).toBe(words);
  });

  it("without a date has words, too", () => {
    expect(momentWithZone(null, 60)).toBe("No date");
  });
});

describe("a resolution", () => {
  it("of a photo has its megapixels and its name", () => {
    const item = anItem({ width: 3840, height: 2160 });

    expect(resolutionText(item)).toBe("3840\u00a0×\u00a02160 · 8.3 MP · 4K");
  });

  it("of a video has its name only", () => {
    const item = anItem({ file_type: "video", width: 1920, height: 1080 });

    expect(resolutionText(item)).toBe("1920\u00a0×\u00a01080 · 1080p");
  });

  it("that nobody knows is none", () => {
    expect(resolutionText(anItem({ width: null, height: null }))).toBeNull();
  });
});

describe("a camera", () => {
  it.each([
    ["FUJIFILM", "X-T3", "FUJIFILM X-T3"],
    ["Canon", "Canon EOS R5", "Canon EOS R5"],
    [null, "X-T3", "X-T3"],
    ["FUJIFILM", null, "FUJIFILM"],
    [null, null, null],
  ])("of %s, model %s is %s", (camera_make, camera_model, words) => {
    expect(cameraText(anAsset({ camera_make, camera_model } as Partial<Asset>))).toBe(words);
  });

  it("tells its settings as photographers write them", () => {
    const asset = anAsset({ exposure_seconds: 0.004, f_number: 2.8, focal_length_mm: 35, iso: 400 });

    expect(exposureText(asset)).toBe("1/250 s · f/2.8 · 35 mm · ISO 400");
    expect(exposureText(anAsset({ exposure_seconds: 2.5 }))).toBe("2.5 s");
    expect(exposureText(anAsset({ exposure_seconds: 1 / 3 }))).toBe("0.3 s");
    expect(exposureText(anAsset())).toBeNull();
  });
});

describe("a place", () => {
  it("is named from small to large, each once", () => {
    const asset = anAsset({ city: "Geneva", state: "Geneva", country: "Switzerland" });

    expect(placeText(asset)).toBe("Geneva, Switzerland");
    expect(placeText(anAsset())).toBeNull();
  });

  it.each([
    [46.51966, 6.6323, "46.5197° N, 6.6323° E"],
    [-33.8688, -70.5, "33.8688° S, 70.5000° W"],
    [0, 0, "0.0000° N, 0.0000° E"],
  ])("at %f, %f is %s", (latitude, longitude, words) => {
    expect(coordinatesText(anAsset({ latitude, longitude }))).toBe(words);
    expect(mapAddress(anAsset({ latitude, longitude }))).toContain(`mlat=${latitude.toFixed(5)}`);
  });

  it("that nobody knows has neither coordinates nor a map", () => {
    expect(coordinatesText(anAsset())).toBeNull();
    expect(mapAddress(anAsset())).toBeNull();
  });
});

describe("a face's confidence", () => {
  it.each([
    [0.93, "sure", "93 % sure"],
    [0.8, "sure", "80 % sure"],
    [0.799, "unsure", "79 % sure"],
    [0.29, "unsure", "29 % sure"],
    [0, "unsure", "0 % sure"],
  ])("of %f is %s", (confidence, level, words) => {
    expect(confidenceOf({ confidence, source: "machine-learning" })).toEqual({ level, words });
  });

  it("that nobody measured tells where the face comes from", () => {
    expect(confidenceOf({ confidence: null, source: "machine-learning" })).toEqual({
      level: "unmeasured",
      words: "from Immich",
    });
  });
});
