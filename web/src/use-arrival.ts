/** Tells where one has come to: the window's title, and words for those who hear the page. */

import { useEffect, useRef } from "preact/hooks";

import type { Gallery } from "./gallery";
import { arrivalWords, windowTitle } from "./place-name";
import { keyOf, type Route } from "./route";
import { announce } from "./widgets/live";
import { titlePlace } from "./window-title";

export function useArrival(route: Route, gallery: Gallery): void {
  const title = windowTitle(route, gallery);
  useEffect(() => titlePlace(title), [title]);

  const place = `${route.page} ${keyOf(route)}`;
  /** The place told last; the first is told by the window's title. */
  const told = useRef(place);
  const words = told.current === place ? null : arrivalWords(route, gallery);
  useEffect(() => {
    if (words === null) return;
    told.current = place;
    announce(words);
  }, [place, words]);
}
