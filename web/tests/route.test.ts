import { expect, test } from "vitest";

import { formatRoute, parseRoute, type Route } from "../src/route";

test.each<[string, Route]>([
  ["/gallery", { view: "all", type: null, photo: null }],
  ["/gallery?type=video", { view: "all", type: "video", photo: null }],
  ["/gallery?view=bin", { view: "bin", type: null, photo: null }],
  ["/gallery/photo/a1?type=image", { view: "all", type: "image", photo: "a1" }],
  ["/gallery/photo/a%2Fb%20c", { view: "all", type: null, photo: "a/b c" }],
])("%s stands for its route, both ways", (address, route) => {
  const [pathname, search] = address.split("?");

  expect(parseRoute(pathname!, search ?? "")).toEqual(route);
  expect(formatRoute(route)).toBe(address);
});

test.each(["/gallery/", "/gallery?type=nonsense", "/gallery?view=elsewhere", "/gallery/other"])(
  "%s falls back to the timeline",
  (address) => {
    const [pathname, search] = address.split("?");

    expect(parseRoute(pathname!, search ?? "")).toEqual({ view: "all", type: null, photo: null });
  },
);

test("a stray percent sign in an address is no crash", () => {
  expect(parseRoute("/gallery/photo/100%", "").photo).toBe("100%");
});
