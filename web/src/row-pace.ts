/** Rows come into the page a few a frame, so that no frame takes long. No DOM. */

import type { PlacedRow } from "./layout";
import type { MonthStack } from "./month-stack";
import type { NearMonth } from "./near-rows";

/** So many photos beyond those in sight come into the page with one frame, and a row's rest. */
export const FRESH = 24;

/** Remembers which rows are in the page. */
export class RowPace {
  /** Whether rows were left for the frames to come. */
  isBehind = false;
  /** Ids of the first photos of the rows that are in the page. */
  #drawn: ReadonlySet<string> = new Set();

  /**
   * Of rows that belong into the page, those that may be in it with this frame: all in sight, all
   * that were, and of the others the nearest, those ahead before those behind. Rows without their
   * photos are cheap: all of them.
   *
   * @param top First pixel in sight.
   * @param bottom Last pixel in sight.
   * @param direction Where the window was scrolled to last: 1 is down, -1 up.
   */
  take(
    stack: MonthStack,
    near: readonly NearMonth[],
    top: number,
    bottom: number,
    direction: 1 | -1,
  ): NearMonth[] {
    const fresh: { placed: PlacedRow; isAhead: boolean; distance: number }[] = [];
    for (const { index, rows } of near) {
      const offset = stack.top(index);
      for (const placed of rows) {
        const id = firstId(stack, index, placed);
        if (id === null || this.#drawn.has(id)) continue;
        const y = offset + placed.top;
        const above = top - (y + placed.row.height);
        const below = y - bottom;
        const isAhead = direction > 0 === below > 0;
        if (Math.max(above, below) > 0)
          fresh.push({ placed, isAhead, distance: Math.max(above, below) });
      }
    }
    const later = new Set<PlacedRow>();
    let count = 0;
    for (const { placed } of fresh.sort(
      (a, b) => Number(b.isAhead) - Number(a.isAhead) || a.distance - b.distance,
    )) {
      if (count >= FRESH) later.add(placed);
      else count += placed.row.boxes.length;
    }
    this.isBehind = later.size > 0;
    const taken = near
      .map(({ index, rows }) => ({ index, rows: rows.filter((placed) => !later.has(placed)) }))
      .filter(({ rows }) => rows.length > 0);
    this.#drawn = new Set(
      taken.flatMap(({ index, rows }) =>
        rows.map((placed) => firstId(stack, index, placed)).filter((id) => id !== null),
      ),
    );
    return taken;
  }
}

function firstId(stack: MonthStack, index: number, { block, row }: PlacedRow): string | null {
  const first = row.boxes[0];
  return (first && stack.months[index]?.items[block.first + first.index]?.id) ?? null;
}
