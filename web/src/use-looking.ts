/** Looks for what is new while somebody looks at the page. */

import { useEffect } from "preact/hooks";

import type { Gallery } from "./gallery";
import { isRenewing } from "./request";

/** How often to look while somebody is there, and while nobody moved for a while. */
const LOOK_MS = 10_000;
const LOOK_IDLE_MS = 30_000;
const IDLE_AFTER_MS = 300_000;
const PENDING_TICK_MS = 500;

/** Looks for new photos, and after those being prepared, while the page is in sight. */
export function useLooking(gallery: Gallery): void {
  useEffect(() => {
    let lookedAt = Date.now();
    let movedAt = Date.now();
    const look = (): void => {
      lookedAt = Date.now();
      void gallery.refresh();
    };
    const tick = (): void => {
      if (document.visibilityState !== "visible" || isRenewing()) return;
      void gallery.askPending();
      const now = Date.now();
      const pause = now - movedAt > IDLE_AFTER_MS ? LOOK_IDLE_MS : LOOK_MS;
      if (now - lookedAt >= pause) look();
    };
    const onMove = (): void => {
      movedAt = Date.now();
    };
    const onVisible = (): void => {
      if (document.visibilityState === "visible" && Date.now() - lookedAt > 1_000) look();
    };
    const timer = setInterval(tick, PENDING_TICK_MS);
    const moves = ["pointerdown", "keydown", "scroll"] as const;
    for (const move of moves) window.addEventListener(move, onMove, { passive: true });
    document.addEventListener("visibilitychange", onVisible);
    window.addEventListener("online", onVisible);
    return () => {
      clearInterval(timer);
      for (const move of moves) window.removeEventListener(move, onMove);
      document.removeEventListener("visibilitychange", onVisible);
      window.removeEventListener("online", onVisible);
    };
  }, [gallery]);
}
