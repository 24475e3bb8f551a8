import { describe, expect, test } from "vitest";

import type { Share } from "../src/api-types";
import { problemOf, wishOf } from "../src/sharing/wish";
import { factsOf, linkOf, titleOf } from "../src/sharing/words";

function aShare(given: Partial<Share> = {}): Share {
  return {
    id: "t0ken", gallery: "main", kind: "gallery", name: "", may_download: false, count: null,
    expires_at: null, is_open: true, has_password: false, revoked_at: null,
    created_at: "2026-11-01T08:00:00+00:00", created_by: "u1", views: 0, seen_at: null, ...given,
  };
}

describe("a link in words", () => {
  test("its address leads to what it shows, whatever the gallery", () => {
    expect(linkOf(aShare({ gallery: "wedding" }), "https://photos.example"))
      .toBe("https://photos.example/gallery/s/t0ken");
  });

  test("it is called as its owner calls it, else by what it shows", () => {
    expect(titleOf(aShare({ name: "For Grandma" }))).toBe("For Grandma");
    expect(titleOf(aShare())).toBe("The whole gallery");
    expect(titleOf(aShare({ kind: "selection", count: 1 }))).toBe("1 chosen item");
  });

  test.each<[Partial<Share>, string]>([
    [{}, "since 1 Nov 2026 · without an end · never opened"],
    [{ name: "x", kind: "selection", count: 12 },
      "12 chosen items · since 1 Nov 2026 · without an end · never opened"],
    [{ expires_at: "2026-12-01T08:00:00+00:00", views: 1, seen_at: "2026-11-02T08:00:00+00:00" },
      "since 1 Nov 2026 · until 1 Dec 2026 · opened once, last on 2 Nov 2026"],
    [{ expires_at: "2026-11-08T08:00:00+00:00", is_open: false, views: 3, seen_at: "2026-11-02T08:00:00+00:00" },
      "since 1 Nov 2026 · expired on 8 Nov 2026 · opened 3 times, last on 2 Nov 2026"],
    [{ revoked_at: "2026-11-03T08:00:00+00:00", is_open: false },
      "since 1 Nov 2026 · ended on 3 Nov 2026 · never opened"],
    [{ has_password: true, may_download: true },
      "since 1 Nov 2026 · without an end · never opened · with a password · with download"],
  ])("of %o is told: %s", (given, words) => {
    expect(factsOf(aShare(given), "UTC").join(" · ")).toBe(words);
  });

  test("days are those of where one is", () => {
    const late = aShare({ created_at: "2026-11-01T23:30:00+00:00" });

    expect(factsOf(late, "Europe/Berlin")[0]).toBe("since 2 Nov 2026");
  });
});

describe("what was typed", () => {
  test("of a new link says everything", () => {
    expect(wishOf({ name: " For Grandma ", expiry: "7", password: "", may_download: "on" }))
      .toEqual({ name: "For Grandma", days: 7, password: null, may_download: true });
    expect(wishOf({ name: "", expiry: "never", password: "lake at dawn" }))
      .toEqual({ name: "", days: null, password: "lake at dawn", may_download: false });
  });

  test("of a change leaves out what is to stay", () => {
    expect(wishOf({ name: "x", expiry: "keep", password_choice: "keep" }))
      .toEqual({ name: "x", may_download: false });
    expect(wishOf({ name: "x", expiry: "keep", password_choice: "none" }))
      .toEqual({ name: "x", may_download: false, password: null });
    expect(wishOf({ name: "x", expiry: "1", password_choice: "new", password: "lake at dawn" }))
      .toEqual({ name: "x", may_download: false, days: 1, password: "lake at dawn" });
  });

  test.each([
    [{ password: "" }, null],
    [{ password: "1234567" }, "password"],
    [{ password: "12345678" }, null],
    [{ password_choice: "new", password: "" }, "password"],
    [{ password_choice: "none" }, null],
  ])("%o is wrong at %s", (typed, field) => {
    expect(problemOf(typed)?.field ?? null).toBe(field);
  });
});
