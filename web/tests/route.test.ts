import { expect, test } from "vitest";

import { formatRoute, homeOf, keyOf, parseRoute, sameList, timelineOf, type Route } from "../src/route";

const HOME = timelineOf("main");

test.each<[string, Partial<Route>]>([
  ["/gallery", {}],
  ["/gallery?type=video", { type: "video" }],
  ["/gallery?view=bin", { view: "bin" }],
  ["/gallery?gallery=wedding&view=fav&type=image", { gallery: "wedding", view: "fav", type: "image" }],
  ["/gallery?person=p%2F1&from=2024-05-01&to=2024-05-31", { person: "p/1", from: "2024-05-01", to: "2024-05-31" }],
  ["/gallery?q=lake+%26+sea", { search: "lake & sea" }],
  ["/gallery/photo/a1?type=image", { type: "image", photo: "a1" }],
  ["/gallery/photo/a%2Fb%20c", { photo: "a/b c" }],
  ["/gallery/photo/a1?over=failures", { page: "failures", photo: "a1" }],
  ["/gallery/people", { page: "people" }],
  ["/gallery/failures?gallery=wedding", { page: "failures", gallery: "wedding" }],
  ["/gallery/shares?gallery=wedding", { page: "shares", gallery: "wedding" }],
  ["/gallery/s/t0k-en_", { share: "t0k-en_" }],
  ["/gallery/s/t0ken?type=video&from=2024-05-01&q=lake", {
    share: "t0ken", type: "video", from: "2024-05-01", search: "lake",
  }],
  ["/gallery/s/t0ken/photo/a%2Fb?type=image", { share: "t0ken", photo: "a/b", type: "image" }],
])("%s stands for its route, both ways", (address, given) => {
  const [pathname = "", search = ""] = address.split("?");
  const route = { ...HOME, ...given };

  expect(parseRoute(pathname, search)).toEqual(route);
  expect(formatRoute(route)).toBe(address);
});

test.each([
  "/gallery/",
  "/gallery?type=nonsense",
  "/gallery?view=elsewhere",
  "/gallery?gallery=../x",
  "/gallery?from=2024-02-30",
  "/gallery?to=soon",
  "/gallery?q=%20",
  "/gallery/other",
])("%s falls back to the timeline", (address) => {
  const [pathname = "", search = ""] = address.split("?");

  expect(parseRoute(pathname, search)).toEqual(HOME);
});

test("a day before the first is no last day", () => {
  const route = parseRoute("/gallery", "from=2024-05-02&to=2024-05-01");

  expect([route.from, route.to]).toEqual(["2024-05-02", null]);
});

test("a person is looked for in the timeline only", () => {
  expect(parseRoute("/gallery", "view=bin&person=p").person).toBeNull();
});

test("guests are in the gallery of what they were shown, whose name their address does not tell", () => {
  const route = parseRoute("/gallery/s/t0ken", "?gallery=other&view=bin&person=p", "wedding");

  expect(route).toEqual({ ...timelineOf("wedding"), share: "t0ken" });
  expect(formatRoute(route)).toBe("/gallery/s/t0ken");
});

test("the whole of what is shown is the link's for guests, and the gallery's for owners", () => {
  const filtered = { ...HOME, gallery: "wedding", search: "lake", photo: "a" };

  expect(formatRoute(homeOf({ ...filtered, share: "t0ken" }))).toBe("/gallery/s/t0ken");
  expect(formatRoute(homeOf(filtered))).toBe("/gallery?gallery=wedding");
});

test("a stray percent sign in an address is no crash", () => {
  expect(parseRoute("/gallery/photo/100%", "").photo).toBe("100%");
});

test("an open photo is in the same list as without", () => {
  expect(sameList({ ...HOME, photo: "a" } as Route, HOME)).toBe(true);
  expect(keyOf({ ...HOME, search: "a" })).not.toBe(keyOf(HOME));
});
