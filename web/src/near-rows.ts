/** Which rows of the timeline are in the page: those in the window, and some around it. No DOM. */

import { rowsBetween, type PlacedRow } from "./layout";
import type { ListMonth } from "./months";
import type { MonthStack } from "./month-stack";

/** More tiles than that are never in the page. */
export const MAX_TILES = 280;

export interface NearMonth {
  index: number;
  rows: PlacedRow[];
}

/**
 * The rows that touch a stretch, and around it as many as `MAX_TILES` allows up to `reach`.
 *
 * @param top First pixel in sight.
 * @param bottom Last pixel in sight.
 * @param reach How far beyond on both sides, CSS pixels.
 */
export function rowsNear(
  stack: MonthStack,
  top: number,
  bottom: number,
  reach: number,
): NearMonth[] {
  stack.layoutBetween(top - reach, bottom + reach);
  const all: { index: number; placed: PlacedRow; y: number }[] = [];
  const { heading } = stack.measures;
  for (let index = stack.indexAt(top - reach); index < stack.months.length; index += 1) {
    const offset = stack.top(index);
    if (offset > bottom + reach) break;
    const rows = rowsBetween(
      stack.layout(index), heading, top - reach - offset, bottom + reach - offset,
    );
    for (const placed of rows) all.push({ index, placed, y: offset + placed.top });
  }
  return grouped(cut(all, top, bottom));
}

interface Near {
  index: number;
  placed: PlacedRow;
  y: number;
}

/** As many as may be in the page, nearest to the window first. */
function cut(all: Near[], top: number, bottom: number): Near[] {
  let tiles = all.reduce((sum, { placed }) => sum + placed.row.boxes.length, 0);
  if (tiles <= MAX_TILES) return all;
  const distance = ({ y, placed }: Near): number =>
    Math.max(top - (y + placed.row.height), y - bottom, 0);
  const farthest = [...all].sort((a, b) => distance(b) - distance(a));
  const gone = new Set<Near>();
  for (const near of farthest) {
    if (tiles <= MAX_TILES) break;
    tiles -= near.placed.row.boxes.length;
    gone.add(near);
  }
  return all.filter((near) => !gone.has(near));
}

function grouped(rows: readonly Near[]): NearMonth[] {
  const months: NearMonth[] = [];
  for (const { index, placed } of rows) {
    const last = months.at(-1);
    if (last?.index === index) last.rows.push(placed);
    else months.push({ index, rows: [placed] });
  }
  return months;
}

/** A month to draw. */
export interface Drawn {
  month: ListMonth;
  top: number;
  rows: readonly PlacedRow[];
  /** Whether it is drawn without its photos. */
  isVeiled: boolean;
}

/**
 * The months to draw. Below one that is still being loaded, photos wait for it: its real height
 * would move them.
 *
 * @param position Top of what is in sight: what lies above it moves nothing.
 * @param hasFailed Then nothing is waited for.
 */
export function drawable(
  stack: MonthStack,
  near: readonly NearMonth[],
  position: number,
  hasFailed: boolean,
): Drawn[] {
  let isWaiting = false;
  return near.flatMap(({ index, rows }) => {
    const month = stack.months[index];
    if (!month) return [];
    const top = stack.top(index);
    const isVeiled = month.loaded === 0 || isWaiting;
    const isInSight = rows.some((placed) => top + placed.top + placed.row.height > position);
    isWaiting ||= isInSight && !hasFailed && rows.some((placed) => isMissing(month, placed));
    return [{ month, top, rows, isVeiled }];
  });
}

/** Whether a row has a photo that is not loaded. */
function isMissing(month: ListMonth, { block, row }: PlacedRow): boolean {
  return row.boxes.some((box) => !month.items[block.first + box.index]);
}
