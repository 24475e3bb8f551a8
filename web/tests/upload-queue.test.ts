import { beforeEach, describe, expect, it, vi } from "vitest";

import type { Visibility } from "../src/api-types";
import { text } from "../src/text";
import { TransferError } from "../src/upload/errors";
import { Pace } from "../src/upload/pace";
import { UploadQueue, type UploadState } from "../src/upload/queue";
import type { Means } from "../src/upload/send";
import { stateOf } from "../src/upload/words";

/** A file whose bytes are its name, so that equal names are equal files. */
function aFile(name: string, content = name): File {
  return new File([content], name);
}

/** Forms that wait until the test lets them arrive. */
class Post {
  readonly sent: string[] = [];
  readonly #open = new Map<string, { arrive: () => void; fail: (error: unknown) => void }>();
  readonly known = new Map<string, { restored: boolean; visibility: Visibility }>();

  get means(): Means {
    return {
      hash: async (file) => ({ whole: await file.text(), parts: [] }),
      start: async ({ sha256 }) => {
        const found = this.known.get(sha256);
        return found
          ? { id: sha256, duplicate: true, restored: found.restored, asset: found }
          : { id: sha256, duplicate: false, form: { url: "/post", fields: {} } };
      },
      sendForm: (_, file, onProgress, signal) =>
        new Promise((arrive, fail) => {
          const { name, size } = file as File;
          this.sent.push(name);
          onProgress(size);
          this.#open.set(name, { arrive, fail });
          signal.addEventListener("abort", () => fail(signal.reason));
        }),
      sendPart: async () => undefined,
      complete: async () => undefined,
      untilOnline: async () => undefined,
      wait: async () => undefined,
      random: () => 0,
    };
  }

  async arrive(name: string): Promise<void> {
    this.#open.get(name)?.arrive();
    await settled();
  }

  async fail(name: string, error: unknown): Promise<void> {
    this.#open.get(name)?.fail(error);
    await settled();
  }
}

function settled(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}

let post: Post;
let queue: UploadQueue;
beforeEach(() => {
  post = new Post();
  queue = new UploadQueue(post.means);
});

async function add(...files: File[]): Promise<void> {
  queue.add(
    files.map((file) => ({ file, folder: "" })),
    "main",
  );
  await settled();
}

const states = (): UploadState[] => queue.uploads.map(({ state }) => state);
const keyOf = (name: string): number =>
  queue.uploads.find(({ file }) => file.name === name)?.key ?? 0;

