/** One person of the page: the face, the name, and what can be done. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Person } from "../api-types";
import { text } from "../text";
import { Actions } from "../widgets/actions";
import {
  CheckIcon,
  EyeIcon,
  EyeOffIcon,
  FullHeartIcon,
  HeartIcon,
  MergeIcon,
  PencilIcon,
} from "../widgets/icons";
import type { Faces } from "./faces";
import { Portrait } from "./portrait";

/** The longest name, characters. */
const MAX_NAME = 500;
const FACE_SIDE = 128;

const words = text.people;

interface Props {
  person: Person;
  faces: Faces;
  href: string;
  isChosen: boolean;
  /** Whether anybody is chosen: then a click chooses too. */
  isChoosing: boolean;
  onOpen: () => void;
  onChoose: () => void;
  onRename: (name: string) => void;
  onFavorite: () => void;
  onHide: () => void;
}

export function Card(props: Props) {
  const { person, isChosen, isChoosing } = props;
  const [isRenaming, setRenaming] = useState(false);
  const link = useRef<HTMLAnchorElement>(null);

  const stopRenaming = (name: string | null): void => {
    setRenaming(false);
    link.current?.focus({ preventScroll: true });
    if (name !== null && name !== person.name) props.onRename(name);
  };

  return (
    <li
      class={`person${isChosen ? " chosen" : ""}${person.is_hidden ? " aside" : ""}`}
      data-person={person.id}
    >
      <a
        ref={link}
        class="person-link"
        href={props.href}
        aria-label={words.open(person.name, person.assets)}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
          event.preventDefault();
          if (isChoosing) props.onChoose();
          else props.onOpen();
        }}
      >
        <Portrait person={person} faces={props.faces} side={FACE_SIDE} />
        {person.is_favorite && (
          <span class="person-favorite" role="img" aria-label={text.favoriteMark}>
            <FullHeartIcon />
          </span>
        )}
      </a>
      {isRenaming ? (
        <Rename name={person.name} onDone={stopRenaming} />
      ) : (
        <p class="person-words">
          <span class="person-title">{person.name}</span>
          <span class="person-photos">
            {words.photosOf(person.assets)}
            {person.is_hidden && ` · ${words.hidden}`}
          </span>
        </p>
      )}
      <button
        type="button"
        class="person-check"
        role="checkbox"
        aria-checked={isChosen}
        aria-label={words.choose(person.name)}
        onClick={props.onChoose}
      >
        <CheckIcon />
      </button>
      <div class="person-more">
        <Actions
          label={words.actions(person.name)}
          actions={[
            { label: words.rename, icon: PencilIcon, onSelect: () => setRenaming(true) },
            {
              label: person.is_favorite ? words.unfavorite : words.favorite,
              icon: person.is_favorite ? FullHeartIcon : HeartIcon,
              onSelect: props.onFavorite,
            },
            {
              label: person.is_hidden ? words.unhide : words.hide,
              icon: person.is_hidden ? EyeIcon : EyeOffIcon,
              onSelect: props.onHide,
            },
            { label: words.mergeWith, icon: MergeIcon, onSelect: props.onChoose },
          ]}
        />
      </div>
    </li>
  );
}

/** The name as a field: Enter and leaving it save, Escape leaves the name as it was. */
function Rename({ name, onDone }: { name: string; onDone: (name: string | null) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const isDone = useRef(false);
  const [isMissing, setMissing] = useState(false);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);

  const finish = (isSaved: boolean): void => {
    if (isDone.current) return;
    const wanted = field.current?.value.trim() ?? "";
    if (isSaved && wanted === "") {
      setMissing(true);
      return;
    }
    isDone.current = true; // taking the field away blurs it
    onDone(isSaved ? wanted : null);
  };

  return (
    <form
      class="person-rename"
      onSubmit={(event) => {
        event.preventDefault();
        finish(true);
      }}
    >
      <input
        ref={field}
        class="field-input"
        aria-label={words.name}
        aria-invalid={isMissing}
        maxLength={MAX_NAME}
        defaultValue={name}
        autoComplete="off"
        onInput={() => setMissing(false)}
        onBlur={() => finish(field.current?.value.trim() !== "")}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === "Escape") finish(false);
        }}
      />
      {isMissing && (
        <p class="field-error" role="alert">
          {words.nameNeeded}
        </p>
      )}
    </form>
  );
}
