/** Local days of a timeline. Wall clocks are text here, so no browser time zone can move them. */

import { text } from "./text";

const DATE = /^(\d{4})-(\d{2})-(\d{2})/;
const TIME = /T(\d{2}:\d{2})/;

/** The local day of a wall clock, `2024-05-01`, or null. */
export function dayOf(mediaDate: string | null): string | null {
  const match = mediaDate === null ? null : DATE.exec(mediaDate);
  return match ? match[0] : null;
}

/** The browser's own day, `2024-05-01`: what "Today" means to the one who looks. */
export function localToday(now: Date): string {
  const month = String(now.getMonth() + 1).padStart(2, "0");
  return `${now.getFullYear()}-${month}-${String(now.getDate()).padStart(2, "0")}`;
}

/**
 * Heading of a day: Today, Yesterday, `Wednesday, 1 May`, or `Wednesday, 1 May 2019` when it is
 * not this year.
 *
 * @param date `2019-05-01`, or null for undated.
 * @param today `2024-05-01`.
 * @param short Abbreviates weekday and month, for narrow screens.
 */
export function dayTitle(date: string | null, today: string, short = false): string {
  if (date === null) return text.undated;
  if (date === today) return text.today;
  if (date === dayBefore(today)) return text.yesterday;
  const [year, month, day] = parts(date);
  const weekday = text.weekdays[new Date(utc(date)).getUTCDay()] ?? "";
  const monthName = text.months[month - 1] ?? "";
  const shown = short
    ? `${weekday.slice(0, 3)}, ${day} ${monthName.slice(0, 3)}`
    : `${weekday}, ${day} ${monthName}`;
  return today.startsWith(date.slice(0, 4)) ? shown : `${shown} ${year}`;
}

/** A moment in words, `1 May 2024, 12:03`; the text for undated ones when there is none. */
export function momentTitle(mediaDate: string | null): string {
  const date = dayOf(mediaDate);
  if (mediaDate === null || date === null) return text.undated;
  const [year, month, day] = parts(date);
  const time = TIME.exec(mediaDate)?.[1];
  const shown = `${day} ${text.months[month - 1] ?? ""} ${year}`;
  return time ? `${shown}, ${time}` : shown;
}

function dayBefore(date: string): string {
  return new Date(utc(date) - 86_400_000).toISOString().slice(0, 10);
}

function utc(date: string): number {
  const [year, month, day] = parts(date);
  return Date.UTC(year, month - 1, day);
}

function parts(date: string): [number, number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10))];
}
