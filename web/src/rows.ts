/** Justified rows: pictures of one height fill a width with equal gaps. Pure arithmetic, no DOM. */

export interface Box {
  /** Index into the ratios given. */
  index: number;
  /** Whole CSS pixels from the left edge of the rows. */
  left: number;
  width: number;
}

export interface Row {
  top: number;
  height: number;
  boxes: Box[];
}

export interface Rows {
  rows: Row[];
  /** Of the widest row; at most the width given. */
  width: number;
  height: number;
}

/** Narrower and wider pictures keep their shape inside a box of this ratio. */
const NARROWEST = 0.45;
const WIDEST = 3.6;
const UNKNOWN = 4 / 3;

/** Width over height of the box for a picture; 4:3 while its size is unknown. */
export function boxRatio(width: number | null, height: number | null): number {
  if (!width || !height || width < 0 || height < 0) return UNKNOWN;
  return clampRatio(width / height);
}

/** Width over height of the box for a picture of this ratio. */
export function clampRatio(ratio: number): number {
  return Math.min(Math.max(ratio, NARROWEST), WIDEST);
}

/** Whether the box has, or may have, another shape than the picture: it must not fill it then. */
export function isLetterboxed(width: number | null, height: number | null): boolean {
  if (!width || !height) return true;
  const ratio = width / height;
  return ratio < NARROWEST || ratio > WIDEST;
}

/**
 * Pictures in rows, filled greedily in one pass.
 *
 * A row is closed as soon as one more picture would take its height further from the target than
 * it is. Closed rows span the width exactly; the last row keeps the target height.
 *
 * @param ratios Width over height of each picture, > 0.
 * @param width CSS pixels to fill, > 0.
 * @param target Height that rows should be near to, CSS pixels.
 * @param gap Between pictures and between rows, CSS pixels.
 */
export function fillRows(
  ratios: readonly number[],
  width: number,
  target: number,
  gap: number,
): Rows {
  const rows: Row[] = [];
  let top = 0;
  let widest = 0;
  const close = (start: number, end: number, height: number, justified: boolean): void => {
    const row = placeRow(ratios, start, end, top, height, justified ? width : null, gap);
    const last = row.boxes.at(-1);
    if (last) widest = Math.max(widest, last.left + last.width);
    rows.push(row);
    top += row.height + gap;
  };

  let start = 0;
  let sum = 0;
  for (let index = 0; index < ratios.length; index += 1) {
    const ratio = ratios[index] ?? UNKNOWN;
    const grown = rowHeight(sum + ratio, index - start + 1, width, gap);
    if (grown > target) {
      sum += ratio;
      continue;
    }
    const before = index > start ? rowHeight(sum, index - start, width, gap) : Infinity;
    // compared as factors: half as high is as far off as twice as high
    if (before / target < target / grown) {
      close(start, index, before, true);
      start = index;
      sum = ratio;
      const alone = rowHeight(sum, 1, width, gap);
      if (alone <= target) {
        close(start, index + 1, alone, true);
        start = index + 1;
        sum = 0;
      }
    } else {
      close(start, index + 1, grown, true);
      start = index + 1;
      sum = 0;
    }
  }
  if (start < ratios.length) close(start, ratios.length, target, false);
  return { rows, width: widest, height: Math.max(0, top - gap) };
}

function rowHeight(ratios: number, count: number, width: number, gap: number): number {
  return (width - gap * (count - 1)) / ratios;
}

function placeRow(
  ratios: readonly number[],
  start: number,
  end: number,
  top: number,
  height: number,
  span: number | null,
  gap: number,
): Row {
  const boxes: Box[] = [];
  let exact = 0; // sum of exact widths: rounding errors never add up
  let gaps = 0;
  for (let index = start; index < end; index += 1) {
    const left = Math.round(exact) + gaps;
    exact += (ratios[index] ?? UNKNOWN) * height;
    const right = index === end - 1 && span !== null ? span : Math.round(exact) + gaps;
    boxes.push({ index, left, width: right - left });
    gaps += gap;
  }
  return { top, height: Math.round(height), boxes };
}
