/** Which files the gallery takes, decided by what a file is called before a byte of it is read. */

import types from "./media-types.json";

const MEDIA_TYPES: ReadonlyMap<string, string> = new Map(Object.entries(types));
const MAX_NAME = 255; // the server's limit
/** What systems leave in every folder; nobody means to upload it. */
const CLUTTER = new Set([".ds_store", "thumbs.db", "desktop.ini", ".nomedia", ".picasa.ini"]);

/** Why a file is not taken. */
export type Refusal = "not-media" | "sidecar" | "empty" | "long-name" | "unopened";

export interface Described {
  name: string;
  /** As the browser guesses it; often empty. */
  type: string;
  /** Bytes. */
  size: number;
}

/** Why a file is refused; null when it may be sent. */
export function refusal(file: Described): Refusal | null {
  const extension = extensionOf(file.name);
  if (extension === "xmp" || extension === "aae") return "sidecar";
  if (!MEDIA_TYPES.has(extension) && !isPicture(file.type)) return "not-media";
  if (file.size === 0) return "empty";
  if (file.name.length > MAX_NAME) return "long-name";
  return null;
}

/** The media type to store a file under: browsers know none for HEIC and camera raws. */
export function mediaType(file: Described): string {
  return MEDIA_TYPES.get(extensionOf(file.name)) ?? file.type;
}

/** Whether a file is a system's own, to be passed over without a word. */
export function isClutter(name: string): boolean {
  return CLUTTER.has(name.toLowerCase()) || name.startsWith("._");
}

/** A drawing (SVG) is a program to a browser, not a photo. */
function isPicture(type: string): boolean {
  return /^(image|video)\/[\w.+-]+$/.test(type) && type !== "image/svg+xml";
}

function extensionOf(name: string): string {
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : name.slice(dot + 1).toLowerCase();
}
