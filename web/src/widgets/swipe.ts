/** One finger, far enough and straight enough. */

import { useRef } from "preact/hooks";

interface Deeds {
  left: () => unknown;
  right: () => unknown;
  down: () => unknown;
}

const FAR_PX = 56;

export function useSwipe(deeds: Deeds): {
  onTouchStart: (event: TouchEvent) => void;
  onTouchEnd: (event: TouchEvent) => void;
} {
  const start = useRef<{ x: number; y: number } | null>(null);
  return {
    onTouchStart: (event) => {
      const touch = event.touches[0];
      const isZoomed = (window.visualViewport?.scale ?? 1) > 1.01;
      // a video's own controls are dragged too
      const isVideo = event.target instanceof HTMLVideoElement;
      const isOne = event.touches.length === 1 && !isZoomed && !isVideo;
      start.current = touch && isOne ? { x: touch.clientX, y: touch.clientY } : null;
    },
    onTouchEnd: (event) => {
      const touch = event.changedTouches[0];
      if (!start.current || !touch) return;
      const x = touch.clientX - start.current.x;
      const y = touch.clientY - start.current.y;
      start.current = null;
      if (Math.abs(x) > FAR_PX && Math.abs(x) > 2 * Math.abs(y)) {
        if (x < 0) deeds.left();
        else deeds.right();
      } else if (y > 1.5 * FAR_PX && y > 2 * Math.abs(x)) deeds.down();
    },
  };
}
