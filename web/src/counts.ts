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

/**
 * All counts from two of them.
 *
 * @param type Of the list shown.
 * @param total Its length.
 * @param other Length of the same list of all types; of its photos where all types are shown.
 */
export function countsFrom(type: FileType | null, total: number, other: number): Counts {
  if (type === null) return { all: total, image: other, video: total - other };
  const rest = other - total;
  return type === "image"
    ? { all: other, image: total, video: rest }
    : { all: other, image: rest, video: total };
}
