/**
 * One list of photos, of any length: how many each month holds, and what was loaded of it.
 *
 * Ranks count from the newest, from 0. Photos are fetched where somebody looks: a small month as
 * a whole from its immutable address, of a large one the stretch that is needed. No DOM.
 */

import * as api from "./api";
import { ApiError } from "./api";
import type { Item } from "./api-types";
import {
  compareItems,
  compareKeys,
  forgotten,
  itemsOf,
  keyOfItem,
  monthOfItems,
  monthsOf,
  unloaded,
  edited,
  withItems,
  withMore,
  type ListMonth,
} from "./months";
import { queryOf, within, type ListQuery } from "./route";

/** A month of at most so many photos is fetched as a whole. */
const WHOLE = 1000;
/** Photos fetched at once of a larger one, and of a search. */
const STRETCH = 250;
const SEARCH_PAGE = 100;
/** Requests at once for a range. */
const AT_ONCE = 6;
/** More photos than that are not kept: those farthest from where somebody looks go. */
const KEPT = 6000;

export type Status = "loading" | "ready" | "failed";

/** What was changed here of an item that the server's lists may not show yet. */
export interface LocalChanges {
  /** Whether the item is in this list by now, and as what; null when it isn't. */
  lay(item: Item, query: ListQuery): Item | null;
}

export class PhotoList {
  readonly query: ListQuery;
  status: Status = "loading";
  error: ApiError | null = null;
  months: readonly ListMonth[] = [];
  total = 0;
  totalIsExact = true;
  /** Moves with every change. */
  version = 0;
  #listeners = new Set<() => void>();
  #fetching = new Map<string, Promise<void>>();
  #monthOf = new Map<string, string>();
  #places = new WeakMap<object, ReadonlyMap<string, number>>();
  /** Moves with every change made here. */
  #edits = 0;
  /** Stretches that came shorter than they should: asked for again once the list has changed. */
  #short = new Set<string>();
  /** Where somebody looked last. */
  #lookedAt = 0;
  #cursor: string | null = null;
  /** Ranges on their way. */
  #ranges = 0;
  #changes: LocalChanges;
  #lender: PhotoList | null;
  readonly #whole: number;
  /** Whether something was changed here that it can't place by itself. */
  isOutdated = false;

