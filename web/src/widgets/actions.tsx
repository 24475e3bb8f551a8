/** A button that opens a short list of actions beside it. */

import type { ComponentChildren, JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";

import { MoreIcon } from "./icons";

export interface Action {
  label: string;
  icon?: () => JSX.Element;
  onSelect: () => void;
}

interface Props {
  label: string;
  actions: readonly Action[];
  class?: string;
  children?: ComponentChildren;
}

/** Between the list and the edges of the window, CSS pixels. */
const MARGIN = 8;

export function Actions({ label, actions, children, ...rest }: Props) {
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const listId = useId();
  const [isOpen, setOpen] = useState(false);

  const open = (): void => {
    if (!button.current || !list.current) return;
    list.current.showPopover();
    place(list.current, button.current);
    list.current.querySelector<HTMLElement>("[role=menuitem]")?.focus({ preventScroll: true });
  };
  const close = (): void => {
    list.current?.hidePopover();
    button.current?.focus({ preventScroll: true });
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation(); // not meant for the page below
    if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      close();
      return;
    }
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
    const next = nextOf(items.indexOf(document.activeElement as HTMLElement), items.length, event);
    if (next === null) return;
    event.preventDefault();
    items[next]?.focus();
  };

  return (
    <>
      <button
        ref={button}
        type="button"
        class={rest.class ?? "round"}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => (isOpen ? close() : open())}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          event.preventDefault();
          event.stopPropagation();
          open();
        }}
      >
        {children ?? <MoreIcon />}
      </button>
      <div
        ref={list}
        id={listId}
        class="actions"
        role="menu"
        aria-label={label}
        popover="auto"
        onToggle={(event) => setOpen(event.newState === "open")}
        onKeyDown={onKeyDown}
      >
        {actions.map(({ label: words, icon: Icon, onSelect }) => (
          <button
            key={words}
            type="button"
            class="action"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close();
              onSelect();
            }}
          >
            {Icon && <Icon />}
            {words}
          </button>
        ))}
      </div>
    </>
  );
}

/** Below the button and within the window, or above it when there is no room. */
function place(list: HTMLElement, button: HTMLElement): void {
  const at = button.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = list;
  const { clientWidth } = document.documentElement;
  const left = Math.min(at.right - width, clientWidth - width - MARGIN);
  const below = at.bottom + 4;
  const isBelow = below + height <= innerHeight - MARGIN;
  list.style.left = `${Math.max(MARGIN, left)}px`;
  list.style.top = `${isBelow ? below : Math.max(MARGIN, at.top - height - 4)}px`;
}

/** Which of `count` entries a key leads to, or null when it is none of a list's keys. */
function nextOf(current: number, count: number, { key }: KeyboardEvent): number | null {
  if (key === "ArrowDown") return (current + 1) % count;
  if (key === "ArrowUp") return (current - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
