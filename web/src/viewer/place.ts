/** Where the viewer stands in an order of photos that changes while somebody looks. No DOM. */

import type { Item } from "../api-types";
import type { Sequence } from "./sequence";

type Order = Pick<Sequence, "total" | "itemAt" | "indexOf">;

/**
 * A place in an order.
 *
 * The photo shown stays the photo shown, whatever the order does: one that the order does not
 * hold (opened by its address and not found yet, or no longer a favourite in the list of
 * favourites) is held between those that it does hold, until one leafs on.
 */
export class Place {
  /** The photo shown; null while it is not loaded. */
  item: Item | null;
  /** Counted from 0. */
  index = 0;
  /** Whether the order holds the photo shown. */
  isFound = false;
  /** Whether neighbours are known: not for a photo that was never found in the order. */
  #isAlone = true;
  readonly #order: Order;

  constructor(order: Order, item: Item | null) {
    this.#order = order;
    this.item = item;
    this.follow();
  }

  /** How many photos one can leaf through, the held one among them. */
  get total(): number {
    if (this.#isAlone) return 1;
    return this.#order.total + (this.isFound ? 0 : 1);
  }

  /** Position and number to tell people, counted from 1; null for a photo without neighbours. */
  get position(): { n: number; total: number } | null {
    return this.#isAlone ? null : { n: this.index + 1, total: this.total };
  }

  /** The photo of an index; null while it is not loaded, or out of range. */
  itemAt(index: number): Item | null {
    if (index < 0 || index >= this.total) return null;
    if (index === this.index && this.item) return this.item;
    const rank = this.rankAt(index);
    return rank === null ? null : this.#order.itemAt(rank);
  }

  /** Where the order holds what is shown at an index; null for the photo held between. */
  rankAt(index: number): number | null {
    if (this.#isAlone) return null;
    if (this.isFound) return index;
    if (index === this.index) return null;
    return index < this.index ? index : index - 1;
  }

  /** Goes to another index of the order. */
  goTo(index: number): void {
    const rank = this.rankAt(Math.max(0, Math.min(index, this.total - 1)));
    if (rank === null) return;
    this.index = rank;
    this.isFound = true;
    this.item = this.#order.itemAt(rank);
  }

  /** Goes to where a search for the shown photo has found it. */
  settle(rank: number): void {
    this.index = rank;
    this.isFound = true;
    this.#isAlone = false;
  }

  /**
   * Takes over what the order has become.
   *
   * @param removed Ids of photos that go when they leave the order, instead of being held: the
   *   next one takes their place, at the end the one before.
   * @returns False when nothing is left to show.
   */
  follow(removed: ReadonlySet<string> = new Set()): boolean {
    const { item } = this;
    const rank = item === null ? null : this.#order.indexOf(item.id);
    if (item && rank !== null) {
      this.settle(rank);
      this.item = this.#order.itemAt(rank) ?? item;
      return true;
    }
    if (item && removed.has(item.id)) return this.#giveUp();
    if (this.#isAlone) return true;
    const there = this.#order.itemAt(this.index);
    if (item === null) this.item = there;
    // what is not loaded again yet is not gone
    else if (this.isFound) this.isFound = there === null && this.index < this.#order.total;
    if (!this.isFound) this.index = Math.min(this.index, this.#order.total);
    return true;
  }

  #giveUp(): boolean {
    const { total } = this.#order;
    if (this.#isAlone || total === 0) return false;
    this.isFound = true;
    this.index = Math.min(this.index, total - 1);
    this.item = this.#order.itemAt(this.index);
    return true;
  }
}
