/** What narrows a list: who is on the photos, and when they were taken. Loaded when it is opened. */

import { useEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import type { Person } from "../api-types";
import type { Gallery } from "../gallery";
import { dayTyped } from "../period";
import type { Route } from "../route";
import { text } from "../text";
import { PersonChoice } from "./person-choice";

interface Props {
  route: Route;
  gallery: Gallery;
  go: (route: Partial<Route>) => void;
  close: () => void;
}

export function Filters({ route, gallery, go, close }: Props) {
  const words = text.header;
  const persons = usePersons(gallery);
  const { from, to, person, view } = route;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // a keyboard that slides in on a phone would cover what was opened
    const isTouch = matchMedia("(hover: none)").matches;
    const first = element.current?.querySelector<HTMLElement>("input");
    (isTouch ? element.current : first)?.focus();
  }, []);
  const isFiltered = from !== null || to !== null || person !== null;
  return (
    <div ref={element} class="filters" tabIndex={-1}>
      {view === "all" && !gallery.guest && (
        <PersonChoice
          persons={persons.known}
          hasFailed={persons.hasFailed}
          chosen={person}
          onChoose={(id) => go({ person: id })}
        />
      )}
      <fieldset class="filter-dates">
        <legend class="field-label">{words.dates}</legend>
        <DayField label={words.from} value={from} max={to} onDay={(day) => go({ from: day })} />
        <DayField label={words.to} value={to} min={from} onDay={(day) => go({ to: day })} />
      </fieldset>
      <div class="filters-foot">
        <button
          type="button"
          class="button quiet"
          disabled={!isFiltered}
          onClick={() => go({ person: null, from: null, to: null })}
        >
          {words.clearFilters}
        </button>
        <button type="button" class="button" onClick={close}>
          {words.done}
        </button>
      </div>
    </div>
  );
}

interface DayProps {
  label: string;
  value: string | null;
  min?: string | null;
  max?: string | null;
  onDay: (day: string | null) => void;
}

/** A native date field; the day counts once it is whole, and lies within its limits. */
function DayField({ label, value, min = null, max = null, onDay }: DayProps) {
  const [isWrong, setWrong] = useState(false);
  return (
    <label class="field">
      <span class="field-sublabel">{label}</span>
      <input
        type="date"
        class="field-input"
        value={value ?? ""}
        min={min ?? undefined}
        max={max ?? undefined}
        aria-invalid={isWrong}
        onInput={(event) => {
          const day = dayTyped(event.currentTarget.value);
          if (day === undefined) return;
          const { validity } = event.currentTarget;
          const isOutside = validity.rangeUnderflow || validity.rangeOverflow;
          setWrong(isOutside);
          // an empty field may be one half filled in: that is not the wish for no limit
          if (!isOutside && !(day === null && validity.badInput)) onDay(day);
        }}
      />
    </label>
  );
}

/** The gallery's persons, asked for when somebody first wants to choose one. */
function usePersons(gallery: Gallery): { known: Person[] | null; hasFailed: boolean } {
  const [hasFailed, setFailed] = useState(false);
  const isAsked = useRef(false);
  useEffect(() => {
    if (gallery.persons || gallery.guest || isAsked.current) return;
    isAsked.current = true;
    gallery.loadPersons().catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      setFailed(true);
    });
  }, [gallery]);
  return { known: gallery.persons, hasFailed };
}
