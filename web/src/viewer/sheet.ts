/** A sheet from below that a finger pulls down to close. */

import { useRef } from "preact/hooks";

/** Pulled farther than that, it closes. */
const FAR_PX = 72;

interface Pulled {
  onPointerDown: (event: PointerEvent) => void;
  onPointerMove: (event: PointerEvent) => void;
  onPointerUp: (event: PointerEvent) => void;
  onPointerCancel: (event: PointerEvent) => void;
}

/** What to listen to on the sheet's head; `sheet` moves along. */
export function usePull(sheet: { current: HTMLElement | null }, close: () => void): Pulled {
  const from = useRef<number | null>(null);

  const move = (px: number): void => {
    if (sheet.current) sheet.current.style.transform = px > 0 ? `translateY(${px}px)` : "";
  };
  const end = (event: PointerEvent, isMeant: boolean): void => {
    if (from.current === null) return;
    const pulled = event.clientY - from.current;
    from.current = null;
    move(0);
    if (isMeant && pulled > FAR_PX) close();
  };
  return {
    onPointerDown: (event) => {
      const isButton = event.target instanceof Element && event.target.closest("button");
      // beside the photo nothing is pulled, and a mouse has the cross
      if (event.pointerType !== "touch" || isButton || !isFromBelow(sheet.current)) return;
      from.current = event.clientY;
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    },
    onPointerMove: (event) => {
      if (from.current !== null) move(event.clientY - from.current);
    },
    onPointerUp: (event) => end(event, true),
    onPointerCancel: (event) => end(event, false),
  };
}

function isFromBelow(sheet: HTMLElement | null): boolean {
  return sheet !== null && sheet.getBoundingClientRect().left === 0;
}
