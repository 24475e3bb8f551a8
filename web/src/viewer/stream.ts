/** A video as a stream of small parts, where somebody has made one beside the file. */

/** A stream being played; destroyed, it neither plays nor fetches any more. */
export interface Stream {
  destroy(): void;
}

/**
 * Where the stream of a video lies if there is one: `a/b.mp4` -> `a/b.m3u8`; null for a guest's
 * video, whose address is signed for this one file.
 */
export function streamUrlOf(url: string): string | null {
  const [path = "", rest = ""] = split(url);
  if (/[?&]Signature=/.test(rest)) return null;
  const stem = /^(.*\/[^/]+)\.[^./]+$/.exec(path)?.[1];
  return stem === undefined ? null : `${stem}.m3u8${rest}`;
}

/** Whether the page itself can hand a video its parts. */
export function canFeedParts(): boolean {
  return typeof MediaSource !== "undefined";
}

function split(url: string): [string, string] {
  const at = url.search(/[?#]/);
  return at < 0 ? [url, ""] : [url.slice(0, at), url.slice(at)];
}
