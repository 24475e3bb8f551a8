/** The order in which the viewer leafs: as the list goes, or shuffled. No DOM. */

import type { Item, MediaPage } from "../api-types";
import type { ListQuery } from "../route";

/** Photos in an order, counted from 0; some of them are not loaded yet. */
export interface Sequence {
  readonly total: number;
  /** False while a search has not looked at everything: then there may be more. */
  readonly totalIsExact: boolean;
  /** The photo of an index; null while it is not loaded, or out of range. */
  itemAt(index: number): Item | null;
  /** Loads what holds the index; null when nothing is there. Rejects with `ApiError`. */
  ensure(index: number): Promise<Item | null>;
  /** Where a photo is, among what is loaded. */
  indexOf(id: string): number | null;
  /** Where a photo is, even when it is not loaded yet; null when it is not in this order. */
  locate(item: Item): Promise<number | null>;
  /** Leaves out what was deleted meanwhile. */
  leaveOut(id: string): void;
  /** Takes over what is known newer of a photo that it holds. */
  replace(item: Item): void;
  /** Told after every change; gives back how to be told no more. */
  subscribe(listener: () => void): () => void;
}

/** What a sequence needs of a list. */
export interface ListedPhotos {
  readonly total: number;
  readonly totalIsExact: boolean;
  at(rank: number): Item | null;
  ensure(rank: number): Promise<Item | null>;
  rankOf(id: string): number | null;
  locate(item: Item): Promise<number | null>;
  subscribe(listener: () => void): () => void;
}

/** The order of a list itself, which knows by itself what was deleted or has changed. */
export function listSequence(list: ListedPhotos): Sequence {
  return {
    get total() {
      return list.total;
    },
    get totalIsExact() {
      return list.totalIsExact;
    },
    itemAt: (index) => list.at(index),
    ensure: (index) => list.ensure(index),
    indexOf: (id) => list.rankOf(id),
    locate: (item) => list.locate(item),
    leaveOut: () => undefined,
    replace: () => undefined,
    subscribe: (listener) => list.subscribe(listener),
  };
}

/** Fetches a page of a shuffled list. */
export type FetchShuffled = (
  query: ListQuery,
  seed: number,
  cursor: string | null,
) => Promise<MediaPage>;

/** So many photos before the last loaded one, the next page is fetched. */
const AHEAD = 25;
/** Pages of a shuffle that are looked through for a photo; it is where somebody was before. */
const LOOKED_THROUGH = 20;

/**
 * A list in the order that a seed decides: each photo once, the same seed the same order.
 *
 * @param first Comes before all others, such as the photo a shuffle is begun at.
 */
export function shuffledSequence(
  query: ListQuery,
  seed: number,
  fetchPage: FetchShuffled,
  first: Item | null = null,
): Sequence {
  return new Shuffle(query, seed, fetchPage, first);
}

class Shuffle implements Sequence {
  private items: Item[];
  /** Photos that the server counts; of a search those found so far. */
  private counted = 0;
  private isCounted = false;
  private leftOut = 0;
  private isComplete = false;
  private cursor: string | null = null;
  private loading: Promise<void> | null = null;
  private readonly seen = new Set<string>();
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly query: ListQuery,
    private readonly seed: number,
    private readonly fetchPage: FetchShuffled,
    first: Item | null,
  ) {
    this.items = first ? [first] : [];
    if (first) this.seen.add(first.id);
  }

  get total(): number {
    if (this.isComplete) return this.items.length;
    return Math.max(this.counted - this.leftOut, this.items.length);
  }

  get totalIsExact(): boolean {
    return this.isComplete || this.isCounted;
  }

  itemAt(index: number): Item | null {
    const item = this.items[index] ?? null;
    if (item && index >= this.items.length - AHEAD) this.loadAhead();
    return item;
  }

  async ensure(index: number): Promise<Item | null> {
    while (index >= this.items.length && !this.isComplete) await this.load();
    return this.itemAt(index);
  }

  indexOf(id: string): number | null {
    const index = this.items.findIndex((item) => item.id === id);
    return index < 0 ? null : index;
  }

  async locate(item: Item): Promise<number | null> {
    for (let page = 0; page < LOOKED_THROUGH; page += 1) {
      if (this.seen.has(item.id) || this.isComplete) break;
      await this.load();
    }
    return this.indexOf(item.id);
  }

  leaveOut(id: string): void {
    const index = this.indexOf(id);
    if (index === null) return;
    this.items = this.items.filter((item) => item.id !== id);
    this.leftOut += 1;
    this.tell();
  }

  replace(item: Item): void {
    const index = this.indexOf(item.id);
    if (index === null) return;
    this.items = this.items.with(index, item);
    this.tell();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private loadAhead(): void {
    // a failure is told to the one who asks for what is missing
    if (!this.isComplete && !this.loading) this.load().catch(() => undefined);
  }

  private load(): Promise<void> {
    this.loading ??= this.loadPage().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  private async loadPage(): Promise<void> {
    const page = await this.fetchPage(this.query, this.seed, this.cursor);
    // what was left out meanwhile does not come back, what stands first comes once
    const fresh = page.items.filter((item) => !this.seen.has(item.id));
    for (const item of fresh) this.seen.add(item.id);
    this.items = [...this.items, ...fresh];
    // an exact number is of when the shuffle began: what is uploaded meanwhile is not part of it
    if (!this.isCounted) this.counted = page.total;
    this.isCounted ||= page.total_is_exact;
    this.cursor = page.next_cursor;
    this.isComplete = page.next_cursor === null;
    this.tell();
  }

  private tell(): void {
    for (const listener of [...this.listeners]) listener();
  }
}
