import { describe, expect, test } from "vitest";

import { ApiError } from "../src/request";
import { isStrong, problemIn } from "../src/session/checks";
import { forgetAll } from "../src/session/sign-out";
import { wordsOf } from "../src/session/wait";
import { ownershipOf } from "../src/use-own-gallery";

describe("what can be seen to be wrong before it is sent", () => {
  test.each([
    ["short1A", false],
    ["longenough but no capital 1", false],
    ["LONGENOUGH BUT NO SMALL 1", false],
    ["Long enough, no digit", false],
    ["Long enough 1", true],
    ["ÄÖÜäöü123456", true],
  ])("%s is a strong password: %s", (password, isGood) => {
    expect(isStrong(password)).toBe(isGood);
  });

  test("the first field that is wrong is told, and what is wrong with it", () => {
    const fields = ["email", "code", "new"];

    expect(problemIn({}, fields)).toEqual({ field: "email", words: "This is needed." });
    expect(problemIn({ email: "ann" }, fields)?.words).toBe("This is not an e-mail address.");
    expect(problemIn({ email: " ann@example.org ", code: "12345" }, fields)?.field).toBe("code");
    const nearly = { email: "ann@example.org", code: " 123456 ", new: "weak" };
    expect(problemIn(nearly, fields)?.words).toBe("This password is too weak.");
    expect(problemIn({ ...nearly, new: "Long enough 1" }, fields)).toBeNull();
  });
});

describe("tries that were too many", () => {
  const at = new Date(2026, 10, 21, 12, 30, 0);

  test("tell for how long, and until when", () => {
    const error = new ApiError(429, "too_many_tries", "", { retryAfterSeconds: 900 });

    expect(wordsOf(error, at)).toBe("Tried too often. Try again in 15 minutes, at 12:45.");
  });

  test("are not those of a gateway that has too much to do for a moment", () => {
    expect(wordsOf(new ApiError(429, "too_many_requests"), at))
      .toBe("The server has too much to do. Try again in a moment.");
  });
});

test("signing out leaves nothing of the gallery in the browser, and all else", async () => {
  const kept = new Map([
    ["contact-sheet-place", "x"], ["contact-sheet.shuffle", "x"], ["contact-sheet-unfinished:1", "x"],
    ["contact-sheets-of-others", "x"], ["theme", "x"],
  ]);
  const storage = {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
  const caches = new Set(["contact-sheet-shell-1", "contact-sheet-shell-2", "another"]);

  await forgetAll({
    caches: { keys: async () => [...caches], delete: async (name) => caches.delete(name) },
    storages: [storage],
  });

  expect([...kept.keys()]).toEqual(["contact-sheets-of-others", "theme"]);
  expect([...caches]).toEqual(["another"]);
});

test("the gallery of an address is one's own, another's, or there is none", () => {
  const of = (...ids: string[]): Parameters<typeof ownershipOf>[0] => ({
    kind: "owner", id: "u1", email: "ann@example.org", share: null, expires_at: null,
    galleries: ids.map((id) => ({ id, name: id, role: "owner" })),
  });

  expect(ownershipOf(of("main", "wedding"), "wedding")).toEqual({ state: "own" });
  expect(ownershipOf(of("wedding"), "main")).toEqual({ state: "other", own: "wedding" });
  expect(ownershipOf(of(), "main")).toEqual({ state: "none" });
});
