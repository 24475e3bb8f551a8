/** Files waiting, on their way, arrived or refused: three at a time, none of them twice. */

import { isClutter, refusal, type Refusal } from "./accept";
import type { Picked } from "./collect";
import { isForeseen } from "./errors";
import { deliver, describe, type Found, type Means, type Outcome, type Step } from "./send";
import type { FileFacts } from "./ticket";

export type UploadState =
  | "waiting"
  | Step["state"]
  | "done"
  | "duplicate"
  | "restored"
  | "refused"
  | "failed"
  | "cancelled";

/** One file of the queue. Replaced, never changed. */
export interface Upload {
  readonly key: number;
  readonly file: File;
  readonly folder: string;
  readonly gallery: string;
  readonly state: UploadState;
  /** Bytes read while hashing, bytes that are there afterwards; of a failed one too. */
  readonly bytes: number;
  readonly refusal: Refusal | null;
  /** Of a failed one. */
  readonly error: unknown;
  /** The asset's id, once it is known. */
  readonly id: string | null;
  /** Of one that was there before. */
  readonly found: Found | null;
}

/** The whole queue in numbers; what is refused, unopened or cancelled counts nowhere else. */
export interface Summary {
  files: number;
  /** Waiting or on their way. */
  open: number;
  done: number;
  duplicates: number;
  /** Out of the bin. */
  restored: number;
  failed: number;
  refused: number;
  /** Could not be opened, and may be photos; not among the refused. */
  unopened: number;
  cancelled: number;
  /** Of all files but those that were never to be sent, or are no more. */
  bytes: number;
  bytesThere: number;
}

const FILES_AT_ONCE = 3;
const ENDED: ReadonlySet<UploadState> = new Set([
  "done",
  "duplicate",
  "restored",
  "refused",
  "failed",
  "cancelled",
]);

export function isOpen(upload: Upload): boolean {
  return !ENDED.has(upload.state);
}

/** Whether it is in the gallery by now, or was before. */
export function isThere({ state }: Upload): boolean {
  return state === "done" || state === "duplicate" || state === "restored";
}

export class UploadQueue {
  #uploads = new Map<number, Upload>();
  #stops = new Map<number, AbortController>();
  #waiting: number[] = [];
  #listeners = new Set<() => void>();
  #count = 0;
  #copies = new Map<string, Promise<Outcome | null>>();
  #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /** In the order in which they were added. */
  get uploads(): readonly Upload[] {
    return [...this.#uploads.values()];
  }

  get isBusy(): boolean {
    return this.#stops.size > 0 || this.#waiting.length > 0;
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Takes files in: those that are no photos are named with the reason, nothing of them read. */
  add(files: readonly Picked[], gallery: string): void {
    for (const { file, folder, isUnopened } of files) {
      if (isClutter(file.name)) continue;
      this.#count += 1;
      const reason = isUnopened ? "unopened" : refusal(file);
      this.#uploads.set(this.#count, {
        key: this.#count,
        file,
        folder,
        gallery,
        state: reason ? "refused" : "waiting",
        bytes: 0,
        refusal: reason,
        error: null,
        id: null,
        found: null,
      });
      if (!reason) this.#waiting.push(this.#count);
    }
    this.#tell();
    this.#next();
  }

  /** Tries a failed or cancelled file again. */
  retry(key: number): void {
    const upload = this.#uploads.get(key);
    if (!upload || (upload.state !== "failed" && upload.state !== "cancelled")) return;
    this.#change(key, { state: "waiting", bytes: 0, error: null });
    this.#waiting.push(key);
    this.#next();
  }

  retryFailed(): void {
    for (const upload of this.uploads) if (upload.state === "failed") this.retry(upload.key);
  }

  /** Stops a file on its way, or takes it out of those waiting. */
  cancel(key: number): void {
    const upload = this.#uploads.get(key);
    if (!upload || !isOpen(upload)) return;
    this.#waiting = this.#waiting.filter((other) => other !== key);
    this.#change(key, { state: "cancelled", bytes: 0 });
    this.#stops.get(key)?.abort();
  }

