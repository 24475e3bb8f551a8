import { expect, test } from "vitest";

import { streamUrlOf } from "../src/viewer/stream";

test.each([
  ["/photos/main/a/b.mp4", "/photos/main/a/b.m3u8"],
  ["/photos/main/a.b/c.d.MOV", "/photos/main/a.b/c.d.m3u8"],
  ["/photos/main/b.mp4?key=1.2", "/photos/main/b.m3u8?key=1.2"],
  ["/photos/main/b.mp4?Expires=1&Signature=x&Key-Pair-Id=k", null],
  ["/photos/main.x/b", null],
  ["/photos/main/.mp4", null],
])("beside %s lies %s", (url, stream) => {
  expect(streamUrlOf(url)).toBe(stream);
});
