import { describe as group, expect, it } from "vitest";

import { TransferError, UnreadableError } from "../src/upload/errors";
import { deliver, describe, type Means, type Step } from "../src/upload/send";
import type { Parts, Ticket } from "../src/upload/ticket";

const MB = 1_000_000;

function aFile(size: number, name = "a.jpg", read = async () => new ArrayBuffer(0)): File {
  const file = new File([], name);
  return Object.defineProperties(file, {
    size: { value: size },
    slice: {
      value: (from: number, to: number) => ({
        size: Math.max(0, Math.min(to, size) - from),
        arrayBuffer: read,
      }),
    },
  });
}

/** A bucket that keeps the parts of one file, and fails as it is told. */
class Bucket {
  readonly kept = new Map<number, number>();
  readonly puts: number[] = [];
  readonly waits: number[] = [];
  starts = 0;
  completed = 0;
  atOnce = 0;
  mostAtOnce = 0;
  /** Called before each part is kept; throws to refuse it. */
  refuse: (number: number, tries: number) => void = () => undefined;

  constructor(
    readonly size: number,
    readonly partBytes: number,
    readonly urlsAtOnce = 100,
  ) {}

  get parts(): Parts {
    const count = Math.ceil(this.size / this.partBytes);
    const missing = Array.from({ length: count }, (_, index) => index + 1).filter(
      (number) => !this.kept.has(number),
    );
    return {
      upload_id: "u1",
      part_bytes: this.partBytes,
      count,
      done: [...this.kept].map(([number, size_bytes]) => ({ number, size_bytes })),
      urls: missing.slice(0, this.urlsAtOnce).map((number) => ({ number, url: `/part/${number}`, headers: {} })),
    };
  }

  means(changed: Partial<Means> = {}): Means {
    return {
      hash: async () => ({ whole: "ab", parts: [] }),
      start: async () => {
        this.starts += 1;
        return { id: "i1", duplicate: false, parts: this.parts };
      },
      sendForm: async () => undefined,
      sendPart: async (address, bytes) => {
        const number = Number(address.url.split("/").at(-1));
        this.puts.push(number);
        this.atOnce += 1;
        this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
        await Promise.resolve();
        this.atOnce -= 1;
        this.refuse(number, this.puts.filter((put) => put === number).length);
        this.kept.set(number, bytes.size);
      },
      complete: async () => {
        this.completed += 1;
      },
      untilOnline: async () => undefined,
      wait: async (milliseconds) => {
        this.waits.push(milliseconds);
      },
      random: () => 1,
      ...changed,
    };
  }
}

const facts = { gallery: "main", filename: "a.mp4", size_bytes: 1, sha256: "ab", content_type: "video/mp4" };
const never = new AbortController().signal;

function send(file: File, means: Means, steps: Step[] = []) {
  return deliver(file, facts, means, (step) => steps.push(step), never);
}

group("describe", () => {
  it("reads a file and says what the server has to know of it", async () => {
    const means = new Bucket(0, 1).means({
      hash: async (_, onProgress) => {
        onProgress(7);
        return { whole: "cd", parts: ["01", "02"] };
      },
    });
    const steps: Step[] = [];

    const found = await describe(aFile(9, "B.HEIC"), "mine", means, (s) => steps.push(s), never);

    expect(found).toEqual({
      gallery: "mine",
      filename: "B.HEIC",
      size_bytes: 9,
      sha256: "cd",
      content_type: "image/heic",
      part_sha256: ["01", "02"],
    });
    expect(steps.at(-1)).toEqual({ state: "hashing", bytes: 7 });
  });
});

