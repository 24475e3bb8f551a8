/** What the page knows: the list shown, the counts, persons, and changes on their way. No DOM. */

import * as api from "./api";
import { ApiError, type BulkAction } from "./api";
import type { Asset, BulkAsset, Item, Person, Stats, Visibility } from "./api-types";
import type { Guest } from "./guest";
import { belongs, Changes, homeFor, homeOf, type Change, type Home } from "./changes";
import { PhotoList } from "./photo-list";
import { pickItem } from "./pick-item";
import { keyOf, sameList, type ListQuery } from "./route";
import { knowPersons } from "./who";

/** Lists follow a change within a second or two; after this they are believed again. */
const SETTLED_MS = 3_000;
/** And so much later for every thousand photos changed at once. */
const SETTLED_MORE_MS = 10_000;
/** A month of more photos comes in parts to guests, as each of its addresses is signed. */
const WHOLE_OF_GUESTS = 500;
/** Lists kept besides the one shown. */
const KEPT_LISTS = 6;
const PENDING_FIRST_MS = 2_000;
const PENDING_LONGEST_MS = 30_000;
const PENDING_AT_ONCE = 4;

/** An item, where it lives, and where it lived before it went to the bin. */
type Stand = Pick<Change, "item" | "home" | "former">;

interface Move {
  action: BulkAction;
  become: (was: Stand) => Stand;
  visibility?: Visibility;
}

export class Gallery {
  /** Who looks at it by a link; null for an owner. */
  readonly guest: Guest | null;
  list: PhotoList;
  stats: Stats | null = null;
  /** Whether the counts have come, or will not come for now. */
  areStatsSettled = false;
  persons: Person[] | null = null;
  /** Also those who are hidden: whose faces are shown nowhere has to be known. */
  allPersons: Person[] | null = null;
  #listeners = new Set<() => void>();
  #assetListeners = new Set<(asset: Asset | BulkAsset) => void>();
  /** Lists that were shown or may be next, the latest last: going there shows them at once. */
  #kept = new Map<string, PhotoList>();
  #changes: Changes;
  #pending = new Map<string, { tries: number; due: number; watchers: number }>();
  #stopListening: () => void;
  #clock: () => number;
  #countedAt = -Infinity;
  /** Changes asked for so far. */
  #wishes = 0;
  /** Changes that the server has not answered yet. */
  #unanswered = 0;
  /** Ends when everything asked for so far is done. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(query: ListQuery, clock: () => number = Date.now, guest: Guest | null = null) {
    this.guest = guest;
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

  /** Whether changes are on their way: they are lost with the page. */
  get isChanging(): boolean {
    return this.#unanswered > 0;
  }

