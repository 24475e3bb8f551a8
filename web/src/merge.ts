/** A loaded list brought up to date: by a fresh first page, and by changes made here. No DOM. */

import type { ListQuery } from "./api";
import type { Item, View } from "./api-types";

/**
 * A change made on this page that lists may not show yet: they follow rows within a second or
 * two. It is laid over what they say until then.
 */
export interface Change {
  item: Item;
  /** The view the item is in now. */
  view: View;
  /** Milliseconds of the clock after which the lists are believed again. */
  until: number;
}

/** Newest first, undated last; 0 for one moment. */
export function compareByDate(a: Item, b: Item): number {
  if (a.media_date === b.media_date) return 0;
  if (a.media_date === null) return 1;
  if (b.media_date === null) return -1;
  return a.media_date < b.media_date ? 1 : -1;
}

/**
 * The loaded list with its beginning replaced by a fresh one.
 *
 * @param loaded What was loaded so far, without gap from the first.
 * @param fresh The first items as they are now.
 * @param freshIsAll No item follows the fresh ones.
 * @returns null when a gap lies between the fresh ones and the loaded ones: more must be fetched.
 */
export function mergeFresh(
  loaded: readonly Item[],
  fresh: readonly Item[],
  freshIsAll: boolean,
  view: View,
): Item[] | null {
  const last = fresh.at(-1);
  if (freshIsAll || loaded.length === 0 || !last) return [...fresh];
  const ids = new Set(fresh.map((item) => item.id));
  const overlap = loaded.findLastIndex((item) => ids.has(item.id));
  if (overlap === -1) return null;
  const rest = loaded.slice(overlap + 1).filter(
    // newer than the last fresh one, yet not among them: it is gone
    (item) => view !== "all" || compareByDate(item, last) >= 0,
  );
  return [...fresh, ...rest];
}

/** Loaded items followed by the next page, each item once. */
export function appendPage(loaded: readonly Item[], page: readonly Item[]): Item[] {
  const ids = new Set(loaded.map((item) => item.id));
  return [...loaded, ...page.filter((item) => !ids.has(item.id))];
}

/**
 * The list with an item put where its date belongs (in the bin: first).
 *
 * @param end The last item the server gave, or null when none follows: what belongs behind it
 *   comes with a later page.
 */
export function insertItem(
  items: readonly Item[],
  item: Item,
  view: View,
  end: Item | null,
): Item[] {
  if (view === "bin") return [item, ...items];
  const index = items.findIndex((other) => compareByDate(other, item) > 0);
  if (index >= 0) return items.toSpliced(index, 0, item);
  return end === null || compareByDate(item, end) <= 0 ? [...items, item] : [...items];
}

/**
 * What a list shows once the changes made here are laid over it.
 *
 * @param end As for `insertItem`.
 * @returns The items, and by how much the list's total grew.
 */
export function overlay(
  items: readonly Item[],
  changes: Iterable<Change>,
  query: ListQuery,
  end: Item | null,
): { items: Item[]; growth: number } {
  let result = [...items];
  let growth = 0;
  for (const change of changes) {
    const index = result.findIndex((item) => item.id === change.item.id);
    const belongs =
      change.view === query.view && (!query.type || query.type === change.item.file_type);
    const present = result[index];
    if (present && !belongs) {
      result.splice(index, 1);
      growth -= 1;
    } else if (present) {
      result[index] = { ...present, is_favorite: change.item.is_favorite };
    } else if (belongs) {
      const before = result.length;
      result = insertItem(result, change.item, query.view, end);
      growth += result.length - before;
    }
  }
  return { items: result, growth };
}
