/** Draws anew whenever something changes. */

import { useEffect, useState } from "preact/hooks";

interface Source {
  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void;
}

/** How often something has changed; nothing at all does not. */
export function useChanges(source: Source | null): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!source) return undefined;
    const draw = (): void => setCount((n) => n + 1);
    draw(); // what changed since the first drawing, before anybody listened
    return source.subscribe(draw);
  }, [source]);
  return count;
}
