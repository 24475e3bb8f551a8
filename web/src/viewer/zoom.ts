/** How far a picture is zoomed; 1 is one pixel of it on one CSS pixel. No DOM. */

/** Where a double click goes. */
const CLOSER = { least: 2, most: 4 };
/** How far one can go beyond the fitting size at least, and beyond the pixels at most. */
const FARTHEST = { fits: 4, pixels: 3 };
const STEP = 1.5;

export interface Levels {
  /** The whole picture on the stage. */
  fit: number;
  /** After a double click: its own pixels, but neither hardly closer nor far too close. */
  close: number;
  max: number;
}

/** The levels of a picture that fits the stage at `fit`. */
export function levelsOf(fit: number): Levels {
  const close = Math.min(Math.max(1, fit * CLOSER.least), fit * CLOSER.most);
  return { fit, close, max: Math.max(fit * FARTHEST.fits, FARTHEST.pixels, close) };
}

/** The level one step closer (`direction` 1) or farther (-1), within the levels. */
export function stepped(now: number, direction: 1 | -1, levels: Levels): number {
  const next = direction > 0 ? now * STEP : now / STEP;
  // what is nearly the whole picture is the whole picture
  if (next < levels.fit * 1.1 && direction < 0) return levels.fit;
  return Math.min(Math.max(next, levels.fit), levels.max);
}

/** Room that bars and strip take of the stage, CSS pixels. */
export interface Room {
  top: number;
  bottom: number;
}

/**
 * The room to leave free around a picture.
 *
 * On small screens photos take all of it and the bars lie over them; a video keeps clear of
 * what would cover its controls.
 */
export function roomFor(
  bars: Room,
  stage: { width: number; height: number },
  isVideo: boolean,
): Room {
  const isSmall = stage.width < 600 || stage.height < 500;
  return isSmall && !isVideo ? { top: 0, bottom: 0 } : bars;
}
