/** The persons of a gallery: find, name, favour, hide and merge them. */

import { useEffect, useMemo, useState } from "preact/hooks";

import * as api from "../api";
import { ApiError } from "../api";
import type { Person } from "../api-types";
import type { Deeds } from "../deeds";
import type { Gallery } from "../gallery";
import { formatRoute, timelineOf, type Route } from "../route";
import { text } from "../text";
import { ChosenBar } from "../widgets/chosen-bar";
import { MergeIcon } from "../widgets/icons";
import { Message } from "../widgets/message";
import { Card } from "./card";
import { Faces } from "./faces";
import { MergeDialog, type MergeEnd } from "./merge-dialog";
import { personsShown } from "./order";
import { useKeptFocus } from "./use-kept-focus";

const words = text.people;

interface Props {
  /** Whose persons; its id. */
  galleryId: string;
  gallery: Gallery;
  deeds: Pick<Deeds, "tell" | "announce">;
  go: (route: Partial<Route>) => void;
}

type Change = Partial<Pick<Person, "name" | "is_favorite" | "is_hidden">>;

export function PeoplePage({ galleryId, gallery, deeds, go }: Props) {
  const [persons, setPersons] = useState<Person[] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [search, setSearch] = useState("");
  const [withHidden, setWithHidden] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isMerging, setMerging] = useState(false);
  const focus = useKeptFocus();
  const faces = useMemo(() => new Faces(galleryId), [galleryId]);

  const load = async (): Promise<void> => {
    setError(null);
    try {
      setPersons(await api.getAllPersons(galleryId));
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(caught);
    }
  };
  useEffect(() => {
    setPersons(null);
    setChosen(new Set());
    void load();
  }, [galleryId]);

  /** Shown at once, taken back when the server refuses. */
  const change = async (person: Person, change: Change, done: string): Promise<void> => {
    const put = (changed: Person): void =>
      setPersons((now) => now?.map((one) => (one.id === person.id ? changed : one)) ?? null);
    put({ ...person, ...change });
    try {
      put(await api.changePerson(person.id, galleryId, change));
      deeds.announce(done);
      void gallery.loadPersons().catch(() => undefined); // filters ask again when they need it
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      put(person);
      deeds.tell(`${words.changeFailed(person.name)}. ${text.reason(caught.code, caught.message)}`);
    }
  };

  const choose = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
    deeds.announce(words.chosen(next.size));
  };

  const merged = (into: Person, end: MergeEnd): void => {
    faces.forget(into.id);
    void load();
    void gallery.loadPersons().catch(() => undefined);
    focus.keepOn(into.id);
    if (end === "done") setChosen(new Set());
    if (end !== "failed") deeds.tell((end === "done" ? words.merged : words.mergeStopped)(into.name));
  };

  if (error) {
    return (
      <Message
        title={words.failed}
        hint={text.reason(error.code, error.message)}
        action={text.retry}
        onAction={() => void load()}
      />
    );
  }
  if (!persons) return <Message title={words.loading} isBusy />;
  if (persons.length === 0) return <Message title={words.emptyTitle} hint={words.emptyHint} />;

  const shown = personsShown(persons, search, withHidden);
  const hidden = persons.filter((person) => person.is_hidden).length;
  const merging = persons.filter((person) => chosen.has(person.id));
  const hide = (person: Person): void => {
    const at = shown.indexOf(person);
    const next = shown[at + 1] ?? shown[at - 1];
    focus.keepOn(person.is_hidden || withHidden ? person.id : (next?.id ?? null));
    const done = person.is_hidden ? words.unhid : words.hid;
    void change(person, { is_hidden: !person.is_hidden }, done(person.name));
  };
  const favor = (person: Person): void => {
    focus.keepOn(person.id);
    const done = person.is_favorite ? words.unmadeFavorite : words.madeFavorite;
    void change(person, { is_favorite: !person.is_favorite }, done(person.name));
  };
  return (
    <section
      {...focus.props}
      class="people"
      tabIndex={-1}
      aria-label={words.title}
      onKeyDown={(event) => {
        if (event.key === "Escape" && chosen.size > 0) setChosen(new Set());
      }}
    >
      {merging.length > 0 && (
        <ChosenBar
          words={words.chosen(merging.length)}
          clearWords={words.clear}
          onClear={() => setChosen(new Set())}
        >
          {merging.length < 2 && <span class="selection-hint">{words.mergeHint}</span>}
          <button
            type="button"
            class="button"
            disabled={merging.length < 2}
            onClick={() => setMerging(true)}
          >
            <MergeIcon />
            {words.merge}
          </button>
        </ChosenBar>
      )}
      <div class="page-tools">
        <input
          type="search"
          class="field-input people-search"
          aria-label={words.search}
          placeholder={words.search}
          value={search}
          autoComplete="off"
          onInput={(event) => setSearch(event.currentTarget.value)}
        />
        {hidden > 0 && (
          <button
            type="button"
            class="button quiet"
            aria-pressed={withHidden}
            onClick={() => setWithHidden(!withHidden)}
          >
            {withHidden ? words.hideHidden : words.showHidden(hidden)}
          </button>
        )}
        <span class="page-tools-space" />
        <p class="page-tools-hint">{words.count(shown.length)}</p>
      </div>
      {shown.length === 0 ? (
        <Message title={search.trim() ? words.noneFound(search.trim()) : words.allHidden} />
      ) : (
        <ul class="people-grid">
          {shown.map((person) => (
            <Card
              key={person.id}
              person={person}
              faces={faces}
              href={formatRoute({ ...timelineOf(galleryId), person: person.id })}
              isChosen={chosen.has(person.id)}
              isChoosing={chosen.size > 0}
              onOpen={() => go({ ...timelineOf(galleryId), person: person.id })}
              onChoose={() => choose(person.id)}
              onRename={(name) => {
                focus.keepOn(person.id);
                void change(person, { name }, words.renamed(name));
              }}
              onFavorite={() => favor(person)}
              onHide={() => hide(person)}
            />
          ))}
        </ul>
      )}
      {isMerging && (
        <MergeDialog
          persons={merging}
          gallery={galleryId}
          faces={faces}
          onMerged={merged}
          onClose={() => setMerging(false)}
        />
      )}
    </section>
  );
}
