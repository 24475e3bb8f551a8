/** SHA-256 of files of any size, worked out beside the page. */

import { TransferError, UnreadableError } from "./errors";
import type { Digests, HashAnswer, HashOrder } from "./hash-worker";

interface Waiting {
  resolve: (digests: Digests) => void;
  reject: (error: unknown) => void;
  onProgress: (bytes: number) => void;
}

type Hasher = (
  file: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
) => Promise<Digests>;

/** A function that hashes, with one worker behind it, started now: later there may be no network.
 *
 * What it gives fails with an UnreadableError, with a TransferError when the worker could not be
 * loaded, or with the signal's reason.
 */
export function fileHasher(): Hasher {
  const waiting = new Map<number, Waiting>();
  let count = 0;

  const start = (): Worker => {
    const started = new Worker(new URL("./hash-worker.ts", import.meta.url), { type: "module" });
    started.addEventListener("message", ({ data }: MessageEvent<HashAnswer>) => {
      const asked = waiting.get(data.id);
      if (!asked) return;
      if ("read" in data) return asked.onProgress(data.read);
      waiting.delete(data.id);
      if ("digests" in data) asked.resolve(data.digests);
      else asked.reject(new UnreadableError(data.error));
    });
    started.addEventListener("error", () => {
      worker = null; // the next file gets a new one
      for (const { reject } of waiting.values()) reject(new TransferError(0, ""));
      waiting.clear();
    });
    return started;
  };
  let worker: Worker | null = start();

  return (file, onProgress, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted();
      worker ??= start();
      const reader = worker;
      count += 1;
      const id = count;
      waiting.set(id, { resolve, reject, onProgress });
      const giveUp = (): void => {
        if (!waiting.delete(id)) return;
        reader.postMessage({ id, file: null } satisfies HashOrder);
        reject(signal.reason);
      };
      signal.addEventListener("abort", giveUp, { once: true });
      reader.postMessage({ id, file } satisfies HashOrder);
    });
}
