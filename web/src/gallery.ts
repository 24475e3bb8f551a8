/** What the page knows: the list shown, the counts, persons, and changes on their way. No DOM. */

import * as api from "./api";
import { ApiError, type BulkAction } from "./api";
import type { Asset, Item, Person, Stats, Visibility } from "./api-types";
import { belongs, Changes, homeFor, homeOf, type Home } from "./changes";
import { PhotoList } from "./photo-list";
import { pickItem } from "./pick-item";
import { keyOf, sameList, type ListQuery } from "./route";

/** Lists follow a change within a second or two; after this they are believed again. */
const SETTLED_MS = 3_000;
/** And so much later for every thousand photos changed at once. */
const SETTLED_MORE_MS = 10_000;
const IN_FLIGHT_MS = 60_000;
/** Lists kept besides the one shown. */
const KEPT_LISTS = 6;
const PENDING_FIRST_MS = 2_000;
const PENDING_LONGEST_MS = 30_000;
const PENDING_AT_ONCE = 4;

interface Move {
  action: BulkAction;
  /** The item as it is to be, and where. */
  become: (item: Item, home: Home) => { item: Item; home: Home };
  visibility?: Visibility;
}

export class Gallery {
  list: PhotoList;
  stats: Stats | null = null;
  /** Whether the counts have come, or will not come for now. */
  areStatsSettled = false;
  persons: Person[] | null = null;
  #listeners = new Set<() => void>();
  /** Lists that were shown or may be next, the latest last: going there shows them at once. */
  #kept = new Map<string, PhotoList>();
  #changes: Changes;
  #pending = new Map<string, { tries: number; due: number; watchers: number }>();
  #stopListening: () => void;
  #clock: () => number;
  #countedAt = -Infinity;

  constructor(query: ListQuery, clock: () => number = Date.now) {
    this.#clock = clock;
    this.#changes = new Changes(clock);
    this.list = this.#listOf(query);
    this.#stopListening = this.list.subscribe(() => this.#tell());
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Shows another list from its beginning. */
  open(query: ListQuery): void {
    if (sameList(query, this.list.query)) return;
    const isOther = query.gallery !== this.list.query.gallery;
    this.#stopListening();
    this.list = this.#listOf(query);
    this.#stopListening = this.list.subscribe(() => this.#tell());
    if (isOther) {
      this.stats = null;
      this.persons = null;
    }
    this.#tell();
    if (this.list.status === "ready" && query.search === null) void this.refresh();
    else void this.reload();
  }

  /** Asks for the months of the same list by type, so that the choice of one is instant. */
  async prepareTypes(): Promise<void> {
    const { query } = this.list;
    if (query.search !== null) return;
    for (const type of [null, "image", "video"] as const) {
      const list = this.#listOf({ ...query, type });
      if (list.status !== "ready") await list.load();
    }
  }

  /** The list of a query, as it was left or new. */
  #listOf(query: ListQuery): PhotoList {
    const key = keyOf(query);
    const lender = query.type === null ? null : (this.#kept.get(keyOf({ ...query, type: null })) ?? null);
    const known = this.#kept.get(key);
    const isUsable =
      known !== undefined &&
      (known === this.list ||
        (known.status === "ready" && !known.isOutdated && query.search === null));
    const list = isUsable ? known : new PhotoList(query, this.#changes, lender);
    this.#kept.delete(key);
    this.#kept.set(key, list);
    for (const [old, kept] of this.#kept) {
      if (this.#kept.size <= KEPT_LISTS) break;
      if (kept !== this.list) this.#kept.delete(old);
    }
    return list;
  }

  /** Loads the list shown, and the counts. */
  async reload(): Promise<void> {
    void this.refreshStats();
    await this.list.load();
  }

  /** Looks for what is new. What can't be asked now is asked at the next look. */
  async refresh(): Promise<void> {
    if (this.list.status === "failed") return this.reload();
    if (this.#changes.areUnsettled) return;
    try {
      await Promise.all([this.list.refresh(), this.refreshStats()]);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  async refreshStats(): Promise<void> {
    const { gallery } = this.list.query;
    const asked = this.#clock();
    try {
      const stats = await api.getStats(gallery);
      if (gallery !== this.list.query.gallery) return;
      // what was counted here since is not in this answer
      if (asked >= this.#countedAt && !this.#changes.areUnsettled) this.stats = stats;
      else this.stats ??= stats;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the title goes without until the next look
    }
    this.areStatsSettled = true;
    this.#tell();
  }

  async loadPersons(): Promise<Person[]> {
    const { gallery } = this.list.query;
    const persons = await api.getPersons(gallery);
    if (gallery === this.list.query.gallery) {
      this.persons = persons;
      this.#tell();
    }
    return persons;
  }

  personName(id: string): string | null {
    return this.persons?.find((person) => person.id === id)?.name ?? null;
  }

  itemOf(id: string): Item | null {
    const rank = this.list.rankOf(id);
    return rank === null ? null : this.list.at(rank);
  }

  /** An asset as changes made here have left it, which the server may not say yet. */
  withChanges<T extends Item>(asset: T): T {
    const change = this.#changes.of(asset.id);
    return change ? { ...asset, is_favorite: change.item.is_favorite } : asset;
  }

  // ---- changes: shown at once, taken back for those that the server refuses.
  // Each resolves to the ids that failed.

  setFavorite(items: readonly Item[], favorite: boolean): Promise<string[]> {
    return this.#move(items, {
      action: favorite ? "favorite" : "unfavorite",
      become: (item, home) => ({ item: { ...item, is_favorite: favorite }, home }),
    });
  }

  delete(items: readonly Item[]): Promise<string[]> {
    const deleted_at = new Date(this.#clock()).toISOString();
    return this.#move(items, {
      action: "delete",
      become: (item) => ({ item: { ...item, deleted_at }, home: "bin" }),
    });
  }

  restore(items: readonly Item[]): Promise<string[]> {
    return this.#move(items, {
      action: "restore",
      become: (item) => ({ item: { ...item, deleted_at: null }, home: "all" }),
    });
  }

  purge(items: readonly Item[]): Promise<string[]> {
    return this.#move(items, { action: "purge", become: (item) => ({ item, home: null }) });
  }

  setVisibility(items: readonly Item[], visibility: Visibility): Promise<string[]> {
    return this.#move(items, {
      action: "set_visibility",
      become: (item) => ({ item, home: homeFor(visibility) }),
      visibility,
    });
  }

