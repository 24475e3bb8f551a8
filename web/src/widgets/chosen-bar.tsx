/** What to do with what was chosen on a page; lies over the header while anything is. */

import type { ComponentChildren } from "preact";
import { useLayoutEffect } from "preact/hooks";

import { CloseIcon } from "./icons";
import { keepFocus, visible } from "./keep-focus";

interface Props {
  /** How many are chosen, in words. */
  words: string;
  /** What the cross does. */
  clearWords: string;
  onClear: () => void;
  children: ComponentChildren;
}

export function ChosenBar({ words, clearWords, onClear, children }: Props) {
  useLayoutEffect(() => {
    const opener = document.activeElement;
    // when it goes and the focus was in it: to what was chosen first, where that is still there
    return () =>
      keepFocus(() => {
        const marks = visible("main [role='checkbox']");
        return marks.find((mark) => mark === opener) ?? marks[0];
      });
  }, []);

  useLayoutEffect(() => {
    // nobody sees the header, so nothing of it takes the focus
    const header = document.querySelector<HTMLElement>(".header-place");
    if (!header) return undefined;
    header.inert = true;
    return () => {
      header.inert = false;
    };
  }, []);

  return (
    <div class="selection-bar" role="toolbar" aria-label={words}>
      <button
        type="button"
        class="bar-button"
        aria-label={clearWords}
        title={clearWords}
        onClick={onClear}
      >
        <CloseIcon />
      </button>
      <p class="selection-count">{words}</p>
      <span class="selection-space" />
      {children}
    </div>
  );
}
