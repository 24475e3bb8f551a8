/** A zip that is made while it is read: of any size, with a few pieces of files in memory. */

import { makeZip } from "client-zip";

import { FileSource, type FileMeans, type Refusal } from "./file-bytes";
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

/** Small files whose answers are waited for beforehand, as the way to the bucket is long. */
const MAX_AHEAD = 3;
/** What they may have in all: an answer that waits is held in memory. */
const MAX_BYTES_AHEAD = 16 * 1024 * 1024;

/** The zip as a stream. A file that can't be had is listed in a text beside the others.
 *
 * Args:
 *   report: Called with every piece.
 *   signal: Breaks the stream off.
 */
export function zipStream(
  files: readonly ZipFile[],
  words: ZipWords,
  means: FileMeans,
  report: (progress: ZipProgress) => void,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return makeZip(entries(files, words, means, report, signal), { buffersAreUTF8: true });
}

async function* entries(
  files: readonly ZipFile[],
  words: ZipWords,
  means: FileMeans,
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
  const source = new FileSource(means, signal);
  const opening: Promise<Response | Refusal>[] = [];
  for (const file of files) {
    for (const next of ahead(files, progress.files).slice(opening.length)) {
      const opened = source.open(next);
      opened.catch(() => undefined); // told when it is awaited
      opening.push(opened);
    }
    const first = await (opening.shift() ?? source.open(file));
    signal.throwIfAborted();
    if (first instanceof Response) {
      const date = dateOf(file, first);
      const cut = (there: number): void => fail(file, cutWords(words, there, file.size));
      const input = source.bytes(file, first, arrived, cut);
      yield { name: file.name, input, ...(date && { lastModified: date }) };
    } else fail(file, words[first]);
    progress.files += 1;
    report({ ...progress });
  }
  if (missing.length > 0) {
    const lines = [words.errorsIntro, "", ...missing, ""];
    yield { name: words.errorsName, input: lines.join("\r\n"), lastModified: new Date() };
  }
}

/** The file at `index`, and those after it that may be opened together with it. */
function ahead(files: readonly ZipFile[], index: number): ZipFile[] {
  const found: ZipFile[] = [];
  let bytes = 0;
  for (const file of files.slice(index, index + MAX_AHEAD)) {
    if (found.length > 0) bytes += file.size ?? MAX_BYTES_AHEAD;
    if (bytes > MAX_BYTES_AHEAD) break;
    found.push(file);
  }
  return found;
}

function dateOf(file: ZipFile, response: Response): Date | null {
  if (file.date) return zipDate(file.date);
  const stored = response.headers.get("Last-Modified");
  return stored === null || Number.isNaN(Date.parse(stored)) ? null : new Date(stored);
}

function cutWords(words: ZipWords, there: number, size: number | null): string {
  return words.cut.replace("{there}", String(there)).replace("{all}", String(size ?? "?"));
}
