/** What the page asks of a gallery: its lists, its photos, its persons, its uploads. */

import type {
  Asset,
  Bucket,
  BulkResult,
  FailurePage,
  MediaPage,
  Merged,
  Month,
  Person,
  PersonFace,
  PersonFaces,
  RetryResult,
  RetryResults,
  Stats,
  Visibility,
} from "./api-types";
import { ask } from "./request";
import { MAIN_GALLERY, type ListQuery } from "./route";
import type { FileFacts, Ticket } from "./upload/ticket";

export { ApiError, hasFile, renewSessionBy } from "./request";

const ROOT = "/gallery";

// ---- lists

/** Months of a list, newest first, undated last; by day with their days. */
export function getMonths(query: ListQuery, byDay: boolean, signal?: AbortSignal): Promise<Month[]> {
  const parameters = filterOf(query);
  if (byDay) parameters.set("by", "day");
  return request<Month[]>("GET", `/date-range?${parameters}`, undefined, signal);
}

/** A whole month of a list, under an address that never changes its answer. */
export function getBucket(query: ListQuery, month: string, revision: number): Promise<Bucket> {
  const { gallery, view, person } = query;
  const parameters = filterOf({ ...query, gallery, view, person, type: null, from: null, to: null });
  parameters.set("revision", String(revision));
  return request<Bucket>("GET", `/buckets/${month}?${parameters}`);
}

/** So many items of a list from an offset; a search goes on by cursor. */
export function getMedia(
  query: ListQuery,
  limit: number,
  from: { offset: number } | { cursor: string | null },
): Promise<MediaPage> {
  const parameters = filterOf(query);
  parameters.set("limit", String(limit));
  if (query.search) parameters.set("search", query.search);
  if ("offset" in from) parameters.set("offset", String(from.offset));
  else if (from.cursor !== null) parameters.set("cursor", from.cursor);
  return request<MediaPage>("GET", `/media?${parameters}`);
}

/** The next photos of a list in the order that a seed decides; the first without a cursor. */
export function getShuffled(
  query: ListQuery,
  seed: number,
  cursor: string | null,
): Promise<MediaPage> {
  const parameters = filterOf(query);
  parameters.set("limit", "100");
  parameters.set("shuffle", "true");
  parameters.set("shuffle_seed", String(seed));
  if (query.search) parameters.set("search", query.search);
  if (cursor !== null) parameters.set("cursor", cursor);
  return request<MediaPage>("GET", `/media?${parameters}`);
}

export function getStats(gallery: string): Promise<Stats> {
  return request<Stats>("GET", `/stats?${filterOf({ gallery })}`);
}

/** Query parameters of a list, its search left out. */
function filterOf(query: Partial<ListQuery>): URLSearchParams {
  const parameters = new URLSearchParams();
  const { gallery, view, person, type, from, to } = query;
  if (gallery && gallery !== MAIN_GALLERY) parameters.set("gallery", gallery);
  if (view && view !== "all") parameters.set("view", view);
  if (person) parameters.set("person_id", person);
  if (type) parameters.set("content_type", type);
  if (from) parameters.set("date_from", from);
  if (to) parameters.set("date_to", to);
  return parameters;
}

// ---- one asset, and changes

export function getAsset(id: string): Promise<Asset> {
  return request<Asset>("GET", assetPath(id));
}

/** Address of a rendition that a browser can show, made when it is missing. */
export function largePreviewUrl(id: string): string {
  return `/api${ROOT}/thumbnail/${encodeURIComponent(id)}?size=large`;
}

function assetPath(id: string): string {
  return `/assets/${encodeURIComponent(id)}`;
}

/** At most so many ids a call. */
export const MAX_BULK = 500;
export const MAX_PURGE = 100;

export type BulkAction = "favorite" | "unfavorite" | "delete" | "restore" | "purge" | "set_visibility";

/** Does one thing with many assets; each succeeds or fails by itself. */
export async function changeMany(
  action: BulkAction,
  ids: readonly string[],
  visibility?: Visibility,
): Promise<BulkResult[]> {
  const body = { action, ids, ...(visibility && { visibility }) };
  return (await request<{ results: BulkResult[] }>("POST", "/bulk", body)).results;
}

