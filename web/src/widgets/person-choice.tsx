/** Choosing a person by face or by typing the name. */

import { useEffect, useId, useRef, useState } from "preact/hooks";

import type { Person } from "../api-types";
import { personsNamed } from "../persons";
import { text } from "../text";
import { Face } from "./face";
import { CloseIcon } from "./icons";

interface Props {
  /** Null while they are on their way. */
  persons: Person[] | null;
  hasFailed: boolean;
  /** Id of the one chosen. */
  chosen: string | null;
  onChoose: (id: string | null) => void;
}

/** More of them are found by typing. */
const SHOWN = 60;

export function PersonChoice({ persons, hasFailed, chosen, onChoose }: Props) {
  const words = text.header;
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  /** Null while the field says who is chosen. */
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(-1);

  const person = persons?.find((known) => known.id === chosen);
  const found = personsNamed(persons ?? [], typed ?? "", SHOWN);
  const isOpen = typed !== null && found.length > 0;

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: "nearest" });
  }, [active]);

  const choose = (one: Person): void => {
    setTyped(null);
    setActive(-1);
    onChoose(one.id);
  };
  const open = (): void => setTyped((now) => now ?? "");

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = found.length - 1;
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp": {
        open();
        const next = active + (event.key === "ArrowDown" ? 1 : -1);
        // at first the one who is chosen
        if (typed === null) setActive(Math.max(0, found.findIndex(({ id: one }) => one === chosen)));
        else setActive(next > last ? 0 : next < 0 ? last : next);
        break;
      }
      case "Enter": {
        const one = found[Math.max(0, active)];
        if (!isOpen || !one) return;
        choose(one);
        break;
      }
      case "Escape":
        if (typed === null) return; // the popover's own Escape
        setTyped(null);
        setActive(-1);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div class="field person-choice">
      <label class="field-label" for={`${id}-input`}>
        {words.person}
      </label>
      <div class="person-field">
        {person && typed === null && <Face person={person} />}
        <input
          ref={input}
          id={`${id}-input`}
          class="field-input"
          role="combobox"
          autocomplete="off"
          spellcheck={false}
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={isOpen && active >= 0 ? `${id}-${active}` : undefined}
          placeholder={words.anybody}
          value={typed ?? person?.name ?? ""}
          onClick={open}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setActive(event.currentTarget.value === "" ? -1 : 0);
          }}
          onKeyDown={onKeyDown}
          onBlur={() => {
            setTyped(null);
            setActive(-1);
          }}
        />
        {chosen !== null && typed === null && (
          <button
            type="button"
            class="round person-clear"
            aria-label={words.anybodyAgain}
            onClick={() => {
              onChoose(null);
              input.current?.focus();
            }}
          >
            <CloseIcon />
          </button>
        )}
      </div>
      <ul ref={list} id={`${id}-list`} class="person-list" role="listbox" aria-label={words.person} hidden={!isOpen}>
        {isOpen &&
          found.map((one, index) => (
            <li
              key={one.id}
              id={`${id}-${index}`}
              role="option"
              aria-selected={one.id === chosen}
              class={`person-option${index === active ? " is-active" : ""}`}
              // the field keeps the focus, else it would close the list before the click
              onPointerDown={(event) => event.preventDefault()}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(one)}
            >
              <Face person={one} />
              <span class="person-name">{one.name}</span>
              <span class="person-count">{text.number(one.assets)}</span>
            </li>
          ))}
      </ul>
      <p class="field-note" role="status">
        {noteOf(persons, hasFailed, typed, found.length)}
      </p>
    </div>
  );
}

function noteOf(
  persons: Person[] | null,
  hasFailed: boolean,
  typed: string | null,
  found: number,
): string {
  const words = text.header;
  if (hasFailed) return words.personsFailed;
  if (persons === null) return text.loading;
  if (persons.length === 0) return words.noPersons;
  if (typed !== null && found === 0) return words.nobodyNamed(typed);
  return found === SHOWN ? words.typeForMore : "";
}
