/** Leafing in the list's order or shuffled, the same for a tab until its viewer is closed. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { getShuffled } from "../api";
import type { Item } from "../api-types";
import { keyOf, type ListQuery } from "../route";
import { listSequence, shuffledSequence, type ListedPhotos, type Sequence } from "./sequence";

const KEY = "contact-sheet.shuffle";
/** Seeds that the server takes: whole numbers up to 2**53 - 1. */
const SEEDS = 2 ** 32;

interface Begun {
  seed: number;
  /** Comes before all others. */
  first: Item | null;
}

export interface Order {
  sequence: Sequence;
  isShuffled: boolean;
  /** Shuffles, or goes back to the list's order; the photo given stays the one shown. */
  setShuffled(isShuffled: boolean, first: Item | null): void;
}

/**
 * The order of a list, or a shuffle of it.
 *
 * A shuffle is kept for the tab, so that a reload goes on with the same one.
 *
 * @param isShuffled Whether it begins shuffled.
 * @param first The photo shown, with which such a shuffle begins.
 */
export function useOrder(
  list: ListedPhotos & { readonly query: ListQuery },
  isShuffled: boolean,
  first: Item | null,
): Order {
  const [begun, setBegun] = useState<Begun | null>(() =>
    isShuffled ? { seed: newSeed(), first } : kept(list.query),
  );

  useEffect(() => {
    keep(list.query, begun);
    return () => keep(list.query, null);
  }, [list, begun]);

  const sequence = useMemo(
    () =>
      begun
        ? shuffledSequence(list.query, begun.seed, getShuffled, begun.first)
        : listSequence(list),
    [list, begun],
  );
  return {
    sequence,
    isShuffled: begun !== null,
    setShuffled: (shuffled, first) => setBegun(shuffled ? { seed: newSeed(), first } : null),
  };
}

function newSeed(): number {
  return Math.floor(Math.random() * SEEDS);
}

/** The shuffle that this tab was in when it was reloaded. */
function kept(query: ListQuery): Begun | null {
  try {
    const { list, begun } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}") as {
      list?: string;
      begun?: Begun;
    };
    return list === keyOf(query) ? (begun ?? null) : null;
  } catch {
    return null; // no storage, or something else in it
  }
}

function keep(query: ListQuery, begun: Begun | null): void {
  try {
    if (begun) sessionStorage.setItem(KEY, JSON.stringify({ list: keyOf(query), begun }));
    else sessionStorage.removeItem(KEY);
  } catch {
    // a browser that keeps nothing shuffles anew after a reload
  }
}
