/** Which file to show of an item. No DOM. */

import type { Item } from "./api-types";

/** Boxes of the renditions, pixels: see the API's `small_url` and `thumbnail_url`. */
const SMALL = { width: 320, height: 240 };
/** How much a picture may be enlarged before it looks soft. */
const STRETCH = 1.15;
/** What every current browser shows by itself. */
const SHOWN_BY_BROWSERS = /\.(jpe?g|png|webp|gif|avif)$/i;

/** Address of the smallest rendition that is sharp in a box, or null when there is none. */
export function tileUrl(
  item: Item,
  box: { width: number; height: number },
  density: number,
): string | null {
  const fits =
    box.width * density <= SMALL.width * STRETCH && box.height * density <= SMALL.height * STRETCH;
  if (fits) return item.small_url ?? item.thumbnail_url;
  return item.thumbnail_url ?? item.small_url;
}

/** Whether browsers show the original by themselves. */
export function isShownByBrowsers(item: Item): boolean {
  if (!hasOriginal(item)) return false;
  return SHOWN_BY_BROWSERS.test(item.name) || SHOWN_BY_BROWSERS.test(pathOf(item.url));
}

/** Whether the original is given out; some guests are told its largest picture in its place. */
export function hasOriginal(item: Pick<Item, "url">): boolean {
  return !item.url.startsWith("/api/gallery/thumbnail/");
}

/** An address without what it is signed with: the same for the same file. */
export function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? url;
}
