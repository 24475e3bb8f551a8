/** Which photos of a list are chosen for a deed. No DOM. */

import type { Item } from "./api-types";
import type { PhotoList } from "./photo-list";

/** What a selection asks of a list: items by rank, those that are not loaded yet too. */
export type Ranked = Pick<PhotoList, "ensureRange" | "rankOf">;

export class Selection {
  #items = new Map<string, Item>();
  #listeners = new Set<() => void>();
  #anchor: { rank: number; id: string } | null = null;
  /** What the last range added: the next one from the same anchor takes its place. */
  #ranged: string[] = [];
  /** How many items are on their way into it. */
  #awaited = 0;
  /** Moves when a range on its way is not wanted any more. */
  #wish = 0;

  get items(): ReadonlyMap<string, Item> {
    return this.#items;
  }

  /** The rank from which Shift selects; null before anything was chosen. */
  get anchor(): number | null {
    return this.#anchor?.rank ?? null;
  }

  /** How many items of a range are being fetched; 0 when none. */
  get awaited(): number {
    return this.#awaited;
  }

  has(id: string): boolean {
    return this.#items.has(id);
  }

  /** Chooses one, or no longer. */
  toggle(item: Item, rank: number): void {
    this.#wish += 1;
    this.#awaited = 0;
    this.#anchor = { rank, id: item.id };
    this.#ranged = [];
    if (!this.#items.delete(item.id)) this.#items.set(item.id, item);
    this.#tell();
  }

  /**
   * Chooses everything between the anchor and `rank`, both included.
   *
   * A range from the same anchor takes the place of the one before, so that it can shrink too.
   *
   * @throws ApiError when what is not loaded could not be; the selection is as it was.
   */
  async extendTo(list: Ranked, rank: number): Promise<void> {
    const from = this.#anchorIn(list) ?? rank;
    const items = await this.#fetch(list, Math.min(from, rank), Math.max(from, rank) + 1);
    if (!items) return;
    for (const id of this.#ranged) this.#items.delete(id);
    this.#ranged = items.filter((item) => !this.#items.has(item.id)).map((item) => item.id);
    for (const item of items) this.#items.set(item.id, item);
    const first = items[from <= rank ? 0 : items.length - 1];
    if (!this.#anchor && first) this.#anchor = { rank: from, id: first.id };
    this.#tell();
  }

  /**
   * Chooses all of `[from, to)`, or none of them when all were chosen already.
   *
   * @throws ApiError when what is not loaded could not be; the selection is as it was.
   */
  async toggleDay(list: Ranked, from: number, to: number): Promise<void> {
    const items = await this.#fetch(list, from, to);
    const first = items?.[0];
    if (!items || !first) return;
    if (items.every((item) => this.#items.has(item.id))) {
      for (const item of items) this.#items.delete(item.id);
    } else {
      for (const item of items) this.#items.set(item.id, item);
    }
    this.#anchor = { rank: from, id: first.id };
    this.#ranged = [];
    this.#tell();
  }

  /**
   * Chooses the whole list.
   *
   * @throws ApiError when what is not loaded could not be; the selection is as it was.
   */
  async selectAll(list: Ranked, total: number): Promise<void> {
    const items = await this.#fetch(list, 0, total);
    if (!items) return;
    for (const item of items) this.#items.set(item.id, item);
    this.#ranged = [];
    this.#tell();
  }

  clear(): void {
    this.#wish += 1;
    if (this.#items.size === 0 && this.#awaited === 0 && !this.#anchor) return;
    this.#items.clear();
    this.#ranged = [];
    this.#anchor = null;
    this.#awaited = 0;
    this.#tell();
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Where the anchor is now: new photos above it have moved it down. */
  #anchorIn(list: Ranked): number | null {
    if (!this.#anchor) return null;
    return list.rankOf(this.#anchor.id) ?? this.#anchor.rank;
  }

  /** The items of `[from, to)`, or null when something else was wished for meanwhile. */
  async #fetch(list: Ranked, from: number, to: number): Promise<Item[] | null> {
    this.#wish += 1;
    const wish = this.#wish;
    this.#awaited = to - from;
    this.#tell();
    try {
      const items = await list.ensureRange(from, to);
      return wish === this.#wish ? items : null;
    } finally {
      if (wish === this.#wish) {
        this.#awaited = 0;
        this.#tell();
      }
    }
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
