/** What the page knows: one loaded list, the counts, and changes on their way to the server. */

import * as api from "./api";
import { ApiError, type ListQuery } from "./api";
import type { Asset, Item, MediaPage, Stats } from "./api-types";
import { appendPage, insertItem, mergeFresh, overlay, type Change } from "./merge";
import { sameList } from "./route";

const PAGE_SIZE = 100;
/** Lists follow a change within a second or two; after this they are believed again. */
const SETTLED_MS = 15_000;
/** Counts asked for sooner after a move may be those from before it. */
const COUNTS_SETTLED_MS = 3_000;
/** Pages fetched at most to close a gap or to reach a photo opened by its address. */
const MAX_CHAIN = 10;
const PENDING_FIRST_MS = 2_000;
const PENDING_LONGEST_MS = 30_000;
const PENDING_AT_ONCE = 4;

export type Status = "loading" | "ready" | "failed";

/** One list as far as it is loaded. */
export interface LoadedList {
  query: ListQuery;
  items: Item[];
  total: number;
  cursor: string | null;
  hasMore: boolean;
  /** The last item the server gave; null when none follows. */
  end: Item | null;
  /** Of the first page. */
  status: Status;
  /** Of the page after the loaded ones. */
  more: Status;
  error: ApiError | null;
}

export class Gallery {
  list: LoadedList;
  stats: Stats | null = null;
  /** Whether the counts have come, or will not come for now. */
  areStatsSettled = false;
  #listeners = new Set<() => void>();
  #changes = new Map<string, Change>();
  #pending = new Map<string, { tries: number; due: number; watchers: number }>();
  #fetching: Promise<void> | null = null;
  #movedAt = -Infinity;
  #clock: () => number;

  constructor(query: ListQuery, clock: () => number = Date.now) {
    this.#clock = clock;
    this.list = emptyList(query);
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows another list from its beginning. */
  open(query: ListQuery): void {
    if (sameList(query, this.list.query)) return;
    this.list = emptyList(query);
    this.#fetching = null; // the other list's page is of no use any more
    this.#tell();
    void this.load();
  }

  /** Loads the first page, and the counts. */
  async load(): Promise<void> {
    const { query } = this.list;
    this.#set({ status: "loading", error: null });
    void this.refreshStats();
    try {
      const page = await api.getMedia(query, PAGE_SIZE, null);
      if (this.list.query !== query) return;
      this.#show(page.items, page);
      this.#set({ status: "ready", more: "ready" });
    } catch (error) {
      if (this.list.query === query) this.#set({ status: "failed", error: asApiError(error) });
    }
  }

  /** Loads the next page; nothing while one is on its way. */
  loadMore(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    const fetching = this.#loadMore().finally(() => {
      if (this.#fetching === fetching) this.#fetching = null;
    });
    this.#fetching = fetching;
    return fetching;
  }

