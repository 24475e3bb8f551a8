/**
 * A person's face in a circle, or the first letter of the name where there is no picture;
 * an empty circle while nobody knows who it is.
 */

import type { Person } from "../api-types";

export function Face({ person }: { person: Person | null }) {
  return (
    <span class="face" aria-hidden="true">
      {person?.thumbnail_url ? (
        <img src={person.thumbnail_url} alt="" loading="lazy" decoding="async" />
      ) : (
        [...(person?.name ?? "")][0]?.toUpperCase()
      )}
    </span>
  );
}
