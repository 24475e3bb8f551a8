/** Photos that could not be drawn, and what came of trying again. No DOM. */

import * as api from "../api";
import { ApiError } from "../api";
import type { Asset, Failure, FailurePage } from "../api-types";

/** What came of another try; "asked" until it ends. */
export type Try = "asked" | "drawn" | "failed";

/** Pages read at most in one look. */
const MAX_PAGES = 10;
/** Photos asked after at most in one look: of those that were tried and are no failures any more. */
const MAX_ASKED = 100;
const ASKED_AT_ONCE = 10;
/** So soon the server shows again what was taken back. */
const BACK_MS = 2_000;

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
  #isLooking = false;
  /** How far looks have read the list, and whom they have seen in it. */
  #pass = { cursor: null as string | null, seen: new Set<string>() };
  /** Tried ones that were not in the list: to be asked after. */
  #missing = new Set<string>();
  /** Put aside on this page, which the server may not say yet. */
  #away = new Set<string>();
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

  /** Looks how the tries went, for new failures, and for those that are none any more. */
  async refresh(): Promise<void> {
    if (this.status !== "ready" || this.isBusy || this.#isLooking) return;
    this.#isLooking = true;
    try {
      if (this.items.length === 0) this.#count(await this.#append(null));
      else await this.#compare();
    } catch (error) {
      asApiError(error); // without an answer all stays as it was: the next look comes soon
      this.#pass = { cursor: null, seen: new Set() };
    } finally {
      this.#isLooking = false;
    }
    this.#tell();
  }

  /** Leaves out at once what was put aside on this page, and looks for what comes back. */
  follow(isAway: (id: string) => boolean): void {
    const away = this.items.filter(({ id }) => isAway(id)).map(({ id }) => id);
    const isAnyBack = [...this.#away].some((id) => !isAway(id));
    this.#away = new Set([...away, ...[...this.#away].filter(isAway)]);
    if (away.length > 0) {
      this.#leaveOut(away);
      this.total = Math.max(0, this.total - away.length);
      this.#tell();
    }
    const isNoneShown = this.items.length === 0 && this.hasMore;
    if (isAnyBack || (away.length > 0 && isNoneShown)) setTimeout(() => void this.refresh(), BACK_MS);
  }

  async #compare(): Promise<void> {
    const { found, page } = await this.#look();
    if (page) this.#count(page);
    for (const [id, attempt] of this.#tries) {
      const now = found.get(id);
      if (now) this.#missing.delete(id);
      if (now && now.updated_at !== attempt.since) attempt.state = "failed";
    }
    this.items = [
      ...this.#newAmong([...found.values()]),
      ...this.items.map((item) => found.get(item.id) ?? item),
    ].filter(({ id }) => !this.#away.has(id));
    const asked = [...this.#missing].slice(0, MAX_ASKED);
    for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
      const some = asked.slice(start, start + ASKED_AT_ONCE);
      await Promise.all(some.map((id) => this.#askAfter(id)));
    }
  }

  /** What became of a tried one that the list has not any more; perhaps it is not known yet. */
  async #askAfter(id: string): Promise<void> {
    const asset = await assetOf(id);
    const isInTimeline = asset?.deleted_at === null && asset.visibility === "timeline";
    const attempt = this.#tries.get(id);
    this.#missing.delete(id);
    if (!isInTimeline) this.#leaveOut([id]);
    else if (asset.thumbnail_state === "ready" && attempt) attempt.state = "drawn";
  }

  /**
   * Reads the list as far as everything shown may be: to its end where something is missing.
   *
   * A list that is longer than one look reads is gone on with at the next look.
   *
   * @returns What was read, and the last page.
   */
  async #look(): Promise<{ found: Map<string, Failure>; page: FailurePage | null }> {
    const found = new Map<string, Failure>();
    let page: FailurePage | null = null;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      page = await api.getFailures(this.gallery, this.#pass.cursor);
      for (const item of page.items) {
        found.set(item.id, item);
        this.#pass.seen.add(item.id);
      }
      this.#pass.cursor = page.next_cursor;
      const isAtEnd = !page.has_more || page.next_cursor === null;
      const unseen = this.items.filter(({ id }) => !this.#pass.seen.has(id));
      const lost = unseen.filter(({ id }) => this.tryOf(id) !== "drawn").map(({ id }) => id);
      if (!isAtEnd && lost.length > 0) continue;
      if (isAtEnd) this.#lose(lost);
      this.#pass = { cursor: null, seen: new Set() };
      break;
    }
    return { found, page };
  }

  /** They are not in the list any more: what became of those that were tried is asked for. */
  #lose(ids: readonly string[]): void {
    for (const id of ids) if (this.#tries.has(id)) this.#missing.add(id);
    this.#leaveOut(ids.filter((id) => !this.#tries.has(id)));
  }

  #leaveOut(ids: readonly string[]): void {
    const out = new Set(ids);
    for (const id of ids) this.#tries.delete(id);
    this.items = this.items.filter(({ id }) => !out.has(id));
  }

  /** Those that are shown from now on; not those of pages that nobody asked for yet. */
  #newAmong(found: readonly Failure[]): Failure[] {
    const known = new Set(this.items.map(({ id }) => id));
    const end = this.hasMore ? found.findLastIndex(({ id }) => known.has(id)) : found.length;
    return found.slice(0, Math.max(0, end)).filter(({ id }) => !known.has(id));
  }

  async #append(cursor: string | null): Promise<FailurePage> {
    const page = await api.getFailures(this.gallery, cursor);
    const known = new Set(cursor === null ? [] : this.items.map(({ id }) => id));
    const fresh = page.items.filter(({ id }) => !known.has(id) && !this.#away.has(id));
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

async function assetOf(id: string): Promise<Asset | null> {
  try {
    return await api.getAsset(id);
  } catch (error) {
    if (asApiError(error).status === 404) return null;
    throw error;
  }
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}
