import { afterEach, describe, expect, test, vi } from "vitest";

import type { Item } from "../src/api-types";
import { PhotoList } from "../src/photo-list";
import { timelineOf, type ListQuery } from "../src/route";
import { anItem } from "./items";
import { Server } from "./server";

const NO_CHANGES = { lay: (item: Item): Item | null => item };

afterEach(() => vi.unstubAllGlobals());

/** So many photos on a day, newest first in the order of their ids. */
function shots(day: string | null, count: number, given: Partial<Item> = {}): Item[] {
  return Array.from({ length: count }, (_, n) => {
    const second = String(86_399 - n);
    const id = `${day ?? "undated"}-${String(count - n).padStart(5, "0")}`;
    const clock = new Date(Number(second) * 1000).toISOString().slice(11, 19);
    return anItem({ id, media_date: day === null ? null : `${day}T${clock}.000`, ...given });
  });
}

async function aList(items: Item[], query: Partial<ListQuery> = {}): Promise<[PhotoList, Server]> {
  const server = new Server(items);
  const list = new PhotoList({ ...timelineOf("main"), ...query }, NO_CHANGES);
  await list.load();
  return [list, server];
}

describe("what is known before anything is loaded", () => {
  test("months have their places, newest first and undated last", async () => {
    const [list] = await aList([
      ...shots("2024-05-02", 3), ...shots("2024-05-01", 2), ...shots("2023-01-31", 4), ...shots(null, 1),
    ]);

    expect(list.months.map(({ key, start, count }) => [key, start, count])).toEqual([
      ["2024-05", 0, 5], ["2023-01", 5, 4], ["undated", 9, 1],
    ]);
    expect(list.total).toBe(10);
    expect(list.at(0)).toBeNull();
  });

  test("a gallery that is not there yet is empty, not broken", async () => {
    const server = new Server([]);
    server.answer = async () =>
      Response.json({ error: { code: "not_found", message: "" } }, { status: 404 });
    const list = new PhotoList(timelineOf("new"), NO_CHANGES);

    await list.load();

    expect([list.status, list.total]).toEqual(["ready", 0]);
  });

  test("a failed load says why, and the next may succeed", async () => {
    const server = new Server(shots("2024-05-02", 3));
    server.refuses = () => true;
    const list = new PhotoList(timelineOf("main"), NO_CHANGES);
    await list.load();
    expect([list.status, list.error?.code]).toEqual(["failed", "internal"]);

    server.refuses = () => false;
    await list.load();

    expect([list.status, list.total]).toEqual(["ready", 3]);
  });
});

