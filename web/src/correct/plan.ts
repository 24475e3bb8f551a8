/** What a correction of many photos changes, and what would take it back. No DOM. */

import type { Correction, Part } from "../api";
import type { Asset, Item } from "../api-types";
import { shiftWallClock } from "./wall-clock";

/** One thing done to some of them. */
export interface Step {
  ids: readonly string[];
  correction: Correction;
}

export type DateChange =
  | { kind: "keep" }
  | { kind: "shift"; seconds: number }
  | { kind: "set"; mediaDate: string };

/** What is asked for: a change of the dates, and a description for all of them or none. */
export interface Wish {
  date: DateChange;
  /** Undefined: each keeps its own. Null: none has one. */
  description: string | null | undefined;
}

/** What to do with the items, in order; nothing where nothing would change. */
export function stepsOf(items: readonly Item[], wish: Wish, shiftId: string): Step[] {
  const steps: Step[] = [];
  if (wish.date.kind === "shift" && wish.date.seconds !== 0) {
    const ids = items.filter((item) => item.media_date !== null).map(({ id }) => id);
    const { seconds } = wish.date;
    if (ids.length > 0) {
      steps.push({ ids, correction: { action: "shift_date", seconds, shift_id: shiftId } });
    }
  }
  if (wish.date.kind === "set") {
    const { mediaDate } = wish.date;
    const ids = items.filter((item) => item.media_date !== mediaDate).map(({ id }) => id);
    if (ids.length > 0) {
      steps.push({ ids, correction: { action: "set_date", media_date: mediaDate } });
    }
  }
  if (wish.description !== undefined) {
    const ids = items.map(({ id }) => id);
    steps.push({ ids, correction: { action: "set_description", description: wish.description } });
  }
  return steps;
}

/** Those of which any step changes something. */
export function touchedBy(steps: readonly Step[]): Set<string> {
  return new Set(steps.flatMap(({ ids }) => ids));
}

/**
 * What brings the items back to where they were; nothing for those that failed.
 *
 * @param newly Ids by what a person said of them for the first time: nobody's word again.
 * @param former Assets as they were, where descriptions are taken back.
 * @param shiftId Another one than the shift itself had.
 */
export function stepsBack(
  items: readonly Item[],
  steps: readonly Step[],
  failed: ReadonlySet<string>,
  newly: ReadonlyMap<Part, readonly string[]>,
  former: ReadonlyMap<string, Asset>,
  shiftId: string,
): Step[] {
  const dates = new Map(items.map((item) => [item.id, item.media_date]));
  const uncorrected = [...newly].map(([part, all]): Step => ({
    ids: all.filter((id) => !failed.has(id)),
    correction: { action: "uncorrect", uncorrect: [part] },
  }));
  const back = steps.flatMap(({ ids, correction }): Step[] => {
    const done = ids.filter((id) => !failed.has(id));
    if (done.length === 0) return [];
    switch (correction.action) {
      case "shift_date":
        return [
          {
            ids: done,
            correction: { ...correction, seconds: -correction.seconds, shift_id: shiftId },
          },
        ];
      case "set_date":
        return [
          {
            ids: done,
            correction: {
              action: "set_dates",
              media_dates: done.map((id) => dates.get(id) ?? null),
            },
          },
        ];
      case "set_description": {
        const known = done.filter((id) => former.has(id));
        return groupBy(known, (id) => former.get(id)?.description ?? null).map(
          ([description, some]) => ({
            ids: some,
            correction: { action: "set_description", description },
          }),
        );
      }
      case "set_dates":
      case "uncorrect":
        return []; // nothing that people ask for
    }
  });
  return [...back, ...uncorrected.filter(({ ids }) => ids.length > 0)];
}

export interface Preview {
  before: string | null;
  /** Null when it would leave the years 1 to 9999. */
  after: string | null;
}

/** What becomes of the first and of the last moment; null when none has a date to speak of. */
export function previewOf(
  items: readonly Item[],
  date: DateChange,
): { first: Preview; last: Preview } | null {
  const dated = items.filter((item) => item.media_date !== null).sort(byDate);
  const [first] = dated;
  const last = dated.at(-1);
  const become = (before: string | null): Preview => {
    if (date.kind === "set") return { before, after: date.mediaDate };
    if (date.kind === "keep" || before === null) return { before, after: before };
    return { before, after: shiftWallClock(before, date.seconds) };
  };
  if (!first || !last) {
    return date.kind === "set" ? { first: become(null), last: become(null) } : null;
  }
  return { first: become(first.media_date), last: become(last.media_date) };
}

function byDate(a: Item, b: Item): number {
  return (a.media_date ?? "") < (b.media_date ?? "") ? -1 : 1;
}

function groupBy<Key>(ids: readonly string[], keyOf: (id: string) => Key): [Key, string[]][] {
  const groups = new Map<Key, string[]>();
  for (const id of ids) {
    const key = keyOf(id);
    const group = groups.get(key);
    if (group) group.push(id);
    else groups.set(key, [id]);
  }
  return [...groups];
}
