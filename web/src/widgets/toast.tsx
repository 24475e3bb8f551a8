/** A short notice at the foot of the page, perhaps with a way to take back what it tells of. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { CloseIcon } from "./icons";
import { keepFocus } from "./keep-focus";

export interface Notice {
  /** Tells two equal notices apart. */
  id: number;
  words: string;
  undo: (() => void) | null;
}

interface Props {
  notice: Notice | null;
  /** Takes back what the notice tells of. */
  undo: () => void;
  dismiss: () => void;
}

const SHOWN_MS = 8_000;

export function Toast({ notice, ...on }: Props) {
  return (
    <div class="toast-place" role="status">
      {notice && <Shown key={notice.id} notice={notice} {...on} />}
    </div>
  );
}

function Shown({ notice, undo, dismiss }: Props & { notice: Notice }) {
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  /** What had the focus before it came here, while it is here. */
  const cameFrom = useRef<EventTarget | null>(null);
  // whoever is about to press Undo is given the time
  const isHeld = isPointedAt || hasFocus;
  useEffect(() => {
    if (isHeld) return undefined;
    const timer = setTimeout(dismiss, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, dismiss]);
  useLayoutEffect(
    () => () => {
      const { current: back } = cameFrom;
      if (back instanceof HTMLElement) keepFocus(() => back);
    },
    [],
  );

  return (
    <div
      class="toast"
      onPointerEnter={() => setPointedAt(true)}
      onPointerLeave={() => setPointedAt(false)}
      onFocusIn={(event) => {
        if (!hasFocus) cameFrom.current = event.relatedTarget;
        setFocus(true);
      }}
      onFocusOut={(event) => {
        if (event.currentTarget.contains(event.relatedTarget as Node | null)) return;
        cameFrom.current = null;
        setFocus(false);
      }}
    >
      <span class="toast-words">{notice.words}</span>
      {notice.undo && (
        <button type="button" class="toast-undo" aria-keyshortcuts="Control+Z Meta+Z" onClick={undo}>
          {text.undo}
        </button>
      )}
      <button type="button" class="toast-close" aria-label={text.dismiss} onClick={dismiss}>
        <CloseIcon />
      </button>
    </div>
  );
}
