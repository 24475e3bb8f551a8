/** How many photos and videos a list has. No DOM. */

import type { FileType } from "./api-types";
import type { ListQuery } from "./route";

/** How many there are of each; null where that is not known. */
export interface Counts {
  all: number | null;
  image: number | null;
  video: number | null;
}

/** Whether a list is the timeline with nothing left out, except perhaps by type. */
export function isWholeTimeline(query: ListQuery): boolean {
  const { view, person, from, to, search } = query;
  return view === "all" && person === null && from === null && to === null && search === null;
}

/** Counts once the list of a type has another length; null for those that this leaves open. */
export function withTotal(known: Counts, type: FileType | null, total: number): Counts {
  const { all, [type ?? "all"]: before } = known;
  if (before === total) return known;
  if (type === null) return { all: total, image: null, video: null };
  const rest = all !== null && before !== null ? all - before : null;
  return {
    all: rest === null ? null : total + rest,
    image: type === "image" ? total : rest,
    video: type === "video" ? total : rest,
  };
}

/**
 * All counts from two of them.
 *
 * @param type Of the list shown.
 * @param total Its length.
 * @param other Length of the same list of all types; of its photos where all types are shown.
 */
export function countsFrom(type: FileType | null, total: number, other: number): Counts {
  // two answers may be of different moments
  if (type === null) {
    const image = Math.min(other, total);
    return { all: total, image, video: total - image };
  }
  const rest = Math.max(0, other - total);
  const all = total + rest;
  return type === "image" ? { all, image: total, video: rest } : { all, image: rest, video: total };
}
