/** Which persons are shown, and in which order. No DOM. */

import type { Person } from "../api-types";

/**
 * Persons whose name has all the words, favourites first, then by how many photos show them.
 *
 * @param search Words in any order; accents and case don't matter.
 */
export function personsShown(
  persons: readonly Person[],
  search: string,
  withHidden: boolean,
): Person[] {
  const words = plain(search).split(/\s+/).filter(Boolean);
  return persons
    .filter((person) => withHidden || !person.is_hidden)
    .filter((person) => {
      const name = plain(person.name);
      return words.every((word) => name.includes(word));
    })
    .sort(
      (a, b) =>
        Number(b.is_favorite) - Number(a.is_favorite) ||
        b.assets - a.assets ||
        a.name.localeCompare(b.name) ||
        (a.id < b.id ? -1 : 1),
    );
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