  /**
   * @param changes What was changed here and may not be in the server's lists yet.
   * @param lender The same list of every type: what it has loaded is not asked for again.
   * @param whole A month of at most so many photos is fetched as a whole.
   */
  constructor(
    query: ListQuery,
    changes: LocalChanges,
    lender: PhotoList | null = null,
    whole = WHOLE,
  ) {
    this.query = queryOf(query);
    this.#changes = changes;
    this.#lender = lender;
    this.#whole = whole;
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Loads the months, of a search the first of what it finds. */
  async load(): Promise<void> {
    if (this.status === "failed") {
      this.status = "loading";
      this.error = null;
      this.#tell();
    }
    try {
      if (this.query.search !== null) {
        do await this.#once("search", () => this.#search());
        while (this.total === 0 && this.#cursor !== null && this.#listeners.size > 0);
      } else this.#setMonths(monthsOf(await api.getMonths(this.query, true)));
      this.status = "ready";
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      // a gallery that holds nothing yet is not there: nothing is an answer, too
      if (error.code === "not_found") this.status = "ready";
      else {
        this.status = "failed";
        this.error = error;
      }
    }
    this.#tell();
  }

  /** Looks whether the server's lists have changed, and takes over what has. Rejects like `api`. */
  async refresh(): Promise<void> {
    // ranks that are being fetched must stay what they are
    if (this.status !== "ready" || this.query.search !== null || this.#ranges > 0) return;
    const told = monthsOf(await api.getMonths(this.query, false));
    const isSame =
      told.length === this.months.length &&
      told.every((month, index) => {
        const known = this.months[index];
        return known?.key === month.key && known.revision === month.revision;
      });
    if (isSame) return;
    const before = this.#edits;
    const fresh = monthsOf(await api.getMonths(this.query, true));
    const loaded = await this.#reloaded(fresh);
    // changed here meanwhile: the next look tells
    if (this.#edits === before && this.#ranges === 0) this.#takeOver(loaded);
  }

  /**
   * Fetches what is loaded again, near to where somebody looks, and forgets the rest: addresses
   * that guests are given are good for a while only. Rejects like `api`.
   */
  async renewAddresses(): Promise<void> {
    if (this.status !== "ready" || this.#ranges > 0) return;
    this.#lender = null; // what it has is as old
    if (this.query.search !== null) {
      this.#cursor = null;
      this.#monthOf.clear();
      this.months = [];
      return this.#once("search", () => this.#search());
    }
    const before = this.#edits;
    const loaded = await this.#reloaded(monthsOf(await api.getMonths(this.query, true)), true);
    if (this.#edits === before && this.#ranges === 0) this.#takeOver(loaded, true);
  }

  /** The photo of a rank; null while it is not loaded, or out of range. */
  at(rank: number): Item | null {
    const month = this.monthAt(rank);
    return month?.items[rank - month.start] ?? null;
  }

  /** The month that holds a rank. */
  monthAt(rank: number): ListMonth | null {
    let low = 0;
    let high = this.months.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const month = this.months[middle];
      if (!month) return null;
      if (rank < month.start) high = middle - 1;
      else if (rank >= month.start + month.count) low = middle + 1;
      else return month;
    }
    return null;
  }

  monthByKey(key: string): ListMonth | null {
    return this.months.find((month) => month.key === key) ?? null;
  }

  /** Loads what holds a rank; null when nothing is there. Rejects with an `ApiError`. */
  async ensure(rank: number): Promise<Item | null> {
    if (rank < 0) return null;
    while (this.query.search !== null && rank >= this.total && !this.totalIsExact) {
      const before = this.total;
      await this.#once("search", () => this.#search());
      if (this.total === before && this.#cursor === null) break;
    }
    // what is fetched may turn out to be another month than was known: look again, not for ever
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const known = this.at(rank);
      const month = this.monthAt(rank);
      if (known || !month) return known;
      this.#lookedAt = rank;
      const { version } = this;
      await this.#load(month, rank - month.start);
      if (this.version === version) break; // nothing came of it
    }
    return this.at(rank);
  }

  /** Loads the photos of the ranks [from, to). Rejects with an `ApiError`. */
  async ensureRange(from: number, to: number): Promise<Item[]> {
    if (this.query.search !== null) await this.ensure(to - 1);
    const pieces = this.#pieces(Math.max(0, from), Math.min(to, this.total));
    const found = new Array<Item[]>(pieces.length);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let piece = pieces[next]; piece; piece = pieces[next]) {
        const at = next;
        next += 1;
        found[at] = await this.#piece(piece);
      }
    };
    this.#ranges += 1; // nothing is forgotten before the last of them is there
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, work));
    } finally {
      this.#ranges -= 1;
    }
    return found.flat();
  }

