/** Where in each list somebody was, so that Back and a reload lead there again. */

import type { Anchor } from "./month-stack";
import { keyOf, type ListQuery } from "./route";

const STORED = "contact-sheet-place";

export class Places {
  #anchors = new Map<string, Anchor | null>();
  /** Whether a place was kept from before a reload, and nothing was noted since. */
  isRecalled = false;

  note(query: ListQuery, anchor: Anchor | null): void {
    this.#anchors.set(keyOf(query), anchor);
    this.isRecalled = false;
  }

  of(query: ListQuery): Anchor | null {
    return this.#anchors.get(keyOf(query)) ?? null;
  }

  /** Keeps the place of a list for a reload of the page. */
  store(query: ListQuery): void {
    const stored = JSON.stringify([keyOf(query), this.of(query)]);
    try {
      sessionStorage.setItem(STORED, stored);
    } catch {
      // a browser that keeps nothing begins at the newest
    }
  }

  /** Takes over what was kept, when the page was reloaded. */
  recall(): void {
    try {
      const [key, anchor] = JSON.parse(sessionStorage.getItem(STORED) ?? "[]") as [
        string?,
        Anchor?,
      ];
      if (!key || !anchor) return;
      this.#anchors.set(key, anchor);
      this.isRecalled = true;
    } catch {
      // damaged, or nothing may be kept: begin at the newest
    }
  }
}
