/** Which file of a photo is sharp at a size, and no larger than needed. No DOM. */

import type { Item } from "../api-types";
import { isShownByBrowsers } from "../rendition";

export type Rendition = "thumbnail" | "preview" | "original";

/** Boxes of the renditions, pixels: a picture is drawn to fit, never enlarged. */
const THUMBNAIL_BOX = { width: 800, height: 600 };
const PREVIEW_BOX = { width: 2048, height: 1536 };
/** How much a picture may be enlarged before it looks soft. */
const STRETCH = 1.15;
/** An original up to this size is fetched as quickly as a preview, which may have to be drawn. */
const SMALL_ORIGINAL_BYTES = 1_500_000;

/**
 * The rendition to show a photo with.
 *
 * @param width Device pixels that the picture takes on the screen.
 */
export function renditionFor(item: Item, width: number): Rendition {
  const isDirect = isShownByBrowsers(item);
  if (!item.width || !item.height) return isDirect ? "original" : "preview";
  if (mayMove(item)) return "original";
  const needed = Math.min(width, item.width) / STRETCH;
  const hasThumbnail = item.thumbnail_state === "ready" && item.thumbnail_url !== null;
  if (hasThumbnail && widthIn(THUMBNAIL_BOX, item) >= needed) return "thumbnail";
  if (!isDirect) return "preview";
  const preview = widthIn(PREVIEW_BOX, item);
  const isSmall = preview >= item.width || (item.file_size ?? Infinity) <= SMALL_ORIGINAL_BYTES;
  return isSmall || preview < needed ? "original" : "preview";
}

/** Order of sharpness, to compare renditions by. */
export function rankOf(rendition: Rendition): number {
  return ["thumbnail", "preview", "original"].indexOf(rendition);
}

/** A rendition stands still; of what may be an animation the original is shown. */
function mayMove(item: Item): boolean {
  return /\.gif$/i.test(item.name);
}

function widthIn(box: { width: number; height: number }, item: Item): number {
  const { width, height } = item;
  if (!width || !height) return 0;
  return Math.round(width * Math.min(1, box.width / width, box.height / height));
}
