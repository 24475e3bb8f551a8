/** Zips that the page has ordered: made by the worker, taken by the browser as a download. */

import { ZIP_PATH, type Order, type ZipNews } from "../download/order";
import { browserMeans } from "../download/browser-means";
import { giveBack } from "../download/pieces";
import { zipStream, type ZipProgress } from "../download/zip-stream";

type Tell = (news: ZipNews) => void;
type ZipOrder = Extract<Order, { kind: "zip" }>;

const TELL_EVERY_MS = 200;

export class ZipOrders {
  #orders = new Map<string, { order: ZipOrder; tell: Tell }>();
  #stops = new Map<string, AbortController>();

  take(order: ZipOrder, tell: Tell): void {
    this.#orders.set(order.token, { order, tell });
    tell({ state: "ready" });
  }

  /** Whether a zip is still to be taken, or on its way. */
  knows(token: string): boolean {
    return this.#orders.has(token) || this.#stops.has(token);
  }

  cancel(token: string): void {
    this.#orders.get(token)?.tell({ state: "cancelled" });
    this.#orders.delete(token);
    this.#stops.get(token)?.abort();
  }

  /** The zip of an address; an answer of its own where there is none. */
  answer(address: string): Response {
    const token = address.slice(ZIP_PATH.length);
    const found = this.#orders.get(token);
    this.#orders.delete(token);
    if (!found) return new Response("no such download", { status: 404 });
    const { order, tell } = found;
    const stop = new AbortController();
    this.#stops.set(token, stop);
    const news = throttled(tell);
    const finish = (last: ZipNews): void => {
      this.#stops.delete(token);
      tell(last);
    };
    const zip = zipStream(order.files, order.words, browserMeans, news.note, stop.signal);
    const headers = {
      "Content-Type": "application/zip",
      "Content-Disposition": `attachment; filename*=UTF-8''${encodeURIComponent(order.name)}`,
      "Cache-Control": "no-store",
    };
    const body = watched(zip, stop, () => news.last, finish);
    return new Response(body, { headers });
  }
}

/** The same stream, which says how it ended: read to its end, given up by the browser or by us. */
function watched(
  stream: ReadableStream<Uint8Array>,
  stop: AbortController,
  progress: () => ZipProgress,
  finish: (news: ZipNews) => void,
): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  let given: Uint8Array | null = null;
  return new ReadableStream(
    {
      async pull(controller) {
        // the browser asks for the next piece when it is done with the one before
        if (given) giveBack(given);
        given = null;
        try {
          const { done, value } = await reader.read();
          if (!done) {
            given = value;
            return controller.enqueue(value);
          }
          controller.close();
          finish({ state: "done", ...progress() });
        } catch (error) {
          controller.error(error);
          const reason = error instanceof Error ? error.message : String(error);
          finish(stop.signal.aborted ? { state: "cancelled" } : { state: "failed", reason });
        }
      },
      cancel() {
        stop.abort();
        void reader.cancel().catch(() => undefined);
        finish({ state: "cancelled" });
      },
    },
    { highWaterMark: 0 }, // nothing is made before somebody wants it
  );
}

/** Tells of progress a few times a second. */
function throttled(tell: Tell): { note: (progress: ZipProgress) => void; last: ZipProgress } {
  let toldAt = 0;
  const throttle = {
    last: { files: 0, bytes: 0, failed: 0 },
    note: (progress: ZipProgress): void => {
      throttle.last = progress;
      const now = Date.now();
      if (now - toldAt < TELL_EVERY_MS) return;
      toldAt = now;
      tell({ state: "running", ...progress });
    },
  };
  return throttle;
}
