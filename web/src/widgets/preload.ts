/** Fetches the thumbnails of the neighbours, so that leafing shows something at once. */

import type { Item } from "../api-types";

const REACH = 2;

/** Starts fetching; returns how to stop. */
export function preload(items: readonly Item[], index: number): () => void {
  if (index < 0) return () => undefined;
  const images: HTMLImageElement[] = [];
  for (let distance = 1; distance <= REACH; distance += 1) {
    for (const neighbour of [items[index + distance], items[index - distance]]) {
      if (!neighbour?.thumbnail_url || neighbour.thumbnail_state !== "ready") continue;
      const image = new Image();
      image.decoding = "async";
      image.src = neighbour.thumbnail_url;
      images.push(image);
    }
  }
  return () => {
    for (const image of images) if (!image.complete) image.removeAttribute("src");
  };
}
