/** What the address says: a page, a list on it, perhaps with one photo open. No DOM. */

import type { FileType, View } from "./api-types";

/** Which list: a view of a gallery, and of it everything or what passes the filters. */
export interface ListQuery {
  gallery: string;
  view: View;
  type: FileType | null;
  /** Id of a person; with the view `all` only. */
  person: string | null;
  /** First and last local day, inclusive, `2024-05-01`. */
  from: string | null;
  to: string | null;
  search: string | null;
}

export type Page = "timeline" | "people" | "failures" | "shares";

export interface Route extends ListQuery {
  page: Page;
  /** Id of the open photo. */
  photo: string | null;
  /** What a link ends with, for a guest who came by it. */
  share: string | null;
}

export const VIEWS: readonly View[] = ["all", "fav", "archive", "hidden", "locked", "bin"];
export const MAIN_GALLERY = "main";

const ROOT = "/gallery";
/** A link, and a photo that is open on what it shows. */
const SHARE = /^\/gallery\/s\/([^/]+)(?:\/photo\/([^/]+))?\/?$/;
const PHOTO = /^\/gallery\/photo\/([^/]+)\/?$/;
const GALLERY = /^[a-z0-9-]{1,40}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The whole timeline of a gallery. */
export function timelineOf(gallery: string): Route {
  return {
    page: "timeline",
    photo: null,
    share: null,
    gallery,
    view: "all",
    type: null,
    person: null,
    from: null,
    to: null,
    search: null,
  };
}

/** The whole of what is shown at a route's place: of a gallery, or of what a link shows. */
export function homeOf({ gallery, share }: Route): Route {
  return { ...timelineOf(gallery), share };
}

/**
 * The route an address stands for; whatever is unknown falls back to the whole timeline.
 *
 * @param shared The gallery of what a link shows: the link itself does not say it.
 */
export function parseRoute(pathname: string, search: string, shared = MAIN_GALLERY): Route {
  const parameters = new URLSearchParams(search);
  const [isShare, token, sharedPhoto] = SHARE.exec(pathname) ?? [];
  if (isShare !== undefined) {
    return {
      ...timelineOf(shared),
      ...filtersIn(parameters),
      share: decode(token ?? ""),
      photo: sharedPhoto === undefined ? null : decode(sharedPhoto),
    };
  }
  const gallery = parameters.get("gallery");
  const route = timelineOf(gallery !== null && GALLERY.test(gallery) ? gallery : MAIN_GALLERY);
  const path = pathname.replace(/\/+$/, "");
  if (path === `${ROOT}/people`) return { ...route, page: "people" };
  if (path === `${ROOT}/failures`) return { ...route, page: "failures" };
  if (path === `${ROOT}/shares`) return { ...route, page: "shares" };
  const photo = PHOTO.exec(pathname)?.[1];
  const beneath = photo === undefined ? null : parameters.get("over");
  const view = VIEWS.find((known) => known === parameters.get("view")) ?? "all";
  return {
    ...route,
    ...filtersIn(parameters),
    view,
    person: view === "all" ? parameters.get("person") || null : null,
    page: beneath === "people" || beneath === "failures" ? beneath : "timeline",
    photo: photo === undefined ? null : decode(photo),
  };
}

/** What narrows a list in any place. */
function filtersIn(parameters: URLSearchParams): Pick<Route, "type" | "from" | "to" | "search"> {
  const type = parameters.get("type");
  const from = dayIn(parameters.get("from"));
  const to = dayIn(parameters.get("to"));
  return {
    type: type === "image" || type === "video" ? type : null,
    from,
    to: from !== null && to !== null && to < from ? null : to,
    search: parameters.get("q")?.trim() || null,
  };
}

/** The address of a route, the opposite of `parseRoute`. */
export function formatRoute(route: Route): string {
  const parameters = new URLSearchParams();
  const { gallery, view, type, person, from, to, search, photo, page, share } = route;
  if (gallery !== MAIN_GALLERY && share === null) parameters.set("gallery", gallery);
  if (page === "timeline") {
    if (view !== "all") parameters.set("view", view);
    if (type) parameters.set("type", type);
    if (person) parameters.set("person", person);
    if (from) parameters.set("from", from);
    if (to) parameters.set("to", to);
    if (search) parameters.set("q", search);
  }
  if (page !== "timeline" && photo !== null) parameters.set("over", page);
  const query = parameters.toString();
  const place = share === null ? ROOT : `${ROOT}/s/${encodeURIComponent(share)}`;
  const path = photo !== null ? `${place}/photo/${encodeURIComponent(photo)}`
    : page !== "timeline" ? `${ROOT}/${page}`
    : place;
  return query ? `${path}?${query}` : path;
}

/** The list of a route, without what else the address says. */
export function queryOf(route: ListQuery): ListQuery {
  const { gallery, view, type, person, from, to, search } = route;
  return { gallery, view, type, person, from, to, search };
}

/** Whether two routes show the same list. */
export function sameList(a: ListQuery, b: ListQuery): boolean {
  return keyOf(a) === keyOf(b);
}

/** A list cut to a month, `2024-05`; null for `undated`, which no dates can cut out. */
export function within(query: ListQuery, month: string): ListQuery | null {
  const [year, number] = month.split("-").map(Number);
  if (!year || !number) return null;
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  const [first, last] = [`${month}-01`, `${month}-${days}`];
  const { from, to } = query;
  return {
    ...query,
    from: from !== null && from > first ? from : first,
    to: to !== null && to < last ? to : last,
  };
}

/** Text that tells lists apart. */
export function keyOf(query: ListQuery): string {
  return JSON.stringify(Object.values(queryOf(query)));
}

function dayIn(text: string | null): string | null {
  if (text === null || !DAY.test(text)) return null;
  const moment = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(text) ? text : null;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray % in a hand-typed address
  }
}
