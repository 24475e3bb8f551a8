/** What the address says: a list, perhaps with one photo open. No DOM. */

import type { ListQuery } from "./api";

export interface Route extends ListQuery {
  /** Id of the open photo. */
  photo: string | null;
}

const ROOT = "/gallery";
const PHOTO = /^\/gallery\/photo\/([^/]+)\/?$/;

/** The route an address stands for; whatever is unknown falls back to the whole timeline. */
export function parseRoute(pathname: string, search: string): Route {
  const parameters = new URLSearchParams(search);
  const type = parameters.get("type");
  const photo = PHOTO.exec(pathname)?.[1];
  return {
    view: parameters.get("view") === "bin" ? "bin" : "all",
    type: type === "image" || type === "video" ? type : null,
    photo: photo === undefined ? null : decode(photo),
  };
}

/** The address of a route, the opposite of `parseRoute`. */
export function formatRoute(route: Route): string {
  const parameters = new URLSearchParams();
  if (route.view !== "all") parameters.set("view", route.view);
  if (route.type) parameters.set("type", route.type);
  const search = parameters.toString();
  const path = route.photo === null ? ROOT : `${ROOT}/photo/${encodeURIComponent(route.photo)}`;
  return search ? `${path}?${search}` : path;
}

/** Whether two routes show the same list. */
export function sameList(a: ListQuery, b: ListQuery): boolean {
  return a.view === b.view && a.type === b.type;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment; // a stray % in a hand-typed address
  }
}
