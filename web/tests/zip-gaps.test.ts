import { describe, expect, it } from "vitest";

import { PATIENCE_MS } from "../src/download/file-bytes";
import { aFile, broken, gone, meansOf, unzipped, whole, type Answer, type TestMeans } from "./zips";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** No answer at all, as without a network. */
const silent: Answer = () => {
  throw new TypeError("Failed to fetch");
};
const busy: Answer = () => new Response("", { status: 503 });
const refused: Answer = () => new Response("", { status: 403 });
const rest = (body: string): Response => new Response(body, { status: 206 });

/** Answers one way until the clock says so, then another. */
function after(moment: number, means: () => TestMeans, before: Answer, then: Answer): Answer {
  return (...asked) => (means().clock < moment ? before : then)(...asked);
}

describe("a zip while the network comes and goes", () => {
  it.each([
    ["says nothing", silent],
    ["is busy", busy],
  ])("waits minutes for a server that %s before a file begins", async (_, before) => {
    const means: TestMeans = meansOf({
      "a.jpg": after(4 * MINUTE, () => means, before, whole("aaa")),
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaa" });
    expect(means.clock).toBeGreaterThanOrEqual(4 * MINUTE);
    expect(Math.max(...means.waits)).toBe(15 * SECOND);
  });

  it("waits minutes in the middle of a file, and goes on where it was", async () => {
    const back = after(4 * MINUTE, () => means, silent, () => rest("bbb"));
    const means: TestMeans = meansOf({
      "a.jpg": (init, tries) => (tries === 1 ? broken("aaa") : back(init, tries)),
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaabbb" });
    expect(new Set(means.asked.slice(1))).toEqual(new Set(["/photos/a.jpg bytes=3-"]));
  });

  it("counts from the last byte, not from the first failure of all", async () => {
    const letters = "abcdefgh";
    let there = 0;
    let openAt = 0;
    // one letter every two minutes, then it breaks off again
    const means: TestMeans = meansOf({
      "a.jpg": () => {
        if (means.clock < openAt) throw new TypeError("Failed to fetch");
        openAt = means.clock + 2 * MINUTE;
        const letter = letters.charAt(there);
        there += 1;
        if (there === 1) return broken(letter);
        if (there === letters.length) return rest(letter);
        return new Response(broken(letter).body, { status: 206 });
      },
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": letters });
    expect(means.clock).toBeGreaterThan(2 * PATIENCE_MS);
  });

  it("gives up where nothing comes for five minutes, and does not begin anew with each file", async () => {
    const files = ["a.jpg", "b.jpg", "c.jpg", "d.jpg", "e.jpg"];
    const means = meansOf({ ...Object.fromEntries(files.map((name) => [name, silent])) });

    const found = await unzipped(files.map(aFile), means);

    expect(Object.keys(found)).toEqual(["errors.txt"]);
    expect(found["errors.txt"]).toContain("e.jpg: no answer");
    expect(means.waits.reduce((sum, wait) => sum + wait, 0)).toBeGreaterThanOrEqual(PATIENCE_MS);
    expect(means.clock).toBeLessThan(3 * PATIENCE_MS + MINUTE); // three wait at once on one clock
    expect(means.asked.filter((url) => url === "/photos/e.jpg")).toHaveLength(1);
  });

  it("waits for as long as the browser says that there is no network", async () => {
    const hour = 60 * MINUTE;
    const means: TestMeans = meansOf(
      { "a.jpg": after(hour, () => means, silent, whole("aaa")) },
      () => means.clock < hour,
    );

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaa" });
  });

  it("does not wait where the server refuses", async () => {
    const means = meansOf({
      "a.jpg": gone,
      "b.jpg": (_, tries) => (tries === 1 ? broken("bbb") : new Response("", { status: 412 })),
    });

    const found = await unzipped([aFile("a.jpg"), aFile("b.jpg")], means);

    expect(found["errors.txt"]).toContain("a.jpg: not there");
    expect(found["errors.txt"]).toContain("b.jpg: only 3 of 6 bytes");
    expect(means.clock).toBeLessThanOrEqual(SECOND); // a moment after the break
  });
});

describe("a zip whose session runs out", () => {
  const RENEWAL = "/api/session/refresh";

  it("has it renewed once for all files that wait, and goes on", async () => {
    let isGood = false;
    const guarded = (body: string): Answer => (...asked) =>
      isGood ? whole(body)(...asked) : new Response("", { status: 401 });
    const methods: (string | undefined)[] = [];
    const means = meansOf({
      "a.jpg": guarded("a"),
      "b.jpg": guarded("b"),
      [RENEWAL]: ({ method }) => {
        methods.push(method);
        isGood = true;
        return new Response(null, { status: 204 });
      },
    });

    const found = await unzipped([aFile("a.jpg"), aFile("b.jpg")], means);

    expect(found).toEqual({ "a.jpg": "a", "b.jpg": "b" });
    expect(methods).toEqual(["POST"]);
    expect(means.waits).toEqual([]);
  });

  it("counts as missing what is refused to a good session, too", async () => {
    const means = meansOf({
      "a.jpg": refused,
      [RENEWAL]: () => new Response(null, { status: 204 }),
    });

    const found = await unzipped([aFile("a.jpg")], means);

    expect(found["errors.txt"]).toContain("a.jpg: not there");
    expect(means.asked).toEqual(["/photos/a.jpg", RENEWAL, "/photos/a.jpg"]);
  });

  it("asks for the session again after a gap of the network", async () => {
    let isGood = false;
    const means: TestMeans = meansOf({
      "a.jpg": (...asked) => (isGood ? whole("aaa") : refused)(...asked),
      [RENEWAL]: after(MINUTE, () => means, silent, () => {
        isGood = true;
        return new Response(null, { status: 204 });
      }),
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaa" });
  });

  it("in the middle of a file goes on where it was", async () => {
    let isGood = false;
    const means: TestMeans = meansOf({
      "a.jpg": (_, tries) => {
        if (tries === 1) return broken("aaa");
        return isGood ? rest("bbb") : new Response("", { status: 401 });
      },
      [RENEWAL]: () => {
        isGood = true;
        return new Response(null, { status: 204 });
      },
    });

    expect(await unzipped([aFile("a.jpg")], means)).toEqual({ "a.jpg": "aaabbb" });
  });
});