describe("UploadQueue", () => {
  it("sends three files at a time and the next when one has arrived", async () => {
    await add(aFile("1.jpg"), aFile("2.jpg"), aFile("3.jpg"), aFile("4.jpg"));
    expect(post.sent).toEqual(["1.jpg", "2.jpg", "3.jpg"]);
    expect(states()).toEqual(["sending", "sending", "sending", "waiting"]);

    await post.arrive("2.jpg");

    expect(post.sent).toEqual(["1.jpg", "2.jpg", "3.jpg", "4.jpg"]);
    expect(states()).toEqual(["sending", "done", "sending", "sending"]);
  });

  it("names files that are no photos, and reads and sends nothing of them", async () => {
    await add(aFile("letter.pdf"), aFile("photo.jpg.xmp"), new File([], "empty.jpg"));

    expect(queue.uploads.map(({ refusal }) => refusal)).toEqual(["not-media", "sidecar", "empty"]);
    expect(queue.isBusy).toBe(false);
    expect(queue.summary()).toMatchObject({ files: 0, refused: 3, bytes: 0 });
  });

  it("names what could not be opened, apart from what is no photo", async () => {
    queue.add(
      [
        { file: aFile("a.jpg"), folder: "Card" },
        { file: new File([], "b.jpg"), folder: "Card", isUnopened: true },
        { file: new File([], "DCIM"), folder: "Card", isUnopened: true },
        { file: aFile("letter.pdf"), folder: "Card" },
      ],
      "main",
    );
    await settled();
    await post.arrive("a.jpg");

    expect(states()).toEqual(["done", "refused", "refused", "refused"]);
    expect(queue.uploads.map(stateOf).slice(1)).toEqual([
      "Could not be opened",
      "Could not be opened",
      "Not a photo or video",
    ]);
    expect(queue.summary()).toMatchObject({ files: 1, done: 1, refused: 1, unopened: 2 });
    expect(text.upload.ended(queue.summary())).toBe("1 uploaded, 2 could not be opened");
  });

  it("passes over what systems leave in every folder", async () => {
    await add(aFile(".DS_Store"), aFile("Thumbs.db"), aFile("._a.jpg"), aFile("a.jpg"));

    expect(queue.uploads.map(({ file }) => file.name)).toEqual(["a.jpg"]);
  });

  it("says of a file that is there already that it is, and sends nothing", async () => {
    post.known.set("old", { restored: false, visibility: "timeline" });
    await add(aFile("old.jpg", "old"));

    expect(states()).toEqual(["duplicate"]);
    expect(post.sent).toEqual([]);
    expect(queue.uploads[0]?.id).toBe("old");
    expect(queue.uploads.map(stateOf)).toEqual(["Already here · 3 B"]);
  });

  it("says of a file that lay in the bin that it was brought back, once", async () => {
    post.known.set("old", { restored: true, visibility: "timeline" });
    await add(aFile("a.jpg", "old"), aFile("b.jpg", "old"), aFile("new.jpg"));
    await post.arrive("new.jpg");

    expect(states()).toEqual(["restored", "duplicate", "done"]);
    expect(queue.uploads.map(stateOf).slice(0, 2)).toEqual([
      "Restored from the bin · 3 B",
      "Already here · 3 B",
    ]);
    expect(queue.summary()).toMatchObject({ done: 1, duplicates: 1, restored: 1, bytesThere: 13 });
    expect(text.upload.ended(queue.summary())).toBe(
      "1 uploaded, 1 already here, 1 restored from the bin",
    );
  });

  it("says where a photo is that is there and not in the timeline", async () => {
    post.known.set("one", { restored: false, visibility: "archive" });
    post.known.set("two", { restored: true, visibility: "locked" });
    await add(aFile("1.jpg", "one"), aFile("2.jpg", "one"), aFile("3.jpg", "two"));

    expect(queue.uploads.map(stateOf)).toEqual([
      "Already here, in the archive · 3 B",
      "Already here, in the archive · 3 B",
      "Restored from the bin, among the locked · 3 B",
    ]);
  });

  it("sends one of two equal files, and the other when the first one fails", async () => {
    await add(aFile("a.jpg", "same"), aFile("b.jpg", "same"));
    expect(post.sent).toEqual(["a.jpg"]);

    await post.fail("a.jpg", new TransferError(400, "BadDigest"));
    expect(post.sent).toEqual(["a.jpg", "b.jpg"]);
    await post.arrive("b.jpg");
    expect(states()).toEqual(["failed", "done"]);

    await add(aFile("c.jpg", "two"), aFile("d.jpg", "two"));
    await post.arrive("c.jpg");
    expect(states()).toEqual(["failed", "done", "done", "duplicate"]);
  });

  it("tries again what failed, and that alone", async () => {
    await add(aFile("1.jpg"), aFile("2.jpg"));
    await post.fail("1.jpg", new TransferError(400, "BadDigest"));
    await post.arrive("2.jpg");
    expect(states()).toEqual(["failed", "done"]);

    queue.retryFailed();
    await settled();
    await post.arrive("1.jpg");

    expect(states()).toEqual(["done", "done"]);
    expect(post.sent).toEqual(["1.jpg", "2.jpg", "1.jpg"]);
  });

  it("goes on after an error that nobody foresaw, and offers to try the file again", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const mistake = new TypeError("undefined is not a function");
    await add(aFile("1.jpg"), aFile("2.jpg"));

    await post.fail("1.jpg", mistake);
    await post.arrive("2.jpg");

    expect(states()).toEqual(["failed", "done"]);
    expect(queue.uploads.map(stateOf)[0]).toBe("Something unexpected went wrong; try again");
    expect(told.mock.calls).toEqual([[mistake]]);
    queue.retryFailed();
    await settled();
    await post.arrive("1.jpg");
    expect(states()).toEqual(["done", "done"]);
    told.mockRestore();
  });

  it("cancels one on its way and one that waits, and takes them up again", async () => {
    await add(aFile("1.jpg"), aFile("2.jpg"), aFile("3.jpg"), aFile("4.jpg"), aFile("5.jpg"));

    queue.cancel(keyOf("1.jpg"));
    queue.cancel(keyOf("5.jpg"));
    await settled();
    expect(states()).toEqual(["cancelled", "sending", "sending", "sending", "cancelled"]);
    expect(queue.summary()).toMatchObject({ files: 3, open: 3, cancelled: 2 });

    queue.retry(keyOf("5.jpg"));
    await post.arrive("2.jpg");
    expect(post.sent.at(-1)).toBe("5.jpg");
  });

  it("counts files and bytes", async () => {
    await add(aFile("1.jpg", "1234"), aFile("2.jpg", "123456"), aFile("x.txt"));
    await post.arrive("1.jpg");

    expect(queue.summary()).toMatchObject({
      files: 2,
      open: 1,
      done: 1,
      refused: 1,
      bytes: 10,
      bytesThere: 10, // the second is sent, and not answered yet
    });
    expect(queue.isBusy).toBe(true);
  });

  it("forgets what has ended and keeps what is on its way", async () => {
    await add(aFile("1.jpg"), aFile("2.jpg"), aFile("x.txt"));
    await post.arrive("1.jpg");

    queue.dismissEnded();

    expect(queue.uploads.map(({ file }) => file.name)).toEqual(["2.jpg"]);
  });
});

describe("Pace", () => {
  it("says how long the rest takes at the speed of the last seconds", () => {
    let now = 0;
    const pace = new Pace(() => now);
    expect(pace.secondsFor(100)).toBeNull();

    for (now = 0; now <= 60_000; now += 1_000) pace.note(now); // 1,000 bytes a second
    now = 60_000;
    expect(pace.secondsFor(5_000)).toBeCloseTo(5);

    for (; now <= 90_000; now += 1_000) pace.note(60_000 + (now - 60_000) / 10);
    now = 90_000;
    expect(pace.secondsFor(1_000)).toBeCloseTo(10);
  });

  it("says nothing while nothing moves", () => {
    let now = 0;
    const pace = new Pace(() => now);
    for (; now < 10_000; now += 1_000) pace.note(5);

    expect(pace.secondsFor(100)).toBeNull();
  });
});
