import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { Asset, Item, MediaPage } from "../src/api-types";
import { Gallery } from "../src/gallery";
import { anItem } from "./items";

/** What the server holds; `fetch` answers from it. */
let held: Item[];
let bin: Item[];
let refuses: (method: string, path: string) => boolean;
let requests: string[];
let now: number;

beforeEach(() => {
  held = ["d", "c", "b", "a"].map((id, n) =>
    anItem({ id, media_date: `2024-05-0${4 - n}T12:00:00` }),
  );
  bin = [];
  refuses = () => false;
  requests = [];
  now = 0;
  vi.stubGlobal("fetch", answer);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

async function answer(url: string, init: RequestInit): Promise<Response> {
  const method = init.method ?? "GET";
  requests.push(`${method} ${url}`);
  if (refuses(method, url)) {
    return Response.json({ error: { code: "broken", message: "No." } }, { status: 500 });
  }
  if (method !== "GET") return Response.json({});
  const { pathname, searchParams } = new URL(url, "http://localhost");
  if (pathname.endsWith("/stats")) {
    return Response.json({
      total: held.length, images: held.length, videos: 0, bytes: 0, bin: bin.length,
      without_thumbnail: 0,
      without_original: 0,
    });
  }
  if (pathname.includes("/assets/")) {
    return Response.json(held.find((item) => pathname.endsWith(`/${item.id}`)) as Asset);
  }
  const all = searchParams.get("view") === "bin" ? bin : held;
  const offset = all.findIndex((item) => item.id === searchParams.get("cursor")) + 1;
  const items = all.slice(offset, offset + 2); // two a page, whatever was asked for
  const end = offset + items.length;
  return Response.json({
    items, total: all.length, total_is_exact: true, limit: 2, offset,
    has_more: end < all.length, next_cursor: end < all.length ? (items.at(-1)?.id ?? null) : null,
  } satisfies MediaPage);
}

async function aLoadedGallery(): Promise<Gallery> {
  const gallery = new Gallery({ view: "all", type: null }, () => now);
  await gallery.load();
  return gallery;
}

function shown(gallery: Gallery): string {
  return gallery.list.items.map((item) => item.id).join("");
}

describe("loading", () => {
  test("goes on page by page to the end and then asks no more", async () => {
    const gallery = await aLoadedGallery();

    await gallery.loadMore();
    const count = requests.length;
    await gallery.loadMore();

    expect(shown(gallery)).toBe("dcba");
    expect(gallery.list.hasMore).toBe(false);
    expect(requests).toHaveLength(count);
  });

  test("asks for a page once, however often it is wanted", async () => {
    const gallery = await aLoadedGallery();

    await Promise.all([gallery.loadMore(), gallery.loadMore(), gallery.loadMore()]);

    expect(requests.filter((request) => request.includes("cursor="))).toHaveLength(1);
  });

  test("keeps what is there when the next page fails, and goes on after Retry", async () => {
    const gallery = await aLoadedGallery();
    refuses = (_, path) => path.includes("cursor=");

    await gallery.loadMore();
    expect([shown(gallery), gallery.list.more]).toEqual(["dc", "failed"]);
    refuses = () => false;
    await gallery.loadMore();

    expect([shown(gallery), gallery.list.more]).toEqual(["dcba", "ready"]);
  });

  test("finds a photo opened by its address on a later page", async () => {
    const gallery = await aLoadedGallery();

    expect(await gallery.reach(held[3]!)).toBe(true);
    expect(gallery.indexOf("a")).toBe(3);
    expect(await gallery.reach(anItem({ id: "elsewhere" }))).toBe(false);
  });
});

describe("looking again", () => {
  test("shows a new photo and leaves the unchanged ones the same objects", async () => {
    const gallery = await aLoadedGallery();
    await gallery.loadMore();
    const [before] = gallery.list.items;
    held = [anItem({ id: "e", media_date: "2024-05-05T12:00:00" }), ...held];

    await gallery.refresh();

    expect(shown(gallery)).toBe("edcba");
    expect(gallery.list.items[1]).toBe(before);
    expect(gallery.list.total).toBe(5);
  });

  test("fetches page after page until it meets what is loaded", async () => {
    const gallery = await aLoadedGallery();
    const arrived = ["i", "h", "g", "f", "e"].map((id, n) =>
      anItem({ id, media_date: `2024-06-0${9 - n}T12:00:00` }),
    );
    held = [...arrived, ...held];

    await gallery.refresh();

    expect(shown(gallery)).toBe("ihgfedc");
    await gallery.loadMore();
    expect(shown(gallery)).toBe("ihgfedcba");
  });
});

describe("a change", () => {
  test("is shown at once and stays while the list has not followed", async () => {
    const gallery = await aLoadedGallery();

    const deed = gallery.delete(held[0]!);
    expect([shown(gallery), gallery.list.total, gallery.stats?.bin]).toEqual(["c", 3, 1]);
    expect(await deed).toBe(true);
    await gallery.refresh(); // the server's list still holds it

    expect(shown(gallery)).toBe("c");
    now += 60_000; // the list is believed again
    await gallery.refresh();
    expect(shown(gallery)).toBe("dc");
  });

  test("is taken back when the server refuses it", async () => {
    const gallery = await aLoadedGallery();
    refuses = (method) => method === "DELETE";

    expect(await gallery.delete(held[1]!)).toBe(false);

    expect([shown(gallery), gallery.list.total, gallery.stats?.total]).toEqual(["dc", 4, 4]);
  });

  test("undone returns the photo to its place", async () => {
    const gallery = await aLoadedGallery();

    await gallery.delete(held[0]!);
    await gallery.restore(held[0]!);

    expect(shown(gallery)).toBe("dc");
    expect(requests).toContain("POST /api/gallery/assets/d/restore");
  });

  test("of a favourite rolls back when the server refuses it", async () => {
    const gallery = await aLoadedGallery();
    refuses = (method) => method === "PUT";

    const deed = gallery.setFavorite(held[0]!, true);
    expect(gallery.list.items[0]!.is_favorite).toBe(true);
    expect(await deed).toBe(false);

    expect(gallery.list.items[0]!.is_favorite).toBe(false);
  });
});

describe("a pending photo", () => {
  test("is asked after every two seconds at first, then less often, while watched", async () => {
    held[0] = anItem({ id: "d", media_date: "2024-05-04T12:00:00", thumbnail_state: "pending" });
    const gallery = await aLoadedGallery();
    const unwatch = gallery.watch("d");
    const asked: number[] = [];

    for (; now <= 20_000; now += 500) {
      const before = requests.length;
      await gallery.askPending();
      if (requests.length > before) asked.push(now / 1000);
    }
    expect(asked).toEqual([2, 5, 9.5, 16.5]);
    unwatch();
    const count = requests.length;
    now += 100_000;
    await gallery.askPending();

    expect(requests).toHaveLength(count);
  });

  test("replaces itself and moves to its day", async () => {
    held[0] = anItem({ id: "d", media_date: "2024-05-04T12:00:00", thumbnail_state: "pending" });
    const gallery = await aLoadedGallery();
    gallery.watch("d");
    held[0] = anItem({ id: "d", media_date: "2024-05-03T11:00:00" });
    held = [held[1]!, held[0], ...held.slice(2)];
    await gallery.loadMore();

    now += 2_000;
    await gallery.askPending();

    expect(shown(gallery)).toBe("cdb");
    expect(gallery.list.items[1]!.thumbnail_state).toBe("ready");
  });
});
