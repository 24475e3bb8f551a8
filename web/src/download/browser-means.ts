/** Network and clock as a page and its worker have them. */

import type { FileMeans } from "./file-bytes";

export const browserMeans: FileMeans = {
  fetch: (url, init) => fetch(url, init),
  now: () => performance.now(),
  isOffline: () => !navigator.onLine,
  wait: (milliseconds, signal) =>
    new Promise<void>((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        removeEventListener("online", over);
        signal.removeEventListener("abort", over);
        resolve();
      };
      const timer = setTimeout(over, milliseconds);
      addEventListener("online", over);
      signal.addEventListener("abort", over);
    }),
};
