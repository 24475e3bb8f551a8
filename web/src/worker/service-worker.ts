/** The service worker: keeps the page for when there is no network, and makes zips.
 *
 * It touches neither the API nor photos: what the one says must be true now, and the others are
 * kept by the browser's own cache.
 */

import { ZIP_PATH, type Order, type Pong, type ZipNews } from "../download/order";
import type { WorkerScope } from "./scope";
import { Shell } from "./shell";
import { ZipOrders } from "./zip-orders";

/** Put in by the build: addresses that the page loads first, and a digest of them. */
declare const SHELL_FILES: readonly string[];
declare const SHELL_VERSION: string;

const PAGE = "/gallery";
const HASHED = "/gallery/assets/";

const worker = self as unknown as WorkerScope;
const shell = new Shell(SHELL_VERSION, PAGE, SHELL_FILES);
const orders = new ZipOrders();

worker.addEventListener("install", (event) => {
  const network = ["/api/*", "/photos/*"].map((urlPattern) => ({
    condition: { urlPattern },
    source: "network" as const,
  }));
  event.waitUntil(Promise.all([shell.keep(), event.addRoutes?.(network)]));
});

worker.addEventListener("activate", (event) => {
  const preload = worker.registration.navigationPreload?.enable();
  event.waitUntil(Promise.all([shell.clearOld(), preload, worker.clients.claim()]));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== worker.location.origin || request.method !== "GET") return;
  if (pathname.startsWith(ZIP_PATH)) {
    // its body keeps the worker alive; `waitUntil` would end it after some minutes
    event.respondWith(orders.answer(pathname));
  } else if (request.mode === "navigate") {
    const fetching = event.preloadResponse.then((loaded) => loaded ?? fetch(request));
    event.respondWith(shell.pageFor(fetching, (work) => event.waitUntil(work)));
  } else if (pathname.startsWith(HASHED)) {
    event.respondWith(shell.file(request, (work) => event.waitUntil(work)));
  }
});

worker.addEventListener("message", (event) => {
  const order = event.data as Order;
  if (order.kind === "take-over") event.waitUntil(worker.skipWaiting());
  else if (order.kind === "cancel") orders.cancel(order.token);
  const [port] = event.ports;
  if (order.kind === "ping") port?.postMessage({ known: orders.knows(order.token) } satisfies Pong);
  else if (order.kind === "zip") {
    orders.take(order, (news: ZipNews) => port?.postMessage(news));
  }
});