  /** Whether the server's lists show every change made here; listeners are told when they do. */
  get isSettled(): boolean {
    return !this.#changes.areUnsettled;
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
      this.allPersons = null;
      knowPersons([]);
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
    const whole = this.guest ? WHOLE_OF_GUESTS : undefined;
    const isUsable =
      known !== undefined &&
      (known === this.list ||
        (known.status === "ready" && !known.isOutdated && query.search === null));
    const list = isUsable ? known : new PhotoList(query, this.#changes, lender, whole);
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
    const { list } = this;
    await this.#turn; // lists are asked for when the server knows of every change
    void this.refreshStats();
    await list.load();
  }

  /** Has addresses that are good for a while told anew, before they end. Rejects like `api`. */
  async renewAddresses(): Promise<void> {
    for (const [key, list] of this.#kept) if (list !== this.list) this.#kept.delete(key);
    await this.list.renewAddresses();
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
    if (this.guest) return; // guests are told of no more than what they see
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
    if (this.guest) return [];
    const { gallery } = this.list.query;
    const all = await api.getAllPersons(gallery);
    const persons = all.filter((person) => !person.is_hidden);
    if (gallery === this.list.query.gallery) {
      this.allPersons = all;
      this.persons = persons;
      knowPersons(persons);
      this.#tell();
    }
    return persons;
  }

  /** Asks who there is, unless it is known; without an answer photos are told without names. */
  async preparePersons(): Promise<void> {
    if (this.persons) return;
    try {
      await this.loadPersons();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
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

  /** Whether a change made here took it out of the timeline, which the server may not say yet. */
  isAway(id: string): boolean {
    const change = this.#changes.of(id);
    return change !== null && change.home !== "all";
  }

  // ---- changes: shown at once, taken back for those that the server refuses.
  // Each resolves to the ids that failed.

  setFavorite(items: readonly Item[], favorite: boolean): Promise<string[]> {
    return this.#move(items, {
      action: favorite ? "favorite" : "unfavorite",
      become: (was) => ({ ...was, item: { ...was.item, is_favorite: favorite } }),
    });
  }

  delete(items: readonly Item[]): Promise<string[]> {
    const deleted_at = new Date(this.#clock()).toISOString();
    return this.#move(items, {
      action: "delete",
      become: ({ item, home, former }) => ({
        item: { ...item, deleted_at },
        home: "bin",
        former: home === "bin" ? former : home,
      }),
    });
  }

  restore(items: readonly Item[]): Promise<string[]> {
    return this.#move(items, {
      action: "restore",
      become: ({ item, former }) => ({
        item: { ...item, deleted_at: null },
        home: former ?? "all",
        former: null,
      }),
    });
  }

  purge(items: readonly Item[]): Promise<string[]> {
    return this.#move(items, { action: "purge", become: (was) => ({ ...was, home: null }) });
  }

  setVisibility(items: readonly Item[], visibility: Visibility): Promise<string[]> {
    return this.#move(items, {
      action: "set_visibility",
      become: (was) => ({ ...was, home: homeFor(visibility) }),
      visibility,
    });
  }

  async #move(items: readonly Item[], move: Move): Promise<string[]> {
    const { view } = this.list.query;
    const wish = (this.#wishes += 1);
    const steps = items.map((item) => {
      const noted = this.#changes.of(item.id);
      const home = noted?.home ?? homeOf(item, view);
      const was: Stand = { item, home, former: noted?.former ?? null };
      return { was, now: move.become(was) };
    });
    // until it is answered, however many calls that takes
    this.#show(steps.map((step) => step.now), wish, Infinity);
    for (const { was, now } of steps) this.#count(was.item, was.home, now.home);
    this.#unanswered += 1;
    this.#tell();
    const failed = new Set(items.map((item) => item.id));
    const homes = new Map<string, Home>();
    try {
      // one after the other: an Undo must not overtake what it takes back
      await this.#inTurn(() => this.#ask(move, [...failed], failed, homes));
    } finally {
      this.#unanswered -= 1;
      this.#settle(steps, wish, failed, homes);
    }
    return [...failed];
  }

  /** Shows how a change ended: what failed goes back, and what the server says stands. */
  #settle(
    steps: readonly { was: Stand; now: Stand }[],
    wish: number,
    failed: ReadonlySet<string>,
    homes: ReadonlyMap<string, Home>,
  ): void {
    const settled = SETTLED_MS + (steps.length / 1000) * SETTLED_MORE_MS;
    // what was wished for since stands
    const latest = steps.filter(({ was }) => this.#changes.of(was.item.id)?.wish === wish);
    const ends = latest.map(({ was, now }) => {
      const told = homes.get(was.item.id) ?? now.home;
      const end = failed.has(was.item.id) ? was : { ...now, home: told };
      this.#count(was.item, now.home, end.home);
      return end;
    });
    this.#show(ends, wish, settled);
    this.#tell();
    setTimeout(() => void this.refresh(), settled + 100);
  }

  /**
   * Asks the server call by call.
   *
   * @param failed Loses the ids that the server has changed.
   * @param homes Gets where it says that they are now.
   */
  async #ask(
    move: Move,
    ids: readonly string[],
    failed: Set<string>,
    homes: Map<string, Home>,
  ): Promise<void> {
    const most = move.action === "purge" ? api.MAX_PURGE : api.MAX_BULK;
    for (let start = 0; start < ids.length; start += most) {
      const some = ids.slice(start, start + most);
      try {
        for (const result of await api.changeMany(move.action, some, move.visibility)) {
          if (result.status === "error") continue;
          failed.delete(result.id);
          if (!result.asset) continue;
          homes.set(result.id, homeOf(result.asset, "all"));
          this.#tellAsset(result.asset);
        }
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // those of the call have failed
      }
    }
  }

  /** Does a thing once everything asked for before is done. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  /** Shows items where they are to be, in this list and in those kept. */
  #show(stands: readonly Stand[], wish: number, settledMs: number): void {
    const until = this.#clock() + settledMs;
    const changes = stands.map((stand) => {
      const before = this.#changes.of(stand.item.id);
      const seenIn = before?.seenIn ?? keyOf(this.list.query);
      const isNews =
        before?.home !== stand.home || before.item.is_favorite !== stand.item.is_favorite;
      const change: Change = { ...stand, seenIn, until, wish };
      this.#changes.note(change);
      return { change, isNews };
    });
    for (const kept of this.#kept.values()) {
      if (kept.status !== "ready") continue;
      const gone: string[] = [];
      const here: Item[] = [];
      for (const { change, isNews } of changes) {
        const { item } = change;
        const isLoaded = kept.rankOf(item.id) !== null;
        const isIn = belongs(change, kept.query);
        if (isIn && (isLoaded || kept === this.list)) here.push(item);
        else if (isLoaded) gone.push(item.id);
        // whether it is there without being loaded, only the server knows
        else if (kept !== this.list) kept.isOutdated ||= isNews;
      }
      kept.change(gone, here);
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

  /** Calls with every asset of which something newer is known; returns how to stop. */
  listenToAssets(listener: (asset: Asset | BulkAsset) => void): () => void {
    this.#assetListeners.add(listener);
    return () => this.#assetListeners.delete(listener);
  }

  #tellAsset(asset: Asset | BulkAsset): void {
    for (const listener of this.#assetListeners) listener(asset);
  }

  /** Takes over newer knowledge of assets; those with another date move. */
  replaceAssets(assets: readonly (Asset | BulkAsset)[]): void {
    const moved: Stand[] = [];
    const same: Item[] = [];
    for (const asset of assets) {
      this.#tellAsset(asset);
      const known = this.itemOf(asset.id);
      if (!known) continue;
      const item = pickItem(this.withChanges(asset));
      const home = this.#changes.of(asset.id)?.home ?? homeOf(asset, this.list.query.view);
      if (known.media_date !== item.media_date) moved.push({ item, home, former: null });
      else same.push(item);
    }
    // all at once: each call draws the months of its photos anew
    if (moved.length > 0) this.#show(moved, this.#wishes, SETTLED_MS);
    if (same.length > 0) this.list.change([], same);
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
