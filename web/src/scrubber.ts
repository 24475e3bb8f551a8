/** Where the months of a list lie along the scrubber's rail: by number of photos. No DOM. */

import { text } from "./text";

/** What the rail needs to know of a month. */
export interface RailMonth {
  /** `2024-05`, or `undated`. */
  readonly key: string;
  /** Rank of its first photo, counted from the newest. */
  readonly start: number;
  readonly count: number;
}

/** A mark on the rail, CSS pixels below its top. */
export interface Mark {
  top: number;
  label: string;
}

export interface Marks {
  /** Where years begin, with room between their labels. */
  years: Mark[];
  /** Where months begin, without those that a year's label or another tick hides. */
  ticks: Mark[];
}

/** Lines of text nearer than this can't be told apart. */
export const LABEL_GAP = 20;
/** Ticks nearer than this would run together. */
export const TICK_GAP = 7;

/** Ranks are whole numbers; a fraction of two million photos may miss one by less than this. */
const ROUNDING = 1e-6;

/** Place of a rank on the rail: 0 at its top, below 1 for every photo there is. */
export function fractionOf(rank: number, total: number): number {
  return total > 0 ? within(rank / total, 0, 1) : 0;
}

/** The photo at a place of the rail, at most the last one. */
export function rankAt(fraction: number, total: number): number {
  return within(Math.floor(within(fraction, 0, 1) * total + ROUNDING), 0, Math.max(0, total - 1));
}

/** Index of the month that holds a rank, the nearest for one out of range; -1 without months. */
export function monthOfRank(months: readonly RailMonth[], rank: number): number {
  let low = 0;
  let high = months.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((months[middle]?.start ?? 0) <= rank + ROUNDING) low = middle;
    else high = middle;
  }
  return months.length === 0 ? -1 : low;
}

/** Ticks and years of a rail of this height in CSS pixels. */
export function marksOf(months: readonly RailMonth[], total: number, height: number): Marks {
  const years: Mark[] = [];
  const ticks: Mark[] = [];
  if (height <= 0 || total <= 0) return { years, ticks };
  let year: string | null = null;
  for (const { key, start } of months) {
    const top = fractionOf(start, total) * height;
    const of = yearOf(key);
    if (of !== year && isClear(years, top, LABEL_GAP) && top <= height - LABEL_GAP / 2) {
      years.push({ top, label: of });
    }
    year = of;
    if (isClear(ticks, top, TICK_GAP)) ticks.push({ top, label: key });
  }
  return { years, ticks };
}

/** The month a step away by the arrow keys: positive is older. */
export function monthBeside(months: readonly RailMonth[], index: number, step: number): number {
  return within(index + step, 0, months.length - 1);
}

/** The first month of the next older year (step 1), or of the next newer one (step -1). */
export function yearBeside(months: readonly RailMonth[], index: number, step: 1 | -1): number {
  const year = yearAt(months, index);
  let at = index;
  while (months[at] && yearAt(months, at) === year) at += step;
  if (!months[at]) return step > 0 ? months.length - 1 : 0;
  const reached = yearAt(months, at);
  while (step < 0 && months[at - 1] && yearAt(months, at - 1) === reached) at -= 1;
  return at;
}

/** `May 2024`, or the words for undated photos. */
export function monthTitle(key: string): string {
  const name = text.months[Number(key.slice(5, 7)) - 1];
  return name === undefined ? text.undated : `${name} ${Number(key.slice(0, 4))}`;
}

function yearAt(months: readonly RailMonth[], index: number): string {
  return yearOf(months[index]?.key ?? "");
}

/** `2024`, or the words for undated photos. */
function yearOf(key: string): string {
  const year = Number(key.slice(0, 4));
  return Number.isNaN(year) ? text.undated : String(year);
}

function isClear(marks: readonly Mark[], top: number, gap: number): boolean {
  const last = marks.at(-1);
  return last === undefined || top - last.top >= gap;
}

function within(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
