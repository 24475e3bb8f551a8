/** What a number of pixels is commonly called. No DOM. */

/** Names by the long and the short side of a 16:9 picture, largest first. */
const NAMES: readonly (readonly [string, number, number])[] = [
  ["8K", 7680, 4320],
  ["4K", 3840, 2160],
  ["1440p", 2560, 1440],
  ["1080p", 1920, 1080],
  ["720p", 1280, 720],
  ["480p", 854, 480],
];
/** Width over height of the widest film; what is wider is a panorama, of which only the height tells. */
const WIDEST_FILM = 2.8;

/**
 * `4K` for 3840 × 2160, however it is turned; null for less than 480p.
 *
 * Films in wide formats are named by their long side: 1920 × 800 is 1080p.
 */
export function resolutionName(width: number, height: number): string | null {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const isFilm = long <= short * WIDEST_FILM;
  const found = NAMES.find(([, itsLong, itsShort]) => short >= itsShort || (isFilm && long >= itsLong));
  return found?.[0] ?? null;
}

/** Millions of pixels, to one digit below ten: 12, 8.3, 0.3. */
export function megapixels(width: number, height: number): number {
  const millions = (width * height) / 1e6;
  return millions >= 9.95 ? Math.round(millions) : Math.round(millions * 10) / 10;
}
