/** The stage: the photo shown between its neighbours, and what one does to it by hand. */

import type { SlideData } from "photoswipe";

import type { Item } from "../api-types";
import { isControl, Lightbox, prefersStillness } from "./lightbox";
import { PhotoSlide } from "./photo-slide";
import type { Place } from "./place";
import type { SlideContent, SlideState } from "./slide";
import {
  isDrawnFrom,
  isVideo,
  isZoomed,
  itemOf,
  levelsOfSlide,
  typeOf,
  widthOf,
  type Content,
  type Slide,
} from "./slide-facts";
import { placeOfTile } from "./tile-picture";
import { VideoSlide } from "./video-slide";
import { roomFor, stepped, type Room } from "./zoom";

/** The picture's place on the stage, CSS pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface StageListener {
  /** Leafed by hand: the index of the order that is shown now. */
  moved(index: number): void;
  /** Pulled down, or pinched together. */
  closed(): void;
  /** Tapped with a finger. */
  tapped(): void;
  /** State or video of the current slide changed. */
  changed(): void;
  /** Where the picture is now; null while it moves there by itself. */
  framed(frame: Frame | null): void;
}

/** Somebody who leafs through quickly needs no originals of what they pass. */
export const REST_MS = 120;
const OPENING_MS = 200;
const VIDEO_STRETCH = 2.5;

export class Stage {
  readonly #lightbox: Lightbox;
  readonly #contents = new Map<Content, SlideContent>();
  readonly #sizes = new ResizeObserver(() => this.#lightbox.updateSize());
  #rest: ReturnType<typeof setTimeout> | undefined;
  #bars: Room = { top: 0, bottom: 0 };

