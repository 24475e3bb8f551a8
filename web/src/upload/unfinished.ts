/** Files that were on their way when a tab was closed, as the browser keeps them: by tab. */

/** A file that had not arrived. */
export interface Unfinished {
  gallery: string;
  name: string;
  size: number;
  /** Bytes that were there. */
  bytes: number;
}

/** What the key of every tab begins with. */
const KEYS = "contact-sheet-unfinished";
/** More names than that help nobody. */
const MAX_REMEMBERED = 100;

/** Where the browser keeps things; null where it keeps none. */
export function browserStorage(): Storage | null {
  try {
    return localStorage;
  } catch {
    return null;
  }
}

/** A key that no other tab has. */
export function newKey(): string {
  return `${KEYS}:${crypto.randomUUID()}`;
}

/** The keys of all tabs that left something, or are at it. */
export function keysOf(storage: Storage | null): string[] {
  const all = Array.from({ length: storage?.length ?? 0 }, (_, index) => storage?.key(index) ?? "");
  return all.filter((key) => key.startsWith(KEYS));
}

/** Whether any tab left something, or is at it. */
export function hasUnfinished(): boolean {
  return keysOf(browserStorage()).length > 0;
}

/** What was left under a key, most advanced first. */
export function recall(storage: Storage | null, key: string): Unfinished[] {
  try {
    const found: unknown = JSON.parse(storage?.getItem(key) ?? "[]");
    return Array.isArray(found) ? found.filter(isUnfinished) : [];
  } catch {
    return []; // unreadable
  }
}

/** Remembers what has not arrived yet; nothing when everything has. */
export function remember(
  storage: Storage | null,
  key: string,
  unfinished: readonly Unfinished[],
): void {
  const kept = [...unfinished].sort((a, b) => b.bytes - a.bytes).slice(0, MAX_REMEMBERED);
  try {
    if (kept.length === 0) storage?.removeItem(key);
    else storage?.setItem(key, JSON.stringify(kept));
  } catch {
    // a browser that is full: the server still knows which parts it has
  }
}

/** Those that are not among the files taken up again; the same list when all are left. */
export function without(
  unfinished: readonly Unfinished[],
  taken: readonly Sized[],
): readonly Unfinished[] {
  const marks = new Set(taken.map(markOf));
  const left = unfinished.filter((file) => !marks.has(markOf(file)));
  return left.length < unfinished.length ? left : unfinished;
}

interface Sized {
  name: string;
  size: number;
}

function markOf({ name, size }: Sized): string {
  return `${size} ${name}`;
}

function isUnfinished(value: unknown): value is Unfinished {
  if (typeof value !== "object" || value === null) return false;
  const { gallery, name, size, bytes } = value as Partial<Unfinished>;
  const numbers = typeof size === "number" && typeof bytes === "number";
  return numbers && typeof gallery === "string" && typeof name === "string";
}
