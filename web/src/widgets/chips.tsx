/** The filters that a list goes by, each with a way to take it away. */

import type { ComponentChildren } from "preact";

import type { Gallery } from "../gallery";
import type { Route } from "../route";
import { periodTitle } from "../period";
import { text } from "../text";
import { CloseIcon } from "./icons";
import { Face } from "./face";
import { keepFocus, visible } from "./keep-focus";

interface Props {
  route: Route;
  gallery: Gallery;
  go: (route: Partial<Route>) => void;
}

export function Chips({ route, gallery, go }: Props) {
  const { search, from, to, person } = route;
  const known = gallery.persons?.find(({ id }) => id === person);
  const words = text.header;
  const remove = (filter: Partial<Route>): void => {
    const at = visible(".chip-remove").findIndex((button) => button === document.activeElement);
    go(filter);
    // to the next one, and after the last to where filters are made
    keepFocus(() => {
      const left = visible(".chip-remove");
      return left[at] ?? left.at(-1) ?? visible(".header-buttons > button")[0];
    });
  };
  // the person comes last: its name is not known at once, and nothing moves when it is
  return (
    <ul class="chips" aria-label={words.activeFilters}>
      {search !== null && (
        <Chip class="chip-search" name={words.quoted(search)} onRemove={() => remove({ search: null })} />
      )}
      {(from !== null || to !== null) && (
        <Chip name={periodTitle(from, to)} onRemove={() => remove({ from: null, to: null })} />
      )}
      {person !== null && (
        <Chip
          name={known?.name ?? (gallery.persons ? words.someone : "…")}
          onRemove={() => remove({ person: null })}
        >
          <Face person={known ?? null} />
        </Chip>
      )}
    </ul>
  );
}

interface ChipProps {
  name: string;
  class?: string;
  onRemove: () => void;
  children?: ComponentChildren;
}

function Chip({ name, onRemove, children, ...rest }: ChipProps) {
  return (
    <li class={`chip ${rest.class ?? ""}`}>
      {children}
      <span class="chip-name">{name}</span>
      <button
        type="button"
        class="chip-remove"
        aria-label={text.header.removeFilter(name)}
        onClick={onRemove}
      >
        <CloseIcon />
      </button>
    </li>
  );
}
