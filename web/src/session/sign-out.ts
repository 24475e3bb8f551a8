/** Signs out, and takes what this browser keeps of the gallery with it. */

import { endSession } from "../api-access";
import type { Owner } from "./owner";

const OURS = /^contact-sheet[-.:]/;

/** What a browser keeps for a page. */
export interface Keeping {
  caches: Pick<CacheStorage, "keys" | "delete"> | undefined;
  storages: readonly Storage[];
}

/** Ends the session in every tab. Rejects like `api-access`: then nothing has changed. */
export async function signOut(owner: Owner): Promise<void> {
  await endSession();
  owner.signedOut();
  await forgetAll(browserKeeping());
  // anew: nothing that was in memory is left, and nobody is led to what was looked at
  location.replace("/gallery");
}

/** Whether something is under way on this page that would ask before the page is left. */
export function isBusy(): boolean {
  return !window.dispatchEvent(new Event("beforeunload", { cancelable: true }));
}

/** Removes everything of ours: caches, places, names of files that were on their way. */
export async function forgetAll({ caches, storages }: Keeping): Promise<void> {
  for (const storage of storages) {
    const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
    for (const key of keys) if (OURS.test(key)) storage.removeItem(key);
  }
  const names = (await caches?.keys().catch(() => [])) ?? [];
  await Promise.allSettled(names.filter((name) => OURS.test(name)).map((name) => caches?.delete(name)));
}

function browserKeeping(): Keeping {
  const storages = ["localStorage", "sessionStorage"] as const;
  return {
    // none where the page was not loaded safely
    caches: "caches" in window ? window.caches : undefined,
    storages: storages.flatMap((name) => {
      try {
        return [window[name]];
      } catch {
        return []; // a browser that keeps nothing
      }
    }),
  };
}
