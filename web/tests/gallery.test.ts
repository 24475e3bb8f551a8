import { afterEach, describe, expect, test, vi } from "vitest";

import type { Asset, Item } from "../src/api-types";
import { Gallery } from "../src/gallery";
import { timelineOf, type ListQuery } from "../src/route";
import { anItem } from "./items";
import { Server } from "./server";

let now = 0;

afterEach(() => vi.unstubAllGlobals());

const FOUR = ["d", "c", "b", "a"].map((id, n) =>
  anItem({ id, media_date: `2024-05-0${4 - n}T12:00:00.000` }),
);

async function aGallery(query: Partial<ListQuery> = {}): Promise<[Gallery, Server]> {
  now = 0;
  const server = new Server(FOUR);
  const gallery = new Gallery({ ...timelineOf("main"), ...query }, () => now);
  await gallery.reload();
  await gallery.refreshStats();
  await gallery.list.ensureRange(0, 4);
  return [gallery, server];
}

function ids(gallery: Gallery): (string | undefined)[] {
  return Array.from({ length: gallery.list.total }, (_, rank) => gallery.list.at(rank)?.id);
}

function pick(gallery: Gallery, ...wanted: string[]): Item[] {
  return wanted.map((id) => gallery.itemOf(id) as Item);
}

describe("deleting", () => {
  test("takes a photo out at once, counts it, and asks the server", async () => {
    const [gallery, server] = await aGallery();

    const done = gallery.delete(pick(gallery, "c"));
    expect(ids(gallery)).toEqual(["d", "b", "a"]);
    expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([3, 1]);

    expect(await done).toEqual([]);
    expect(server.held.find((item) => item.id === "c")?.home).toBe("bin");
  });

  test("brings back what the server refuses, and only that", async () => {
    const [gallery, server] = await aGallery();
    server.refusedIds.add("c");

    expect(await gallery.delete(pick(gallery, "c", "a"))).toEqual(["c"]);

    expect(ids(gallery)).toEqual(["d", "c", "b"]);
    expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([3, 1]);
  });

  test("brings back everything when there is no answer", async () => {
    const [gallery, server] = await aGallery();
    server.refuses = (request) => request.includes("/bulk");

    expect(await gallery.delete(pick(gallery, "c", "a"))).toEqual(["c", "a"]);

    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
    expect(gallery.stats?.total).toBe(4);
  });

  test("and taking it back leads to its day, also in a list that is loaded anew meanwhile", async () => {
    const [gallery] = await aGallery();
    const [c] = pick(gallery, "c");
    await gallery.delete([c as Item]);
    expect(ids(gallery)).toEqual(["d", "b", "a"]);

    await gallery.restore([c as Item]);

    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
  });

  test("cuts many into calls that the server takes", async () => {
    const [gallery, server] = await aGallery();
    const many = Array.from({ length: 501 }, (_, n) => anItem({ id: `m${n}` }));
    server.held.push(...many.map((item) => ({ ...item, home: "all" })));

    expect(await gallery.delete(many)).toEqual([]);

    expect(server.asked("/bulk")).toBe(2);
  });

  test("a list that lags behind does not bring it back", async () => {
    const [gallery, server] = await aGallery();
    const [c] = pick(gallery, "c");
    await gallery.delete([c as Item]);
    Object.assign(server.held.find((item) => item.id === "c") ?? {}, { home: "all" }); // lists lag

    await gallery.refresh();
    gallery.open({ ...timelineOf("main"), type: "image" });
    await gallery.list.load();
    await Promise.all([0, 1, 2, 3].map((rank) => gallery.list.ensure(rank)));

    expect(ids(gallery)).not.toContain("c");
  });
});

test("a favourite shows at once and goes back when the server refuses", async () => {
  const [gallery, server] = await aGallery();
  server.refusedIds.add("b");

  const done = gallery.setFavorite(pick(gallery, "b"), true);
  expect(gallery.itemOf("b")?.is_favorite).toBe(true);
  await done;

  expect(gallery.itemOf("b")?.is_favorite).toBe(false);
});

