/** Starts the service worker, and lets a new version take over when nothing is under way. */

import type { Order } from "../download/order";

const WORKER = "/gallery/sw.js";
const SCOPE = "/gallery";
const PATIENCE_MS = 2_000;

let isBusy: () => boolean = () => false;

/** Has new versions wait as long as `busy` says so: a worker that goes takes its zips along. */
export function waitWhile(busy: () => boolean): void {
  isBusy = busy;
}

/** Registers the worker of a built page, once the first photos have had their time. */
export async function registerWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  if (document.readyState !== "complete") {
    await new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
  }
  await new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  let registration: ServiceWorkerRegistration | undefined;
  try {
    registration = await navigator.serviceWorker.register(WORKER, { scope: SCOPE });
  } catch {
    return; // a private window, or a browser that was told not to: the page works without it
  }
  if (!registration) return; // where workers are switched off by a tool, nothing is said at all
  const takeOver = (): void => {
    if (isBusy()) return;
    registration.waiting?.postMessage({ kind: "take-over" } satisfies Order);
  };
  takeOver();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", takeOver);
  });
}

/** The worker at work for this page; null where there is none. */
export async function activeWorker(): Promise<ServiceWorker | null> {
  if (!("serviceWorker" in navigator)) return null;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration?.active ?? null;
}
