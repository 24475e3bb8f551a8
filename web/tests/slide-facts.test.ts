import { expect, test } from "vitest";

import type { Item } from "../src/api-types";
import { isDrawnFrom, typeOf, type Slide } from "../src/viewer/slide-facts";
import { anItem } from "./items";

const slideOf = (item: Item): Slide => ({ data: { item } }) as unknown as Slide;

test("a slide stays when its addresses are signed anew, and goes when the file is another", () => {
  const was = anItem({ url: "/photos/a.jpg?Signature=1", thumbnail_url: "/photos/t.jpg?Signature=1" });
  const again = { ...was, url: "/photos/a.jpg?Signature=2", thumbnail_url: "/photos/t.jpg?Signature=2" };

  expect(isDrawnFrom(slideOf(was), again, false)).toBe(true);
  expect(isDrawnFrom(slideOf(was), { ...again, url: "/photos/b.jpg" }, false)).toBe(false);
});

test("a video that is not given out is shown by its picture", () => {
  const video = anItem({ file_type: "video" });

  expect(typeOf(video)).toBe("video");
  expect(typeOf({ ...video, url: "/api/gallery/thumbnail/a1?size=large" })).toBe("image");
  expect(typeOf(null)).toBe("unknown");
});
