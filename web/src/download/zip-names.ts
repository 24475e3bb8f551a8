/** Names and times of files inside a zip, such that every system can unpack it. */

import type { Item } from "../api-types";

/** One file to put into a zip. */
export interface ZipFile {
  name: string;
  url: string;
  /** Bytes; null when nobody knows. */
  size: number | null;
  /** Wall clock, `2024-05-01T12:03:00`; null for that of the stored file. */
  date: string | null;
}

/** What Windows refuses in a name, and what would be a folder or invisible elsewhere. */
const REFUSED = /[\\/:*?"<>|\u0000-\u001f\u007f]/g;
/** A zip's clock begins and ends here. */
const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** The files of a zip: each name once in any case or spelling, `a.jpg` and then `a (2).jpg`. */
export function zipFiles(items: readonly Item[], reserved: readonly string[] = []): ZipFile[] {
  const taken = new Set(reserved.map(spelling));
  const counts = new Map<string, number>();
  return items.map(({ name, url, file_size, media_date }) => {
    const safe = safeName(name);
    const key = spelling(safe);
    let unique = safe;
    while (taken.has(spelling(unique))) {
      const count = (counts.get(key) ?? 1) + 1;
      counts.set(key, count);
      unique = numbered(safe, count);
    }
    taken.add(spelling(unique));
    return { name: unique, url, size: file_size, date: media_date };
  });
}

/** What is the same for two names that are one on some system. */
function spelling(name: string): string {
  return name.normalize("NFC").toLowerCase();
}

/** A name that is one on every system. */
export function safeName(name: string): string {
  const cleaned = name.replace(REFUSED, "_").replace(/[. ]+$/, "").trim();
  return cleaned || "photo";
}

/** The moment whose local wall clock is `date`, as far as a zip can say it. */
export function zipDate(date: string): Date {
  const [, year = "", month = "", day = "", rest = ""] =
    /^(\d{4})-(\d\d)-(\d\d)T(.*)$/.exec(date) ?? [];
  const [hour = 0, minute = 0, second = 0] = rest.split(":").map((part) => Math.trunc(Number(part)));
  if (Number(year) < FIRST_YEAR) return new Date(FIRST_YEAR, 0, 1);
  if (Number(year) > LAST_YEAR) return new Date(LAST_YEAR, 11, 31, 23, 59, 58);
  return new Date(Number(year), Number(month) - 1, Number(day), hour, minute, second);
}

function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0
    ? `${name.slice(0, dot)} (${count})${name.slice(dot)}`
    : `${name} (${count})`;
}
