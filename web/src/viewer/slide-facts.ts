/** What the stage reads off a slide of its lightbox. */

import type PhotoSwipe from "photoswipe";
import type { SlideData } from "photoswipe";

import type { Item } from "../api-types";
import { hasOriginal, pathOf } from "../rendition";
import { levelsOf, type Levels } from "./zoom";

export type Slide = NonNullable<PhotoSwipe["currSlide"]>;
export type Content = Slide["content"];

export function itemOf(slide: Slide): Item | null {
  return (slide.data as { item?: Item | null }).item ?? null;
}

/**
 * Whether a slide can stay for an item.
 *
 * @param isWatched Whether it would be missed: then it stays also when only its thumbnail is new.
 */
export function isDrawnFrom(slide: Slide, item: Item | null, isWatched: boolean): boolean {
  const was = itemOf(slide);
  if (isWatched && was && was.id === item?.id && pathOf(was.url) === pathOf(item.url)) return true;
  return keyOf(was) === keyOf(item);
}

/** What a slide is drawn from: with another key it is drawn anew. */
function keyOf(item: Item | null): string {
  if (!item) return "";
  const { id, width, height, url, thumbnail_url: thumbnail, thumbnail_state: state } = item;
  return JSON.stringify([id, width, height, pathOf(url), thumbnail && pathOf(thumbnail), state]);
}

/** How an item is shown: a video that is not given out by its picture, as a photo. */
export function typeOf(item: Item | null): string {
  if (!item) return "unknown";
  return item.file_type === "video" && !hasOriginal(item) ? "image" : item.file_type;
}

export function isVideo(data: SlideData): boolean {
  return data.type === "video";
}

/** Device pixels that a slide's picture takes. */
export function widthOf(slide: Slide): number {
  return slide.width * slide.currZoomLevel * window.devicePixelRatio;
}

export function isZoomed(slide: Slide): boolean {
  return slide.currZoomLevel > slide.zoomLevels.fit;
}

export function levelsOfSlide(slide: Slide): Levels {
  return levelsOf(slide.zoomLevels.fit);
}
