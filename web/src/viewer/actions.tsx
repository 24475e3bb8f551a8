/** What can be done with the photo shown: as buttons of the bar, the minor ones in a menu on phones. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { MoreIcon } from "../widgets/icons";

const words = text.viewer;

export interface Action {
  label: string;
  /** As the keyboard says it. */
  shortcut?: string;
  icon: () => JSX.Element;
  act: () => void;
  /** Of a button that stays pressed. */
  isOn?: boolean;
  /** In a menu where there is no room. */
  isMinor?: boolean;
  class?: string;
}

export function Actions({ actions }: { actions: readonly Action[] }) {
  return (
    <>
      {actions.map(({ icon: Icon, label, shortcut, isOn, isMinor, act, ...rest }) => (
        <button
          key={label}
          type="button"
          class={`viewer-button${isMinor ? " is-minor" : ""} ${rest.class ?? ""}`}
          aria-label={label}
          {...(isOn !== undefined && { "aria-pressed": isOn })}
          title={shortcut ? words.withShortcut(label, shortcut) : label}
          onClick={act}
        >
          <Icon />
        </button>
      ))}
    </>
  );
}

/** The minor ones, where the bar has no room for them. */
export function MoreActions({ actions }: { actions: readonly Action[] }) {
  const menu = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);

  useEffect(() => {
    if (isOpen) menu.current?.querySelector("button")?.focus();
  }, [isOpen]);

  const close = (): void => {
    menu.current?.hidePopover();
    button.current?.focus({ preventScroll: true });
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class="viewer-button viewer-more"
        aria-label={words.more}
        title={words.more}
        aria-expanded={isOpen}
        popovertarget="viewer-menu"
      >
        <MoreIcon />
      </button>
      <div
        ref={menu}
        id="viewer-menu"
        class="viewer-menu"
        popover="auto"
        role="group"
        aria-label={words.more}
        onBeforeToggle={(event) => setOpen(event.newState === "open")}
        onKeyDown={(event) => onMenuKey(event, close)}
      >
        {isOpen &&
          actions.map(({ icon: Icon, label, isOn, act }) => (
            <button
              key={label}
              type="button"
              class="viewer-menu-item"
              {...(isOn !== undefined && { "aria-pressed": isOn })}
              onClick={() => {
                close(); // first, so that what opens gives the focus back to the menu's button
                act();
              }}
            >
              <Icon />
              {label}
            </button>
          ))}
      </div>
    </>
  );
}

/** Arrow keys go through the entries; no key of the menu reaches the viewer below. */
function onMenuKey(event: KeyboardEvent & { currentTarget: HTMLElement }, close: () => void): void {
  if (event.key === "Tab") return;
  event.stopPropagation();
  if (event.key === "Escape") {
    event.preventDefault();
    return close();
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const entries = [...event.currentTarget.querySelectorAll("button")];
  const at = entries.indexOf(document.activeElement as HTMLButtonElement);
  entries[(at + step + entries.length) % entries.length]?.focus();
}
