import { describe, expect, it } from "vitest";

import type { Item, MediaPage } from "../src/api-types";
import { timelineOf } from "../src/route";
import { listSequence, shuffledSequence, type FetchShuffled } from "../src/viewer/sequence";
import { anItem } from "./items";

const QUERY = timelineOf("main");

/** A server's shuffle of so many photos: by seed forwards or backwards, some of them a page. */
function aServer(count: number, perPage = 10): { fetchPage: FetchShuffled; asked: string[] } {
  const asked: string[] = [];
  const fetchPage: FetchShuffled = (_query, seed, cursor) => {
    asked.push(`${seed}@${cursor ?? "start"}`);
    const ids = Array.from({ length: count }, (_, n) => `p${n}`);
    const order = seed % 2 ? ids.reverse() : ids;
    const offset = cursor === null ? 0 : Number(cursor);
    const end = Math.min(offset + perPage, count);
    return Promise.resolve(
      aPage(order.slice(offset, end).map((id) => anItem({ id })), count, end < count ? end : null),
    );
  };
  return { fetchPage, asked };
}

function aPage(items: Item[], total: number, next: number | null, isExact = true): MediaPage {
  return {
    items,
    total,
    total_is_exact: isExact,
    limit: 10,
    offset: 0,
    has_more: next !== null,
    next_cursor: next === null ? null : String(next),
    shuffle_seed: null,
  };
}

async function leafThrough(sequence: ReturnType<typeof listSequence>): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; ; n += 1) {
    const item = await sequence.ensure(n);
    if (!item) return ids;
    ids.push(item.id);
  }
}

