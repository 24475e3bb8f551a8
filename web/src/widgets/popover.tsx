/** What a button of the header opens below it; Escape or a press beside it closes it again. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";

import { text } from "../text";

interface Props {
  /** Of the button, and of what it opens. */
  label: string;
  icon: () => JSX.Element;
  class?: string;
  /** Something to be said on the button: how many filters there are. */
  badge?: number;
  /** The finger or mouse comes near: what is inside may be fetched. */
  onNear?: () => void;
  /** Drawn while it is open only. */
  children: (close: () => void) => ComponentChildren;
}

export function Popover({ label, icon: Icon, badge = 0, onNear, children, ...rest }: Props) {
  const id = useId();
  const panel = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    const { current: element } = panel;
    if (isOpen) (element?.querySelector<HTMLElement>("[data-focus]") ?? element)?.focus();
  }, [isOpen]);

  // the browser gives the focus back to the button
  const close = (): void => panel.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        class="round"
        aria-label={badge > 0 ? text.header.withNumber(label, badge) : label}
        aria-expanded={isOpen}
        title={label}
        popovertarget={id}
        onPointerEnter={onNear}
        onFocus={onNear}
      >
        <Icon />
        {badge > 0 && <span class="badge">{badge}</span>}
      </button>
      <div
        ref={panel}
        id={id}
        class={`popover ${rest.class ?? ""}`}
        popover="auto"
        role="dialog"
        aria-label={label}
        tabIndex={-1}
        onBeforeToggle={(event) => event.newState === "open" && setOpen(true)}
        // only now: the browser gives the focus back, unless what had it is gone
        onToggle={(event) => event.newState === "closed" && setOpen(false)}
        // keys pressed here are not meant for the page below
        onKeyDown={(event) => event.stopPropagation()}
      >
        {isOpen && children(close)}
      </div>
    </>
  );
}
