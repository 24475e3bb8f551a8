/** Whether somebody only looks. */

import { useEffect, useState } from "preact/hooks";

const IDLE_MS = 2_500;

/** True after a while without a move or a key, as long as it is asked for. */
export function useIdle(isAsked: boolean): boolean {
  const [isIdle, setIdle] = useState(false);
  useEffect(() => {
    if (!isAsked) return undefined;
    let timer: ReturnType<typeof setTimeout>;
    let at = "";
    const stir = (event?: Event): void => {
      if (event instanceof PointerEvent && event.type === "pointermove") {
        // browsers tell of a move, too, when something else comes under a pointer that lies still
        const now = `${event.screenX} ${event.screenY}`;
        if (now === at) return;
        at = now;
      }
      setIdle(false);
      clearTimeout(timer);
      timer = setTimeout(() => setIdle(true), IDLE_MS);
    };
    const signs = ["pointermove", "pointerdown", "keydown", "focusin"] as const;
    for (const sign of signs) document.addEventListener(sign, stir, { passive: true });
    stir();
    return () => {
      for (const sign of signs) document.removeEventListener(sign, stir);
      clearTimeout(timer);
    };
  }, [isAsked]);
  return isAsked && isIdle;
}
