/** Where every day and picture of the timeline lies, before any image arrives. No DOM. */

import type { Item } from "./api-types";
import type { Day } from "./days";
import { boxRatio, fillRows, type Row } from "./rows";

/** CSS pixels. */
export interface Measures {
  /** Height that rows should be near to. */
  row: number;
  /** Between pictures and between rows. */
  gap: number;
  /** A day's heading. */
  heading: number;
  /** Between days side by side. */
  dayGap: number;
  /** Below a day. */
  dayMargin: number;
  /** A day is never narrower, so that its heading can be read. */
  dayWidth: number;
}

/** One day, placed. `rows` are measured from below its heading. */
export interface Block {
  day: Day;
  left: number;
  top: number;
  width: number;
  height: number;
  rows: Row[];
}

export interface Layout {
  blocks: Block[];
  height: number;
}

/** Measures that suit a width in CSS pixels. */
export function measuresFor(width: number): Measures {
  return width < 600
    ? { row: 124, gap: 3, heading: 40, dayGap: 12, dayMargin: 12, dayWidth: 132 }
    : { row: 212, gap: 5, heading: 48, dayGap: 24, dayMargin: 20, dayWidth: 236 };
}

/**
 * Days from top to bottom; short ones stand side by side while they fit.
 *
 * @param width CSS pixels, > 0.
 */
export function layoutDays(days: readonly Day[], width: number, measures: Measures): Layout {
  const blocks: Block[] = [];
  let top = 0; // of the current line
  let lineHeight = 0;
  let left = 0; // where the next short day could start
  for (const day of days) {
    const ratios = day.items.map((item) => boxRatio(item.width, item.height));
    const filled = fillRows(ratios, width, measures.row, measures.gap);
    const isShort = filled.rows.length === 1 && filled.width < width;
    const wanted = isShort ? Math.min(width, Math.max(filled.width, measures.dayWidth)) : width;
    if (lineHeight > 0 && (!isShort || left + wanted > width)) {
      top += lineHeight + measures.dayMargin;
      lineHeight = 0;
      left = 0;
    }
    const height = measures.heading + filled.height;
    blocks.push({ day, left, top, width: wanted, height, rows: filled.rows });
    lineHeight = Math.max(lineHeight, height);
    left = isShort ? left + wanted + measures.dayGap : width + 1;
  }
  return { blocks, height: top + lineHeight };
}

/** Blocks that touch the stretch from `top` to `bottom`, found by halving. */
export function blocksBetween(layout: Layout, top: number, bottom: number): Block[] {
  const { blocks } = layout;
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle];
    if (block && block.top + block.height < top) low = middle + 1;
    else high = middle;
  }
  const found: Block[] = [];
  for (let index = low; index < blocks.length; index += 1) {
    const block = blocks[index];
    if (!block || block.top > bottom) break;
    found.push(block);
  }
  return found;
}

/** Rows of a block that touch the stretch, given in the layout's pixels. */
export function rowsBetween(block: Block, heading: number, top: number, bottom: number): Row[] {
  const offset = block.top + heading;
  return block.rows.filter(
    (row) => offset + row.top + row.height >= top && offset + row.top <= bottom,
  );
}

/** Top of an item in the layout's pixels, or null when it is not in it. */
export function topOf(layout: Layout, heading: number, id: string): number | null {
  for (const block of layout.blocks) {
    for (const row of block.rows) {
      for (const box of row.boxes) {
        if (itemOf(block, box.index).id === id) return block.top + heading + row.top;
      }
    }
  }
  return null;
}

/** The first item whose row ends below `y`, with its top: what the eye rests on there. */
export function itemAt(
  layout: Layout,
  heading: number,
  y: number,
): { id: string; top: number } | null {
  for (const block of blocksBetween(layout, y, y + 4000)) {
    for (const row of block.rows) {
      const top = block.top + heading + row.top;
      const box = row.boxes[0];
      if (box && top + row.height > y) return { id: itemOf(block, box.index).id, top };
    }
  }
  return null;
}

export function itemOf(block: Block, index: number): Item {
  const item = block.day.items[index];
  if (!item) throw new RangeError(`no item ${index} in a day of ${block.day.items.length}`);
  return item;
}
