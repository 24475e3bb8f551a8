/** The bytes of one file over HTTP: in windows, and past an answer that breaks off. */

import { piecesOf } from "./pieces";
import type { ZipFile } from "./zip-names";

/** What reading needs from the world around it. */
export interface FileMeans {
  fetch(url: string, init: RequestInit): Promise<Response>;
  wait(milliseconds: number): Promise<void>;
}

/** Larger files are asked for in windows: Chrome reads up to 100 MB of an answer ahead of us. */
export const WINDOW_BYTES = 32 * 1024 * 1024;
const MAX_TRIES = 4;
const PAUSE_MS = 1_000;

/** The first answer for a file, or why there is none. */
export async function openFile(
  file: ZipFile,
  means: FileMeans,
  signal: AbortSignal,
): Promise<Response | "missing" | "unreachable"> {
  const isLarge = file.size !== null && file.size > WINDOW_BYTES;
  const headers = isLarge ? { Range: `bytes=0-${WINDOW_BYTES - 1}` } : {};
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await means.fetch(file.url, request(headers, signal));
      if (response.ok) return response;
      await response.body?.cancel();
      if (response.status < 500 && response.status !== 429) return "missing";
    } catch {
      // no answer: perhaps the next one
    }
    if (signal.aborted || tries >= MAX_TRIES) return "unreachable";
    await means.wait(pauseAfter(tries));
  }
}

/** The bytes of a file whose first answer is there, window after window.
 *
 * Args:
 *   arrived: Called with the length of every piece.
 *   cut: Called with what is there, when the rest can't be had.
 */
export async function* bytesOf(
  file: ZipFile,
  first: Response,
  means: FileMeans,
  arrived: (bytes: number) => void,
  cut: (there: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const version = first.headers.get("ETag");
  const total = totalOf(file, first);
  let there = 0;
  let tries = 1;
  let response: Response | null = first;
  const ask = (from: number): Promise<Response | null> =>
    version === null ? Promise.resolve(null) : rest(file, from, total, version, means, signal);
  for (;;) {
    const end: number | null = total === null ? null : Math.min(there + WINDOW_BYTES, total);
    const reader = response?.body ? piecesOf(response.body) : null;
    let isWhole = false;
    try {
      for (let piece = await reader?.read(); piece; piece = await reader?.read()) {
        const { byteLength } = piece;
        there += byteLength;
        tries = 1;
        arrived(byteLength);
        yield piece;
      }
      isWhole = end === null || there === end;
    } catch {
      signal.throwIfAborted();
    } finally {
      // what is not read to its end must not stay in memory
      void reader?.cancel().catch(() => undefined);
    }
    if (isWhole && end === total) return;
    response = isWhole ? await ask(there) : null;
    while (response === null) {
      if (tries >= MAX_TRIES || version === null) return cut(there);
      await means.wait(pauseAfter(tries));
      signal.throwIfAborted();
      tries += 1;
      response = await ask(there);
    }
  }
}

/** The next window of a file, or all that follows where its length is not known.
 *
 * Null when it does not come, or is of another version.
 */
async function rest(
  file: ZipFile,
  from: number,
  total: number | null,
  version: string,
  means: FileMeans,
  signal: AbortSignal,
): Promise<Response | null> {
  const last = total === null ? "" : Math.min(from + WINDOW_BYTES, total) - 1;
  try {
    const headers = { Range: `bytes=${from}-${last}`, "If-Match": version };
    const response = await means.fetch(file.url, request(headers, signal));
    if (response.status === 206) return response;
    await response.body?.cancel();
    return null;
  } catch {
    return null;
  }
}

/** Bytes of the whole file that an answer is a part of; null when it is the whole itself. */
function totalOf(file: ZipFile, answer: Response): number | null {
  if (answer.status !== 206) return null;
  const said = /\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "")?.[1];
  return said === undefined ? file.size : Number(said);
}

/** Gigabytes that are used once must not push everything else out of the browser's cache. */
function request(headers: Record<string, string>, signal: AbortSignal): RequestInit {
  return { headers, signal, cache: "no-store", credentials: "same-origin" };
}

function pauseAfter(tries: number): number {
  return PAUSE_MS * 2 ** (tries - 1);
}
