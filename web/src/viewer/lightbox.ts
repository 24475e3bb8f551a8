/** PhotoSwipe as the stage needs it: it moves, zooms and pans; everything else is ours. */

import PhotoSwipe, { type Point, type SlideData } from "photoswipe";
import "photoswipe/photoswipe.css";

import { levelsOf, type Room } from "./zoom";

const ZOOM_MS = 220;
/** Of a video, the height at its lower edge that its own controls take. */
const CONTROLS_PX = 80;

interface Wishes {
  /** The room to leave free around a slide. */
  roomFor(stage: { width: number; height: number }, data: SlideData): Room;
  /** With a finger. */
  tapped(): void;
  doubleTapped(point: Point): void;
  /** Pulled down or pinched together: whoever opened it may close it. */
  asked(): void;
}

export class Lightbox extends PhotoSwipe {
  #isGoing = false;

  constructor(host: HTMLElement, index: number, private readonly wishes: Wishes) {
    super({
      appendToEl: host,
      index,
      loop: false,
      allowPanToNext: false,
      spacing: 0.06,
      bgOpacity: 1,
      wheelToZoom: true,
      trapFocus: false,
      returnFocus: false,
      escKey: false,
      arrowKeys: false,
      arrowPrev: false,
      arrowNext: false,
      zoom: false,
      close: false,
      counter: false,
      showHideAnimationType: "none",
      zoomAnimationDuration: prefersStillness() ? 0 : ZOOM_MS,
      imageClickAction: false,
      bgClickAction: false,
      tapAction: (_, event) => {
        if (!isControl(event.target)) wishes.tapped();
      },
      doubleTapAction: (point) => wishes.doubleTapped(point),
      getViewportSizeFn: () => ({ x: host.clientWidth, y: host.clientHeight }),
      paddingFn: ({ x, y }, data) => {
        const { top, bottom } = wishes.roomFor({ width: x, height: y }, data);
        return { top, bottom, left: 0, right: 0 };
      },
      secondaryZoomLevel: ({ fit }) => levelsOf(fit).close,
      maxZoomLevel: ({ fit }) => levelsOf(fit).max,
    });
    this.addFilter("useContentPlaceholder", () => false);
    // a video's own controls are pressed and dragged, too
    this.addFilter(
      "preventPointerEvent",
      (prevent, event) => prevent && !(event.target instanceof HTMLVideoElement),
    );
    this.on("pointerDown", (event) => {
      if (isForTarget(event.originalEvent)) event.preventDefault();
    });
    // keys are the viewer's
    this.on("keydown", (event) => event.preventDefault());
    // neighbours are drawn when they are beside the current one, no others
    this.on("lazyLoad", (event) => event.preventDefault());
  }

  override init(): boolean {
    const isOpened = super.init();
    // a part of the viewer, which is the dialog
    this.element?.removeAttribute("role");
    this.element?.removeAttribute("tabindex");
    this.scrollWrap?.removeAttribute("aria-roledescription");
    return isOpened;
  }

  override close(): void {
    if (this.#isGoing) super.close();
    else this.wishes.asked();
  }

  override destroy(): void {
    this.#isGoing = true;
    super.destroy();
  }
}

export function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("a, button") !== null;
}

export function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Whether a press is meant for what lies there: of a video all of a mouse's, a finger's below. */
function isForTarget(event: PointerEvent | MouseEvent | TouchEvent): boolean {
  const { target } = event;
  if (isControl(target)) return true;
  if (!(target instanceof HTMLVideoElement) || !("clientY" in event)) return false;
  const isMouse = "pointerType" in event && event.pointerType === "mouse";
  return isMouse || event.clientY > target.getBoundingClientRect().bottom - CONTROLS_PX;
}
