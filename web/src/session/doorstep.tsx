/** A page over the whole page: what has to be answered before anything of it is shown. */

import "../style/session.css";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { titleOver } from "../window-title";
import icon from "../icon.svg";

interface Props {
  title: string;
  hint?: ComponentChildren;
  children?: ComponentChildren;
}

export function Doorstep({ title, hint, children }: Props) {
  const element = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // over whatever dialog may be open; not even Escape leads past it
  useLayoutEffect(() => {
    const dialog = element.current;
    dialog?.showModal();
    return () => dialog?.close(); // gives the focus back to what had it
  }, []);
  useLayoutEffect(() => {
    const first = element.current?.querySelector<HTMLElement>("[data-focus]");
    (first ?? element.current)?.focus();
  }, [title]);

  useEffect(() => titleOver(text.documentTitle(title, null)), [title]);

  return (
    <dialog
      ref={element}
      class="doorstep"
      aria-labelledby={titleId}
      tabIndex={-1}
      onCancel={(event) => event.preventDefault()}
      // a second Escape closes it in some browsers whatever the page says
      onClose={(event) => event.currentTarget.isConnected && event.currentTarget.showModal()}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div class="doorstep-sheet">
        <p class="doorstep-name">
          <img src={icon} alt="" width={28} height={28} />
          {text.title}
        </p>
        <h1 id={titleId}>{title}</h1>
        {hint && <p class="doorstep-hint">{hint}</p>}
        {children}
      </div>
    </dialog>
  );
}
