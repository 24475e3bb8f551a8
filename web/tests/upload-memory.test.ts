import { beforeEach, describe, expect, it, vi } from "vitest";

import { TransferError } from "../src/upload/errors";
import { Memory } from "../src/upload/memory";
import { UploadQueue } from "../src/upload/queue";
import type { Means } from "../src/upload/send";
import { recall, remember, without, type Unfinished } from "../src/upload/unfinished";

const KEY = "contact-sheet-unfinished:1";
const film = { gallery: "main", name: "film.mp4", size: 300, bytes: 120 };
const photo = { gallery: "main", name: "a.jpg", size: 5, bytes: 0 };

/** What a browser keeps for all tabs. */
let kept: Map<string, string>;
let storage: Storage;
let locks: Locks;

beforeEach(() => {
  kept = new Map();
  locks = new Locks();
  storage = {
    get length() {
      return kept.size;
    },
    key: (index: number) => [...kept.keys()][index] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
});

/** Locks as browsers have them: granted in turn, given back with the promise, or by a closed tab. */
class Locks {
  readonly held = new Map<string, Promise<unknown>>();
  readonly asked: string[] = [];

  get manager(): LockManager {
    return { request: this.request.bind(this) } as unknown as LockManager;
  }

  close(): void {
    this.held.clear();
  }

  async request(name: string, ...rest: unknown[]): Promise<unknown> {
    const act = rest.at(-1) as () => unknown;
    const { signal } = (rest.length > 1 ? rest[0] : {}) as { signal?: AbortSignal };
    this.asked.push(name);
    await Promise.resolve();
    const stopped = new Promise((_, fail) => signal?.addEventListener("abort", () => fail(signal.reason)));
    while (this.held.has(name)) await Promise.race([this.held.get(name), stopped]);
    stopped.catch(() => undefined); // nobody asks any more
    const done = Promise.resolve(act());
    this.held.set(name, done);
    await done;
    this.held.delete(name);
    return done;
  }
}

/** A tab with uploads that arrive or fail when the test says so. */
function aTab(lockManager: LockManager | undefined = locks.manager, changed: Partial<Means> = {}) {
  const open = new Map<string, { arrive: () => void; fail: (error: unknown) => void }>();
  const means: Means = {
    hash: async (file) => ({ whole: await file.text(), parts: [] }),
    start: async ({ sha256 }) => ({
      id: sha256, duplicate: false, form: { url: "/post", fields: {} },
    }),
    sendForm: (_, file, onProgress) =>
      new Promise((arrive, fail) => {
        onProgress(2);
        open.set((file as File).name, { arrive, fail });
      }),
    sendPart: async () => undefined,
    complete: async () => undefined,
    untilOnline: async () => undefined,
    wait: async () => undefined,
    random: () => 0,
    ...changed,
  };
  const queue = new UploadQueue(means);
  let left: readonly Unfinished[] = [];
  const memory = new Memory(queue, storage, lockManager, (now) => {
    left = now;
  });
  return {
    queue,
    memory,
    open,
    left: () => left.map(({ name }) => name),
    add: (name: string) => queue.add([{ file: new File([name], name), folder: "" }], "main"),
  };
}

const written = (): Unfinished[] => [...kept.keys()].flatMap((key) => recall(storage, key));
const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { interval: 5 });

describe("unfinished files", () => {
  it("are remembered, the most advanced first, until they are taken up again", () => {
    remember(storage, KEY, [photo, film]);
    expect(recall(storage, KEY)).toEqual([film, photo]);

    remember(storage, KEY, without(recall(storage, KEY), [{ name: "film.mp4", size: 300 }]));
    expect(recall(storage, KEY)).toEqual([photo]);

    remember(storage, KEY, []);
    expect(kept.size).toBe(0);
  });

  it("are none when what was kept can't be read", () => {
    kept.set(KEY, "{nonsense");
    expect(recall(storage, KEY)).toEqual([]);
    kept.set(KEY, '[{"name": 1}]');
    expect(recall(storage, KEY)).toEqual([]);
    expect(recall(null, KEY)).toEqual([]);
  });
});

