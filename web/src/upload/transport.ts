/** Bytes on their way to the bucket: `fetch` can't say how far they are, XMLHttpRequest can. */

import type { UploadForm, UploadParts } from "../api-types";
import { TransferError } from "./errors";

/** A transfer that moves nothing for so long is taken for dead. */
const STALLED_MS = 45_000;

export type PartAddress = Pick<UploadParts["urls"][number], "url" | "headers">;

/** Sends a whole file as a form.
 *
 * Throws a TransferError, or the signal's reason.
 */
export function sendForm(
  form: UploadForm,
  file: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const body = new FormData();
  for (const [name, value] of Object.entries(form.fields)) body.append(name, value);
  body.append("file", file); // S3 reads nothing that follows it
  const report = (bytes: number): void => onProgress(Math.min(bytes, file.size));
  return send("POST", form.url, {}, body, report, signal);
}

/** Sends one part of a file. Throws as `sendForm` does. */
export function sendPart(
  address: PartAddress,
  bytes: Blob,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  // without a type of its own, or the signature would have to know it
  const body = bytes.slice(0, bytes.size, "");
  return send("PUT", address.url, address.headers, body, onProgress, signal);
}

function send(
  method: "POST" | "PUT",
  url: string,
  headers: Readonly<Record<string, string>>,
  body: XMLHttpRequestBodyInit,
  onProgress: (bytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    let stalled = 0;
    const moves = (): void => {
      clearTimeout(stalled);
      stalled = window.setTimeout(() => request.abort(), STALLED_MS);
    };
    const giveUp = (): void => request.abort();
    const settle = (error: unknown): void => {
      clearTimeout(stalled);
      signal.removeEventListener("abort", giveUp);
      if (error === null) resolve();
      else reject(error);
    };
    request.upload.addEventListener("progress", (event) => {
      moves();
      onProgress(event.loaded);
    });
    request.addEventListener("load", () => {
      const isDone = request.status >= 200 && request.status < 300;
      settle(isDone ? null : new TransferError(request.status, codeOf(request.responseText)));
    });
    request.addEventListener("error", () => settle(new TransferError(0, "")));
    request.addEventListener("abort", () =>
      settle(signal.aborted ? signal.reason : new TransferError(0, "Stalled")),
    );
    signal.addEventListener("abort", giveUp, { once: true });
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
    moves();
  });
}

/** The code in S3's answer: `<Error><Code>BadDigest</Code>…`. */
function codeOf(xml: string): string {
  return /<Code>(\w+)<\/Code>/.exec(xml)?.[1] ?? "";
}
