/** How the page speaks to the server: one way to ask, one kind of error, one session renewed. */

import type { ErrorBody } from "./api-types";

/** What an error tells beyond its code. */
export interface ErrorDetails {
  /** Which field is wrong. */
  parameter?: string | undefined;
  /** For how long asking again is of no use. */
  retryAfterSeconds?: number | undefined;
}

/** An answer that is not a success, or none at all (`status` 0, `code` "network"). */
export class ApiError extends Error {
  /** @param message The server's own words; `text.reason` has ours for each code. */
  constructor(
    readonly status: number,
    readonly code: string,
    message = "",
    readonly details: ErrorDetails = {},
  ) {
    super(message);
    this.name = "ApiError";
  }
}

const ROOT = "/api";
/** A request that takes longer counts as failed; the gateway itself gives up at 29 s. */
const TIMEOUT_MS = 30_000;
/** Codes of whoever is not signed in, or not any more; a wrong password is another thing. */
const SIGNED_OUT = new Set(["sign_in_required", "http_401"]);

/** Renews a session that has run out; whether it is good again. May reject with an `ApiError`. */
export type Renewal = () => Promise<boolean>;

let renewSession: Renewal = () => Promise.resolve(false);
let renewing: Promise<boolean> | null = null;
let isGuest = false;

/** Has sessions renewed in a way; until then, none is. */
export function renewSessionBy(renewal: Renewal): void {
  renewSession = renewal;
}

/** Asks as a guest from now on, also where somebody is signed in: owners see what guests see. */
export function askAsGuest(): void {
  isGuest = true;
}

/** Renews the session once for all that wait for it. */
export function sessionIsRenewed(): Promise<boolean> {
  renewing ??= renewSession().finally(() => {
    renewing = null;
  });
  return renewing;
}

/** Whether everything waits for a session. */
export function isRenewing(): boolean {
  return renewing !== null;
}

/**
 * The answer of the API; asked a second time when only the session had run out.
 *
 * @param path Below `/api`.
 */
export async function ask<T>(
  method: string,
  path: string,
  body?: object,
  stop?: AbortSignal,
): Promise<T> {
  await renewing; // what is asked meanwhile would be refused
  try {
    return await askOnce<T>(method, path, body, stop);
  } catch (error) {
    const isExpired = error instanceof ApiError && SIGNED_OUT.has(error.code);
    if (!isExpired || !(await sessionIsRenewed())) throw error;
    return askOnce<T>(method, path, body, stop);
  }
}

/** The same for what needs no session, or makes one. */
export async function askOnce<T>(
  method: string,
  path: string,
  body?: object,
  stop?: AbortSignal,
): Promise<T> {
  const end = new AbortController(); // not every browser can join two signals
  const giveUp = (): void => end.abort();
  const timer = setTimeout(giveUp, TIMEOUT_MS);
  stop?.addEventListener("abort", giveUp);
  if (stop?.aborted) giveUp();
  const init: RequestInit & { headers: object } = {
    method,
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-Contact-Sheet-As": isGuest ? "guest" : "owner" },
    // what an owner of this browser was told for ever is not for guests
    cache: isGuest ? "no-cache" : "default",
    signal: end.signal,
  };
  if (body) {
    Object.assign(init.headers, { "Content-Type": "application/json" });
    // a DELETE carries the type but no body: some proxies refuse one
    if (method !== "DELETE") init.body = JSON.stringify(body);
  }
  let response: Response;
  let text: string;
  try {
    response = await fetch(ROOT + path, init);
    text = await response.text();
  } catch {
    throw new ApiError(0, "network");
  } finally {
    clearTimeout(timer);
    stop?.removeEventListener("abort", giveUp);
  }
  const answer = parse(text);
  if (!response.ok) throw errorOf(response, answer);
  if (answer === undefined && text !== "") {
    throw new ApiError(response.status, "unreadable");
  }
  return answer as T;
}

/** Whether a file lies at an address of `/photos/`; nothing of it is fetched. */
export async function hasFile(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, {
      method: "HEAD",
      credentials: "same-origin",
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return answer.ok;
  } catch {
    return false;
  }
}

function errorOf(response: Response, answer: unknown): ApiError {
  const error = (answer as Partial<ErrorBody> | undefined)?.error;
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  return new ApiError(
    response.status,
    error?.code ?? `http_${response.status}`,
    error?.message ?? response.statusText,
    {
      parameter: error?.parameter,
      retryAfterSeconds: Number.isFinite(seconds) ? seconds : undefined,
    },
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
