/** Whether a component has been taken away, for work that goes on after it. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

export function useIsGone(): Readonly<RefObject<boolean>> {
  const isGone = useRef(false);
  useEffect(
    () => () => {
      isGone.current = true;
    },
    [],
  );
  return isGone;
}
