/** Where every day and photo of a month lies, before any image arrives. No DOM. */

import { meanRatio, type ListMonth, type MonthDay } from "./months";
import { boxRatio, clampRatio, fillRows, type Row } from "./rows";

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

/** One day of a month, placed. `rows` are measured from below its heading. */
export interface Block {
  day: MonthDay;
  /** Place in the month of its first photo. */
  first: number;
  left: number;
  top: number;
  width: number;
  height: number;
  rows: Row[];
}

/** A month, placed: `top` of its days from the top of the months it is laid out with. */
export interface Layout {
  blocks: Block[];
}

/** Months laid out together: their short days stand side by side. */
export interface Layouts {
  /** One for each month. */
  months: Layout[];
  /** With the margin below the last day. */
  height: number;
}

/** Measures that suit a width in CSS pixels. */
export function measuresFor(width: number): Measures {
  return width < 600
    ? { row: 124, gap: 3, heading: 40, dayGap: 12, dayMargin: 12, dayWidth: 132 }
    : { row: 212, gap: 5, heading: 48, dayGap: 24, dayMargin: 20, dayWidth: 236 };
}

/**
 * The days of months from top to bottom; short ones stand side by side while they fit.
 *
 * A photo that is not loaded has the mean shape of its day, so that little moves when it comes.
 *
 * @param width CSS pixels, > 0.
 */
export function layoutMonths(
  months: readonly ListMonth[],
  width: number,
  measures: Measures,
): Layouts {
  const line = new Line(width, measures);
  const layouts = months.map((month) => {
    let first = 0;
    const blocks = month.days.map((day): Block => {
      const filled = fillRows(ratiosOf(month, day, first), width, measures.row, measures.gap);
      const isShort = filled.rows.length === 1 && filled.width < width;
      const place = line.put(isShort ? filled.width : null, measures.heading + filled.height);
      first += day.count;
      return { day, first: first - day.count, rows: filled.rows, ...place };
    });
    return { blocks };
  });
  return { months: layouts, height: line.end };
}

function ratiosOf(month: ListMonth, day: MonthDay, first: number): number[] {
  const unknown = clampRatio(meanRatio(day));
  const ratios = new Array<number>(day.count);
  for (let index = 0; index < day.count; index += 1) {
    const item = month.items[first + index];
    ratios[index] = item ? boxRatio(item.width, item.height) : unknown;
  }
  return ratios;
}

/** The height that `layoutMonths` will find of months that are not loaded, from their days alone. */
export function estimateHeight(
  months: readonly ListMonth[],
  width: number,
  measures: Measures,
): number {
  const { row, gap, heading } = measures;
  const line = new Line(width, measures);
  for (const day of months.flatMap((month) => month.days)) {
    const ratio = clampRatio(meanRatio(day));
    const exact = day.count * ratio * row + (day.count - 1) * gap;
    if (exact < width) line.put(exact, heading + row);
    else {
      const rows = Math.ceil(exact / (width + gap) - 0.25);
      line.put(null, heading + rows * (row + gap) - gap);
    }
  }
  return line.end;
}

/** Days that are put next to each other while they fit, and below each other otherwise. */
class Line {
  #top = 0;
  #height = 0;
  #left = 0; // where the next short day could start

  constructor(
    private readonly width: number,
    private readonly measures: Measures,
  ) {}

  /** @param narrow Width of a day that does not fill a row; null for one that does. */
  put(
    narrow: number | null,
    height: number,
  ): { left: number; top: number; width: number; height: number } {
    const { dayWidth, dayGap, dayMargin } = this.measures;
    const width = narrow === null ? this.width : Math.min(this.width, Math.max(narrow, dayWidth));
    if (this.#height > 0 && (narrow === null || this.#left + width > this.width)) {
      this.#top += this.#height + dayMargin;
      this.#height = 0;
      this.#left = 0;
    }
    const place = { left: this.#left, top: this.#top, width, height };
    this.#height = Math.max(this.#height, height);
    this.#left = narrow === null ? this.width + 1 : this.#left + width + dayGap;
    return place;
  }

  get end(): number {
    return this.#height === 0 ? 0 : this.#top + this.#height + this.measures.dayMargin;
  }
}

/** A row of a month with the day it belongs to, `top` as its days have it. */
export interface PlacedRow {
  block: Block;
  row: Row;
  top: number;
}

/** The rows of a month that touch the stretch. */
export function rowsBetween(
  layout: Layout,
  heading: number,
  top: number,
  bottom: number,
): PlacedRow[] {
  const found: PlacedRow[] = [];
  for (const block of layout.blocks) {
    if (block.top > bottom) break;
    if (block.top + block.height < top) continue;
    const offset = block.top + heading;
    for (let index = firstRow(block.rows, top - offset); index < block.rows.length; index += 1) {
      const row = block.rows[index];
      if (!row || offset + row.top > bottom) break;
      found.push({ block, row, top: offset + row.top });
    }
  }
  return found;
}

/** The first row that ends at `y` or below it, found by halving. */
function firstRow(rows: readonly Row[], y: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const row = rows[middle];
    if (row && row.top + row.height < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Top of a photo's row and of its day in a month, or null when it is not in it. */
export function placeOf(
  layout: Layout,
  heading: number,
  index: number,
): { top: number; height: number; dayTop: number } | null {
  const block = layout.blocks.find(
    ({ first, day }) => index >= first && index < first + day.count,
  );
  const row = block?.rows.find(({ boxes }) => {
    const last = boxes.at(-1);
    return last !== undefined && block.first + last.index >= index;
  });
  if (!block || !row) return null;
  return { top: block.top + heading + row.top, height: row.height, dayTop: block.top };
}

/** The photo that the eye rests on at `y`: first of the first row that ends below it. */
export function photoAt(
  layout: Layout,
  heading: number,
  y: number,
): { index: number; top: number; height: number } | null {
  for (const { block, row, top } of rowsBetween(layout, heading, y, Infinity)) {
    const box = row.boxes[0];
    if (box && top + row.height > y) {
      return { index: block.first + box.index, top, height: row.height };
    }
  }
  return null;
}
