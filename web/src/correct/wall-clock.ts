/** Wall clocks as text, moved without any browser time zone. No DOM. */

const WALL_CLOCK = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;

/** Milliseconds as if the wall clock were UTC; null for what is no moment of the years 1 to 9999. */
export function readWallClock(text: string): number | null {
  const match = WALL_CLOCK.exec(text);
  if (!match) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  if (hour > 23 || minute > 59 || second > 59 || year < 1) return null;
  // not Date.UTC: that takes the years 1 to 99 for 1901 to 1999
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second, Number((match[7] ?? "").padEnd(3, "0")));
  return date.getTime();
}

/** The wall clock of such milliseconds, `2024-05-01T12:03:00.000`. */
export function writeWallClock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, -1);
}

/**
 * A wall clock so many seconds later, `2024-05-01T12:03:00.000`.
 *
 * @param seconds Negative for earlier.
 * @returns Null when that leaves the years 1 to 9999.
 */
export function shiftWallClock(wallClock: string, seconds: number): string | null {
  const before = readWallClock(wallClock);
  if (before === null) return null;
  const after = before + seconds * 1000;
  const low = readWallClock("0001-01-01T00:00:00") ?? 0;
  const high = readWallClock("9999-12-31T23:59:59.999") ?? 0;
  return after < low || after > high ? null : writeWallClock(after);
}

export interface Span {
  isEarlier: boolean;
  days: number;
  hours: number;
  minutes: number;
  seconds: number;
}

/** A span in seconds, negative when it leads to earlier moments. */
export function secondsOf({ isEarlier, days, hours, minutes, seconds }: Span): number {
  const size = ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
  return isEarlier && size !== 0 ? -size : size;
}

/** What the fields of a form say of a wall clock, or null for none. */
export function fieldsOf(wallClock: string | null): { date: string; time: string } {
  if (wallClock === null) return { date: "", time: "" };
  return { date: wallClock.slice(0, 10), time: wallClock.slice(11, 19) };
}

/** The wall clock of two fields; midnight without a time, null for what is no day. */
export function wallClockOf(date: string, time: string): string | null {
  const moment = readWallClock(`${date}T${time || "00:00"}`);
  return moment === null ? null : writeWallClock(moment);
}
