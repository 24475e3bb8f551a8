import { describe, expect, it } from "vitest";

import { megapixels, resolutionName } from "../src/viewer/resolution";

describe("the name of a resolution", () => {
  it.each([
    [7680, 4320, "8K"],
    [3840, 2160, "4K"],
    [4096, 2160, "4K"],
    [2560, 1440, "1440p"],
    [1920, 1080, "1080p"],
    [1280, 720, "720p"],
    [854, 480, "480p"],
    [720, 576, "480p"],
  ])("of %i × %i is %s", (width, height, name) => {
    expect(resolutionName(width, height)).toBe(name);
  });

  it.each([
    [1080, 1920, "1080p"],
    [2160, 3840, "4K"],
  ])("is the same upright: %i × %i is %s", (width, height, name) => {
    expect(resolutionName(width, height)).toBe(name);
  });

  it.each([
    [1920, 800, "1080p"],
    [3840, 1600, "4K"],
    [1440, 1080, "1080p"],
  ])("goes by the longer reach of another format: %i × %i is %s", (width, height, name) => {
    expect(resolutionName(width, height)).toBe(name);
  });

  it("of a panorama goes by its height", () => {
    expect(resolutionName(12000, 1500)).toBe("1440p");
  });

  it("is none below 480p", () => {
    expect(resolutionName(640, 360)).toBeNull();
  });
});

describe("megapixels", () => {
  it.each([
    [4000, 3000, 12],
    [3840, 2160, 8.3],
    [640, 480, 0.3],
    [8064, 6048, 49],
  ])("of %i × %i are %f", (width, height, millions) => {
    expect(megapixels(width, height)).toBe(millions);
  });
});
