/** The address as state: each list and each page has one, and an open photo, too. */

import { useCallback, useEffect, useMemo, useState } from "preact/hooks";

import { formatRoute, parseRoute, type Route } from "./route";

export interface Navigation {
  route: Route;
  /** Whether the address was reached by Back or Forward. */
  isReturn: boolean;
  /** Goes to another address; one Back returns, unless it takes the place of the last. */
  go(change: Partial<Route>, inPlace?: boolean): void;
  /** Changes the address in place. */
  replace(change: Partial<Route>): void;
  /** Opens a photo over the list, or in place of the one that is open. */
  openPhoto(id: string): void;
  /** Closes it again, by one Back where it was opened here. */
  closePhoto(): void;
}

interface Place {
  route: Route;
  isReturn: boolean;
}

/** @param shared The gallery of what a link shows; undefined where nobody came by one. */
export function useRoute(shared: string | undefined): Navigation {
  const current = useMemo(() => () => parseRoute(location.pathname, location.search, shared), [shared]);
  const [place, setPlace] = useState<Place>(() => ({ route: current(), isReturn: false }));
  const { route } = place;

  useEffect(() => {
    const onPopState = (): void => setPlace({ route: current(), isReturn: true });
    window.addEventListener("popstate", onPopState);
    return () => window.removeEventListener("popstate", onPopState);
  }, [current]);

  const go = useCallback((change: Partial<Route>, inPlace = false): void => {
    const next = { ...current(), photo: null, ...change };
    if (formatRoute(next) === formatRoute(current())) return;
    if (inPlace) history.replaceState(null, "", formatRoute(next));
    else history.pushState(null, "", formatRoute(next));
    setPlace({ route: next, isReturn: false });
  }, [current]);

  const replace = useCallback((change: Partial<Route>): void => {
    const next = { ...current(), ...change };
    history.replaceState(history.state, "", formatRoute(next));
    setPlace({ route: next, isReturn: false });
  }, [current]);

  const openPhoto = useCallback((id: string): void => {
    if (current().photo !== null) return replace({ photo: id });
    const next = { ...current(), photo: id };
    history.pushState({ isOpened: true }, "", formatRoute(next));
    setPlace({ route: next, isReturn: false });
  }, [current, replace]);

  const closePhoto = useCallback((): void => {
    // an entry of our own is taken off the history, so that one Back is all it ever takes
    if ((history.state as { isOpened?: boolean } | null)?.isOpened) history.back();
    else replace({ photo: null });
  }, [replace]);

  return { route, isReturn: place.isReturn, go, replace, openPhoto, closePhoto };
}
