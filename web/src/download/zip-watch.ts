/** A zip that the worker makes, watched from the page: it ends, whatever becomes of the worker. */

import type { Order, Pong, ZipNews } from "./order";

type Worker = Pick<ServiceWorker, "postMessage">;

export type Progress = Exclude<ZipNews, { state: "ready" }>;

/** Browsers stop a worker that hears nothing for half a minute. */
export const PING_MS = 10_000;
/** A worker that is alive answers sooner, even on a busy machine. */
export const ANSWER_MS = 5_000;
/** What the worker has to say of an end comes before. */
export const LAST_WORDS_MS = 1_000;

/** Tells of a zip until it is over.
 *
 * Args:
 *   port: Where the worker tells of it; closed at the end.
 *   tell: Called with all that is heard; once with how it ended, and never again.
 *
 * Returns:
 *   What stops the zip.
 */
export function watchZip(
  worker: Worker,
  token: string,
  port: MessagePort,
  tell: (progress: Progress) => void,
): () => void {
  let isOver = false;
  const hear = (progress: Progress): void => {
    if (isOver) return;
    isOver = progress.state !== "running";
    if (isOver) {
      clearInterval(pinging);
      port.close();
    }
    tell(progress);
  };
  const hearSoon = (progress: Progress): void => {
    setTimeout(() => hear(progress), LAST_WORDS_MS);
  };
  const pinging = setInterval(() => {
    void isKnown(worker, token).then((known) => {
      if (!known) hearSoon({ state: "failed", reason: "the worker has ended" });
    });
  }, PING_MS);
  port.onmessage = ({ data }: MessageEvent<ZipNews>) => {
    if (data.state !== "ready") hear(data);
  };
  return () => {
    hearSoon({ state: "cancelled" });
    worker.postMessage({ kind: "cancel", token } satisfies Order);
  };
}

/** Whether the worker has the zip; one that says nothing is asked twice, as machines sleep. */
async function isKnown(worker: Worker, token: string): Promise<boolean> {
  return (await pong(worker, token)) ?? (await pong(worker, token)) ?? false;
}

async function pong(worker: Worker, token: string): Promise<boolean | null> {
  const { port1: port, port2 } = new MessageChannel();
  const answer = new Promise<boolean | null>((resolve) => {
    port.onmessage = ({ data }: MessageEvent<Pong>) => resolve(data.known);
    setTimeout(() => resolve(null), ANSWER_MS);
  });
  worker.postMessage({ kind: "ping", token } satisfies Order, [port2]);
  const known = await answer;
  port.close();
  return known;
}
