/** Offsets from UTC that a clock on the wall can have. No DOM. */

/** Those with quarters and halves of an hour: https://www.iana.org/time-zones */
const UNEVEN = [-570, -210, -150, 210, 270, 330, 345, 390, 525, 570, 630, 765];

/** `+02:00`, `-03:30`. */
export function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${minutes < 0 ? "-" : "+"}${pad(Math.floor(size / 60))}:${pad(size % 60)}`;
}

/**
 * Offsets to choose from, in minutes, westernmost first.
 *
 * @param current Is among them, however unusual; null for none.
 */
export function offsetsToChoose(current: number | null): number[] {
  const whole = Array.from({ length: 27 }, (_, index) => (index - 12) * 60);
  const all = new Set([...whole, ...UNEVEN, ...(current === null ? [] : [current])]);
  return [...all].sort((a, b) => a - b);
}
