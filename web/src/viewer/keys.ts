/** Keys of the viewer: what they do, and that the focus stays inside. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

import { isDialogOpen } from "../widgets/dialog";
import { commandOf, isTyping, VIEWER_SHORTCUTS, type ViewerCommand } from "./shortcuts";

/** What each command does; the key of one that does nothing now is left to the browser. */
export type Commands = Partial<Record<ViewerCommand, (() => unknown) | null>>;

const STOPS = "a[href], button:not([disabled]), input, select, textarea, video[controls], [tabindex='0']";

/** @param stir Called with every key: whoever uses keys wants to see what they are for. */
export function useKeys(
  root: { current: HTMLElement | null },
  commands: Commands,
  stir: () => void,
): void {
  const latest = useRef({ commands, stir });
  latest.current = { commands, stir };

  useLayoutEffect(() => root.current?.focus({ preventScroll: true }), [root]);

  // what had the focus may have gone: the step beyond the last photo, a video left behind
  useLayoutEffect(() => {
    if (document.activeElement !== document.body || isDialogOpen()) return;
    root.current?.focus({ preventScroll: true });
  });

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (isDialogOpen()) return;
      latest.current.stir();
      if (event.key === "Tab") return keepInside(event, root.current);
      if (isTyping(event.target) || isOfTarget(event)) return;
      const command = commandOf(event, VIEWER_SHORTCUTS);
      const deed = command && latest.current.commands[command];
      if (!deed) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [root]);
}

/** Whether what has the focus knows the key itself: a video seeks, a button is pressed. */
function isOfTarget({ key, target }: KeyboardEvent): boolean {
  if (target instanceof HTMLVideoElement) return key.startsWith("Arrow") || key === " ";
  return key === " " && target instanceof Element && target.closest("button, a, summary") !== null;
}

function keepInside(event: KeyboardEvent, root: HTMLElement | null, isRepeated = false): void {
  if (!root) return;
  const stops = [...root.querySelectorAll<HTMLElement>(STOPS)].filter(
    (stop) =>
      stop.tabIndex >= 0 &&
      stop.closest("[inert]") === null &&
      stop.checkVisibility({ visibilityProperty: true }),
  );
  const [first, last] = [stops[0], stops.at(-1)];
  if (!first || !last) {
    if (isRepeated) return;
    // the bars come back with this key
    event.preventDefault();
    requestAnimationFrame(() => keepInside(event, root, true));
    return;
  }
  const active = document.activeElement;
  const isOutside = !root.contains(active) || active === root;
  if (event.shiftKey ? isOutside || active === first : isOutside || active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
