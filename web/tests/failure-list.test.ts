import { beforeEach, describe, expect, it, vi } from "vitest";

import * as api from "../src/api";
import { ApiError } from "../src/api";
import type { Asset, Failure, FailurePage, RetryResult } from "../src/api-types";
import { FailureList } from "../src/failures/failure-list";

vi.mock("../src/api", { spy: true });

function aFailure(id: string, given: Partial<Failure> = {}): Failure {
  return {
    id,
    local_path: `${id}.jpg`,
    name: `${id}.jpg`,
    file_type: "image",
    file_size: 1,
    media_date: null,
    url: `/photos/main/${id}.jpg`,
    reason: "corrupt",
    detail: "",
    attempts: null,
    is_final: true,
    updated_at: "2024-05-01T12:00:00Z",
    ...given,
  };
}

function anAsset(given: Partial<Asset>): Asset {
  const asset: Partial<Asset> = { deleted_at: null, visibility: "timeline" };
  return { ...asset, thumbnail_state: "failed", ...given } as Asset;
}

/** Answers pages of two. */
function serve(failures: Failure[], pending = 0): void {
  vi.mocked(api.getFailures).mockImplementation(async (_, cursor): Promise<FailurePage> => {
    const start = Number(cursor ?? 0);
    const has_more = start + 2 < failures.length;
    return {
      items: failures.slice(start, start + 2),
      total: failures.length,
      pending,
      limit: 2,
      has_more,
      next_cursor: has_more ? String(start + 2) : null,
    };
  });
}

const queued = (ids: readonly string[]): RetryResult[] =>
  ids.map((id) => ({ id, status: "queued" as const }));
const ids = (list: FailureList): string[] => list.items.map(({ id }) => id);

let list: FailureList;
beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(api.retryFailures).mockImplementation(async (ids) => queued(ids));
  list = new FailureList("main");
});

describe("loading", () => {
  it("shows the first page with the counts, and the next when it is asked for", async () => {
    serve([aFailure("a"), aFailure("b"), aFailure("c")], 4);

    await list.load();
    expect([list.status, ids(list), list.total, list.pending]).toEqual(["ready", ["a", "b"], 3, 4]);

    await list.more();
    expect(ids(list)).toEqual(["a", "b", "c"]);
    expect(list.hasMore).toBe(false);
  });

  it("says why when there is no answer", async () => {
    vi.mocked(api.getFailures).mockRejectedValue(new ApiError(0, "network", "no answer"));

    await list.load();

    expect([list.status, list.error?.code]).toEqual(["failed", "network"]);
  });
});

describe("retrying", () => {
  it("goes on until the photo is gone from the list and has its preview", async () => {
    const [a, b] = [aFailure("a"), aFailure("b")];
    serve([a, b]);
    await list.load();
    await list.retry([a]);
    expect([list.tryOf("a"), list.isTrying]).toEqual(["asked", true]);
    await list.refresh();
    expect(list.tryOf("a")).toBe("asked");

    serve([b]);
    vi.mocked(api.getAsset).mockResolvedValue(anAsset({ thumbnail_state: "ready" }));
    await list.refresh();

    expect([list.tryOf("a"), list.isTrying, list.total]).toEqual(["drawn", false, 1]);
    expect(ids(list)).toEqual(["a", "b"]); // it stays in sight, with what came of it
    expect(list.open.map(({ id }) => id)).toEqual(["b"]);
  });

  it("ends when the row has changed and the photo is still among the failures", async () => {
    const a = aFailure("a");
    serve([a]);
    await list.load();
    await list.retry([a]);

    serve([{ ...a, reason: "timeout", updated_at: "2024-05-01T12:00:09Z" }]);
    await list.refresh();

    expect([list.tryOf("a"), list.items[0]?.reason]).toEqual(["failed", "timeout"]);
    expect(list.open).toHaveLength(1);
  });

  it("takes a photo that was deleted meanwhile off the list", async () => {
    const [a, b] = [aFailure("a"), aFailure("b")];
    serve([a, b]);
    await list.load();
    await list.retry([a]);

    serve([b]);
    vi.mocked(api.getAsset).mockRejectedValue(new ApiError(404, "not_found", "gone"));
    await list.refresh();

    expect(ids(list)).toEqual(["b"]);
    expect(list.isTrying).toBe(false);
  });

  it("counts those that could not be asked for, and lets them be asked for again", async () => {
    const [a, b] = [aFailure("a"), aFailure("b")];
    serve([a, b]);
    await list.load();
    vi.mocked(api.retryFailures).mockResolvedValue([
      { id: "a", status: "queued" },
      { id: "b", status: "error", error: { code: "not_found", message: "gone" } },
    ]);

    expect(await list.retry([a, b])).toBe(1);
    expect([list.tryOf("a"), list.tryOf("b")]).toEqual(["asked", null]);
  });

  it("asks for all of them, those that are not loaded yet too, a hundred at a time", async () => {
    const many = Array.from({ length: 205 }, (_, n) => aFailure(`f${n}`));
    serve(many);
    await list.load();

    expect(await list.retryAll()).toBe(0);

    const calls = vi.mocked(api.retryFailures).mock.calls.map(([ids]) => ids.length);
    expect(calls).toEqual([100, 100, 5]);
  });
});