describe("a shuffle", () => {
  it("shows each photo once, whatever the pages", async () => {
    const shown = await leafThrough(shuffledSequence(QUERY, 1, aServer(37).fetchPage));

    expect(shown).toHaveLength(37);
    expect(new Set(shown).size).toBe(37);
  });

  it("has the same order for the same seed, another for another", async () => {
    const orderOf = (seed: number) =>
      leafThrough(shuffledSequence(QUERY, seed, aServer(30).fetchPage));

    expect(await orderOf(3)).toEqual(await orderOf(3));
    expect(await orderOf(3)).not.toEqual(await orderOf(4));
  });

  it("begins with the photo it is begun at, which does not come again", async () => {
    const server = aServer(30);
    const shown = await leafThrough(
      shuffledSequence(QUERY, 1, server.fetchPage, anItem({ id: "p12" })),
    );

    expect(shown[0]).toBe("p12");
    expect(shown).toHaveLength(30);
    expect(new Set(shown).size).toBe(30);
    expect(shown.slice(1)).toEqual(
      (await leafThrough(shuffledSequence(QUERY, 1, server.fetchPage))).filter((id) => id !== "p12"),
    );
  });

  it("goes back to what was shown before without asking again", async () => {
    const server = aServer(30);
    const sequence = shuffledSequence(QUERY, 1, server.fetchPage);
    await sequence.ensure(4);
    const asked = server.asked.length;

    expect(sequence.itemAt(3)?.id).toBe("p26");
    expect(sequence.indexOf("p26")).toBe(3);
    expect(server.asked.slice(asked).filter((page) => page.endsWith("start"))).toEqual([]);
  });

  it("fetches the next page before the last photo of this one is shown", async () => {
    const server = aServer(200, 100);
    const sequence = shuffledSequence(QUERY, 2, server.fetchPage);
    await sequence.ensure(0);
    expect(server.asked).toEqual(["2@start"]);

    sequence.itemAt(80);
    await sequence.ensure(100);

    expect(server.asked).toEqual(["2@start", "2@100"]);
  });

  it("asks once for a page that several wait for", async () => {
    const server = aServer(200, 100);
    const sequence = shuffledSequence(QUERY, 2, server.fetchPage);

    await Promise.all([sequence.ensure(0), sequence.ensure(1), sequence.ensure(2)]);

    expect(server.asked).toEqual(["2@start"]);
  });

  it("knows its length from the first page and keeps it while photos arrive", async () => {
    let total = 50;
    const sequence = shuffledSequence(QUERY, 2, (_query, _seed, cursor) => {
      const offset = Number(cursor ?? 0);
      const items = Array.from({ length: 10 }, (_, n) => anItem({ id: `p${offset + n}` }));
      total += 1;
      return Promise.resolve(aPage(items, total - 1, offset < 40 ? offset + 10 : null));
    });
    await sequence.ensure(0);
    expect([sequence.total, sequence.totalIsExact]).toEqual([50, true]);

    await sequence.ensure(15);

    expect(sequence.total).toBe(50);
  });

  it("leaves out what was deleted, and counts it no more", async () => {
    const server = aServer(15);
    const sequence = shuffledSequence(QUERY, 2, server.fetchPage);
    await sequence.ensure(0);
    let told = 0;
    const stop = sequence.subscribe(() => (told += 1));

    sequence.leaveOut("p3");

    expect(told).toBe(1);
    expect(sequence.total).toBe(14);
    stop();
    const shown = await leafThrough(sequence);
    expect(shown).toHaveLength(14);
    expect(shown).not.toContain("p3");
  });

  it("takes over what is known newer of a photo, in its place", async () => {
    const server = aServer(15);
    const sequence = shuffledSequence(QUERY, 2, server.fetchPage);
    await sequence.ensure(0);
    const index = sequence.indexOf("p3") ?? -1;
    let told = 0;
    sequence.subscribe(() => (told += 1));

    sequence.replace(anItem({ id: "p3", is_favorite: true }));
    sequence.replace(anItem({ id: "elsewhere" }));

    expect(told).toBe(1);
    expect(sequence.itemAt(index)).toMatchObject({ id: "p3", is_favorite: true });
    expect(sequence.total).toBe(15);
  });

  it("has an open end while a search is looking, and closes it", async () => {
    const pages = [
      aPage([anItem({ id: "a" })], 1, 1, false),
      aPage([], 1, 2, false),
      aPage([anItem({ id: "b" })], 2, null),
    ];
    const sequence = shuffledSequence({ ...QUERY, search: "lake" }, 2, () => {
      const page = pages.shift();
      return page ? Promise.resolve(page) : Promise.reject(new Error("asked once too often"));
    });
    await sequence.ensure(0);

    expect(sequence.totalIsExact).toBe(false);
    expect((await sequence.ensure(1))?.id).toBe("b");
    expect([sequence.total, sequence.totalIsExact]).toEqual([2, true]);
    expect(await sequence.ensure(2)).toBeNull();
  });

  it("finds again where somebody was, some pages on, and gives up on what it does not hold", async () => {
    const sequence = shuffledSequence(QUERY, 2, aServer(60).fetchPage);

    expect(await sequence.locate(anItem({ id: "p42" }))).toBe(42);
    expect(await sequence.locate(anItem({ id: "elsewhere" }))).toBeNull();
  });

  it("tells a failure to the one who waits, and tries again for the next", async () => {
    let attempts = 0;
    const sequence = shuffledSequence(QUERY, 2, () => {
      attempts += 1;
      if (attempts === 1) return Promise.reject(new Error("no answer"));
      return Promise.resolve(aPage([anItem({ id: "a" })], 1, null));
    });

    await expect(sequence.ensure(0)).rejects.toThrow("no answer");
    expect((await sequence.ensure(0))?.id).toBe("a");
  });
});

describe("the order of a list", () => {
  it("is the list's own, by rank", async () => {
    const items = ["a", "b", "c"].map((id) => anItem({ id }));
    const sequence = listSequence({
      total: 3,
      totalIsExact: true,
      at: (rank) => items[rank] ?? null,
      ensure: (rank) => Promise.resolve(items[rank] ?? null),
      rankOf: (id) => items.findIndex((item) => item.id === id),
      locate: (item) => Promise.resolve(items.indexOf(item)),
      subscribe: () => () => undefined,
    });

    expect(await leafThrough(sequence)).toEqual(["a", "b", "c"]);
    expect(sequence.total).toBe(3);
    expect(sequence.indexOf("c")).toBe(2);
    expect(sequence.itemAt(3)).toBeNull();
  });
});
