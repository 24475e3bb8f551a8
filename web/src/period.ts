/** Stretches of local days, as filters have them. No DOM. */

import { momentTitle } from "./days";
import { text } from "./text";

const DAY = /^[1-9]\d{3}-\d{2}-\d{2}$/;

/** `1 May 2024 – 3 May 2024`, `since 1 May 2024`, `until 3 May 2024`, or the one day it is. */
export function periodTitle(from: string | null, to: string | null): string {
  if (from !== null && from === to) return momentTitle(from);
  if (from !== null && to !== null) return `${momentTitle(from)} – ${momentTitle(to)}`;
  if (from !== null) return text.header.since(momentTitle(from));
  return to === null ? "" : text.header.until(momentTitle(to));
}

/**
 * The day of a date field; null when it is empty, undefined while its year is still being typed
 * (`0202-05-01` on the way to 2024).
 */
export function dayTyped(value: string): string | null | undefined {
  if (value === "") return null;
  return DAY.test(value) ? value : undefined;
}
