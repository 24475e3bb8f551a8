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

  test("takes an item out of the timeline until it is taken back", async () => {
    const [gallery] = await aGallery();
    const [c] = pick(gallery, "c");
    const done = gallery.delete([c as Item]);
    expect([gallery.isAway("c"), gallery.isAway("a")]).toEqual([true, false]);
    await done;
    expect(gallery.isAway("c")).toBe(true);

    const back = gallery.restore([c as Item]);
    expect(gallery.isAway("c")).toBe(false);
    await back;
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

test("what the server made of a change is told, also of photos that no list holds", async () => {
  const [gallery, server] = await aGallery();
  server.held.push({ ...anItem({ id: "elsewhere" }), home: "archive" });
  server.refusedIds.add("b");
  const told: [string, boolean][] = [];
  gallery.listenToAssets(({ id, is_favorite }) => told.push([id, is_favorite]));

  await gallery.setFavorite([...pick(gallery, "b"), anItem({ id: "elsewhere" })], true);

  expect(told).toEqual([["elsewhere", true]]);
});

test("persons to choose from are those who are not hidden; all of them are known", async () => {
  const [gallery] = await aGallery();
  const persons = [
    { id: "anna", is_hidden: false },
    { id: "ben", is_hidden: true },
  ];
  const asked = vi.fn<(url: string) => Response>(() => Response.json(persons));
  vi.stubGlobal("fetch", asked);

  await gallery.loadPersons();

  expect(asked.mock.calls[0]?.[0]).toContain("hidden=true");
  expect(gallery.persons?.map(({ id }) => id)).toEqual(["anna"]);
  expect(gallery.allPersons?.map(({ id }) => id)).toEqual(["anna", "ben"]);
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
    gallery.list.change([], [{ ...(gallery.itemOf("c") as Item), file_type: "video" }]);
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

describe("many, which take the server minutes", () => {
  const many = Array.from({ length: 1200 }, (_, n) =>
    anItem({
      id: `m${String(n).padStart(5, "0")}`,
      media_date: new Date(Date.UTC(2024, 4, 5) + n * 4000).toISOString().slice(0, 23),
    }),
  );
  const isIn = (gallery: Gallery, some: readonly Item[]): number =>
    some.filter((item) => gallery.list.rankOf(item.id) !== null).length;

  /** A gallery whose server needs 40 s for each call, and what is to be looked at meanwhile. */
  async function aSlowGallery(look: (call: number) => unknown): Promise<[Gallery, Server, Item[]]> {
    now = 0;
    const server = new Server(many);
    const gallery = new Gallery(timelineOf("main"), () => now);
    await gallery.reload();
    await gallery.refreshStats();
    const items = await gallery.list.ensureRange(0, 1200);
    const answer = server.answer.bind(server);
    let calls = 0;
    server.answer = async (url, init) => {
      if (url.includes("/bulk")) {
        now += 40_000;
        calls += 1;
        await look(calls);
      }
      return answer(url, init);
    };
    return [gallery, server, items];
  }

  test("stay away until the last of them is answered", async () => {
    const seen: number[] = [];
    const [gallery, server, items] = await aSlowGallery(async () => {
      await gallery.refresh();
      await gallery.list.refresh();
      seen.push(gallery.list.total);
      expect(gallery.isChanging).toBe(true);
      expect(gallery.isSettled).toBe(false);
    });

    const done = gallery.delete(items.slice(0, 1100));
    expect(await done).toEqual([]);

    expect(seen).toEqual([100, 100, 100]);
    expect(isIn(gallery, items.slice(0, 1100))).toBe(0);
    expect(gallery.isChanging).toBe(false);
    expect(server.held.filter((item) => item.home === "bin")).toHaveLength(1100);
    now += 60_000;
    expect(gallery.isSettled).toBe(true);
  });

  test("come back where the last call is refused, and are counted", async () => {
    const [gallery, server, items] = await aSlowGallery(async (call) => {
      await gallery.refresh();
      if (call === 3) server.refuses = (request) => request.includes("/bulk");
    });

    const failed = await gallery.delete(items.slice(0, 1100));

    expect(failed).toEqual(items.slice(1000, 1100).map((item) => item.id));
    expect(gallery.list.total).toBe(200);
    expect(isIn(gallery, items.slice(1000, 1100))).toBe(100);
    expect([gallery.stats?.total, gallery.stats?.bin]).toEqual([200, 1000]);
  });

  test("come back, too, where an answer is none that could be understood", async () => {
    const [gallery, server, items] = await aSlowGallery(() => undefined);
    const { answer } = server;
    let calls = 0;
    server.answer = async (url, init) => {
      if (url.includes("/bulk")) calls += 1;
      return calls === 2 ? Response.json({}) : answer(url, init);
    };

    await expect(gallery.delete(items.slice(0, 1100))).rejects.toThrow(TypeError);

    expect(calls).toBe(2);
    expect(gallery.list.total).toBe(700);
    expect(gallery.stats?.bin).toBe(500);
    expect(gallery.isChanging).toBe(false);
  });
});

test("thousands of corrections of one month are shown at once", async () => {
  const many = Array.from({ length: 5000 }, (_, n) =>
    anItem({
      id: `m${String(n).padStart(5, "0")}`,
      media_date: new Date(Date.UTC(2024, 4, 5) + n * 400).toISOString().slice(0, 23),
    }),
  );
  now = 0;
  const server = new Server(many);
  const gallery = new Gallery(timelineOf("main"), () => now);
  await gallery.reload();
  const items = await gallery.list.ensureRange(0, 5000);
  expect(server.held).toHaveLength(5000);
  const change = vi.spyOn(gallery.list, "change");

  const titled = items.map((item) => ({ ...item, name: `The ${item.id}` }) as unknown as Asset);
  gallery.replaceAssets(titled);
  expect(change).toHaveBeenCalledTimes(1);
  expect(gallery.list.at(0)?.name).toBe("The m04999");

  const moved = titled.map((item, n) =>
    n < 4000 ? { ...item, media_date: "2024-06-01T00:00:00.000", visibility: "timeline" as const } : item,
  );
  gallery.replaceAssets(moved);
  expect(change).toHaveBeenCalledTimes(3);
  expect(gallery.list.monthByKey("2024-06")?.count).toBe(4000);
  expect(gallery.list.total).toBe(5000);
});
