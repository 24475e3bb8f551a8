/** Which neighbours the strip shows, and where. No DOM. */

/** Never more at once, however wide the window. */
const MOST = 39;

/**
 * First and last index to show, [first, end), around the place that is in the middle.
 *
 * @param middle Index in the middle; between two of them while one drags.
 * @param width Of the strip, CSS pixels.
 * @param cell Width of one, its gap included.
 */
export function stripWindow(
  middle: number,
  total: number,
  width: number,
  cell: number,
): { first: number; end: number } {
  // one more on each side slides in
  const each = Math.min(Math.ceil(width / cell / 2) + 1, (MOST - 1) / 2);
  const centre = Math.round(middle);
  return { first: Math.max(0, centre - each), end: Math.max(0, Math.min(total, centre + each + 1)) };
}

/** Left edge of an index, CSS pixels from the strip's own left edge. */
export function stripLeft(index: number, middle: number, width: number, cell: number): number {
  return width / 2 + (index - middle - 0.5) * cell;
}

/** The middle after dragging by so many pixels, inside the list. */
export function stripMiddle(from: number, draggedPx: number, total: number, cell: number): number {
  return Math.min(Math.max(from - draggedPx / cell, 0), Math.max(0, total - 1));
}
