/**
 * The months of a list one under another: where each lies, laid out only where somebody looks.
 *
 * Months that hold little are laid out together, as a run: their days share lines. No DOM.
 */

import {
  estimateHeight,
  layoutMonths,
  measuresFor,
  photoAt,
  placeOf,
  type Layout,
  type Layouts,
  type Measures,
} from "./layout";
import { UNDATED, type ListMonth } from "./months";

/** A run of months holds at most so many photos, unless one month alone holds more. */
const RUN = 24;

/** Months [from, to) and what is known of how high they are. */
interface Run {
  from: number;
  to: number;
}

/** A photo that stays where it is in the window while things change around it. */
export interface Anchor {
  /** Id of the photo; null while it is not loaded. */
  id: string | null;
  /** Its month, and its place in it. */
  key: string;
  index: number;
  /** From the top of the window down to the top of its row, CSS pixels. */
  offset: number;
}

export class MonthStack {
  readonly measures: Measures;
  #months: readonly ListMonth[] = [];
  #runs: Run[] = [];
  /** Of each month, the run that it is in. */
  #runOf = new Uint32Array(0);
  /** Of each run, and of the end. */
  #tops = new Float64Array(1);
  // by what they depend on: months that only moved to other ranks keep theirs
  #layouts = new WeakMap<object, { items: readonly object[]; layouts: Layouts }>();
  #heights = new WeakMap<object, { days: readonly object[]; height: number }>();

  /** @param width CSS pixels, > 0. */
  constructor(readonly width: number) {
    this.measures = measuresFor(width);
  }

  get months(): readonly ListMonth[] {
    return this.#months;
  }

  /** Of all months, CSS pixels. */
  get height(): number {
    return this.#tops[this.#runs.length] ?? 0;
  }

  set(months: readonly ListMonth[]): void {
    this.#months = months;
    this.#runs = runsOf(months);
    this.#runOf = new Uint32Array(months.length);
    this.#runs.forEach(({ from, to }, run) => this.#runOf.fill(run, from, to));
    this.#place();
  }

  /** Top of the run that a month is in: what its layout counts from. */
  top(month: number): number {
    return this.#tops[this.#runOf[month] ?? 0] ?? 0;
  }

  /** The first month of the run at a height; the first or last run for what is beyond. */
  indexAt(y: number): number {
    return this.#runs[this.#runAt(y)]?.from ?? 0;
  }

  /** Lays out a month, if it is not yet; what follows it may move. */
  layout(month: number): Layout {
    const run = this.#runOf[month] ?? 0;
    const { from } = this.#runs[run] ?? { from: 0 };
    return this.#laidOut(run).months[month - from] ?? { blocks: [] };
  }