test("what is no favourite any more leaves the favourites", async () => {
  const server = new Server(FOUR.map((item) => ({ ...item, is_favorite: true })));
  const gallery = new Gallery({ ...timelineOf("main"), view: "fav" }, () => 0);
  await gallery.reload();
  await gallery.list.ensureRange(0, 4);

  await gallery.setFavorite(pick(gallery, "b"), false);

  expect(ids(gallery)).toEqual(["d", "c", "a"]);
  expect(server.held.filter((item) => item.is_favorite)).toHaveLength(3);
});

test("what is archived leaves the timeline, and nothing is in the bin", async () => {
  const [gallery, server] = await aGallery();

  await gallery.setVisibility(pick(gallery, "a"), "archive");

  expect(ids(gallery)).toEqual(["d", "c", "b"]);
  expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([3, 0]);
  expect(server.held.find((item) => item.id === "a")?.home).toBe("archive");
});

test("a corrected date moves a photo to its new day", async () => {
  const [gallery] = await aGallery();
  const asset = { ...FOUR[0], media_date: "2024-05-02T09:00:00.000", visibility: "timeline" };

  gallery.replaceAssets([asset as Asset]);

  expect(ids(gallery)).toEqual(["c", "b", "d", "a"]);
});

test("the server is believed again once its lists have settled", async () => {
  const [gallery, server] = await aGallery();
  await gallery.delete(pick(gallery, "c"));
  server.requests = [];

  await gallery.refresh();
  expect(server.requests).toEqual([]);

  now += 60_000;
  await gallery.refresh();
  expect(server.requests.length).toBeGreaterThan(0);
  expect(ids(gallery)).toEqual(["d", "b", "a"]);
});

test("a pending photo is asked after while it is watched, and less and less often", async () => {
  const [gallery, server] = await aGallery();
  Object.assign(server.held[0] ?? {}, { thumbnail_state: "ready", thumbhash: "AAAA" });
  const stop = gallery.watch("d");
  server.requests = [];

  await gallery.askPending();
  expect(server.asked("/assets/d")).toBe(0);
  now = 2_000;
  await gallery.askPending();
  expect(server.asked("/assets/d")).toBe(1);
  expect(gallery.itemOf("d")?.thumbhash).toBe("AAAA");

  now = 4_000;
  await gallery.askPending();
  expect(server.asked("/assets/d")).toBe(0);
  now = 6_000;
  await gallery.askPending();
  expect(server.asked("/assets/d")).toBe(1);
  stop();
  now = 60_000;
  await gallery.askPending();
  expect(server.asked("/assets/d")).toBe(0);
});

describe("choosing a type", () => {
  test("shows at once what the whole list has loaded, and asks only for what is new", async () => {
    const [gallery, server] = await aGallery();
    Object.assign(server.held[1] ?? {}, { file_type: "video" });
    gallery.list.replace({ ...(gallery.itemOf("c") as Item), file_type: "video" });
    await gallery.prepareTypes();
    server.requests = [];

    gallery.open({ ...timelineOf("main"), type: "image" });
    await gallery.list.ensureRange(0, 3);

    expect(gallery.list.status).toBe("ready");
    expect(ids(gallery)).toEqual(["d", "b", "a"]);
    expect(server.asked("/media")).toBe(0);
  });

  test("and back again shows the same list, without what was deleted meanwhile", async () => {
    const [gallery] = await aGallery();
    const { list } = gallery;
    await gallery.prepareTypes();
    gallery.open({ ...timelineOf("main"), type: "image" });
    await gallery.list.ensureRange(0, 4);

    await gallery.delete(pick(gallery, "c"));
    gallery.open(timelineOf("main"));

    expect(gallery.list).toBe(list);
    expect(ids(gallery)).toEqual(["d", "b", "a"]);
  });

  test("what came back where it is not loaded is asked for", async () => {
    const [gallery] = await aGallery();
    await gallery.prepareTypes();
    const [c] = pick(gallery, "c");
    await gallery.delete([c as Item]);
    await gallery.restore([c as Item]);

    gallery.open({ ...timelineOf("main"), type: "image" });
    expect(gallery.list.status).toBe("loading");
    await gallery.list.load();
    await gallery.list.ensureRange(0, 4);

    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
  });
});

