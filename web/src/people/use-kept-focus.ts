/** The focus stays with a person whose card is moved or taken away, until one does something else. */

import type { Ref } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

interface KeptFocus {
  /** Of the element that holds the cards; it has the focus itself where there is no such card. */
  props: {
    ref: Ref<HTMLElement>;
    onPointerDownCapture: () => void;
    onKeyDownCapture: () => void;
  };
  /** Whose card has the focus whenever nothing has it; null for the element itself. */
  keepOn: (person: string | null) => void;
}

export function useKeptFocus(): KeptFocus {
  const element = useRef<HTMLElement>(null);
  const wanted = useRef<{ person: string | null } | null>(null);

  useLayoutEffect(() => {
    if (!wanted.current || document.activeElement !== document.body) return;
    const { person } = wanted.current;
    const cards = element.current?.querySelectorAll<HTMLElement>("[data-person]") ?? [];
    const card = [...cards].find(({ dataset }) => dataset.person === person);
    const link = card?.querySelector<HTMLElement>(".person-link");
    (link ?? element.current)?.focus({ preventScroll: true });
  });

  const forget = (): void => {
    wanted.current = null;
  };
  return {
    props: { ref: element, onPointerDownCapture: forget, onKeyDownCapture: forget },
    keepOn: (person) => {
      wanted.current = { person };
    },
  };
}
