/** Names of the persons of the gallery shown, for whatever tells whom a photo shows. No DOM. */

import type { Person } from "./api-types";

/** Names by the persons' ids. */
export type Names = ReadonlyMap<string, string>;

let names: Names = new Map();
const listeners = new Set<(names: Names) => void>();

/** The names known by now; another map whenever one of them changes. */
export function knownNames(): Names {
  return names;
}

/** Takes over who there is; those without a name and those who are hidden are told nowhere. */
export function knowPersons(persons: readonly Person[]): void {
  const told = persons.filter((person) => !person.is_hidden && person.name !== "");
  const isKnown = told.every((person) => names.get(person.id) === person.name);
  if (isKnown && told.length === names.size) return;
  names = new Map(told.map((person) => [person.id, person.name]));
  for (const listener of listeners) listener(names);
}

/** Calls `listener` with the names after every change; returns how to stop. */
export function listenToNames(listener: (names: Names) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The names of some persons, in the order of the alphabet; those who have none are left out. */
export function namesOf(persons: readonly string[], names: Names): string[] {
  return persons
    .flatMap((person) => names.get(person) ?? [])
    .sort((one, other) => one.localeCompare(other));
}
