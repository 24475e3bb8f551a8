/** The bars over the stage, and how much of it they take. */

import { useLayoutEffect, useRef } from "preact/hooks";

import type { Room } from "./zoom";

/**
 * Tells how much of the stage the bars above and below take, whenever that changes.
 *
 * @param isReady Whether there is a stage to tell.
 */
export function useBars(tell: (bars: Room) => void, isReady: boolean) {
  const bar = useRef<HTMLElement>(null);
  const foot = useRef<HTMLElement>(null);
  const latest = useRef(tell);
  latest.current = tell;
  useLayoutEffect(() => {
    const measure = (): void =>
      latest.current({
        top: bar.current?.offsetHeight ?? 0,
        bottom: foot.current?.offsetHeight ?? 0,
      });
    measure();
    const observer = new ResizeObserver(measure);
    for (const { current } of [bar, foot]) if (current) observer.observe(current);
    return () => observer.disconnect();
  }, [isReady]);
  return { bar, foot };
}
