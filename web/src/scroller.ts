/** The window's scrolling, told as positions in a timeline of any height. */

import {
  extentOf,
  isAtEdge,
  lastPosition,
  positionAfter,
  stateFor,
  type ScrollState,
  type Space,
} from "./scroll-map";

/** Nobody scrolls any more after so long. */
const REST_MS = 140;
/** Faster than so many windows a second nothing can be recognised. */
const RUSH = 14;

export class Scroller {
  state: ScrollState = { scroll: 0, base: 0 };
  space: Space = { height: 0, window: 0 };
  /** Window scroll at which the timeline begins below the header, CSS pixels. */
  origin = 0;
  isRushing = false;
  /** Whether the window was scrolled within the last moment. */
  isMoving = false;
  /** Where it was scrolled to last: 1 is down, -1 up. */
  direction: 1 | -1 = 1;
  #onMove: () => void;
  #onCalm: () => void;
  #rest = 0;
  /** Whether the window has to be scrolled once the page is drawn. */
  #isOwed = false;
  #frame = 0;
  #last = { position: 0, at: 0 };
  #waiting = new Set<() => void>();

  /**
   * @param onMove After every frame in which it was scrolled.
   * @param onCalm Once it rests, or no longer moves too fast to be followed.
   */
  constructor(onMove: () => void, onCalm: () => void) {
    this.#onMove = onMove;
    this.#onCalm = onCalm;
  }

  /** Listens to the window; returns how to stop. */
  start(): () => void {
    const onScroll = (): void => {
      this.#frame ||= requestAnimationFrame(this.#measure);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      window.removeEventListener("scroll", onScroll);
      cancelAnimationFrame(this.#frame);
      this.#frame = 0;
      clearTimeout(this.#rest);
    };
  }

  /** CSS pixels from the timeline's top to the top of what is in sight. */
  get position(): number {
    return this.state.scroll + this.state.base;
  }

  get last(): number {
    return lastPosition(this.space);
  }

  /** Shows a position; the page must be drawn with the new `base` before it is painted. */
  go(position: number): void {
    this.direction = 1;
    this.state = stateFor(position, this.space);
    this.#scrollWindow();
  }

  /** Keeps the window's scroll and shows another position: what lies above has changed. */
  shift(position: number): void {
    const { scroll } = this.state;
    const isBeyond = scroll > extentOf(this.space.height) - this.space.window;
    if (isBeyond) {
      this.state = stateFor(position, this.space);
      this.#isOwed = true;
    } else this.state = { scroll, base: position - scroll };
    this.#restSoon();
  }

  /** To be called once the page is drawn: scrolls the window where it must be. */
  settle(): void {
    if (!this.#isOwed) return;
    this.#isOwed = false;
    this.#scrollWindow();
  }

  /** Counts as moving fast until it rests: a drag of the scrubber. */
  rush(): void {
    this.isRushing = true;
    this.isMoving = true;
    this.#restSoon();
  }

  /** Calls once nothing rushes; returns how to stop. */
  whenCalm(start: () => void): () => void {
    if (!this.isRushing) {
      start();
      return () => undefined;
    }
    this.#waiting.add(start);
    return () => this.#waiting.delete(start);
  }

  /** Ends a rush at once. */
  calm(): void {
    this.isRushing = false;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const start of waiting) start();
    this.#onCalm();
  }

  #measure = (): void => {
    this.#frame = 0;
    const scroll = this.#windowScroll();
    if (Math.abs(scroll - this.state.scroll) < 0.5) return;
    const now = performance.now();
    const position = positionAfter(this.state, scroll, this.space);
    const speed =
      Math.abs(position - this.#last.position) / Math.max(8, now - this.#last.at) / this.space.window;
    this.#last = { position, at: now };
    this.isMoving = true;
    if (speed * 1000 > RUSH) this.isRushing = true;
    const direction = scroll < this.state.scroll ? -1 : 1;
    this.state = { scroll, base: position - scroll };
    if (isAtEdge(this.state, this.space)) this.go(position);
    this.direction = direction;
    this.#restSoon();
    this.#onMove();
  };

  #restSoon(): void {
    clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => {
      this.isMoving = false;
      // the page's own scroll bar tells the truth again
      const wanted = stateFor(this.position, this.space);
      if (Math.abs(wanted.base - this.state.base) >= 1) {
        this.state = wanted;
        this.#onMove();
        this.#scrollWindow();
      }
      this.calm();
    }, REST_MS);
  }

  #scrollWindow(): void {
    const { scroll, base } = this.state;
    // the very top shows what stands above the timeline, too
    const top = this.position > 0 ? this.origin + scroll : 0;
    window.scrollTo({ top, behavior: "instant" });
    // where the page ends sooner than thought, it is where it is
    this.state = { scroll: this.#windowScroll(), base };
  }

  #windowScroll(): number {
    return Math.max(0, window.scrollY - this.origin);
  }
}
