/** A photo on the stage: its thumbnail at once, then as sharp as its size on the screen needs. */

import { largePreviewUrl } from "../api";
import type { Item } from "../api-types";
import { cancelPicture } from "../cancel-picture";
import { isShownByBrowsers } from "../rendition";
import { label } from "./label";
import { drawNoPicture } from "./no-picture";
import { rankOf, renditionFor, type Rendition } from "./sharpness";
import {
  firstLayerOf,
  layerOf,
  thumbnailOf,
  type SlideContent,
  type SlideListener,
  type SlideState,
} from "./slide";

/** Of what is there before any file is asked for. */
const COPY_RANK = -1;
/** What was not drawn in time, or lost on its way, is there a little later. */
const RETRY_MS = 5_000;

export class PhotoSlide implements SlideContent {
  readonly element = document.createElement("div");
  readonly video = null;
  state: SlideState = "empty";
  #shown: { rank: number; layer: HTMLElement } | null = null;
  #coming: { rendition: Rendition; layer: HTMLImageElement } | null = null;
  readonly #failed = new Set<Rendition>();
  #width = 0;
  #isResting = false;
  #noPicture: (() => void) | null = null;
  #unlabel: (() => void) | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly item: Item,
    private readonly listener: SlideListener,
  ) {
    this.element.className = "photo";
    this.#describe();
    this.#begin();
    window.addEventListener("online", this.#tryAgain);
  }

  get canZoom(): boolean {
    return this.state !== "failed";
  }

  rest(): void {
    this.#isResting = true;
    this.#sharpen();
  }

  leave(): void {
    this.#isResting = false;
    const { layer } = this.#coming ?? {};
    this.#coming = null;
    if (layer) stop(layer);
  }

  show(width: number): void {
    this.#width = width;
    this.#sharpen();
  }

  destroy(): void {
    this.leave();
    clearTimeout(this.#retry);
    window.removeEventListener("online", this.#tryAgain);
    this.#noPicture?.();
    this.#unlabel?.();
    const { layer } = this.#shown ?? {};
    if (layer instanceof HTMLImageElement && !layer.complete) stop(layer);
  }

  get #isHopeless(): boolean {
    const { thumbnail_state: state } = this.item;
    return state === "missing" || (state !== "ready" && !isShownByBrowsers(this.item));
  }

  #begin(): void {
    const copy = firstLayerOf(this.item);
    const url = thumbnailOf(this.item);
    if (copy) {
      this.state = "thumbnail";
      this.#shown = { rank: COPY_RANK, layer: copy };
      this.element.append(copy);
      if (url !== null) void this.#coverCopy(url);
    } else if (url !== null) this.#showThumbnail(url);
    // a server that could not draw it will not draw it larger
    else if (this.#isHopeless) this.#giveUp();
    else this.element.classList.add("is-coming");
  }

  /** The tile may have shown less than the thumbnail has. */
  async #coverCopy(url: string): Promise<void> {
    const layer = layerOf(url);
    try {
      await layer.decode();
    } catch {
      return; // the copy stays until something sharp comes
    }
    if (this.#shown?.rank === COPY_RANK) this.#put("thumbnail", layer);
  }

  #showThumbnail(url: string): void {
    const layer = layerOf(url);
    layer.onload = () => {
      if (this.state !== "empty") return;
      this.state = "thumbnail";
      this.listener.changed();
      this.#sharpen();
    };
    layer.onerror = () => {
      layer.remove();
      if (this.#shown?.layer === layer) this.#shown = null;
      if (this.state === "empty") this.element.classList.add("is-coming");
      this.#fail("thumbnail");
    };
    this.#shown = { rank: rankOf("thumbnail"), layer };
    this.element.append(layer);
  }

  /** Fetches what is sharp at the width shown, once somebody looks at it. */
  #sharpen(): void {
    if (!this.#isResting || this.#width === 0 || this.#isHopeless) return;
    const wanted = this.#wanted();
    if (wanted === null) return this.#nothingSharper();
    const rank = rankOf(wanted);
    if (this.#shown && rank <= this.#shown.rank) return this.#nothingSharper();
    if (this.#coming && rankOf(this.#coming.rendition) >= rank) return;
    if (this.#coming) stop(this.#coming.layer);
    this.#fetch(wanted);
  }

  #wanted(): Rendition | null {
    const best = renditionFor(this.item, this.#width);
    if (!this.#failed.has(best)) return best;
    const isDirect = isShownByBrowsers(this.item);
    if (best !== "original" && isDirect && !this.#failed.has("original")) return "original";
    if (best !== "preview" && !isDirect && !this.#failed.has("preview")) return "preview";
    return null;
  }

  #fetch(rendition: Rendition): void {
    const layer = layerOf(this.#urlOf(rendition));
    const coming = { rendition, layer };
    this.#coming = coming;
    // decoded before it is shown: no half-drawn picture over the thumbnail
    layer.decode().then(
      () => {
        if (this.#coming === coming) this.#put(rendition, layer);
      },
      () => {
        if (this.#coming !== coming) return;
        this.#coming = null;
        this.#fail(rendition);
      },
    );
  }

  #fail(rendition: Rendition): void {
    this.#failed.add(rendition);
    // once: what still fails then will not come before there is another connection
    this.#retry ??= setTimeout(this.#tryAgain, RETRY_MS);
    this.#sharpen();
  }

  readonly #tryAgain = (): void => {
    if (this.#failed.size === 0) return;
    this.#failed.clear();
    const isSharp = this.#shown !== null && this.#shown.rank > rankOf("thumbnail");
    if (this.state === "sharp" && !isSharp) this.state = "thumbnail";
    this.#sharpen();
  };

  #urlOf(rendition: Rendition): string {
    if (rendition === "original") return this.item.url;
    if (rendition === "preview") return largePreviewUrl(this.item.id);
    return this.item.thumbnail_url ?? this.item.url;
  }

  #put(rendition: Rendition, layer: HTMLImageElement): void {
    const below = this.#shown?.layer;
    this.#coming = null;
    if (this.state === "failed") this.#takeBack();
    this.#shown = { rank: rankOf(rendition), layer };
    layer.classList.add("sharp");
    layer.dataset["rendition"] = rendition;
    this.element.append(layer);
    this.element.classList.remove("is-coming");
    // gone only when the sharp one covers it: nothing dark ever shows between the two
    const fades = layer.getAnimations().map(({ finished }) => finished);
    void Promise.allSettled(fades).then(() => below?.remove());
    this.state = rendition === "thumbnail" ? "thumbnail" : "sharp";
    if (!this.item.width || !this.item.height) {
      this.listener.sized(layer.naturalWidth, layer.naturalHeight);
    }
    this.listener.changed();
    this.#sharpen();
  }

  /** What is shown is as sharp as it needs to be, or as it gets. */
  #nothingSharper(): void {
    if (!this.#shown) return this.#giveUp();
    if (this.state !== "thumbnail") return;
    this.state = "sharp";
    this.listener.changed();
  }

  #describe(): void {
    this.element.setAttribute("role", "img");
    this.#unlabel = label(this.element, this.item);
  }

  #giveUp(): void {
    if (this.state === "failed") return;
    this.state = "failed";
    this.element.classList.remove("is-coming");
    this.#unlabel?.();
    this.element.removeAttribute("role");
    this.element.removeAttribute("aria-label");
    this.#noPicture = drawNoPicture(this.element, this.item);
    this.listener.changed();
  }

  #takeBack(): void {
    this.#noPicture?.();
    this.#noPicture = null;
    this.element.replaceChildren();
    this.#describe();
  }
}

function stop(layer: HTMLImageElement): void {
  layer.onload = null;
  layer.onerror = null;
  cancelPicture(layer);
}
