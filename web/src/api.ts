/** The only module that speaks to the server. */

import type { Asset, ErrorBody, FileType, MediaPage, Stats, View } from "./api-types";

/** An answer that is not a success, or none at all (`status` 0, `code` "network"). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** Which list: a view, and of it everything or one type only. */
export interface ListQuery {
  view: View;
  type: FileType | null;
}

const ROOT = "/api/gallery";
/** A request that takes longer counts as failed; the gateway itself gives up at 29 s. */
const TIMEOUT_MS = 30_000;

export function getMedia(
  query: ListQuery,
  limit: number,
  cursor: string | null,
): Promise<MediaPage> {
  const parameters = new URLSearchParams({ limit: String(limit) });
  if (query.view !== "all") parameters.set("view", query.view);
  if (query.type) parameters.set("content_type", query.type);
  if (cursor) parameters.set("cursor", cursor);
  return request<MediaPage>("GET", `/media?${parameters}`);
}

export function getStats(): Promise<Stats> {
  return request<Stats>("GET", "/stats");
}

export function getAsset(id: string): Promise<Asset> {
  return request<Asset>("GET", assetPath(id));
}

export function setFavorite(id: string, favorite: boolean): Promise<unknown> {
  return request(favorite ? "PUT" : "DELETE", `${assetPath(id)}/favorite`, {});
}

export function moveToBin(id: string): Promise<unknown> {
  return request("DELETE", assetPath(id), {});
}

export function restore(id: string): Promise<unknown> {
  return request("POST", `${assetPath(id)}/restore`, {});
}

/** Address of a rendition that a browser can show, made when it is missing. */
export function largePreviewUrl(id: string): string {
  return `${ROOT}/thumbnail/${encodeURIComponent(id)}?size=large`;
}

function assetPath(id: string): string {
  return `/assets/${encodeURIComponent(id)}`;
}

async function request<T>(method: string, path: string, body?: object): Promise<T> {
  const init: RequestInit = {
    method,
    credentials: "same-origin",
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  if (body) {
    init.headers = { Accept: "application/json", "Content-Type": "application/json" };
    // a DELETE carries the type but no body: some proxies refuse one
    if (method !== "DELETE") init.body = JSON.stringify(body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(ROOT + path, init);
    text = await response.text();
  } catch {
    throw new ApiError(0, "network", "no answer");
  }
  const answer = parse(text);
  if (!response.ok) {
    const error = (answer as Partial<ErrorBody> | undefined)?.error;
    throw new ApiError(
      response.status,
      error?.code ?? `http_${response.status}`,
      error?.message ?? response.statusText,
    );
  }
  if (answer === undefined && text !== "") {
    throw new ApiError(response.status, "unreadable", "the answer is not JSON");
  }
  return answer as T;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
