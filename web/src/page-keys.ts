/** Keys of the page. */

import { useEffect, useRef } from "preact/hooks";

import { isDialogOpen } from "./widgets/dialog";

interface PageKeys {
  /** Whether something lies over the page: then its own keys wait. */
  isBusy: boolean;
  help: () => void;
  clear: () => void;
  all: (() => void) | null;
  /** Takes back what was done last, over the page as over an open photo; null: nothing to take back. */
  undo: (() => void) | null;
}

export function usePageKeys(keys: PageKeys): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      const { isBusy, help, clear, all, undo } = latest.current;
      const isWriting =
        event.target instanceof Element && event.target.closest("input, textarea, select, dialog");
      if (isWriting || event.defaultPrevented) return;
      const isHeld = event.ctrlKey || event.metaKey;
      const isUndo = isHeld && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "z";
      if (isUndo && undo && !event.repeat && !isDialogOpen()) undo();
      else if (isBusy) return;
      else if (event.key === "?") help();
      else if (event.key === "Escape") clear();
      else if (event.key === "a" && isHeld && all) all();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
