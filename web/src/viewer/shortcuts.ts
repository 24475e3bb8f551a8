/** Every key that does something, and where. No DOM beyond what was typed into. */

import type { Guest } from "../guest";

export type ViewerCommand =
  | "next"
  | "previous"
  | "close"
  | "favorite"
  | "remove"
  | "download"
  | "copyPath"
  | "correct"
  | "info"
  | "faces"
  | "zoom"
  | "zoomIn"
  | "zoomOut"
  | "zoomReset"
  | "fullScreen"
  | "pictureInPicture"
  | "slideshow"
  | "pause"
  | "shuffle"
  | "help";

export type PageCommand =
  | "search"
  | "newest"
  | "oldest"
  | "select"
  | "selectAll"
  | "clear"
  | "undo"
  | "help";

export interface Shortcut<Command extends string> {
  command: Command;
  /** `key` of the event; letters in lower case, `Shift+` before one that needs it. */
  keys: readonly string[];
  /** Whether it goes on while the key is held. */
  repeats?: boolean;
}

export const VIEWER_SHORTCUTS: readonly Shortcut<ViewerCommand>[] = [
  { command: "next", keys: ["ArrowRight"], repeats: true },
  { command: "previous", keys: ["ArrowLeft"], repeats: true },
  { command: "close", keys: ["Escape"] },
  { command: "favorite", keys: ["f"] },
  { command: "remove", keys: ["Delete"] },
  { command: "download", keys: ["d"] },
  { command: "copyPath", keys: ["c"] },
  { command: "correct", keys: ["e"] },
  { command: "info", keys: ["i"] },
  { command: "faces", keys: ["b"] },
  { command: "zoom", keys: ["z"] },
  { command: "zoomIn", keys: ["+", "="], repeats: true },
  { command: "zoomOut", keys: ["-"], repeats: true },
  { command: "zoomReset", keys: ["0"] },
  { command: "fullScreen", keys: ["Shift+f"] },
  { command: "pictureInPicture", keys: ["p"] },
  { command: "slideshow", keys: ["s"] },
  { command: "pause", keys: [" "] },
  { command: "shuffle", keys: ["r"] },
  { command: "help", keys: ["?"] },
];

/** The page's, over an open photo as well: it knows what it has told of. */
export const UNDO: Shortcut<"undo"> = { command: "undo", keys: ["Control+z"] };

export const PAGE_SHORTCUTS: readonly Shortcut<PageCommand>[] = [
  { command: "search", keys: ["/"] },
  { command: "newest", keys: ["Home"] },
  { command: "oldest", keys: ["End"] },
  { command: "select", keys: ["x"] },
  { command: "selectAll", keys: ["Control+a"] },
  { command: "clear", keys: ["Escape"] },
  UNDO,
  { command: "help", keys: ["?"] },
];

const OF_OWNERS = new Set<string>(["favorite", "remove", "correct", "faces", "undo"]);
const OF_DOWNLOADS = new Set<string>(["download", "select", "selectAll", "clear"]);

/** Whether a key does anything for whoever looks. */
export function isFor(guest: Guest | null, command: string): boolean {
  if (!guest) return true;
  return !OF_OWNERS.has(command) && (guest.mayDownload || !OF_DOWNLOADS.has(command));
}

/** What a key event tells. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  repeat: boolean;
}

/** What a key asks for, or null when it is none of these. */
export function commandOf<Command extends string>(
  pressed: Pressed,
  shortcuts: readonly Shortcut<Command>[],
): Command | null {
  const name = nameOf(pressed);
  const found = shortcuts.find(({ keys }) => keys.includes(name));
  return found && (found.repeats || !pressed.repeat) ? found.command : null;
}

/** Fields of text, in which every key writes. */
const WRITTEN_IN = new Set(["text", "search", "email", "url", "tel", "password", "number"]);
const WRITTEN_IN_TOO = new Set(["date", "time", "datetime-local", "month", "week"]);

/** Whether somebody is writing, or choosing from a list by its letters. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) {
    return WRITTEN_IN.has(target.type) || WRITTEN_IN_TOO.has(target.type);
  }
  return (
    target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement
  );
}

function nameOf({ key, shiftKey, ctrlKey, metaKey, altKey }: Pressed): string {
  const isLetter = /^\p{L}$/u.test(key);
  // on many keyboards a sign needs Shift or Alt by itself
  const isSign = key.length === 1 && !isLetter;
  const held = [
    ctrlKey || metaKey ? "Control+" : "",
    altKey && !isSign ? "Alt+" : "",
    shiftKey && !isSign ? "Shift+" : "",
  ];
  return held.join("") + (isLetter ? key.toLowerCase() : key);
}