  async #move(items: readonly Item[], move: Move): Promise<string[]> {
    const { view } = this.list.query;
    const before = new Map<string, { item: Item; home: Home }>();
    for (const item of items) {
      const was = { item, home: this.#changes.of(item.id)?.home ?? homeOf(item, view) };
      before.set(item.id, was);
      const now = move.become(was.item, was.home);
      this.#show(now.item, now.home, IN_FLIGHT_MS);
      this.#count(was.item, was.home, now.home);
    }
    this.#tell();
    const failed = await this.#ask(move, [...before.keys()]);
    const settled = SETTLED_MS + (items.length / 1000) * SETTLED_MORE_MS;
    for (const [id, was] of before) {
      const now = move.become(was.item, was.home);
      if (failed.has(id)) {
        this.#show(was.item, was.home, settled);
        this.#count(was.item, now.home, was.home);
      } else this.#show(now.item, now.home, settled);
    }
    this.#tell();
    return [...failed];
  }

  /** The ids that the server did not change. */
  async #ask(move: Move, ids: readonly string[]): Promise<Set<string>> {
    const failed = new Set<string>();
    const most = move.action === "purge" ? api.MAX_PURGE : api.MAX_BULK;
    for (let start = 0; start < ids.length; start += most) {
      const some = ids.slice(start, start + most);
      try {
        for (const result of await api.changeMany(move.action, some, move.visibility)) {
          if (result.status === "error") failed.add(result.id);
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        for (const id of some) failed.add(id);
      }
    }
    return failed;
  }

  #show(item: Item, home: Home, settledMs: number): void {
    const { list } = this;
    const seenIn = this.#changes.of(item.id)?.seenIn ?? keyOf(list.query);
    const change = { item, home, seenIn, until: this.#clock() + settledMs };
    const before = this.#changes.of(item.id);
    const isNews = before?.home !== home || before.item.is_favorite !== item.is_favorite;
    this.#changes.note(change);
    for (const kept of this.#kept.values()) {
      if (kept.status !== "ready") continue;
      const isLoaded = kept.rankOf(item.id) !== null;
      if (isLoaded && belongs(change, kept.query)) kept.replace(item);
      else if (isLoaded) kept.remove(item.id);
      // whether it is there without being loaded, only the server knows
      else if (kept !== list) kept.isOutdated ||= isNews;
      else if (belongs(change, kept.query)) kept.insert(item);
    }
  }

  #count(item: Item, from: Home, to: Home): void {
    if (!this.stats || from === to) return;
    this.#countedAt = this.#clock();
    const shown = Number(to === "all") - Number(from === "all");
    const isImage = item.file_type === "image";
    this.stats = {
      ...this.stats,
      total: this.stats.total + shown,
      images: this.stats.images + (isImage ? shown : 0),
      videos: this.stats.videos + (isImage ? 0 : shown),
      bytes: this.stats.bytes + shown * (item.file_size ?? 0),
      bin: this.stats.bin + Number(to === "bin") - Number(from === "bin"),
    };
  }

  /** Takes over newer knowledge of assets; those with another date move. */
  replaceAssets(assets: readonly Asset[]): void {
    for (const asset of assets) {
      const known = this.itemOf(asset.id);
      if (!known) continue;
      const item = pickItem(this.withChanges(asset));
      if (known.media_date !== item.media_date) {
        const home = this.#changes.of(asset.id)?.home ?? homeOf(asset, this.list.query.view);
        this.#show(item, home, SETTLED_MS);
      } else this.list.replace(item);
    }
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
          this.replaceAssets([await api.getAsset(id)]);
        } catch (error) {
          // asked again later; a vanished one goes with the next look at the list
          if (!(error instanceof ApiError)) throw error;
        }
      }),
    );
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