describe("a tab's memory", () => {
  it("keeps what is on its way and what failed, each under the tab's own key", async () => {
    const [one, other] = [aTab(), aTab()];
    one.add("a.jpg");
    one.add("b.jpg");
    other.add("c.jpg");
    await eventually(() => expect(written().map(({ name }) => name)).toEqual(["a.jpg", "b.jpg", "c.jpg"]));
    expect(kept.size).toBe(2);

    one.open.get("a.jpg")?.arrive();
    one.open.get("b.jpg")?.fail(new TransferError(400, "BadDigest"));

    await eventually(() => expect(written().map(({ name }) => name)).toEqual(["b.jpg", "c.jpg"]));
    one.add("b.jpg"); // chosen again, it arrives
    await eventually(() => expect(one.queue.uploads.at(-1)?.state).toBe("sending"));
    one.open.get("b.jpg")?.arrive();
    await eventually(() => expect(written().map(({ name }) => name)).toEqual(["c.jpg"]));
  });

  it("knows how much of a large file is there that failed", async () => {
    const parts = {
      ...{ upload_id: "u1", part_bytes: 3, count: 2, done: [{ number: 1, size_bytes: 3 }] },
      urls: [{ number: 2, url: "/part/2", headers: {} }],
    };
    const tab = aTab(locks.manager, {
      start: async () => ({ id: "i1", duplicate: false, parts }),
      sendPart: async (_, bytes, onProgress) => {
        onProgress(bytes.size);
        throw new TransferError(400, "BadDigest");
      },
    });

    tab.add("a.jpg");

    await eventually(() => expect(tab.queue.uploads[0]?.state).toBe("failed"));
    await eventually(() => expect(written()).toEqual([{ ...photo, bytes: 3 }]));
  });

  it("takes over what a closed tab left, and leaves alone a tab that is there", async () => {
    const one = aTab();
    one.add("a.jpg");
    await eventually(() => expect(written()).toHaveLength(1));
    const second = aTab();
    await second.memory.takeOver();
    expect(second.left()).toEqual([]);

    locks.close();
    const third = aTab();
    await third.memory.takeOver();

    expect(third.left()).toEqual(["a.jpg"]);
    expect(written().map(({ name }) => name)).toEqual(["a.jpg"]);
    const fourth = aTab();
    await fourth.memory.takeOver(); // the third is there: nothing is left for others
    expect(fourth.left()).toEqual([]);
  });

  it("gives what was left to one of two tabs that are opened at once", async () => {
    remember(storage, KEY, [film]);
    const [one, other] = [aTab(), aTab()];

    await Promise.all([one.memory.takeOver(), other.memory.takeOver()]);

    expect([...one.left(), ...other.left()]).toEqual(["film.mp4"]);
    expect(written()).toEqual([film]);
  });

  it("asks no more for a file that is in the queue again, however it came there", async () => {
    remember(storage, KEY, [photo, film]);
    const tab = aTab();
    await tab.memory.takeOver();
    expect(tab.left()).toEqual(["film.mp4", "a.jpg"]);

    tab.add("a.jpg");

    await eventually(() => expect(tab.left()).toEqual(["film.mp4"]));
    await eventually(() => expect(tab.open.has("a.jpg")).toBe(true));
    tab.open.get("a.jpg")?.arrive();
    await eventually(() => expect(written()).toEqual([film]));
    tab.memory.forget();
    expect(kept.size).toBe(0);
  });

  it("works where the browser has no locks, and where it keeps nothing", async () => {
    remember(storage, KEY, [film]);
    const tab = aTab(undefined);
    expect(locks.asked).toEqual([]);
    await tab.memory.takeOver();
    expect(tab.left()).toEqual(["film.mp4"]);

    const queue = new UploadQueue({} as Means);
    const memory = new Memory(queue, null, undefined, () => undefined);
    await memory.takeOver();
    memory.keep();
    expect(written()).toEqual([film]);
  });
});
