/** Fetches the thumbnails around, so that leafing shows something at once. */

import type { Item } from "../api-types";
import { cancelPicture } from "../cancel-picture";

/** The stage itself holds the photos right beside the current one. */
const FROM = 2;
const TO = 4;

/** Starts fetching; returns how to stop. */
export function preload(itemAt: (index: number) => Item | null, index: number): () => void {
  const images: HTMLImageElement[] = [];
  for (let distance = FROM; distance <= TO; distance += 1) {
    for (const neighbour of [itemAt(index + distance), itemAt(index - distance)]) {
      if (!neighbour?.thumbnail_url || neighbour.thumbnail_state !== "ready") continue;
      const image = new Image();
      image.decoding = "async";
      image.src = neighbour.thumbnail_url;
      images.push(image);
    }
  }
  return () => {
    images.forEach(cancelPicture);
  };
}
