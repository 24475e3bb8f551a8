/** Words for those who can't see what changed: one polite live region for the whole page. */

import { useEffect, useState } from "preact/hooks";

interface Said {
  /** Tells two equal announcements apart, so that the second is read too. */
  id: number;
  words: string;
}

let latest: Said = { id: 0, words: "" };
const listeners = new Set<(said: Said) => void>();

/** Lets screen readers say something once they are done with what they are saying. */
export function announce(words: string): void {
  latest = { id: latest.id + 1, words };
  for (const listener of listeners) listener(latest);
}

/** The region itself; there is one in the page, and it is never inert. */
export function Live() {
  const [said, setSaid] = useState(latest);
  useEffect(() => {
    listeners.add(setSaid);
    return () => {
      listeners.delete(setSaid);
    };
  }, []);
  return (
    <div class="visually-hidden" role="status" aria-live="polite" data-live>
      <span key={said.id}>{said.words}</span>
    </div>
  );
}
