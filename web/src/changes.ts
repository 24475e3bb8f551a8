/**
 * Changes made on this page that the server's lists may not show yet: they follow within a second
 * or two, and until then what was changed here is laid over what they say. No DOM.
 */

import type { Item, View, Visibility } from "./api-types";
import { dayOf } from "./days";
import type { LocalChanges } from "./photo-list";
import { keyOf, type ListQuery } from "./route";

/** Which list an item lives in now; null once it is destroyed. Favourites live in `all`. */
export type Home = Exclude<View, "fav"> | null;

export interface Change {
  item: Item;
  home: Home;
  /** Where it lived before it went to the bin, if that was seen here. */
  former: Home;
  /** Tells an older wish for the same item from a newer one. */
  wish: number;
  /** The list it was changed in: a list of a person or a search takes back only its own. */
  seenIn: string;
  /** Milliseconds of the clock after which the server's lists are believed again; Infinity until
   * the server has answered. */
  until: number;
}

export class Changes implements LocalChanges {
  #byId = new Map<string, Change>();
  #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  note(change: Change): void {
    this.#byId.set(change.item.id, change);
  }

  /** The change of an item that lists may not show yet. */
  of(id: string): Change | null {
    const change = this.#byId.get(id);
    return change && change.until >= this.#clock() ? change : null;
  }

  /** Whether lists may not show all of them yet. */
  get areUnsettled(): boolean {
    const now = this.#clock();
    for (const change of this.#byId.values()) if (change.until >= now) return true;
    this.#byId.clear();
    return false;
  }

  lay(item: Item, query: ListQuery): Item | null {
    const change = this.of(item.id);
    if (!change) return item;
    return belongs(change, query) ? { ...item, is_favorite: change.item.is_favorite } : null;
  }
}

/** Whether a changed item is in a list by now. */
export function belongs(change: Change, query: ListQuery): boolean {
  const { item, home } = change;
  if (home === null) return false;
  const isThere = query.view === "fav" ? home === "all" && item.is_favorite : home === query.view;
  if (!isThere || (query.type !== null && query.type !== item.file_type)) return false;
  if (query.person !== null || query.search !== null) return change.seenIn === keyOf(query);
  const day = dayOf(query.view === "bin" ? (item.deleted_at ?? null) : item.media_date);
  if (query.from === null && query.to === null) return true;
  return day !== null && (query.from ?? day) <= day && day <= (query.to ?? day);
}

/** Where an item lives that is shown in a view, as far as it says itself. */
export function homeOf(
  item: Item & { visibility?: Visibility; deleted_at?: string | null },
  view: View,
): Home {
  if (item.visibility === "locked") return "locked";
  if (item.deleted_at) return "bin";
  if (item.visibility !== undefined) return homeFor(item.visibility);
  return view === "fav" ? "all" : view;
}

export function homeFor(visibility: Visibility): Exclude<Home, null> {
  return visibility === "timeline" ? "all" : visibility;
}
