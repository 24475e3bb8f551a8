/** A zip that is made while it is read: of any size, with a few pieces of files in memory. */

import { makeZip } from "client-zip";

import { piecesOf } from "./pieces";
import { zipDate, type ZipFile } from "./zip-names";

/** Words of the list of files that are missing; they come from the page. */
export interface ZipWords {
  errorsName: string;
  errorsIntro: string;
  missing: string;
  unreachable: string;
  /** Of a file that broke off; `{there}` and `{all}` are bytes. */
  cut: string;
}

export interface ZipProgress {
  /** Files that are in, or given up. */
  files: number;
  bytes: number;
  failed: number;
}

export interface ZipMeans {
  fetch(url: string, init: RequestInit): Promise<Response>;
  wait(milliseconds: number): Promise<void>;
}

/** Files whose answers are waited for beforehand: the way to the bucket is long, the files small. */
const AHEAD = 3;
const MAX_TRIES = 4;
const PAUSE_MS = 1_000;

/** The zip as a stream. A file that can't be had is listed in a text beside the others.
 *
 * Args:
 *   report: Called with every piece.
 *   signal: Breaks the stream off.
 */
export function zipStream(
  files: readonly ZipFile[],
  words: ZipWords,
  means: ZipMeans,
  report: (progress: ZipProgress) => void,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return makeZip(entries(files, words, means, report, signal), { buffersAreUTF8: true });
}

/** A file whose answer has come. */
interface Opened {
  response: Response;
}

async function* entries(
  files: readonly ZipFile[],
  words: ZipWords,
  means: ZipMeans,
  report: (progress: ZipProgress) => void,
  signal: AbortSignal,
) {
  const progress: ZipProgress = { files: 0, bytes: 0, failed: 0 };
  const missing: string[] = [];
  const fail = (file: ZipFile, reason: string): void => {
    missing.push(`${file.name}: ${reason}`);
    progress.failed += 1;
  };
  const arrived = (bytes: number): void => {
    progress.bytes += bytes;
    report({ ...progress });
  };
  const opening: Promise<Opened | string>[] = [];
  const openNext = (): void => {
    const next = files[progress.files + opening.length];
    if (next) opening.push(open(next, words, means, signal));
  };
  for (const file of files) {
    while (opening.length < AHEAD && progress.files + opening.length < files.length) openNext();
    const opened = await opening.shift();
    signal.throwIfAborted();
    if (opened === undefined || typeof opened === "string") fail(file, opened ?? words.unreachable);
    else {
      const date = dateOf(file, opened.response);
      const cut = (there: number): void => fail(file, cutWords(words, there, file.size));
      const input = bytesOf(file, opened.response, means, arrived, cut, signal);
      yield { name: file.name, input, ...(date && { lastModified: date }) };
    }
    progress.files += 1;
    report({ ...progress });
  }
  if (missing.length > 0) {
    const lines = [words.errorsIntro, "", ...missing, ""];
    yield { name: words.errorsName, input: lines.join("\r\n"), lastModified: new Date() };
  }
}

/** The answer for a file, or why there is none. */
async function open(
  file: ZipFile,
  words: ZipWords,
  means: ZipMeans,
  signal: AbortSignal,
): Promise<Opened | string> {
  for (let tries = 1; ; tries += 1) {
    try {
      const response = await means.fetch(file.url, request({}, signal));
      if (response.ok) return { response };
      await response.body?.cancel();
      if (response.status < 500 && response.status !== 429) return words.missing;
    } catch {
      // no answer: perhaps the next one
    }
    if (signal.aborted || tries >= MAX_TRIES) return words.unreachable;
    await means.wait(PAUSE_MS * 2 ** (tries - 1));
  }
}

/** The bytes of a file; where an answer breaks off, another one goes on from there. */
async function* bytesOf(
  file: ZipFile,
  first: Response,
  means: ZipMeans,
  arrived: (bytes: number) => void,
  cut: (there: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const version = first.headers.get("ETag");
  let response: Response | null = first;
  let there = 0;
  for (let tries = 1; ; ) {
    const reader = response?.body ? piecesOf(response.body) : null;
    try {
      for (;;) {
        const piece = await reader?.read();
        if (!piece) return;
        const { byteLength } = piece;
        there += byteLength;
        tries = 1;
        arrived(byteLength);
        yield piece;
      }
    } catch {
      signal.throwIfAborted();
    } finally {
      // what was not read to its end must not stay in memory
      void reader?.cancel().catch(() => undefined);
    }
    do {
      if (tries >= MAX_TRIES || version === null) return cut(there);
      await means.wait(PAUSE_MS * 2 ** (tries - 1));
      signal.throwIfAborted();
      tries += 1;
      response = await goOn(file, there, version, means, signal);
    } while (response === null);
  }
}

/** The rest of a file, if it is still the same one; null when it does not come. */
async function goOn(
  file: ZipFile,
  there: number,
  version: string,
  means: ZipMeans,
  signal: AbortSignal,
): Promise<Response | null> {
  try {
    const headers = { Range: `bytes=${there}-`, "If-Match": version };
    const response = await means.fetch(file.url, request(headers, signal));
    if (response.status === 206) return response;
    await response.body?.cancel();
    return null;
  } catch {
    return null;
  }
}

/** Gigabytes that are used once must not push everything else out of the browser's cache. */
function request(headers: Record<string, string>, signal: AbortSignal): RequestInit {
  return { headers, signal, cache: "no-store", credentials: "same-origin" };
}

function dateOf(file: ZipFile, response: Response): Date | null {
  if (file.date) return zipDate(file.date);
  const stored = response.headers.get("Last-Modified");
  return stored === null || Number.isNaN(Date.parse(stored)) ? null : new Date(stored);
}

function cutWords(words: ZipWords, there: number, size: number | null): string {
  return words.cut.replace("{there}", String(there)).replace("{all}", String(size ?? "?"));
}