  async #loadMore(): Promise<void> {
    const { query, cursor, hasMore, status } = this.list;
    if (status !== "ready" || !hasMore || cursor === null) return;
    this.#set({ more: "loading" });
    try {
      const page = await api.getMedia(query, PAGE_SIZE, cursor);
      if (this.list.query !== query) return;
      this.#show(appendPage(this.list.items, page.items), page);
      this.#set({ more: "ready" });
    } catch (error) {
      if (this.list.query === query) this.#set({ more: "failed", error: asApiError(error) });
    }
  }

  /** Loads pages until the item is among them; false when it is not, or too far down. */
  async reach(item: Item): Promise<boolean> {
    const { query } = this.list;
    for (let pages = 0; pages <= MAX_CHAIN; pages += 1) {
      if (this.indexOf(item.id) >= 0) return true;
      const last = this.list.items.at(-1);
      const isPassed =
        query.view === "all" && item.media_date !== null && last !== undefined &&
        (last.media_date === null || last.media_date < item.media_date);
      if (this.list.query !== query || !this.list.hasMore || isPassed) return false;
      await this.loadMore();
      if (this.list.more === "failed") return false;
    }
    return false;
  }

  /** Looks for what is new: the first page and the counts again. Failures pass silently. */
  async refresh(): Promise<void> {
    if (this.list.status === "failed") return this.load();
    if (this.list.status !== "ready" || this.#fetching) return;
    const { query } = this.list;
    void this.refreshStats();
    try {
      const fresh: Item[] = [];
      let page: MediaPage | null = null;
      for (let pages = 0; pages < MAX_CHAIN; pages += 1) {
        page = await api.getMedia(query, PAGE_SIZE, page?.next_cursor ?? null);
        if (this.list.query !== query || this.#fetching) return;
        fresh.push(...page.items);
        const merged = mergeFresh(this.list.items, fresh, !page.has_more, query.view);
        if (merged) {
          this.#show(merged, page, merged.length > fresh.length);
          return;
        }
      }
      // more is new than we are ready to fetch: start again from what is newest
      if (page) this.#show(fresh, page);
    } catch {
      // the next look comes soon
    }
  }

  async refreshStats(): Promise<void> {
    const asked = this.#clock();
    try {
      const stats = await api.getStats();
      if (this.stats && asked < this.#movedAt + COUNTS_SETTLED_MS) return;
      this.stats = stats;
    } catch {
      // the title goes without counts until the next look
    }
    this.areStatsSettled = true;
    this.#tell();
  }

  indexOf(id: string): number {
    return this.list.items.findIndex((item) => item.id === id);
  }

  /** The asset as changes made here have left it, which the server may not say yet. */
  withChanges<T extends Item>(asset: T): T {
    const change = this.#changes.get(asset.id);
    return change ? { ...asset, is_favorite: change.item.is_favorite } : asset;
  }

  // ---- changes: shown at once, taken back when the server refuses

  async setFavorite(item: Item, favorite: boolean): Promise<boolean> {
    this.#change({ ...item, is_favorite: favorite }, this.list.query.view);
    try {
      await api.setFavorite(item.id, favorite);
      return true;
    } catch {
      this.#change(item, this.list.query.view);
      return false;
    }
  }

  /** Moves an item to the bin; false when the server refused. */
  delete(item: Item): Promise<boolean> {
    return this.#move(item, "bin", api.moveToBin);
  }

  /** Takes an item out of the bin; false when the server refused. */
  restore(item: Item): Promise<boolean> {
    return this.#move(item, "all", api.restore);
  }

  async #move(
    item: Item,
    view: "all" | "bin",
    deed: (id: string) => Promise<unknown>,
  ): Promise<boolean> {
    const was = view === "bin" ? "all" : "bin";
    this.#change(item, view);
    this.#countMove(item, view === "bin" ? 1 : -1);
    try {
      await deed(item.id);
      // again from now: the list may take its time from here
      this.#change(item, view);
      return true;
    } catch {
      this.#change(item, was);
      this.#countMove(item, view === "bin" ? -1 : 1);
      return false;
    }
  }

  #countMove(item: Item, toBin: 1 | -1): void {
    this.#movedAt = this.#clock();
    if (!this.stats) return;
    const isImage = item.file_type === "image";
    this.stats = {
      ...this.stats,
      total: this.stats.total - toBin,
      images: this.stats.images - (isImage ? toBin : 0),
      videos: this.stats.videos - (isImage ? 0 : toBin),
      bytes: this.stats.bytes - toBin * (item.file_size ?? 0),
      bin: this.stats.bin + toBin,
    };
    this.#tell();
  }

  #change(item: Item, view: "all" | "bin"): void {
    const change = { item, view, until: this.#clock() + SETTLED_MS };
    this.#changes.set(item.id, change);
    const { items, growth } = overlay(
      this.list.items, [change], this.list.query, this.list.end,
    );
    this.#set({ items, total: this.list.total + growth });
  }

  // ---- items whose thumbnail is being made

  /** Asks after a pending item until it is ready, while anybody watches; returns how to stop. */
  watch(id: string): () => void {
    const entry = this.#pending.get(id) ?? {
      tries: 0, due: this.#clock() + PENDING_FIRST_MS, watchers: 0,
    };
    entry.watchers += 1;
    this.#pending.set(id, entry);
    return () => {
      entry.watchers -= 1;
      if (entry.watchers === 0) this.#pending.delete(id);
    };
  }

  /** Asks after those watched items whose time has come. */
  async askPending(): Promise<void> {
    const now = this.#clock();
    const due = [...this.#pending].filter(([, entry]) => entry.due <= now);
    await Promise.all(
      due.slice(0, PENDING_AT_ONCE).map(async ([id, entry]) => {
        entry.tries += 1;
        entry.due = now + Math.min(PENDING_FIRST_MS * 1.5 ** entry.tries, PENDING_LONGEST_MS);
        try {
          this.replace(await api.getAsset(id));
        } catch {
          // asked again later; a vanished one goes with the next look at the list
        }
      }),
    );
  }

  /** Puts newer knowledge about an item in place of the older. */
  replace(asset: Asset): void {
    const index = this.indexOf(asset.id);
    const old = this.list.items[index];
    if (!old) return;
    const item: Item = {
      ...old,
      ...pickItem(this.withChanges(asset)),
    };
    if (JSON.stringify(item) === JSON.stringify(old)) return;
    const { view } = this.list.query;
    const items =
      item.media_date === old.media_date
        ? this.list.items.with(index, item)
        : insertItem(this.list.items.toSpliced(index, 1), item, view, this.list.end);
    this.#set({ items });
  }

  /**
   * Shows items as the server gave them, with the changes made here laid over.
   *
   * @param page The last answer about them.
   * @param isBeginning The items go on behind that page, to where the list was loaded before.
   */
  #show(items: readonly Item[], page: MediaPage, isBeginning = false): void {
    const cursor = isBeginning ? this.list.cursor : page.has_more ? page.next_cursor : null;
    const last = isBeginning ? this.list.end : (page.items.at(-1) ?? this.list.end);
    const end = cursor === null ? null : last;
    const now = this.#clock();
    for (const [id, change] of this.#changes) {
      if (change.until < now) this.#changes.delete(id);
    }
    const shown = overlay(items, this.#changes.values(), this.list.query, end);
    const growth = Math.max(shown.growth, -page.total);
    const old = new Map(this.list.items.map((item) => [item.id, item]));
    // an unchanged item stays the same object, so that nothing of it is drawn again
    const kept = shown.items.map((item) => {
      const before = old.get(item.id);
      if (!before || before === item) return item;
      return JSON.stringify(before) === JSON.stringify(item) ? before : item;
    });
    const isSame =
      kept.length === this.list.items.length &&
      kept.every((item, index) => item === this.list.items[index]);
    this.#set({
      items: isSame ? this.list.items : kept,
      total: page.total + growth,
      cursor,
      hasMore: cursor !== null,
      end,
    });
  }

  #set(change: Partial<LoadedList>): void {
    this.list = { ...this.list, ...change };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function emptyList(query: ListQuery): LoadedList {
  return {
    query: { view: query.view, type: query.type },
    items: [],
    total: 0,
    cursor: null,
    hasMore: false,
    end: null,
    status: "loading",
    more: "ready",
    error: null,
  };
}

function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  throw error;
}

/** The fields of a list's item out of everything known about an asset. */
function pickItem(asset: Asset): Item {
  return {
    id: asset.id,
    local_path: asset.local_path,
    name: asset.name,
    file_type: asset.file_type,
    width: asset.width,
    height: asset.height,
    duration: asset.duration,
    file_size: asset.file_size,
    media_date: asset.media_date,
    is_favorite: asset.is_favorite,
    thumbnail_state: asset.thumbnail_state,
    thumbnail_url: asset.thumbnail_url,
    small_url: asset.small_url,
    url: asset.url,
    thumbhash: asset.thumbhash,
  };
}
