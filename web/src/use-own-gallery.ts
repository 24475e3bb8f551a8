/** Whether the gallery of the address belongs to whoever is signed in; leads to one that does. */

import { useEffect, useState } from "preact/hooks";

import type { Session } from "./api-types";
import type { Gallery } from "./gallery";
import { ApiError } from "./request";
import { MAIN_GALLERY, type Route } from "./route";
import type { Owner } from "./session/owner";
import { useChanges } from "./use-changes";

/** How long a list is shown before it is asked who is signed in; an empty one may be nobody's. */
const ASK_MS = 1_500;

export type Ownership =
  /** Nobody has said so yet. */
  | { state: "unknown" }
  | { state: "own" }
  /** It is another's, or there is none; `own` is one of theirs. */
  | { state: "other"; own: string }
  /** They have no gallery at all. */
  | { state: "none" };

/** What is to be thought of a gallery. */
export function ownershipOf(session: Session, gallery: string): Ownership {
  const [first] = session.galleries;
  if (!first) return { state: "none" };
  if (session.galleries.some(({ id }) => id === gallery)) return { state: "own" };
  return { state: "other", own: first.id };
}

export function useOwnGallery(
  owner: Owner | null,
  gallery: Gallery,
  route: Route,
  go: (route: Partial<Route>, inPlace?: boolean) => void,
): Ownership {
  const [isUnanswered, setUnanswered] = useState(false);
  useChanges(owner);

  const { list } = gallery;
  const isSettled = list.status !== "loading";
  const isEmpty = list.total === 0;
  const session = owner?.session ?? null;
  useEffect(() => {
    if (!owner || session || !isSettled) return undefined;
    const ask = async (): Promise<void> => {
      try {
        await owner.load();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        setUnanswered(true);
      }
    };
    const timer = setTimeout(() => void ask(), isEmpty ? 0 : ASK_MS);
    return () => clearTimeout(timer);
  }, [owner, session, isSettled, isEmpty]);

  const ownership = session ? ownershipOf(session, route.gallery) : null;
  // an address that names no gallery means theirs, whatever it is called
  const own = ownership?.state === "other" && route.gallery === MAIN_GALLERY ? ownership.own : null;
  useEffect(() => {
    if (own !== null) go({ gallery: own, photo: route.photo }, true);
  }, [own]);

  // a guest's is what the link shows; without an answer the list itself says what it knows
  if (!owner || (isUnanswered && !session)) return { state: "own" };
  return ownership && own === null ? ownership : { state: "unknown" };
}
