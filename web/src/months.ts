/** A month of a list: how many photos each of its days holds, and those that are loaded. No DOM. */

import type { Bucket, Day, Item, Month, View } from "./api-types";

export const UNDATED = "undated";

/** A local day of a month; `day` is null for undated. */
export interface MonthDay {
  day: number | null;
  count: number;
  /** Sum of width over height of its photos: tells how much room they need before they are known. */
  ratioSum: number;
}

/** What is known of a month. Its photos are counted from its newest, from 0. */
export interface ListMonth {
  /** `2024-05`, or `undated`; in the bin the month of deletion. */
  readonly key: string;
  /** Rank in the list of its first photo. */
  readonly start: number;
  readonly count: number;
  /** Newest first. */
  readonly days: readonly MonthDay[];
  /** Of the server's content; null while it is only known from here. */
  readonly revision: number | null;
  /** One place for each photo; null where it is not loaded. */
  readonly items: readonly (Item | null)[];
  /** How many are loaded. */
  readonly loaded: number;
}

const UNKNOWN_RATIO = 4 / 3;

/** Months as the server tells them, in its order, with nothing loaded. */
export function monthsOf(told: readonly Month[]): ListMonth[] {
  return told.map((month) => {
    const days = (month.days ?? []).map(dayOfMonth);
    // without its days, too, a month has its count
    return { ...unloaded(keyOfMonth(month), days, month.revision), count: month.count };
  });
}

function keyOfMonth(told: { year: number | null; month: number | null }): string {
  if (told.year === null || told.month === null) return UNDATED;
  return `${String(told.year).padStart(4, "0")}-${String(told.month).padStart(2, "0")}`;
}

/** A month of these days, with nothing loaded. */
export function unloaded(
  key: string,
  days: readonly MonthDay[],
  revision: number | null,
): ListMonth {
  const count = days.reduce((sum, day) => sum + day.count, 0);
  const items = new Array<Item | null>(count).fill(null);
  return { key, start: 0, count, days, revision, items, loaded: 0 };
}

/** A month of these photos, all of it, in the order given. */
export function monthOfItems(
  key: string,
  items: readonly Item[],
  view: View,
  revision: number | null,
): ListMonth {
  const days: MonthDay[] = [];
  for (const item of items) {
    const day = dayNumber(item, view);
    let last = days.at(-1);
    if (!last || last.day !== day) {
      last = { day, count: 0, ratioSum: 0 };
      days.push(last);
    }
    last.count += 1;
    last.ratioSum += ratioOf(item);
  }
  return { key, start: 0, count: items.length, days, revision, items, loaded: items.length };
}

/** The month with photos put at their places. */
export function withItems(month: ListMonth, offset: number, found: readonly Item[]): ListMonth {
  const items = [...month.items];
  found.forEach((item, index) => {
    if (offset + index < items.length) items[offset + index] = item;
  });
  return { ...month, items, loaded: items.reduce((sum, item) => sum + (item ? 1 : 0), 0) };
}

/** The month without some of its photos, and with others in place of some that keep their places. */
export function edited(
  month: ListMonth,
  gone: ReadonlySet<number>,
  replaced: ReadonlyMap<number, Item>,
): ListMonth {
  const days: MonthDay[] = [];
  const items: (Item | null)[] = [];
  let index = 0;
  for (const day of month.days) {
    let { count, ratioSum } = day;
    const mean = meanRatio(day);
    for (const end = index + day.count; index < end; index += 1) {
      const item = replaced.get(index) ?? month.items[index] ?? null;
      if (!gone.has(index)) items.push(item);
      else {
        count -= 1;
        ratioSum -= item ? ratioOf(item) : mean;
      }
    }
    if (count > 0) days.push(count === day.count ? day : { ...day, count, ratioSum });
  }
  const loaded = items.reduce((sum, item) => sum + (item ? 1 : 0), 0);
  return { ...month, days: gone.size > 0 ? days : month.days, items, count: items.length, loaded };
}

