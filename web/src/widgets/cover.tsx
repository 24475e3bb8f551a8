/** In the place of the viewer until it is there, or when it can't be. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { CloseIcon } from "./icons";

interface Props {
  close: () => void;
  children: ComponentChildren;
}

export function Cover({ close, children }: Props) {
  const dialog = useRef<HTMLDivElement>(null);
  useEffect(() => {
    dialog.current?.focus({ preventScroll: true });
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [close]);

  return (
    <div ref={dialog} class="cover" role="dialog" aria-modal="true" aria-label={text.loading} tabIndex={-1}>
      <button type="button" class="cover-close" aria-label={text.close} title={text.close} onClick={close}>
        <CloseIcon />
      </button>
      {children}
    </div>
  );
}
