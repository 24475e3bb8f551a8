/** Starts the service worker, and lets a new version take over when nothing is under way. */

import type { Order } from "../download/order";
import { whenFree } from "./hold";

const WORKER = "/gallery/sw.js";
const SCOPE = "/gallery";
const PATIENCE_MS = 2_000;
/** A new version that takes longer to start work is not waited for. */
const START_MS = 5_000;

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
    const { waiting } = registration;
    if (waiting) void whenFree(() => started(waiting)).catch(() => undefined); // at the next visit
  };
  takeOver();
  registration.addEventListener("updatefound", () => {
    registration.installing?.addEventListener("statechange", takeOver);
  });
}

/** The worker at work for this page; null where there is none. */
export async function activeWorker(): Promise<ServiceWorker | null> {
  if (!("serviceWorker" in navigator)) return null;
  try {
    return (await navigator.serviceWorker.getRegistration(SCOPE))?.active ?? null;
  } catch {
    return null; // refused where nothing may be stored
  }
}

/** Lets a worker take over from the one before, whose zips would end with it. */
function started(worker: ServiceWorker): Promise<void> {
  return new Promise((resolve) => {
    if (worker.state !== "installed") return resolve(); // it began by itself
    setTimeout(resolve, START_MS);
    worker.addEventListener("statechange", () => {
      if (worker.state === "activated") resolve();
    });
    worker.postMessage({ kind: "take-over" } satisfies Order);
  });
}
