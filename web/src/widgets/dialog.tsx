/** A dialog over the page: it keeps the focus while it is open and gives it back afterwards. */

import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { CloseIcon } from "./icons";

interface Props {
  title: string;
  /** Asked for by Escape, by the cross or by a click beside the dialog; the owner takes it away. */
  onClose: () => void;
  /** Buttons at the foot, which stay in sight while the rest scrolls. */
  foot?: ComponentChildren;
  /** Whether a click beside it leaves it open, so that what was typed is not lost. */
  stays?: boolean;
  /** Wider than a question needs. */
  wide?: boolean;
  children?: ComponentChildren;
}

export function Dialog({ title, onClose, foot, stays = false, wide = false, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const titleId = useId();
  const pressedBeside = useRef(false);

  useLayoutEffect(() => {
    const dialog = element.current;
    // what asks for the focus gets it, else the dialog itself: not the cross, which comes first
    dialog?.showModal();
    const first = dialog?.querySelector<HTMLElement>("[data-focus]");
    (first ?? dialog)?.focus();
    document.addEventListener("keydown", keepFromPage, { capture: true });
    return () => {
      document.removeEventListener("keydown", keepFromPage, { capture: true });
      dialog?.close(); // not only taken away: this gives the focus back
    };
  }, []);

  useLayoutEffect(() => {
    const watcher = new ResizeObserver(() => body.current && letKeysScroll(body.current));
    if (body.current) watcher.observe(body.current);
    return () => watcher.disconnect();
  }, []);

  return (
    <dialog
      ref={element}
      class={`dialog${wide ? " wide" : ""}`}
      aria-labelledby={titleId}
      tabIndex={-1}
      onCancel={(event) => {
        event.preventDefault(); // the owner closes it, and may ask first
        onClose();
      }}
      // keys pressed here are not meant for the page or the viewer below
      onKeyDown={(event) => event.stopPropagation()}
      onPointerDown={(event) => {
        pressedBeside.current = event.target === event.currentTarget;
      }}
      onClick={(event) => {
        const isBeside = event.target === event.currentTarget && pressedBeside.current;
        if (isBeside && !stays) onClose();
      }}
    >
      <div class="dialog-sheet">
        <header class="dialog-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="dialog-close" aria-label={text.close} onClick={onClose}>
            <CloseIcon />
          </button>
        </header>
        <div ref={body} class="dialog-body">
          {children}
        </div>
        {foot && <footer class="dialog-foot">{foot}</footer>}
      </div>
    </dialog>
  );
}

/** What scrolls and holds nothing that takes the focus takes it itself, for the arrow keys. */
function letKeysScroll(body: HTMLElement): void {
  const isScrolled = body.scrollHeight > body.clientHeight;
  const hasFocusable = body.querySelector("a, button, input, select, textarea, summary") !== null;
  if (isScrolled && !hasFocusable) body.tabIndex = 0;
  else body.removeAttribute("tabindex");
}

/** Keys pressed while nothing has the focus are the dialog's, not the page's below. */
function keepFromPage(event: KeyboardEvent): void {
  const isAbove = event.target instanceof Element && event.target.closest("dialog, [popover]");
  if (!isAbove) event.stopPropagation();
}

/** Whether a dialog is open: then shortcuts of the page and of the viewer wait. */
export function isDialogOpen(): boolean {
  return document.querySelector("dialog[open]") !== null;
}