  /** Lays out what touches the stretch; that above it may move it. */
  layoutBetween(top: number, bottom: number): void {
    for (let run = this.#runAt(top); run < this.#runs.length; run += 1) {
      if ((this.#tops[run] ?? 0) > bottom) return;
      this.#laidOut(run);
    }
  }

  /** What the eye rests on at a height; null when there is nothing. */
  anchorAt(y: number): Anchor | null {
    const run = this.#runAt(y);
    const found = this.#firstBelow(run, y) ?? this.#firstBelow(run + 1, y);
    const month = found && this.#months[found.month];
    if (!found || !month) return null;
    const id = month.items[found.index]?.id ?? null;
    return { id, key: month.key, index: found.index, offset: found.top - y };
  }

  /** The height at which an anchor's photo stands where it stood; null when its month is gone. */
  positionOf(anchor: Anchor, rankOf: (id: string) => number | null): number | null {
    const place = this.#find(anchor, rankOf);
    if (!place) return null;
    const at = placeOf(this.layout(place.month), this.measures.heading, place.index);
    return at ? this.top(place.month) + at.top - anchor.offset : null;
  }

  /** Where a photo's row begins and ends, and its day, from the top of the stack. */
  placeOf(rank: number): { top: number; height: number; dayTop: number } | null {
    const index = this.#monthOf(rank);
    const month = this.#months[index];
    if (!month) return null;
    const at = placeOf(this.layout(index), this.measures.heading, rank - month.start);
    const top = this.top(index);
    return at && { top: top + at.top, height: at.height, dayTop: top + at.dayTop };
  }

  /** The rank at a height, of the first photo in sight. */
  rankAt(y: number): number {
    const run = this.#runAt(y);
    const found = this.#firstBelow(run, y) ?? this.#firstBelow(run + 1, y);
    const last = this.#months.at(-1);
    if (found) return (this.#months[found.month]?.start ?? 0) + found.index;
    return last ? last.start + last.count - 1 : 0;
  }

  /** About the rank at a height; nothing is laid out for it, so nothing moves. */
  roughRankAt(y: number): number {
    const run = this.#runAt(y);
    const months = this.#monthsOf(run);
    const count = months.reduce((sum, month) => sum + month.count, 0);
    const top = this.#tops[run] ?? 0;
    const height = (this.#tops[run + 1] ?? 0) - top;
    const place = Math.floor(((y - top) / Math.max(1, height)) * count);
    return (months[0]?.start ?? 0) + Math.min(Math.max(place, 0), Math.max(0, count - 1));
  }

  /** The first photo of the highest row of a run that ends below `y`. */
  #firstBelow(run: number, y: number): { month: number; index: number; top: number } | null {
    const { from, to } = this.#runs[run] ?? { from: 0, to: 0 };
    let best: { month: number; index: number; top: number } | null = null;
    for (let month = from; month < to; month += 1) {
      const layout = this.layout(month); // what it moves comes after it
      const top = this.#tops[run] ?? 0;
      const photo = photoAt(layout, this.measures.heading, y - top);
      if (photo && (!best || top + photo.top < best.top)) {
        best = { month, index: photo.index, top: top + photo.top };
      }
    }
    return best;
  }

  #find(
    anchor: Anchor,
    rankOf: (id: string) => number | null,
  ): { month: number; index: number } | null {
    const rank = anchor.id === null ? null : rankOf(anchor.id);
    if (rank !== null) {
      const month = this.#monthOf(rank);
      return { month, index: rank - (this.#months[month]?.start ?? 0) };
    }
    const month = this.#months.findIndex((known) => known.key === anchor.key);
    const count = this.#months[month]?.count ?? 0;
    return month < 0 ? null : { month, index: Math.min(anchor.index, count - 1) };
  }

  #monthOf(rank: number): number {
    return lastWhere(this.#months.length, (n) => (this.#months[n]?.start ?? 0) <= rank);
  }

  #runAt(y: number): number {
    return lastWhere(this.#runs.length, (n) => (this.#tops[n] ?? 0) <= y);
  }

  #laidOut(run: number): Layouts {
    const months = this.#monthsOf(run);
    const known = this.#known(months);
    if (known) return known;
    const layouts = layoutMonths(months, this.width, this.measures);
    const [first] = months;
    if (first) {
      this.#layouts.set(first.items, { items: months.map(({ items }) => items), layouts });
      this.#heights.set(first.days, { days: months.map(({ days }) => days), height: layouts.height });
    }
    if (layouts.height !== (this.#tops[run + 1] ?? 0) - (this.#tops[run] ?? 0)) this.#place(run);
    return layouts;
  }

  #known(months: readonly ListMonth[]): Layouts | null {
    const known = this.#layouts.get(months[0]?.items ?? {});
    const isSame =
      known?.items.length === months.length &&
      months.every(({ items }, n) => items === known.items[n]);
    return known && isSame ? known.layouts : null;
  }

  #monthsOf(run: number): readonly ListMonth[] {
    const { from, to } = this.#runs[run] ?? { from: 0, to: 0 };
    return this.#months.slice(from, to);
  }

  #place(from = 0): void {
    if (from === 0) this.#tops = new Float64Array(this.#runs.length + 1);
    for (let run = from; run < this.#runs.length; run += 1) {
      this.#tops[run + 1] = (this.#tops[run] ?? 0) + this.#heightOf(this.#monthsOf(run));
    }
  }

  #heightOf(months: readonly ListMonth[]): number {
    const laidOut = this.#known(months);
    if (laidOut) return laidOut.height;
    const first = months[0]?.days ?? {};
    const known = this.#heights.get(first);
    const isSame =
      known?.days.length === months.length && months.every(({ days }, n) => days === known.days[n]);
    if (known && isSame) return known.height;
    const height = estimateHeight(months, this.width, this.measures);
    this.#heights.set(first, { days: months.map(({ days }) => days), height });
    return height;
  }
}

/** Months that hold little, together; what has no date stays by itself. */
function runsOf(months: readonly ListMonth[]): Run[] {
  const runs: Run[] = [];
  let count = Infinity;
  months.forEach((month, index) => {
    const last = runs.at(-1);
    if (!last || count + month.count > RUN || month.key === UNDATED) {
      runs.push({ from: index, to: index + 1 });
      count = month.count;
    } else {
      last.to = index + 1;
      count += month.count;
    }
  });
  return runs;
}

/** The last of `count` for which something is true that is true of the first ones; 0 for none. */
function lastWhere(count: number, isTrue: (n: number) => boolean): number {
  let low = 0;
  let high = count - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isTrue(middle)) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}