describe("loading", () => {
  test("a small month comes as a whole from its own address, once", async () => {
    const [list, server] = await aList([...shots("2024-05-02", 3), ...shots("2023-01-31", 2)]);

    const items = await Promise.all([list.ensure(3), list.ensure(4)]);

    expect(items.map((item) => item?.id)).toEqual(["2023-01-31-00002", "2023-01-31-00001"]);
    expect(server.asked("/buckets/2023-01")).toBe(1);
    expect(list.at(0)).toBeNull();
  });

  test("of a large month only the stretch that is needed comes", async () => {
    const [list, server] = await aList(shots("2024-05-02", 3000));

    expect((await list.ensure(2600))?.id).toBe("2024-05-02-00400");

    expect(server.requests.at(-1)).toContain("offset=2500");
    expect(list.at(2749)?.id).toBe("2024-05-02-00251");
    expect(list.at(2499)).toBeNull();
  });

  test("a filter by type asks for what passes it", async () => {
    const items = [
      ...shots("2024-05-02", 3), ...shots("2024-05-01", 2, { file_type: "video" }),
    ];
    const [list, server] = await aList(items, { type: "video" });

    expect((await list.ensure(1))?.file_type).toBe("video");

    expect(list.total).toBe(2);
    expect(server.asked("content_type=video")).toBe(2);
  });

  test("what has no date is found behind everything else of a filtered list", async () => {
    const [list] = await aList(
      [...shots("2024-05-02", 3, { file_type: "video" }), ...shots(null, 2, { file_type: "video" })],
      { type: "video" },
    );

    expect((await list.ensure(4))?.id).toBe("undated-00001");
  });

  test("a range crosses months", async () => {
    const [list] = await aList([...shots("2024-05-02", 3), ...shots("2023-01-31", 2)]);

    const items = await list.ensureRange(2, 99);

    expect(items.map((item) => item.id)).toEqual([
      "2024-05-02-00001", "2023-01-31-00002", "2023-01-31-00001",
    ]);
  });

  test("a range of thousands is complete though the first are forgotten before the last are there", async () => {
    const [list] = await aList(
      Array.from({ length: 12 }, (_, n) => shots(`${2020 - n}-05-02`, n === 3 ? 1700 : 900)).flat(),
    );
    const stop = list.subscribe(() => list.forgetFarFrom(0));

    const items = await list.ensureRange(0, list.total);

    expect(new Set(items.map((item) => item.id)).size).toBe(11 * 900 + 1700);
    expect(items.map((item) => item.media_date)).toEqual(
      items.map((item) => item.media_date).sort().reverse(),
    );
    stop();
  });

  test("a photo known by its date only is located in a month of thousands", async () => {
    const items = [...shots("2024-05-03", 1200), ...shots("2024-05-02", 1200)];
    const [list, server] = await aList(items);
    server.requests = [];

    expect(await list.locate(items[1500] as Item)).toBe(1500);

    expect(server.asked("/media")).toBeLessThanOrEqual(3);
  });

  test("one that is not in the list is not located", async () => {
    const [list] = await aList(shots("2024-05-02", 3));

    expect(await list.locate(anItem({ id: "else", media_date: "1999-01-01T00:00:00.000" }))).toBeNull();
  });
});

test("a range with a hole asks for what is missing", async () => {
  const [list] = await aList(shots("2024-05-02", 1200));
  await list.ensureRange(0, 250);
  list.change(["2024-05-02-01100"], []);

  const items = await list.ensureRange(0, 1199);

  expect(new Set(items.map((item) => item.id)).size).toBe(1199);
});

test("a stretch that comes short is not asked for again and again", async () => {
  const gone = "2024-05-02-01100";
  const server = new Server(shots("2024-05-02", 1200));
  const list = new PhotoList(timelineOf("main"), {
    lay: (item) => (item.id === gone ? null : item),
  });
  await list.load();
  for (let n = 0; n < 5; n += 1) await list.ensure(249);

  expect(server.asked("/media")).toBe(1);
});

describe("searching", () => {
  test("goes on by itself until something is found", async () => {
    const [, server] = await aList(shots("2024-05-02", 3));
    const answer = server.answer.bind(server);
    let pages = 0;
    server.answer = async (url, init) => {
      pages += url.includes("/media") ? 1 : 0;
      if (!url.includes("/media") || pages > 3) return answer(url.replace(/cursor=\w+/, "cursor=0"), init);
      return Response.json({
        items: [], total: 0, total_is_exact: false, limit: 100, offset: 0, has_more: true,
        next_cursor: `c${pages}`, shuffle_seed: null,
      });
    };
    const list = new PhotoList({ ...timelineOf("main"), search: "2024" }, NO_CHANGES);
    list.subscribe(() => undefined);

    await list.load();

    expect([list.total, pages]).toEqual([3, 4]);
  });

  test("goes on where it stopped until the total is exact", async () => {
    const [list] = await aList(shots("2024-05-02", 250), { search: "2024" });
    expect([list.total, list.totalIsExact]).toEqual([100, false]);

    await list.ensure(249);

    expect([list.total, list.totalIsExact]).toEqual([250, true]);
    expect(list.at(249)?.id).toBe("2024-05-02-00001");
  });
});