  cancelAll(): void {
    for (const upload of this.uploads) this.cancel(upload.key);
  }

  /** Forgets everything that has ended. */
  dismissEnded(): void {
    for (const upload of this.uploads) if (!isOpen(upload)) this.#uploads.delete(upload.key);
    this.#tell();
  }

  summary(): Summary {
    const sum: Summary = {
      ...{ files: 0, open: 0, done: 0, duplicates: 0, restored: 0 },
      ...{ failed: 0, refused: 0, unopened: 0, cancelled: 0, bytes: 0, bytesThere: 0 },
    };
    for (const upload of this.#uploads.values()) {
      if (upload.refusal === "unopened") sum.unopened += 1;
      else if (upload.state === "refused") sum.refused += 1;
      else if (upload.state === "cancelled") sum.cancelled += 1;
      else {
        sum.files += 1;
        sum.bytes += upload.file.size;
        if (upload.state === "done") sum.done += 1;
        else if (upload.state === "duplicate") sum.duplicates += 1;
        else if (upload.state === "restored") sum.restored += 1;
        else if (upload.state === "failed") sum.failed += 1;
        else sum.open += 1;
        sum.bytesThere += bytesThere(upload);
      }
    }
    return sum;
  }

  #next(): void {
    while (this.#stops.size < FILES_AT_ONCE) {
      const key = this.#waiting.shift();
      if (key === undefined) return;
      const stop = new AbortController();
      this.#stops.set(key, stop);
      void this.#send(key, stop.signal).finally(() => {
        if (this.#stops.get(key) === stop) this.#stops.delete(key);
        this.#tell();
        this.#next();
      });
    }
  }

  async #send(key: number, signal: AbortSignal): Promise<void> {
    const upload = this.#uploads.get(key);
    if (!upload) return;
    const report = (step: Step): void => {
      if (!signal.aborted) this.#change(key, step);
    };
    try {
      const { file, gallery } = upload;
      const facts = await describe(file, gallery, this.#means, report, signal);
      const { id, found } = await this.#oneCopy(facts, () =>
        deliver(file, facts, this.#means, report, signal),
      );
      if (signal.aborted) return;
      const state = !found ? "done" : found.isRestored ? "restored" : "duplicate";
      this.#change(key, { state, bytes: file.size, id, found });
    } catch (error) {
      if (signal.aborted) return;
      if (!isForeseen(error)) console.error(error); // a mistake of ours: the other files go on
      const bytes = bytesThere(this.#uploads.get(key) ?? upload);
      this.#change(key, { state: "failed", bytes, error });
    }
  }

  /** Of two equal files on their way the second waits, and is a duplicate once the first is in. */
  async #oneCopy(facts: FileFacts, send: () => Promise<Outcome>): Promise<Outcome> {
    const name = `${facts.gallery}:${facts.sha256}`;
    const earlier = this.#copies.get(name);
    const sending = (async () => {
      const copy = await earlier;
      if (!copy) return send();
      const visibility = copy.found?.visibility ?? "timeline";
      return { id: copy.id, found: { isRestored: false, visibility } };
    })();
    const ended = sending.catch(() => null);
    this.#copies.set(name, ended);
    try {
      return await sending;
    } finally {
      if (this.#copies.get(name) === ended) this.#copies.delete(name);
    }
  }

  #change(key: number, change: Partial<Upload>): void {
    const upload = this.#uploads.get(key);
    if (!upload) return;
    this.#uploads.set(key, { ...upload, ...change });
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Bytes that the server has, or is being sent. */
function bytesThere(upload: Upload): number {
  if (isThere(upload)) return upload.file.size;
  const isSending = upload.state === "sending" || upload.state === "finishing";
  return isSending || upload.state === "pausing" ? upload.bytes : 0;
}