describe("two wishes for one photo", () => {
  /** Answers the first change so much later than the next ones. */
  function slowAtFirst(server: Server): void {
    const answer = server.answer.bind(server);
    let isFirst = true;
    server.answer = async (url, init) => {
      const isChange = url.includes("/bulk");
      const wait = isChange && isFirst ? 30 : 0;
      if (isChange) isFirst = false;
      await new Promise((resolve) => setTimeout(resolve, wait));
      return answer(url, init);
    };
  }

  test("an Undo does not overtake the delete that it takes back", async () => {
    const [gallery, server] = await aGallery();
    slowAtFirst(server);
    const [c] = pick(gallery, "c");

    const done = gallery.delete([c as Item]);
    const undone = gallery.restore([c as Item]);
    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
    await done;
    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
    await undone;

    expect(server.held.find((item) => item.id === "c")?.home).toBe("all");
    expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
    expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([4, 0]);
  });

  test("a late answer does not bring back the heart that was taken away since", async () => {
    const [gallery, server] = await aGallery();
    slowAtFirst(server);

    const first = gallery.setFavorite(pick(gallery, "b"), true);
    const second = gallery.setFavorite(pick(gallery, "b"), false);
    await first;
    expect(gallery.itemOf("b")?.is_favorite).toBe(false);
    await second;

    expect(gallery.itemOf("b")?.is_favorite).toBe(false);
    expect(server.held.find((item) => item.id === "b")?.is_favorite).toBe(false);
  });
});

test("Undo of a delete in the archive brings it back there, and counts nothing", async () => {
  const server = new Server(FOUR);
  for (const item of server.held) Object.assign(item, { home: "archive", visibility: "archive" });
  const gallery = new Gallery({ ...timelineOf("main"), view: "archive" }, () => 0);
  await gallery.reload();
  await gallery.refreshStats();
  await gallery.list.ensureRange(0, 4);
  const [c] = pick(gallery, "c");

  await gallery.delete([c as Item]);
  expect(ids(gallery)).toEqual(["d", "b", "a"]);
  await gallery.restore([c as Item]);

  expect(ids(gallery)).toEqual(["d", "c", "b", "a"]);
  expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([0, 0]);
});

test("the bin, opened right after a delete, has the photo", async () => {
  const [gallery] = await aGallery();

  void gallery.delete(pick(gallery, "c"));
  gallery.open({ ...timelineOf("main"), view: "bin" });
  await vi.waitFor(() => expect(gallery.list.status).toBe("ready"));

  expect(gallery.list.total).toBe(1);
});

test("thousands are deleted without going through the list for each", async () => {
  const many = Array.from({ length: 3000 }, (_, n) =>
    anItem({
      id: `m${String(n).padStart(5, "0")}`,
      media_date: new Date(Date.UTC(2024, 4, 5) + n * 4000).toISOString().slice(0, 23),
    }),
  );
  const server = new Server(many);
  const gallery = new Gallery(timelineOf("main"), () => 0);
  await gallery.reload();
  const items = await gallery.list.ensureRange(0, 3000);
  let told = 0;
  const stop = gallery.list.subscribe(() => (told += 1));

  const failed = gallery.delete(items.slice(0, 1200));

  expect(gallery.list.total).toBe(1800);
  expect(told).toBe(1);
  stop();
  expect(await failed).toEqual([]);
  expect(server.held.filter((item) => item.home === "bin")).toHaveLength(1200);
});