// ---- persons, failures and corrections

/** The named persons, favourites first, hidden ones among them. */
export function getAllPersons(gallery: string): Promise<Person[]> {
  const parameters = filterOf({ gallery });
  parameters.set("hidden", "true");
  return request<Person[]>("GET", `/persons?${parameters}`);
}

/** Faces of a person, newest first. */
export async function getFaces(
  person: string,
  gallery: string,
  limit: number,
): Promise<PersonFace[]> {
  const parameters = filterOf({ gallery });
  parameters.set("limit", String(limit));
  return (await request<PersonFaces>("GET", `${personPath(person)}/faces?${parameters}`)).items;
}

export function changePerson(
  person: string,
  gallery: string,
  change: Partial<Pick<Person, "name" | "is_favorite" | "is_hidden">>,
): Promise<Person> {
  return request<Person>("PUT", personPath(person), { gallery, ...change });
}

/** Gives some of a person's faces to another; again while any remain. */
export function mergePerson(person: string, gallery: string, into: string): Promise<Merged> {
  return request<Merged>("POST", `${personPath(person)}/merge`, { gallery, into });
}

function personPath(id: string): string {
  return `/persons/${encodeURIComponent(id)}`;
}

/** Photos of the timeline that could not be drawn, newest first. */
export function getFailures(gallery: string, cursor: string | null): Promise<FailurePage> {
  const parameters = filterOf({ gallery });
  parameters.set("limit", "100");
  if (cursor !== null) parameters.set("cursor", cursor);
  return request<FailurePage>("GET", `/failures?${parameters}`);
}

export const MAX_RETRIED = 100;

/** Asks for another try at each; at most `MAX_RETRIED` a call. */
export async function retryFailures(ids: readonly string[]): Promise<RetryResult[]> {
  return (await request<RetryResults>("POST", "/failures/retry", { ids })).results;
}

/** What a person knows better than the file; the file stays as it is. */
export interface Details {
  media_date?: string | null;
  utc_offset_minutes?: number | null;
  title?: string | null;
  description?: string | null;
  /** No person's word any more: files and imports may say otherwise again. */
  uncorrect?: Part[];
}

/** What a person may correct. */
export type Part = Asset["corrected"][number];

export function setDetails(id: string, details: Details): Promise<Asset> {
  return request<Asset>("PUT", `${assetPath(id)}/details`, details);
}

export type Correction =
  /** With the same `shift_id` again, nothing is moved twice. */
  | { action: "shift_date"; seconds: number; shift_id: string }
  /** Each keeps its own offset from UTC. */
  | { action: "set_date"; media_date: string | null }
  /** The same with a date for each, in the order of the ids. */
  | { action: "set_dates"; media_dates: readonly (string | null)[] }
  | { action: "set_description"; description: string | null }
  /** No person's word any more; the values stay as they are. */
  | { action: "uncorrect"; uncorrect: Part[] };

/** Corrects many, at most `MAX_BULK` a call; each succeeds or fails by itself. */
export async function correctMany(
  ids: readonly string[],
  correction: Correction,
): Promise<BulkResult[]> {
  return (await request<{ results: BulkResult[] }>("POST", "/bulk", { ...correction, ids })).results;
}

// ---- uploads

/** Says whether a file is there already, or how to send it; asked again: what of it is missing. */
export function startUpload(facts: FileFacts, stop: AbortSignal): Promise<Ticket> {
  return request<Ticket>("POST", "/uploads", facts, stop);
}

/** Puts the parts of a file together, once all of them are there. */
export function completeUpload(
  id: string,
  uploadId: string,
  facts: FileFacts,
  stop: AbortSignal,
): Promise<unknown> {
  const { gallery, filename, size_bytes } = facts;
  const body = { gallery, filename, size_bytes, upload_id: uploadId };
  return request("POST", `/uploads/${encodeURIComponent(id)}/complete`, body, stop);
}

function request<T>(
  method: string,
  path: string,
  body?: object,
  stop?: AbortSignal,
): Promise<T> {
  return ask<T>(method, ROOT + path, body, stop);
}
