/** Photos that could not be drawn, and what came of trying again. No DOM. */

import * as api from "../api";
import { ApiError } from "../api";
import type { Failure, FailurePage } from "../api-types";

/** What came of another try; "asked" until it ends. */
export type Try = "asked" | "drawn" | "failed";

/** Pages looked through at most for those that are being tried. */
const MAX_PAGES = 10;

export class FailureList {
  readonly gallery: string;
  status: "loading" | "ready" | "failed" = "loading";
  error: ApiError | null = null;
  items: readonly Failure[] = [];
  /** Of the whole list. */
  total = 0;
  /** Photos that have neither a preview nor a reason yet. */
  pending = 0;
  hasMore = false;
  isBusy = false;
  #cursor: string | null = null;
  #tries = new Map<string, { state: Try; since: string | null }>();
  #listeners = new Set<() => void>();

  constructor(gallery: string) {
    this.gallery = gallery;
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tryOf(id: string): Try | null {
    return this.#tries.get(id)?.state ?? null;
  }

  /** Whether any try has not ended yet. */
  get isTrying(): boolean {
    return [...this.#tries.values()].some(({ state }) => state === "asked");
  }

  /** Those that may be asked for: all but what is being tried and what has its preview by now. */
  get open(): readonly Failure[] {
    return this.items.filter(({ id }) => !["asked", "drawn"].includes(this.tryOf(id) ?? ""));
  }

  async load(): Promise<void> {
    this.status = "loading";
    this.error = null;
    this.#tell();
    try {
      this.#count(await this.#append(null));
      this.status = "ready";
    } catch (error) {
      this.error = asApiError(error);
      this.status = "failed";
    }
    this.#tell();
  }

  /** @throws ApiError when the next page could not be loaded. */
  async more(): Promise<void> {
    if (!this.hasMore || this.isBusy) return;
    await this.#whileBusy(() => this.#append(this.#cursor));
  }

  /**
   * Asks for another try at some.
   *
   * @returns How many could not be asked for.
   */
  async retry(failures: readonly Failure[]): Promise<number> {
    let refused = 0;
    for (let start = 0; start < failures.length; start += api.MAX_RETRIED) {
      const some = failures.slice(start, start + api.MAX_RETRIED);
      this.#mark(some, "asked");
      refused += await this.#ask(some);
    }
    return refused;
  }

  /**
   * Asks for another try at all of them, those that are not loaded yet too.
   *
   * @returns How many could not be asked for.
   * @throws ApiError when not all of them could be loaded.
   */
  async retryAll(): Promise<number> {
    return this.#whileBusy(async () => {
      while (this.hasMore) await this.#append(this.#cursor);
      return this.retry(this.open);
    });
  }

  /** Looks how the tries went, and for new failures. Without an answer all stays as it was. */
  async refresh(): Promise<void> {
    if (this.status !== "ready" || this.isBusy) return;
    const asked = new Set(this.#asked());
    try {
      const { found, page, isWhole } = await this.#look(asked);
      if (page) this.#count(page);
      const gone = isWhole ? [...asked].filter((id) => !found.has(id)) : [];
      const drawn = new Map(
        await Promise.all(gone.map(async (id) => [id, await isDrawn(id)] as const)),
      );
      for (const [id, attempt] of this.#tries) {
        const now = found.get(id);
        if (now && now.updated_at !== attempt.since) attempt.state = "failed";
        if (drawn.get(id)) attempt.state = "drawn";
        if (drawn.get(id) === false) this.#tries.delete(id);
      }
      const known = new Set(this.items.map(({ id }) => id));
      this.items = [
        ...[...found.values()].filter(({ id }) => !known.has(id)),
        ...this.items.map((item) => found.get(item.id) ?? item),
      ].filter(({ id }) => drawn.get(id) !== false); // deleted or put aside meanwhile
    } catch (error) {
      asApiError(error); // the next look comes soon
    }
    this.#tell();
  }

  /** What the list's beginning says, as far as those asked for may be. */
  async #look(asked: ReadonlySet<string>): Promise<{
    found: Map<string, Failure>;
    page: FailurePage | null;
    isWhole: boolean;
  }> {
    const found = new Map<string, Failure>();
    let page: FailurePage | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      page = await api.getFailures(this.gallery, page?.next_cursor ?? null);
      for (const item of page.items) found.set(item.id, item);
      const isDone = !page.has_more || [...asked].every((id) => found.has(id));
      if (isDone) return { found, page, isWhole: true };
    }
    return { found, page, isWhole: false };
  }

  async #append(cursor: string | null): Promise<FailurePage> {
    const page = await api.getFailures(this.gallery, cursor);
    const known = new Set(cursor === null ? [] : this.items.map(({ id }) => id));
    const fresh = page.items.filter(({ id }) => !known.has(id));
    this.items = cursor === null ? fresh : [...this.items, ...fresh];
    this.hasMore = page.has_more && page.next_cursor !== null;
    this.#cursor = page.next_cursor;
    this.#tell();
    return page;
  }

  async #ask(failures: readonly Failure[]): Promise<number> {
    try {
      const results = await api.retryFailures(failures.map(({ id }) => id));
      const refused = results.filter(({ status }) => status === "error").map(({ id }) => id);
      for (const { id, status } of results) {
        const attempt = this.#tries.get(id);
        if (attempt && status === "unchanged") attempt.state = "drawn";
      }
      for (const id of refused) this.#tries.delete(id);
      this.#tell();
      return refused.length;
    } catch (error) {
      asApiError(error);
      for (const { id } of failures) this.#tries.delete(id);
      this.#tell();
      return failures.length;
    }
  }

  #asked(): string[] {
    return [...this.#tries].filter(([, { state }]) => state === "asked").map(([id]) => id);
  }

  #mark(failures: readonly Failure[], state: Try): void {
    for (const { id, updated_at } of failures) this.#tries.set(id, { state, since: updated_at });
    this.#tell();
  }

  #count(page: FailurePage): void {
    this.total = page.total;
    this.pending = page.pending;
  }

  async #whileBusy<T>(deed: () => Promise<T>): Promise<T> {
    this.isBusy = true;
    this.#tell();
    try {
      return await deed();
    } finally {
      this.isBusy = false;
      this.#tell();
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Whether a photo that is no failure any more has its preview; false when it has gone. */
async function isDrawn(id: string): Promise<boolean> {
  try {
    return (await api.getAsset(id)).thumbnail_state === "ready";
  } catch (error) {
    if (asApiError(error).status === 404) return false;
    throw error;
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
