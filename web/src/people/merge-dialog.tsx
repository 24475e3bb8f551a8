/** Makes several persons one: asks which name stays, then gives all faces to that one. */

import { useState } from "preact/hooks";

import * as api from "../api";
import { ApiError } from "../api";
import type { Person } from "../api-types";
import { text } from "../text";
import { useIsGone } from "../use-is-gone";
import { Dialog } from "../widgets/dialog";
import type { Faces } from "./faces";
import { Portrait } from "./portrait";

const words = text.people;

/** How a merge ended: all given over, not all for a reason that the dialog tells, or left. */
export type MergeEnd = "done" | "failed" | "stopped";

interface Props {
  persons: readonly Person[];
  gallery: string;
  faces: Faces;
  /** Some or all faces have been given over. */
  onMerged: (into: Person, end: MergeEnd) => void;
  onClose: () => void;
}

export function MergeDialog({ persons, gallery, faces, onMerged, onClose }: Props) {
  const largest = [...persons].sort((a, b) => b.assets - a.assets)[0];
  const [into, setInto] = useState(largest?.id ?? "");
  const [left, setLeft] = useState<number | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const isGone = useIsGone(); // what is on its way ends then, nothing more is asked for

  const merge = async (): Promise<void> => {
    const kept = persons.find((person) => person.id === into);
    if (!kept) return;
    setRunning(true);
    setError(null);
    let person = kept;
    try {
      for (const other of persons) {
        if (other.id === into) continue;
        let remaining = 1;
        while (remaining > 0) {
          if (isGone.current) {
            onMerged(person, "stopped");
            return;
          }
          ({ person, remaining } = await api.mergePerson(other.id, gallery, into));
          setLeft(remaining);
        }
      }
      onMerged(person, "done");
      if (!isGone.current) onClose();
    } catch (caught) {
      if (!(caught instanceof ApiError)) throw caught;
      setError(`${words.mergeFailed} ${text.reason(caught.code, caught.message)}`);
      setRunning(false);
      onMerged(person, isGone.current ? "stopped" : "failed");
    }
  };

  return (
    <Dialog
      title={words.mergeTitle(persons.length)}
      stays
      onClose={onClose}
      foot={
        <>
          <button type="button" class="button quiet" onClick={onClose}>
            {text.cancel}
          </button>
          <button type="button" class="button" disabled={isRunning} onClick={() => void merge()}>
            {words.merge}
          </button>
        </>
      }
    >
      <fieldset class="merge-names" disabled={isRunning}>
        <legend>{words.mergeAsk}</legend>
        {persons.map((person) => (
          <label key={person.id} class="merge-name">
            <input
              type="radio"
              name="into"
              value={person.id}
              checked={person.id === into}
              data-focus={person.id === into ? "" : undefined}
              onChange={() => setInto(person.id)}
            />
            <Portrait person={person} faces={faces} side={44} />
            <span class="merge-words">
              <span class="person-title">{person.name}</span>
              <span class="person-photos">{words.photosOf(person.assets)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <p>{words.mergeWarning}</p>
      <p class="merge-state" role="status">
        {isRunning && (left === null ? words.mergeStarts : words.merging(left))}
      </p>
      {error && (
        <p class="field-error" role="alert">
          {error}
        </p>
      )}
    </Dialog>
  );
}
