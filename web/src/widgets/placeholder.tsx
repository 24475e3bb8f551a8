/** The blurred colours of a picture that is still on its way. */

import { useEffect, useRef } from "preact/hooks";
import { thumbHashToRGBA } from "thumbhash";

/** Milliseconds a frame that painting placeholders may take. */
const BUDGET_MS = 4;

/** Painted in the frames to come, the newest wish first: what was scrolled past has gone by then. */
const wishes: (() => void)[] = [];
let frame = 0;
/** How those that are not painted yet are painted. */
const paints = new Map<Element, () => void>();
let sight: IntersectionObserver | null = null;

/**
 * A canvas, not a data URL: the page's Content-Security-Policy may allow its own files only. It is
 * painted once it comes into sight, unless the picture was quicker.
 */
export function Placeholder({ thumbhash }: { thumbhash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const paint = (): void => {
      if (isCovered(element)) return;
      const picture = decode(thumbhash);
      const context = picture && element.getContext("2d");
      if (!context) return;
      element.width = picture.width;
      element.height = picture.height;
      context.putImageData(picture, 0, 0);
    };
    paints.set(element, paint);
    sight ??= new IntersectionObserver(wishForSeen);
    sight.observe(element);
    return () => {
      sight?.unobserve(element);
      paints.delete(element);
      const index = wishes.indexOf(paint);
      if (index >= 0) wishes.splice(index, 1);
    };
  }, [thumbhash]);

  return <canvas ref={canvas} class="placeholder" width={1} height={1} aria-hidden="true" />;
}

function wishForSeen(entries: readonly IntersectionObserverEntry[]): void {
  for (const { target, isIntersecting } of entries) {
    const paint = paints.get(target);
    if (!isIntersecting || !paint) continue;
    sight?.unobserve(target);
    wishes.push(paint);
  }
  if (wishes.length > 0) frame ||= requestAnimationFrame(paintSome);
}

/** Whether the picture itself came first. */
function isCovered(canvas: HTMLCanvasElement): boolean {
  const picture = canvas.parentElement?.querySelector("img");
  return picture?.complete === true && picture.naturalWidth > 0;
}

function paintSome(): void {
  const end = performance.now() + BUDGET_MS;
  while (wishes.length > 0 && performance.now() < end) wishes.pop()?.();
  frame = wishes.length > 0 ? requestAnimationFrame(paintSome) : 0;
}

function decode(thumbhash: string): ImageData | null {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    const { w, h, rgba } = thumbHashToRGBA(bytes);
    return new ImageData(new Uint8ClampedArray(rgba.buffer as ArrayBuffer), w, h);
  } catch {
    return null; // a damaged hash: the neutral colour stays
  }
}