group("deliver", () => {
  it("sends nothing of a file that is there already", async () => {
    const bucket = new Bucket(10, 5);
    const ticket: Ticket = {
      id: "i9", duplicate: true, restored: false, asset: { visibility: "archive" },
    };

    const outcome = await send(aFile(10), bucket.means({ start: async () => ticket }));

    expect(outcome).toEqual({ id: "i9", found: { isRestored: false, visibility: "archive" } });
    expect(bucket.puts).toEqual([]);
  });

  it("posts a small file in one form", async () => {
    const posted: string[] = [];
    const means = new Bucket(10, 5).means({
      start: async () => ({ id: "i1", duplicate: false, form: { url: "/post", fields: {} } }),
      sendForm: async (form) => void posted.push(form.url),
    });

    expect(await send(aFile(10), means)).toEqual({ id: "i1", found: null });
    expect(posted).toEqual(["/post"]);
  });

  it("puts a large file in parts, three at a time, and completes it once", async () => {
    const bucket = new Bucket(95 * MB, 10 * MB);
    const steps: Step[] = [];

    await send(aFile(95 * MB), bucket.means(), steps);

    expect(bucket.puts).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(bucket.kept.get(10)).toBe(5 * MB);
    expect(bucket.mostAtOnce).toBe(3);
    expect(bucket.completed).toBe(1);
    expect(steps.at(-1)).toEqual({ state: "finishing", bytes: 95 * MB });
  });

  it("sends only what is missing of a file that was begun before", async () => {
    const bucket = new Bucket(50, 10);
    bucket.kept.set(1, 10).set(3, 10);
    const steps: Step[] = [];

    await send(aFile(50), bucket.means(), steps);

    expect(bucket.puts).toEqual([2, 4, 5]);
    expect(steps[0]).toEqual({ state: "sending", bytes: 20 });
  });

  it("asks again for more addresses when not all came at once", async () => {
    const bucket = new Bucket(70, 10, 3);

    await send(aFile(70), bucket.means());

    expect(bucket.puts).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(bucket.starts).toBe(3);
    expect(bucket.waits).toEqual([]);
  });

  it("tries a part again that failed, and none that arrived", async () => {
    const bucket = new Bucket(50, 10);
    bucket.refuse = (number, tries) => {
      if (number === 2 && tries === 1) throw new TransferError(503, "SlowDown");
    };

    await send(aFile(50), bucket.means());

    expect(bucket.puts.filter((number) => number === 2)).toHaveLength(2);
    expect(bucket.puts).toHaveLength(6);
    expect(bucket.waits).toEqual([1_000]);
  });

  it("goes on for ever as long as something arrives between failures", async () => {
    const bucket = new Bucket(300, 10, 1);
    bucket.refuse = (_, tries) => {
      if (tries < 4) throw new TransferError(0, "");
    };

    await send(aFile(300), bucket.means());

    expect(bucket.kept.size).toBe(30);
  });

  it("fails after seven tries that brought nothing", async () => {
    const bucket = new Bucket(20, 10);
    bucket.refuse = () => {
      throw new TransferError(0, "");
    };

    await expect(send(aFile(20), bucket.means())).rejects.toThrow("no answer");
    expect(bucket.starts).toBe(7);
    expect(bucket.waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000]);
  });

  it("tells a file that was changed or taken away from a connection that is gone", async () => {
    const bucket = new Bucket(20, 10);
    bucket.refuse = () => {
      throw new TransferError(0, "");
    };
    const gone = aFile(20, "a.jpg", async () => {
      throw new DOMException("the file was changed", "NotReadableError");
    });

    await expect(send(gone, bucket.means())).rejects.toThrow(UnreadableError);
    expect(bucket.starts).toBe(1);
    expect(bucket.waits).toEqual([]);
  });

  it("tells at its end how much is there, and not what was half sent", async () => {
    const bucket = new Bucket(50, 10);
    bucket.kept.set(1, 10);
    const steps: Step[] = [];
    const means = bucket.means({
      sendPart: async (_, bytes, onProgress) => {
        onProgress(bytes.size / 2);
        throw new TransferError(400, "BadDigest");
      },
    });

    await expect(send(aFile(50), means, steps)).rejects.toThrow("BadDigest");
    expect(steps.at(-1)).toEqual({ state: "pausing", bytes: 10 });
  });

  it("does not repeat what can't succeed", async () => {
    const bucket = new Bucket(20, 10);
    bucket.refuse = () => {
      throw new TransferError(400, "BadDigest");
    };

    await expect(send(aFile(20), bucket.means())).rejects.toThrow("BadDigest");
    expect(bucket.starts).toBe(1);
  });

  it("waits for the network before it asks", async () => {
    const order: string[] = [];
    const bucket = new Bucket(10, 10);
    const means = bucket.means({
      untilOnline: async () => void order.push("online"),
      complete: async () => void order.push("complete"),
    });

    await send(aFile(10), means);

    expect(order).toEqual(["online", "complete"]);
  });

  it("counts a file as sent when its own first try turns out to have arrived", async () => {
    let asked = 0;
    const means = new Bucket(10, 5).means({
      start: async () => {
        asked += 1;
        return asked === 1
          ? { id: "i1", duplicate: false, form: { url: "/post", fields: {} } }
          : { id: "i1", duplicate: true, restored: false, asset: { visibility: "timeline" } };
      },
      sendForm: async () => {
        throw new TransferError(0, ""); // it arrived; the answer did not
      },
    });

    expect(await send(aFile(10), means)).toEqual({ id: "i1", found: null });
  });

  it("stops at once when it is cancelled", async () => {
    const stop = new AbortController();
    const bucket = new Bucket(50, 10);
    bucket.refuse = () => {
      stop.abort();
      throw new TransferError(0, "");
    };

    const sending = deliver(aFile(50), facts, bucket.means(), () => undefined, stop.signal);

    await expect(sending).rejects.toThrow();
    expect(bucket.starts).toBe(1);
    expect(bucket.waits).toEqual([]);
  });
});