  /** The photos of ranks that come by one request. */
  async #piece(ranks: readonly number[]): Promise<Item[]> {
    for (const rank of ranks) {
      if (this.at(rank) || (await this.ensure(rank))) continue;
      throw new ApiError(409, "conflict");
    }
    return ranks.map((rank) => this.at(rank)).filter((item) => item !== null);
  }

  /** Ranks that come by one request each. */
  #pieces(from: number, to: number): number[][] {
    const pieces: number[][] = [];
    for (const { start, count } of this.months) {
      const size = count <= this.#whole && this.#isWholeAddressed ? count : STRETCH;
      for (let first = start; first < start + count; first += size) {
        const ranks = range(Math.max(first, from), Math.min(first + size, start + count, to));
        if (ranks.length > 0) pieces.push(ranks);
      }
    }
    return pieces;
  }

  /** The rank of a photo among those loaded. */
  rankOf(id: string): number | null {
    const month = this.monthByKey(this.#monthOf.get(id) ?? "");
    const index = month ? this.#placesIn(month).get(id) : undefined;
    return month && index !== undefined ? month.start + index : null;
  }

  /** Places of a month's photos by id. */
  #placesIn(month: ListMonth): ReadonlyMap<string, number> {
    const known = this.#places.get(month.items);
    if (known) return known;
    const places = new Map<string, number>();
    month.items.forEach((item, index) => item && places.set(item.id, index));
    this.#places.set(month.items, places);
    return places;
  }

  /** Finds the rank of a photo that may not be loaded yet. Rejects with an `ApiError`. */
  async locate(item: Item): Promise<number | null> {
    if (this.query.search !== null) {
      while (this.rankOf(item.id) === null && this.#cursor !== null) {
        await this.#once("search", () => this.#search());
      }
      return this.rankOf(item.id);
    }
    const month = this.monthByKey(keyOfItem(item, this.query.view));
    if (!month) return null;
    let first = 0;
    for (const day of month.days) {
      const isDay = day.day === null || Number(item.media_date?.slice(8, 10)) === day.day;
      if (isDay || this.query.view === "bin") {
        for (let index = first; index < first + day.count; index += STRETCH) {
          await this.ensure(month.start + index);
          if (this.rankOf(item.id) !== null) return this.rankOf(item.id);
        }
      }
      first += day.count;
    }
    return this.rankOf(item.id);
  }

  /** Forgets photos far from a rank once there are many, so that memory stays flat. */
  forgetFarFrom(rank: number): void {
    this.#lookedAt = rank;
    if (this.query.search !== null || this.#ranges > 0) return;
    let loaded = this.months.reduce((sum, month) => sum + month.loaded, 0);
    if (loaded <= KEPT) return;
    const far = this.months
      .filter((month) => month.loaded > 0 && distance(month, rank) > STRETCH)
      .sort((a, b) => distance(b, rank) - distance(a, rank));
    const gone = new Set<string>();
    for (const month of far) {
      if (loaded <= KEPT / 2) break;
      loaded -= month.loaded;
      gone.add(month.key);
    }
    if (gone.size === 0) return;
    for (const [id, key] of this.#monthOf) if (gone.has(key)) this.#monthOf.delete(id);
    // nothing to tell: what is shown has not changed
    this.months = this.months.map((month) => (gone.has(month.key) ? forgotten(month) : month));
  }

  // ---- changes made here, before the server's lists show them

  /**
   * Takes photos out, and puts others where they belong, in place of what was known of them; told
   * of once. Photos that are not loaded here can't be taken out.
   */
  change(gone: readonly string[], here: readonly Item[]): void {
    const { view } = this.query;
    const edits = new Map<string, { gone: Set<number>; replaced: Map<number, Item> }>();
    const more: Item[] = [];
    const editsOf = (id: string): { month: ListMonth | null; at: number; old: Item | null } => {
      const rank = this.rankOf(id);
      const month = rank === null ? null : this.monthAt(rank);
      const at = (rank ?? 0) - (month?.start ?? 0);
      if (month && !edits.has(month.key)) {
        edits.set(month.key, { gone: new Set(), replaced: new Map() });
      }
      return { month, at, old: month?.items[at] ?? null };
    };
    for (const id of gone) {
      const { month, at } = editsOf(id);
      if (month) edits.get(month.key)?.gone.add(at);
    }
    for (const item of here) {
      const { month, at, old } = editsOf(item.id);
      const isMoved =
        !old || compareItems(old, item, view) !== 0 ||
        old.width !== item.width || old.height !== item.height;
      if (month && isMoved) edits.get(month.key)?.gone.add(at);
      if (isMoved) more.push(item);
      else if (month && JSON.stringify(old) !== JSON.stringify(item)) {
        edits.get(month.key)?.replaced.set(at, item);
      }
    }
    this.#edit(edits, more);
  }

  #edit(
    edits: ReadonlyMap<string, { gone: ReadonlySet<number>; replaced: ReadonlyMap<number, Item> }>,
    more: readonly Item[],
  ): void {
    const changed = new Map<string, ListMonth>();
    for (const [key, { gone, replaced }] of edits) {
      const month = this.monthByKey(key);
      if (!month || gone.size + replaced.size === 0) continue;
      for (const at of gone) this.#monthOf.delete(month.items[at]?.id ?? "");
      changed.set(key, edited(month, gone, replaced));
    }
    const { view } = this.query;
    for (const [key, items] of grouped(more, (item) => keyOfItem(item, view))) {
      const month = changed.get(key) ?? this.monthByKey(key) ?? unloaded(key, [], null);
      this.#remember(items, key);
      changed.set(key, withMore(month, items, view));
    }
    if (changed.size === 0) return;
    this.#edits += 1;
    this.#put(...changed.values());
  }

  // ---- loading

  #load(month: ListMonth, index: number): Promise<void> {
    const borrowed = this.#borrowed(month);
    if (borrowed) {
      this.#remember(borrowed, month.key);
      this.#put(withItems(month, 0, borrowed));
      return Promise.resolve();
    }
    if (month.count <= this.#whole && this.#isWholeAddressed && month.revision !== null) {
      return this.#once(month.key, () => this.#loadWhole(month.key));
    }
    const offset = Math.floor(index / STRETCH) * STRETCH;
    return this.#once(`${month.key} ${offset}`, () => this.#loadStretch(month, offset));
  }

  /** All photos of a month, where the list of every type has them. */
  #borrowed(month: ListMonth): Item[] | null {
    const whole = this.#lender?.monthByKey(month.key);
    if (!whole || whole.revision !== month.revision || whole.loaded < whole.count) return null;
    const items = whole.items.filter((item) => item?.file_type === this.query.type) as Item[];
    return items.length === month.count ? items : null;
  }

  /** Whether a bucket of the server is a month of this list, with nothing to leave out. */
  get #isWholeAddressed(): boolean {
    const { type, from, to } = this.query;
    return type === null && from === null && to === null;
  }

  async #loadWhole(key: string): Promise<void> {
    const known = this.monthByKey(key);
    if (!known || known.revision === null) return;
    const bucket = await api.getBucket(this.query, key, known.revision);
    const month = this.monthByKey(key);
    if (!month) return;
    if (bucket.parts > 1) return this.#loadStretch(month, 0); // it has grown out of one answer
    const items = this.#laid(itemsOf(bucket));
    this.#remember(items, key);
    this.#put(monthOfItems(key, items, this.query.view, bucket.revision));
  }

  async #loadStretch(month: ListMonth, offset: number): Promise<void> {
    const name = `${month.key} ${offset} ${month.revision ?? 0} ${month.count}`;
    if (this.#short.has(name)) return;
    const found = await this.#stretch(month, offset);
    const now = this.monthByKey(month.key);
    if (!now || now.count !== month.count) return; // changed meanwhile: asked for again
    if (found.length < Math.min(STRETCH, month.count - offset)) this.#short.add(name);
    this.#remember(found, month.key);
    this.#put(withItems(now, offset, found));
  }

  async #stretch(month: ListMonth, offset: number): Promise<Item[]> {
    const query = within(this.query, month.key);
    // what has no date can't be cut out: it is counted from the list's beginning
    const first = query === null ? month.start + offset : offset;
    return this.#laid((await api.getMedia(query ?? this.query, STRETCH, { offset: first })).items);
  }

  async #search(): Promise<void> {
    const page = await api.getMedia(this.query, SEARCH_PAGE, { cursor: this.#cursor });
    this.#cursor = page.next_cursor;
    const items = [
      ...this.months.flatMap((month) => month.items as Item[]),
      ...this.#laid(page.items).filter((item) => !this.#monthOf.has(item.id)),
    ];
    const byMonth = grouped(items, (item) => keyOfItem(item, this.query.view));
    for (const [key, held] of byMonth) this.#remember(held, key);
    this.totalIsExact = page.next_cursor === null;
    this.#setMonths(
      [...byMonth].map(([key, held]) => {
        const known = this.monthByKey(key);
        return known?.count === held.length ? known
          : monthOfItems(key, held, this.query.view, null);
      }),
    );
  }

  #laid(items: readonly Item[]): Item[] {
    return items
      .map((item) => this.#changes.lay(item, this.query))
      .filter((item) => item !== null);
  }

  /**
   * Months as they are now, with what was loaded of those that changed loaded again.
   *
   * @param isOld Whether what has not changed is loaded again as well, where somebody looks.
   */
  #reloaded(fresh: readonly ListMonth[], isOld = false): Promise<ListMonth[]> {
    let start = 0;
    const placed = fresh.map((month) => {
      start += month.count;
      return { ...month, start: start - month.count };
    });
    return Promise.all(
      placed.map(async (month) => {
        const known = this.monthByKey(month.key);
        if (!known || known.loaded === 0) return month;
        if (isOld ? distance(known, this.#lookedAt) > STRETCH : known.revision === month.revision) {
          return month;
        }
        if (month.count <= this.#whole && this.#isWholeAddressed) {
          const bucket = await api.getBucket(this.query, month.key, month.revision ?? 0);
          const items = this.#kept(known, this.#laid(itemsOf(bucket)));
          return monthOfItems(month.key, items, this.query.view, bucket.revision);
        }
        let filled = month;
        for (const offset of this.#nearestStretches(known, month)) {
          const items = this.#kept(known, await this.#stretch(month, offset));
          filled = withItems(filled, offset, items);
        }
        return filled;
      }),
    );
  }

  /** Stretches of which something was loaded, those nearest to where somebody looks. */
  #nearestStretches(known: ListMonth, month: ListMonth): number[] {
    const here = this.#lookedAt - known.start;
    return range(0, Math.ceil(month.count / STRETCH))
      .map((n) => n * STRETCH)
      .filter((offset) => known.items.slice(offset, offset + STRETCH).some((item) => item))
      .sort((a, b) => Math.abs(a - here) - Math.abs(b - here))
      .slice(0, AT_ONCE);
  }

  #takeOver(fresh: readonly ListMonth[], isOld = false): void {
    const taken = fresh.map((month) => {
      const known = this.monthByKey(month.key);
      return known?.revision === month.revision && !isOld ? known : month;
    });
    this.#short.clear();
    this.#monthOf.clear();
    for (const month of taken) {
      for (const item of month.items) if (item) this.#monthOf.set(item.id, month.key);
    }
    this.#setMonths(taken);
  }

  /** The same objects for what has not changed, so that nothing of it is drawn again. */
  #kept(known: ListMonth, items: readonly Item[]): Item[] {
    const old = new Map(known.items.map((item) => [item?.id, item]));
    return items.map((item) => {
      const before = old.get(item.id);
      return before && JSON.stringify(before) === JSON.stringify(item) ? before : item;
    });
  }

  #remember(items: readonly Item[], key: string): void {
    for (const item of items) this.#monthOf.set(item.id, key);
  }

  #put(...changed: ListMonth[]): void {
    const keys = new Set(changed.map((month) => month.key));
    const months = [
      ...this.months.filter((month) => !keys.has(month.key)),
      ...changed.filter((month) => month.count > 0),
    ];
    this.#setMonths(months.sort((a, b) => compareKeys(a.key, b.key)));
  }

  #setMonths(months: readonly ListMonth[]): void {
    let start = 0;
    this.months = months.map((month) => {
      const placed = month.start === start ? month : { ...month, start };
      start += month.count;
      return placed;
    });
    this.total = start;
    this.#tell();
  }

  #tell(): void {
    this.version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Does a thing once at a time, by name. */
  #once(name: string, fetch: () => Promise<void>): Promise<void> {
    const known = this.#fetching.get(name);
    if (known) return known;
    const fetching = fetch().finally(() => this.#fetching.delete(name));
    this.#fetching.set(name, fetching);
    return fetching;
  }
}

/** How many ranks a month is away from one. */
function distance({ start, count }: ListMonth, rank: number): number {
  return Math.max(start - rank, rank - (start + count - 1), 0);
}

/** The whole numbers of [from, to). */
function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, n) => from + n);
}

/** Things by a name that each has, in order. */
function grouped<Thing>(
  things: readonly Thing[],
  nameOf: (thing: Thing) => string,
): Map<string, Thing[]> {
  const groups = new Map<string, Thing[]>();
  for (const thing of things) {
    const name = nameOf(thing);
    const group = groups.get(name);
    if (group) group.push(thing);
    else groups.set(name, [thing]);
  }
  return groups;
}
