/** A short notice at the foot of the page, perhaps with a way to take back what it tells of. */

import { useEffect } from "preact/hooks";

import { text } from "../text";
import { CloseIcon } from "./icons";

export interface Notice {
  /** Tells two equal notices apart. */
  id: number;
  words: string;
  undo: (() => void) | null;
}

const SHOWN_MS = 8_000;

export function Toast({ notice, dismiss }: { notice: Notice | null; dismiss: () => void }) {
  useEffect(() => {
    if (!notice) return undefined;
    const timer = setTimeout(dismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [notice, dismiss]);

  return (
    <div class="toast-place" role="status">
      {notice && (
        <div class="toast" key={notice.id}>
          <span class="toast-words">{notice.words}</span>
          {notice.undo && (
            <button type="button" class="toast-undo" onClick={notice.undo}>
              {text.undo}
            </button>
          )}
          <button
            type="button"
            class="toast-close"
            aria-label={text.dismiss}
            onClick={dismiss}
          >
            <CloseIcon />
          </button>
        </div>
      )}
    </div>
  );
}