/** The month with more photos, each at its place; what is not loaded stays so. */
export function withMore(month: ListMonth, more: readonly Item[], view: View): ListMonth {
  if (month.loaded === month.count) {
    const items = [...(month.items as Item[]), ...more].sort((a, b) => compareItems(a, b, view));
    return { ...monthOfItems(month.key, items, view, month.revision), start: month.start };
  }
  return more.reduce((grown, item) => withItem(grown, item, view), month);
}

/** The month with one photo more, at its place; what else is not loaded stays so. */
function withItem(month: ListMonth, item: Item, view: View): ListMonth {
  const day = dayNumber(item, view);
  const days = [...month.days];
  let at = days.findIndex((known) => compareDays(known.day, day) >= 0);
  if (at < 0) at = days.length;
  const first = days.slice(0, at).reduce((sum, known) => sum + known.count, 0);
  const same = days[at];
  let index = first;
  if (same && same.day === day) {
    const end = first + same.count;
    while (index < end) {
      const other = month.items[index];
      if (other && compareItems(item, other, view) < 0) break;
      index += 1;
    }
    days[at] = { day, count: same.count + 1, ratioSum: same.ratioSum + ratioOf(item) };
  } else {
    days.splice(at, 0, { day, count: 1, ratioSum: ratioOf(item) });
  }
  const items = month.items.toSpliced(index, 0, item);
  return { ...month, days, items, count: items.length, loaded: month.loaded + 1 };
}

/** The month with nothing loaded. */
export function forgotten(month: ListMonth): ListMonth {
  return { ...month, items: new Array<Item | null>(month.count).fill(null), loaded: 0 };
}

/** Mean width over height of a day's photos. */
export function meanRatio(day: MonthDay): number {
  const mean = day.count > 0 ? day.ratioSum / day.count : 0;
  return mean > 0 ? mean : UNKNOWN_RATIO;
}

/** `2024-05-01` of a day of a month, or null for undated. */
export function dateOf(month: { key: string }, day: number | null): string | null {
  return month.key === UNDATED || day === null ? null
    : `${month.key}-${String(day).padStart(2, "0")}`;
}

/** The moment that orders an item in a list; null for undated. */
export function orderOf(item: Item, view: View): string | null {
  return view === "bin" ? (item.deleted_at ?? null) : item.media_date;
}

/** Which month of a list an item lies in. */
export function keyOfItem(item: Item, view: View): string {
  return orderOf(item, view)?.slice(0, 7) ?? UNDATED;
}

/** Newest first, undated last, then by id downwards as the server orders them. */
export function compareItems(a: Item, b: Item, view: View): number {
  const [left, right] = [orderOf(a, view), orderOf(b, view)];
  if (left !== right) {
    if (left === null) return 1;
    if (right === null) return -1;
    return left < right ? 1 : -1;
  }
  return a.id < b.id ? 1 : a.id > b.id ? -1 : 0;
}

/** Newest first, undated last. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  if (a === UNDATED) return 1;
  if (b === UNDATED) return -1;
  return a < b ? 1 : -1;
}

const NOBODY: string[] = [];

/** The photos of a month in columns, as items. */
export function itemsOf(bucket: Bucket): Item[] {
  const columns = Object.entries(bucket.columns) as [keyof Item, readonly unknown[]][];
  return bucket.columns.id.map((_, index) => {
    const item = Object.fromEntries(
      columns.map(([name, column]) => [name, column[index]]),
    ) as unknown as Item;
    item.persons ??= NOBODY; // a month that shows nobody has no column of them
    return item;
  });
}

function dayNumber(item: Item, view: View): number | null {
  const order = orderOf(item, view);
  return order === null ? null : Number(order.slice(8, 10));
}

function dayOfMonth(told: Day): MonthDay {
  return { day: told.day, count: told.count, ratioSum: told.ratio_sum };
}

function compareDays(a: number | null, b: number | null): number {
  return (b ?? 0) - (a ?? 0);
}

function ratioOf(item: Item): number {
  return item.width && item.height ? item.width / item.height : UNKNOWN_RATIO;
}
