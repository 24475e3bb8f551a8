/** Zips of files that a test answers for, with a clock that only waiting moves. */

import type { FileMeans } from "../src/download/file-bytes";
import type { ZipFile } from "../src/download/zip-names";
import { zipStream, type ZipProgress } from "../src/download/zip-stream";

export const words = {
  errorsName: "errors.txt",
  errorsIntro: "These are missing:",
  missing: "not there",
  unreachable: "no answer",
  cut: "only {there} of {all} bytes",
};

export type Answer = (init: RequestInit, tries: number) => Response;

export function aFile(name: string): ZipFile {
  return { name, url: `/photos/${name}`, size: 6, date: "2024-05-17T09:00:00" };
}

export interface TestMeans extends FileMeans {
  asked: string[];
  waits: number[];
  /** Milliseconds since the beginning. */
  clock: number;
}

/** Answers by address; waiting takes no time but on its own clock. */
export function meansOf(answers: Record<string, Answer>, isOffline = () => false): TestMeans {
  const means: TestMeans = {
    asked: [],
    waits: [],
    clock: 0,
    isOffline,
    now: () => means.clock,
    fetch: async (url, init) => {
      const range = new Headers(init.headers).get("Range");
      means.asked.push(range ? `${url} ${range}` : url);
      const answer = answers[url.replace("/photos/", "")];
      return answer?.(init, means.asked.filter((other) => other.startsWith(url)).length) ?? gone();
    },
    wait: async (milliseconds) => {
      means.waits.push(milliseconds);
      means.clock += milliseconds;
    },
  };
  return means;
}

export const gone = (): Response => new Response("", { status: 404 });
export const whole = (body: string): Answer => () => new Response(body, { headers: { ETag: '"v1"' } });

/** An answer that breaks off after some bytes. */
export function broken(body: string): Response {
  let isSent = false;
  const stream = new ReadableStream({
    pull(controller) {
      if (isSent) controller.error(new TypeError("network"));
      else controller.enqueue(new TextEncoder().encode(body));
      isSent = true;
    },
  });
  return new Response(stream, { headers: { ETag: '"v1"' } });
}

/** What is in a zip that holds its files as they are: by its central directory. */
export async function unzipped(
  files: ZipFile[],
  means: FileMeans,
  progress: ZipProgress[] = [],
): Promise<Record<string, string>> {
  const signal = new AbortController().signal;
  const stream = zipStream(files, words, means, (news) => progress.push(news), signal);
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const text = new TextDecoder();
  const found: Record<string, string> = {};
  for (let at = 0; at < bytes.length - 46; at += 1) {
    if (view.getUint32(at, true) !== 0x02014b50) continue; // central directory: APPNOTE 4.3.12
    const size = view.getUint32(at + 24, true);
    const nameLength = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const name = text.decode(bytes.subarray(at + 46, at + 46 + nameLength));
    const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    found[name] = text.decode(bytes.subarray(start, start + size));
  }
  return found;
}