describe("a list longer than one look reads", () => {
  const many = Array.from({ length: 45 }, (_, n) => aFailure(`f${n}`));

  it("is read to its end by the looks that follow, so that every try ends", async () => {
    serve(many);
    await list.load();
    await list.retryAll();
    const again = many.map((item) => ({ ...item, updated_at: "2024-05-01T12:00:09Z" }));

    serve(again);
    vi.mocked(api.getFailures).mockClear();
    await list.refresh();
    expect(vi.mocked(api.getFailures)).toHaveBeenCalledTimes(10);
    expect([list.tryOf("f19"), list.tryOf("f20"), list.isTrying]).toEqual(["failed", "asked", true]);
    await list.refresh();
    await list.refresh();

    expect([list.tryOf("f44"), list.isTrying]).toEqual(["failed", false]);
    expect(ids(list)).toEqual(many.map(({ id }) => id));
  });

  it("asks after a hundred a look of those that are not in it any more", async () => {
    const crowd = Array.from({ length: 230 }, (_, n) => aFailure(`f${n}`));
    serve(crowd);
    await list.load();
    await list.retryAll();
    let [running, most] = [0, 0];
    vi.mocked(api.getAsset).mockImplementation(async () => {
      most = Math.max(most, (running += 1));
      await Promise.resolve();
      running -= 1;
      return anAsset({ thumbnail_state: "ready" });
    });

    serve([]);
    const asked: number[] = [];
    while (list.isTrying && asked.length < 5) {
      vi.mocked(api.getAsset).mockClear();
      await list.refresh();
      asked.push(vi.mocked(api.getAsset).mock.calls.length);
    }

    expect([asked, most]).toEqual([[100, 100, 30], 10]);
    expect(list.tryOf("f229")).toBe("drawn");
  });
});

describe("looking again", () => {
  it("drops what is no failure any more, but not what has a try to tell of", async () => {
    const [a, b, c] = [aFailure("a"), aFailure("b"), aFailure("c")];
    serve([a, b, c]);
    await list.load();
    await list.more();
    await list.retry([c]);
    vi.mocked(api.getAsset).mockResolvedValue(anAsset({ thumbnail_state: "ready" }));

    serve([a]);
    await list.refresh();

    expect(ids(list)).toEqual(["a", "c"]);
    expect([list.tryOf("c"), list.total]).toEqual(["drawn", 1]);
  });

  it("waits for a tried one that the list does not show and the server has not drawn", async () => {
    const [a, b] = [aFailure("a"), aFailure("b")];
    serve([a, b]);
    await list.load();
    await list.retry([a]);
    serve([b]);
    vi.mocked(api.getAsset).mockResolvedValue(anAsset({ thumbnail_state: "pending" }));
    await list.refresh();
    expect([list.tryOf("a"), ids(list)]).toEqual(["asked", ["a", "b"]]);

    vi.mocked(api.getAsset).mockResolvedValue(anAsset({ visibility: "archive" }));
    await list.refresh();
    expect([list.isTrying, ids(list)]).toEqual([false, ["b"]]);
  });

  it("reads no further than what is shown, and shows no page that nobody asked for", async () => {
    serve([aFailure("a"), aFailure("b"), aFailure("c"), aFailure("d")]);
    await list.load();
    vi.mocked(api.getFailures).mockClear();
    await list.refresh();
    expect(vi.mocked(api.getFailures)).toHaveBeenCalledTimes(1);

    serve([aFailure("b"), aFailure("c"), aFailure("d"), aFailure("e")]);
    await list.refresh();
    expect([ids(list), list.hasMore]).toEqual([["b"], true]);
  });

  it("leaves out at once what is put aside here, and shows it again when it comes back", async () => {
    vi.useFakeTimers();
    const [a, b] = [aFailure("a"), aFailure("b")];
    serve([a, b]);
    await list.load();
    let away = new Set(["a"]);
    list.follow((id) => away.has(id));
    expect([ids(list), list.total]).toEqual([["b"], 1]);
    await list.refresh(); // the server does not know it yet
    expect(ids(list)).toEqual(["b"]);

    away = new Set();
    list.follow((id) => away.has(id));
    await vi.runAllTimersAsync();
    expect(ids(list)).toEqual(["a", "b"]);
    vi.useRealTimers();
  });

  it("goes on with the next page when all that were shown are put aside", async () => {
    vi.useFakeTimers();
    serve([aFailure("a"), aFailure("b"), aFailure("c")]);
    await list.load();

    list.follow((id) => id !== "c");
    expect([ids(list), list.total]).toEqual([[], 1]);
    serve([aFailure("b"), aFailure("c")]); // the server does not know of all of it yet
    await vi.runAllTimersAsync();

    expect(ids(list)).toEqual(["c"]);
    vi.useRealTimers();
  });

  it("shows the first failures of a list that was empty, and that there are more", async () => {
    serve([]);
    await list.load();
    serve([aFailure("a"), aFailure("b"), aFailure("c")]);

    await list.refresh();

    expect([ids(list), list.hasMore, list.total]).toEqual([["a", "b"], true, 3]);
  });

  it("puts new failures first and keeps everything when there is no answer", async () => {
    serve([aFailure("a")]);
    await list.load();
    serve([aFailure("new"), aFailure("a")]);
    await list.refresh();
    expect(ids(list)).toEqual(["new", "a"]);

    vi.mocked(api.getFailures).mockRejectedValue(new ApiError(0, "network", "no answer"));
    await list.refresh();
    expect([list.status, ids(list)]).toEqual(["ready", ["new", "a"]]);
  });
});
