/** What a list or a page is called: in the window's title, and to those who hear the page. No DOM. */

import type { Gallery } from "./gallery";
import { periodTitle } from "./period";
import { keyOf, type Route } from "./route";
import { text } from "./text";

type Known = Pick<Gallery, "list" | "stats" | "persons" | "personName" | "guest">;

/** What the gallery is called: to guests as whoever shared it calls it. */
export function galleryName({ guest }: Pick<Gallery, "guest">): string {
  return guest ? guest.name || text.guest.title : text.title;
}

/** What the place is called; nothing for the whole timeline, which is the gallery itself. */
export function placeName(route: Route, gallery: Known): string {
  const { views, pages, quoted, someone } = text.header;
  if (route.page !== "timeline") return pages[route.page];
  const parts = [
    route.view === "all" ? "" : views[route.view],
    route.type === null ? "" : route.type === "image" ? text.filterPhotos : text.filterVideos,
    route.person === null ? "" : (gallery.personName(route.person) ?? someone),
    periodTitle(route.from, route.to),
    route.search === null ? "" : quoted(route.search),
  ].filter((part) => part !== "");
  // what is shared is one place of a gallery that guests know nothing of
  if (parts.length === 0 && gallery.guest) return galleryName(gallery);
  return parts.join(", ");
}

/** Of the window: the place first, and how much there is, as far as it is known. */
export function windowTitle(route: Route, gallery: Known): string {
  const place = placeName(route, gallery);
  if (place === "") return text.documentTitle(place, gallery.stats?.total ?? null);
  return text.documentTitle(place, gallery.list.totalIsExact ? totalOf(route, gallery) : null);
}

/** What to say of a place once it is there, `Favourites, 27 items`; null until then. */
export function arrivalWords(route: Route, gallery: Known): string | null {
  const { list, stats, persons } = gallery;
  const place = placeName(route, gallery) || text.header.views.all;
  if (route.page === "failures" && stats) return `${place}, ${text.failures.count(stats.failed)}`;
  if (route.page === "people" && persons) return `${place}, ${text.people.count(persons.length)}`;
  if (route.page !== "timeline") return place;
  const total = totalOf(route, gallery);
  if (total === null) return null;
  const { found, foundSoFar } = text.header;
  if (route.search !== null) return `${place}, ${(list.totalIsExact ? found : foundSoFar)(total)}`;
  const counted = route.type === "image" ? text.photos : route.type === "video" ? text.videos : text.items;
  return `${place}, ${counted(total)}`;
}

/** Length of the list of the address; null while another is shown, or it is on its way. */
function totalOf(route: Route, { list }: Known): number | null {
  const isThere = route.page === "timeline" && keyOf(list.query) === keyOf(route);
  return isThere && list.status === "ready" ? list.total : null;
}
