/** The zips under way, for whoever shows them. */

import type { ZipProgress } from "./zip-stream";

export type DownloadState = "running" | "done" | "cancelled" | "failed";

export interface Download extends ZipProgress {
  readonly key: number;
  readonly state: DownloadState;
  /** Files in all. */
  readonly count: number;
  /** Bytes in all, as far as they are known. */
  readonly size: number;
  readonly cancel: () => void;
}

export class Downloads {
  #all = new Map<number, Download>();
  #listeners = new Set<() => void>();
  #count = 0;

  /** The newest first. */
  get all(): readonly Download[] {
    return [...this.#all.values()].reverse();
  }

  get isBusy(): boolean {
    return this.all.some(({ state }) => state === "running");
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Adds one that begins now; returns its key. */
  begin(count: number, size: number, cancel: () => void): number {
    this.#count += 1;
    const key = this.#count;
    const start = { files: 0, bytes: 0, failed: 0, state: "running" as const };
    this.#all.set(key, { key, count, size, cancel, ...start });
    this.#tell();
    return key;
  }

  change(key: number, change: Partial<ZipProgress> & { state?: DownloadState }): void {
    const download = this.#all.get(key);
    if (!download || download.state !== "running") return;
    this.#all.set(key, { ...download, ...change });
    this.#tell();
  }

  dismiss(key: number): void {
    this.#all.delete(key);
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Those of this page. */
export const downloads = new Downloads();
