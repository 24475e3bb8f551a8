/** A link in words. No DOM. */

import type { Share } from "../api-types";
import { formatRoute, timelineOf } from "../route";
import { text } from "../text";

const words = text.sharing;

/** The address that is given to people. */
export function linkOf({ id, gallery }: Pick<Share, "id" | "gallery">, origin: string): string {
  return origin + formatRoute({ ...timelineOf(gallery), share: id });
}

/** What its owner calls it, or what it shows. */
export function titleOf(share: Share): string {
  return share.name || subjectOf(share);
}

/**
 * What is to be known of it, in short.
 *
 * @param zone IANA name of the zone whose days are meant; the browser's own without.
 */
export function factsOf(share: Share, zone?: string): string[] {
  const day = (moment: string): string => dayOf(moment, zone);
  return [
    share.name === "" ? "" : subjectOf(share),
    words.since(day(share.created_at)),
    endOf(share, day),
    openedOf(share, day),
    share.has_password ? words.withPassword : "",
    share.may_download ? words.withDownload : "",
  ].filter((fact) => fact !== "");
}

function subjectOf({ kind, count }: Share): string {
  return kind === "gallery" ? words.wholeGallery : words.selection(count ?? 0);
}

function endOf({ is_open, revoked_at, expires_at }: Share, day: (moment: string) => string): string {
  if (revoked_at !== null) return words.revoked(day(revoked_at));
  if (expires_at === null) return words.forEver;
  return (is_open ? words.until : words.expired)(day(expires_at));
}

function openedOf({ views, seen_at }: Share, day: (moment: string) => string): string {
  const opened = words.opened(views);
  return views > 0 && seen_at !== null ? `${opened}, ${words.lastOpened(day(seen_at))}` : opened;
}

function dayOf(moment: string, timeZone: string | undefined): string {
  const form = { day: "numeric", month: "short", year: "numeric" } as const;
  return new Intl.DateTimeFormat("en-GB", { ...form, ...(timeZone && { timeZone }) }).format(
    new Date(moment),
  );
}