describe("what is new on the server", () => {
  test("appears where it belongs, and what has not changed stays the same object", async () => {
    const [list, server] = await aList([...shots("2024-05-02", 3), ...shots("2023-01-31", 2)]);
    await list.ensureRange(0, 5);
    const before = list.at(0);

    server.held.push({ ...anItem({ id: "new", media_date: "2024-05-03T00:00:00.000" }), home: "all" });
    server.revision = 2;
    await list.refresh();

    expect([list.at(0)?.id, list.total]).toEqual(["new", 6]);
    expect(list.at(1)).toBe(before);
  });

  test("a large month keeps what is loaded while a change in it comes", async () => {
    const [list, server] = await aList(shots("2024-05-02", 1200));
    await list.ensureRange(0, 300);
    server.held.push({ ...anItem({ id: "new", media_date: "2024-05-03T00:00:00.000" }), home: "all" });
    server.revision = 2;
    let blank = 0;
    list.subscribe(() => (blank += list.at(3) ? 0 : 1));

    await list.refresh();

    expect([list.at(0)?.id, list.total, blank]).toEqual(["new", 1201, 0]);
    expect(list.at(299)).not.toBeNull();
  });

  test("does not bring back what was taken out meanwhile", async () => {
    const [list, server] = await aList([...shots("2024-05-02", 3), ...shots("2024-04-02", 3)]);
    await list.ensureRange(0, 6);
    server.revision = 2;
    const answer = server.answer.bind(server);
    server.answer = async (url, init) => {
      if (url.includes("/buckets/2024-05")) list.change(["2024-04-02-00002"], []);
      return answer(url, init);
    };

    await list.refresh();

    expect(list.rankOf("2024-04-02-00002")).toBeNull();
    expect(list.total).toBe(5);
  });

  test("costs one request while nothing is", async () => {
    const [list, server] = await aList(shots("2024-05-02", 3));
    server.requests = [];

    await list.refresh();

    expect(server.requests).toHaveLength(1);
  });
});

test("photos far away are forgotten once there are many, and months keep their places", async () => {
  const [list] = await aList(
    Array.from({ length: 10 }, (_, n) => shots(`20${20 - n}-05-02`, 900)).flat(),
  );
  await list.ensureRange(0, 9000);

  list.forgetFarFrom(450);

  const loaded = list.months.reduce((sum, month) => sum + month.loaded, 0);
  expect(loaded).toBeLessThanOrEqual(3600);
  expect(list.at(0)).not.toBeNull();
  expect(list.at(8999)).toBeNull();
  expect(list.rankOf("2011-05-02-00001")).toBeNull();
  expect((await list.ensure(8999))?.id).toBe("2011-05-02-00001");
});

describe("a guest's list, whose addresses are good for a while", () => {
  /** The server's photos under addresses signed anew at each answer. */
  function signing(server: Server): void {
    const answer = server.answer.bind(server);
    let signed = 0;
    server.answer = (url, init) => {
      signed += 1;
      for (const item of server.held) item.thumbnail_url = `/photos/main/${item.id}?Signature=${signed}`;
      return answer(url, init);
    };
  }

  test("has what is looked at under new addresses, and forgets what is far", async () => {
    const [list, server] = await aList([
      ...shots("2024-05-02", 300), ...shots("2023-01-31", 400), ...shots("2022-01-31", 10),
    ]);
    signing(server);
    await list.ensureRange(0, 710);
    list.forgetFarFrom(5);
    const [near, far] = [list.at(5)?.thumbnail_url, list.at(705)];
    expect(far).not.toBeNull();

    await list.renewAddresses();

    expect(list.at(5)?.id).toBe("2024-05-02-00295");
    expect(list.at(5)?.thumbnail_url).not.toBe(near);
    expect(list.at(705)).toBeNull();
    expect(list.total).toBe(710);
  });

  test("a search begins anew", async () => {
    const [list, server] = await aList(shots("2024-05-02", 3), { search: "2024" });
    signing(server);

    await list.renewAddresses();

    expect([list.total, list.totalIsExact]).toEqual([3, true]);
    expect(list.at(0)?.thumbnail_url).toContain("Signature");
  });

  test("fetches a month in stretches that one answer would not hold", async () => {
    const server = new Server(shots("2024-05-02", 700));
    const list = new PhotoList(timelineOf("main"), NO_CHANGES, null, 500);
    await list.load();

    await list.ensure(650);

    expect(server.requests.some((request) => request.includes("/buckets/"))).toBe(false);
    expect(list.at(650)?.id).toBe("2024-05-02-00050");
  });
});
