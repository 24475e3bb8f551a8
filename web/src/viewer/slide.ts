/** What the stage asks of a slide, whether it shows a photo or a video. */

import type { Item } from "../api-types";
import { copyOfTile } from "./tile-picture";

/** How far a slide is: `thumbnail` stands for something to look at that may become sharper. */
export type SlideState = "empty" | "thumbnail" | "sharp" | "failed";

export interface SlideContent {
  readonly element: HTMLElement;
  readonly state: SlideState;
  readonly canZoom: boolean;
  readonly video: HTMLVideoElement | null;
  /** Somebody looks at it, no longer just passing. */
  rest(): void;
  /** Nobody looks at it any more: sound and transfers stop. */
  leave(): void;
  /** The width it is shown with, device pixels. */
  show(width: number): void;
  destroy(): void;
}

/** Told by a slide of what it finds out. */
export interface SlideListener {
  changed(): void;
  /** The picture's own size, where no list knows it. */
  sized(width: number, height: number): void;
}

/** An image that is no more than its pixels: what it shows is said by the slide around it. */
export function layerOf(url: string): HTMLImageElement {
  const image = new Image();
  image.className = "photo-layer";
  image.alt = "";
  image.draggable = false;
  image.src = url;
  return image;
}

/** The picture to begin with, from the page below: there with the first frame. */
export function firstLayerOf(item: Item): HTMLCanvasElement | null {
  if (item.thumbnail_state !== "ready") return null;
  const copy = copyOfTile(item.id);
  copy?.classList.add("photo-layer");
  return copy;
}

export function thumbnailOf(item: Item): string | null {
  return item.thumbnail_state === "ready" ? (item.thumbnail_url ?? item.small_url) : null;
}
