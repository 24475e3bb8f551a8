import { describe, expect, it } from "vitest";

import { faceArea, portraitArea } from "../src/viewer/face-geometry";

/** Areas by hand: shares of the picture's width and height. */
const near = (area: object | null) =>
  Object.fromEntries(
    Object.entries(area ?? {}).map(([side, share]) => [side, Math.round(Number(share) * 1e6) / 1e6]),
  );

describe("the place of a face", () => {
  it("is its box in shares of the image that it refers to", () => {
    const face = { box: [100, 50, 300, 200], image_size: [1000, 500] };

    expect(near(faceArea(face, { width: 4000, height: 2000 }))).toEqual({
      left: 0.1,
      top: 0.1,
      width: 0.2,
      height: 0.3,
    });
  });

  // a box of 100 to 300 along, 50 to 200 down in a stored file of 1000 x 500, shown upright
  it.each([
    [5, { left: 0.1, top: 0.1, width: 0.3, height: 0.2 }],
    [6, { left: 0.6, top: 0.1, width: 0.3, height: 0.2 }],
    [7, { left: 0.6, top: 0.7, width: 0.3, height: 0.2 }],
    [8, { left: 0.1, top: 0.7, width: 0.3, height: 0.2 }],
  ])("turns with a photo of orientation %i when its box is of the stored file", (orientation, area) => {
    const face = { box: [100, 50, 300, 200], image_size: [1000, 500] };

    expect(near(faceArea(face, { width: 500, height: 1000, orientation }))).toEqual(area);
  });

  it("stays when its box is upright already, whatever the file's orientation", () => {
    const face = { box: [50, 100, 200, 300], image_size: [500, 1000] };

    expect(near(faceArea(face, { width: 3000, height: 6000, orientation: 6 }))).toEqual({
      left: 0.1,
      top: 0.1,
      width: 0.3,
      height: 0.2,
    });
  });

  it("stays inside the picture", () => {
    const face = { box: [-20, 900, 200, 1100], image_size: [1000, 1000] };

    expect(near(faceArea(face, { width: 1000, height: 1000 }))).toEqual({
      left: 0,
      top: 0.9,
      width: 0.2,
      height: 0.1,
    });
  });

  it.each([
    ["no size", { box: [0, 0, 0, 0], image_size: [0, 0] }],
    ["no width", { box: [10, 10, 10, 40], image_size: [100, 100] }],
    ["nothing inside", { box: [120, 10, 160, 40], image_size: [100, 100] }],
  ])("is none with %s", (_what, face) => {
    expect(faceArea(face, { width: 100, height: 100 })).toBeNull();
  });
});

describe("a portrait", () => {
  it("is a square around the face in pixels of the picture", () => {
    // 400 x 200 pixels in 2000 x 1000; half as much again around it: 600 x 600
    const area = portraitArea({ left: 0.4, top: 0.4, width: 0.2, height: 0.2 }, 2);

    expect(near(area)).toEqual({ left: 0.35, top: 0.2, width: 0.3, height: 0.6 });
    expect(area.width * 2000).toBeCloseTo(area.height * 1000);
  });

  it("keeps inside the picture at its corner", () => {
    const area = portraitArea({ left: 0, top: 0.9, width: 0.1, height: 0.1 }, 1);

    expect(near(area)).toEqual({ left: 0, top: 0.85, width: 0.15, height: 0.15 });
  });

  it("of a face that fills an upright picture is as wide as the picture", () => {
    expect(near(portraitArea({ left: 0, top: 0, width: 1, height: 1 }, 0.5))).toEqual({
      left: 0,
      top: 0.25,
      width: 1,
      height: 0.5,
    });
  });
});
