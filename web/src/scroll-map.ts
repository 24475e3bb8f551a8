/**
 * A timeline of any height in a page of bounded height. No DOM.
 *
 * Browsers cap an element's height (16.7 million CSS pixels in Chrome at two device pixels a
 * pixel, 17.9 million in Firefox). What is higher is scrolled through a window on it: near by one
 * to one, in far jumps in proportion. The same offset takes up what changes above the window, so
 * that what one looks at does not move while it is being scrolled.
 */

/** CSS pixels. */
export const MAX_EXTENT = 8_000_000;
/** A scroll over more than so many windows at once is a jump: by the scroll bar, Home or End. */
const JUMP = 4;
/** So near to an end the page's own pixels are the timeline's. */
const NEAR = 100_000;

export interface ScrollState {
  /** Scroll position in the page's own pixels, from 0. */
  scroll: number;
  /** What has to be added to it to have the position in the timeline. */
  base: number;
}

export interface Space {
  /** Of the whole timeline, CSS pixels. */
  height: number;
  /** Of the window, CSS pixels. */
  window: number;
}

/** Height of the element that stands for the timeline. */
export function extentOf(height: number): number {
  return Math.min(height, MAX_EXTENT);
}

/** The last position that shows the timeline's end. */
export function lastPosition(space: Space): number {
  return Math.max(0, space.height - space.window);
}

/** Where the page scrolls to for a position in the timeline, with room on both sides of it. */
export function stateFor(position: number, space: Space): ScrollState {
  const last = lastPosition(space);
  const wanted = Math.min(Math.max(position, 0), last);
  const scroll = Math.round(along(wanted, last, lastScroll(space)));
  return { scroll, base: wanted - scroll };
}

/**
 * The position after the page was scrolled.
 *
 * @param before As it was.
 * @param scroll Where it scrolled to.
 */
export function positionAfter(before: ScrollState, scroll: number, space: Space): number {
  const last = lastPosition(space);
  const isJump = Math.abs(scroll - before.scroll) > JUMP * space.window;
  const wanted = isJump ? along(scroll, lastScroll(space), last) : scroll + before.base;
  return Math.min(Math.max(wanted, 0), last);
}

/** Whether the page can't be scrolled on from here though the timeline goes on, or is beyond it. */
export function isAtEdge(state: ScrollState, space: Space): boolean {
  const position = state.scroll + state.base;
  const [last, end] = [lastPosition(space), lastScroll(space)];
  const isTop = state.scroll < space.window && position > state.scroll + 1;
  const isEnd = end - state.scroll < space.window && last - position > end - state.scroll + 1;
  return isTop || isEnd || position < -1 || position > last + 1;
}

function lastScroll(space: Space): number {
  return Math.max(0, extentOf(space.height) - space.window);
}

/**
 * A place between 0 and `from` as one between 0 and `to`: near both ends at the same distance from
 * the end, in proportion between.
 */
function along(place: number, from: number, to: number): number {
  if (from === to) return place;
  const near = Math.min(NEAR, from / 4, to / 4);
  if (place <= near) return place;
  if (place >= from - near) return to - (from - place);
  return near + ((place - near) / (from - 2 * near)) * (to - 2 * near);
}
