/** Where the focus goes when what has it takes itself away. */

/**
 * Gives the focus to what is found once the page is drawn anew; nothing happens where it is
 * somewhere by then, so that whoever has moved on is left alone.
 */
export function keepFocus(find: () => HTMLElement | null | undefined): void {
  requestAnimationFrame(() => {
    if (document.activeElement && document.activeElement !== document.body) return;
    find()?.focus({ preventScroll: true });
  });
}

/** Those that a person can see, in the page's order. */
export function visible(selector: string): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>(selector)].filter((element) =>
    element.checkVisibility(),
  );
}
