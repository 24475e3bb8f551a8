/** What goes with the focus in it gives the focus to the dialog around it. */

import { useLayoutEffect } from "preact/hooks";

export function useGiveBack(element: { current: HTMLElement | null }): void {
  useLayoutEffect(() => {
    const going = element.current;
    const dialog = going?.closest<HTMLElement>("[role=dialog]");
    return () => {
      if (going?.contains(document.activeElement)) dialog?.focus({ preventScroll: true });
    };
  }, [element]);
}