  constructor(
    private readonly host: HTMLElement,
    private place: Place,
    private readonly listener: StageListener,
  ) {
    this.#lightbox = new Lightbox(host, place.index, {
      roomFor: (size, data) => roomFor(this.#bars, size, isVideo(data)),
      tapped: () => this.listener.tapped(),
      doubleTapped: (point) => this.toggleZoom(point),
      asked: () => this.listener.closed(),
    });
    this.#listen();
    this.#lightbox.init();
    this.#sizes.observe(host);
    this.#moveFromTile();
  }

  /** How far the current picture is; `empty` while it is not known which one it is. */
  get state(): SlideState {
    return this.#current?.state ?? "empty";
  }

  get video(): HTMLVideoElement | null {
    return this.#current?.video ?? null;
  }

  /** Shows another index of the order. */
  goTo(index: number): void {
    this.#lightbox.goTo(index);
  }

  /** Takes over that the order has changed, or the place in it; what is shown stays as it is. */
  follow(place: Place): void {
    const box = this.#lightbox;
    this.place = place;
    const shift = place.index - box.currIndex;
    box.currIndex += shift;
    box.potentialIndex += shift;
    const { itemHolders } = box.mainScroll;
    itemHolders.forEach((holder, position) => {
      const index = box.currIndex - 1 + position;
      const isWanted = index >= 0 && index < place.total;
      if (!holder.slide) return;
      const isWatched = this.#isWatched(holder.slide);
      if (isWanted && isDrawnFrom(holder.slide, place.itemAt(index), isWatched)) {
        holder.slide.index = index;
        holder.slide.content.index = index;
      } else {
        holder.slide.destroy();
        delete holder.slide;
      }
    });
    itemHolders.forEach((holder, position) => {
      if (!holder.slide) box.setContent(holder, box.currIndex - 1 + position);
    });
    const slide = itemHolders[1]?.slide;
    if (slide && slide !== box.currSlide) {
      box.currSlide = slide;
      slide.setIsActive(true);
    }
    box.dispatch("change");
  }

  /** Takes what a swipe brings for what is shown, while it still moves there. */
  settle(): void {
    this.#lightbox.mainScroll.updateCurrItem();
  }

  /** Leaves room for bars above and below. */
  setBars(bars: Room): void {
    if (bars.top === this.#bars.top && bars.bottom === this.#bars.bottom) return;
    this.#bars = bars;
    this.#lightbox.updateSize(true);
  }

  /** The whole picture, or closer; at a point of the window, or in the middle. */
  toggleZoom(point?: { x: number; y: number }): void {
    if (this.#canZoom) this.#lightbox.currSlide?.toggleZoom(point);
  }

  /** A step closer (1), farther (-1), or the whole picture again (0). */
  zoom(direction: -1 | 0 | 1): void {
    const slide = this.#lightbox.currSlide;
    if (!slide || !this.#canZoom) return;
    const levels = levelsOfSlide(slide);
    const level =
      direction === 0 ? levels.fit : stepped(slide.currZoomLevel, direction, levels);
    slide.zoomTo(level, undefined, this.#lightbox.options.zoomAnimationDuration);
  }

  destroy(): void {
    clearTimeout(this.#rest);
    this.#sizes.disconnect();
    for (const content of this.#contents.values()) content.destroy();
    this.#contents.clear();
    this.#lightbox.destroy();
  }

  get #current(): SlideContent | null {
    const content = this.#lightbox.currSlide?.content;
    return (content && this.#contents.get(content)) ?? null;
  }

  get #canZoom(): boolean {
    return this.#current?.canZoom ?? false;
  }

  /** Whether somebody plays it, or has come closer. */
  #isWatched(slide: Slide): boolean {
    return Boolean(this.#contents.get(slide.content)?.video) || isZoomed(slide);
  }

  #listen(): void {
    const box = this.#lightbox;
    box.addFilter("numItems", () => this.place.total);
    box.addFilter("itemData", (_, index) => this.#dataAt(index));
    box.addFilter("isContentZoomable", (_, content) =>
      (this.#contents.get(content as Content)?.canZoom ?? false) && content.width > 0);
    box.on("contentLoad", (event) => {
      event.preventDefault();
      this.#draw(event.content as Content);
    });
    box.on("slideDestroy", ({ slide }) => this.#forget(slide as Slide));
    box.on("contentDeactivate", ({ content }) => this.#contents.get(content as Content)?.leave());
    box.on("change", () => this.#moved());
    box.on("zoomPanUpdate", ({ slide }) => {
      this.#contents.get(slide.content)?.show(widthOf(slide as Slide));
      this.#tellFrame();
    });
    box.on("beforeZoomTo", ({ transitionDuration }) => {
      if (transitionDuration) this.listener.framed(null);
    });
    box.on("moveMainScroll", () => this.#tellFrame());
    // a double tap is the lightbox's, which some browsers tell as a double click, too
    let isMouse = true;
    const note = (event: PointerEvent): void => {
      isMouse = event.pointerType === "mouse";
    };
    this.host.addEventListener("pointerdown", note, { capture: true });
    this.host.addEventListener("dblclick", ({ target, clientX: x, clientY: y }) => {
      if (isMouse && !isControl(target)) this.toggleZoom({ x, y });
    });
  }

  #dataAt(index: number): SlideData {
    const item = this.place.itemAt(index);
    // of unknown size: as large as the stage, until its file tells
    const { x, y } = this.#lightbox.viewportSize;
    const { width, height } = item?.width && item.height ? item : { width: x, height: y };
    // a small video may be enlarged: people watch it, they do not count its pixels
    const scale = item?.file_type === "video" ? VIDEO_STRETCH : 1;
    const data = { width: (width ?? 0) * scale, height: (height ?? 0) * scale };
    return { ...data, item, type: typeOf(item) };
  }

  #draw(content: Content): void {
    const { item } = content.data as { item?: Item | null };
    if (content.element) return;
    const element = document.createElement("div");
    if (!item) {
      element.className = "photo is-coming";
      content.element = element;
      return;
    }
    let drawn: SlideContent | null = null;
    drawn = new (isVideo(content.data) ? VideoSlide : PhotoSlide)(item, {
      changed: () => {
        if (drawn && this.#current === drawn) this.listener.changed();
      },
      sized: (width, height) => this.#resize(content, width, height),
    });
    this.#contents.set(content, drawn);
    content.element = drawn.element as HTMLDivElement;
  }

  /** A picture whose size nobody knew is as large as its file. */
  #resize(content: Content, width: number, height: number): void {
    const { slide } = content;
    content.width = width;
    content.height = height;
    if (!slide) return;
    slide.width = width;
    slide.height = height;
    slide.resize();
  }

  #forget(slide: Slide): void {
    this.#contents.get(slide.content)?.destroy();
    this.#contents.delete(slide.content);
    // an order that changes may have another photo at this index later
    this.#lightbox.contentLoader.removeByIndex(slide.index);
  }

  #moved(): void {
    const box = this.#lightbox;
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => {
      const slide = box.currSlide;
      if (!slide) return;
      this.#contents.get(slide.content)?.show(widthOf(slide));
      this.#contents.get(slide.content)?.rest();
    }, REST_MS);
    // what is out of sight is out of reach of the keyboard, too
    box.mainScroll.itemHolders.forEach(({ el }, position) => {
      el.inert = position !== 1;
    });
    if (box.currIndex !== this.place.index) this.listener.moved(box.currIndex);
    this.listener.changed();
    this.#tellFrame();
  }

  #tellFrame(): void {
    const { currSlide: slide, mainScroll } = this.#lightbox;
    if (!slide) return;
    const left = slide.pan.x + mainScroll.x - mainScroll.getCurrSlideX();
    const width = slide.width * slide.currZoomLevel;
    const height = slide.height * slide.currZoomLevel;
    this.listener.framed({ left, top: slide.pan.y, width, height });
  }

  /** The picture grows out of its tile. */
  #moveFromTile(): void {
    const slide = this.#lightbox.currSlide;
    const item = slide ? itemOf(slide) : null;
    const tile = item ? placeOfTile(item.id) : null;
    if (!slide || !tile || slide.width === 0 || prefersStillness()) return;
    const width = slide.width * slide.currZoomLevel;
    const scale = tile.width / width;
    const from = `translate3d(${tile.left}px, ${tile.top}px, 0) scale(${scale})`;
    slide.container.animate(
      [{ transform: from }, { transform: getComputedStyle(slide.container).transform }],
      { duration: OPENING_MS, easing: "cubic-bezier(0.2, 0, 0, 1)" },
    );
    this.#lightbox.bg?.animate([{ opacity: 0 }, { opacity: 1 }], { duration: OPENING_MS });
  }
}
