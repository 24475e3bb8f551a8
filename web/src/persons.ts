/** Finding persons by what is typed of their names. No DOM. */

import type { Person } from "./api-types";

/**
 * Persons one of whose names begins with every word typed; those that begin with it come first.
 *
 * Accents and case make no difference.
 *
 * @param persons In the order to keep among equals.
 * @param limit At most so many.
 */
export function personsNamed(
  persons: readonly Person[],
  typed: string,
  limit: number,
): Person[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  const found: { person: Person; place: number }[] = [];
  for (const person of persons) {
    const name = plain(person.name);
    const names = name.split(/[\s-]+/);
    if (words.every((word) => names.some((part) => part.startsWith(word)))) {
      found.push({ person, place: name.startsWith(words.join(" ")) ? 0 : 1 });
    }
  }
  return found
    .sort((a, b) => a.place - b.place)
    .slice(0, limit)
    .map(({ person }) => person);
}

/** Small letters without their accents. */
function plain(name: string): string {
  return name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
