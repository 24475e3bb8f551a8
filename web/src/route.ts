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

export type Page = "timeline" | "people" | "failures";

export interface Route extends ListQuery {
  page: Page;
  /** Id of the open photo. */
  photo: string | null;
}

export const VIEWS: readonly View[] = ["all", "fav", "archive", "hidden", "locked", "bin"];
export const MAIN_GALLERY = "main";

const ROOT = "/gallery";
const PHOTO = /^\/gallery\/photo\/([^/]+)\/?$/;
const GALLERY = /^[a-z0-9-]{1,40}$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** The whole timeline of a gallery. */
export function timelineOf(gallery: string): Route {
  return {
    page: "timeline",
    photo: null,
    gallery,
    view: "all",
    type: null,
    person: null,
    from: null,
    to: null,
    search: null,
  };
}

/** The route an address stands for; whatever is unknown falls back to the whole timeline. */
export function parseRoute(pathname: string, search: string): Route {
  const parameters = new URLSearchParams(search);
  const gallery = parameters.get("gallery");
  const route = timelineOf(gallery !== null && GALLERY.test(gallery) ? gallery : MAIN_GALLERY);
  const path = pathname.replace(/\/+$/, "");
  if (path === `${ROOT}/people`) return { ...route, page: "people" };
  if (path === `${ROOT}/failures`) return { ...route, page: "failures" };
  const type = parameters.get("type");
  const photo = PHOTO.exec(pathname)?.[1];
  const beneath = photo === undefined ? null : parameters.get("over");
  const view = VIEWS.find((known) => known === parameters.get("view")) ?? "all";
  const from = dayIn(parameters.get("from"));
  const to = dayIn(parameters.get("to"));
  return {
    ...route,
    view,
    type: type === "image" || type === "video" ? type : null,
    person: view === "all" ? parameters.get("person") || null : null,
    from,
    to: from !== null && to !== null && to < from ? null : to,
    search: parameters.get("q")?.trim() || null,
    page: beneath === "people" || beneath === "failures" ? beneath : "timeline",
    photo: photo === undefined ? null : decode(photo),
  };
}

/** The address of a route, the opposite of `parseRoute`. */
export function formatRoute(route: Route): string {
  const parameters = new URLSearchParams();
  const { gallery, view, type, person, from, to, search, photo, page } = route;
  if (gallery !== MAIN_GALLERY) parameters.set("gallery", gallery);
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
  const path = photo !== null ? `${ROOT}/photo/${encodeURIComponent(photo)}`
    : page !== "timeline" ? `${ROOT}/${page}`
    : ROOT;
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
