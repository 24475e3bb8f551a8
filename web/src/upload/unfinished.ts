/** Remembers which files were on their way when the page was closed, so that it can ask for them. */

/** A file that had not arrived. */
export interface Unfinished {
  gallery: string;
  name: string;
  size: number;
  /** Bytes that were there. */
  bytes: number;
}

const KEY = "contact-sheet-unfinished";
/** More names than that help nobody. */
const MAX_REMEMBERED = 100;

/** Whether anything was left. */
export function hasUnfinished(): boolean {
  try {
    return localStorage.getItem(KEY) !== null;
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** What was left, most advanced first. */
export function recall(storage: Storage): Unfinished[] {
  try {
    const found: unknown = JSON.parse(storage.getItem(KEY) ?? "[]");
    return Array.isArray(found) ? found.filter(isUnfinished) : [];
  } catch {
    return []; // unreadable, or a browser that keeps nothing
  }
}

/** Remembers what has not arrived yet; nothing when everything has. */
export function remember(storage: Storage, unfinished: readonly Unfinished[]): void {
  const kept = [...unfinished].sort((a, b) => b.bytes - a.bytes).slice(0, MAX_REMEMBERED);
  try {
    if (kept.length === 0) storage.removeItem(KEY);
    else storage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // a browser that keeps nothing: the server still knows which parts it has
  }
}

/** Those that are not among the files taken up again. */
export function without(
  unfinished: readonly Unfinished[],
  taken: readonly { name: string; size: number }[],
): Unfinished[] {
  return unfinished.filter(
    (left) => !taken.some((file) => file.name === left.name && file.size === left.size),
  );
}

function isUnfinished(value: unknown): value is Unfinished {
  if (typeof value !== "object" || value === null) return false;
  const { gallery, name, size, bytes } = value as Partial<Unfinished>;
  const numbers = typeof size === "number" && typeof bytes === "number";
  return numbers && typeof gallery === "string" && typeof name === "string";
}
