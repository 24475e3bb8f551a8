/** The search field: what is typed goes into the address a moment later. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { BackIcon, CloseIcon, SearchIcon } from "./icons";
import { keepFocus } from "./keep-focus";

interface Props {
  /** What the address says. */
  search: string | null;
  /** Whether there is room for a button only, until it is wanted. */
  isNarrow: boolean;
  onSearch: (search: string | null) => void;
}

/** From the last key to the search. */
const PAUSE_MS = 250;

export function Search({ search, isNarrow, onSearch }: Props) {
  const input = useRef<HTMLInputElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const timer = useRef(0);
  /** What was handed on last: the address is behind by a moment. */
  const told = useRef(search);
  const [words, setWords] = useState(search ?? "");
  const [isOpen, setOpen] = useState(false);

  // Back, a chip or another view: the field says what the address does
  useEffect(() => {
    if (search === told.current) return;
    clearTimeout(timer.current);
    told.current = search;
    setWords(search ?? "");
  }, [search]);
  useEffect(() => () => clearTimeout(timer.current), []);
  useLayoutEffect(() => {
    if (isOpen) input.current?.focus();
  }, [isOpen]);

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
      const { target } = event;
      const isTyping =
        target instanceof HTMLElement &&
        (target.isContentEditable || target.closest("input, textarea, select") !== null);
      const isCovered = (input.current ?? opener.current)?.closest("[inert]") != null;
      if (isTyping || isCovered || document.querySelector("dialog[open]")) return;
      event.preventDefault();
      setOpen(true);
      input.current?.focus();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);

  const tell = (typed: string): void => {
    clearTimeout(timer.current);
    const wanted = typed.trim() || null;
    if (wanted === told.current) return;
    told.current = wanted;
    onSearch(wanted);
  };
  const type = (typed: string): void => {
    setWords(typed);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => tell(typed), PAUSE_MS);
  };
  const clear = (): void => {
    setWords("");
    tell("");
    input.current?.focus();
  };
  const close = (): void => {
    setOpen(false);
    tell(words);
    keepFocus(() => opener.current); // the field had it
  };

  if (isNarrow && !isOpen) {
    return (
      <button
        ref={opener}
        type="button"
        class="round"
        aria-label={text.header.search}
        title={text.header.search}
        onClick={() => setOpen(true)}
      >
        <SearchIcon />
      </button>
    );
  }
  return (
    <form
      class={`search${isNarrow ? " is-over" : ""}`}
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        tell(words);
        if (isNarrow) input.current?.blur(); // the keyboard of a phone goes
      }}
      onFocusOut={(event) => {
        // not for a button of its own, which would be gone before it is pressed
        const isLeft = !event.currentTarget.contains(event.relatedTarget as Node | null);
        if (isLeft && isNarrow && words === "") setOpen(false);
      }}
    >
      {isNarrow ? (
        <button type="button" class="round" aria-label={text.header.closeSearch} onClick={close}>
          <BackIcon />
        </button>
      ) : (
        <SearchIcon />
      )}
      <input
        ref={input}
        type="search"
        class="search-input"
        aria-label={text.header.search}
        aria-keyshortcuts="/"
        placeholder={text.header.searchHint}
        autocomplete="off"
        enterkeyhint="search"
        value={words}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          event.preventDefault();
          event.stopPropagation();
          if (words !== "") clear();
          else if (isNarrow) close();
          else input.current?.blur();
        }}
      />
      {words !== "" && (
        <button
          type="button"
          class="round search-clear"
          aria-label={text.header.clearSearch}
          onClick={clear}
        >
          <CloseIcon />
        </button>
      )}
    </form>
  );
}
