/** What the page and its service worker say to each other. */

import type { ZipFile } from "./zip-names";
import type { ZipProgress, ZipWords } from "./zip-stream";

/** Below this every address is a zip somebody has ordered. */
export const ZIP_PATH = "/gallery/download/";

export type Order =
  | { kind: "zip"; token: string; name: string; files: readonly ZipFile[]; words: ZipWords }
  | { kind: "cancel"; token: string }
  /** Keeps the worker awake, as browsers stop one that nobody speaks to. Answered by a `Pong`. */
  | { kind: "ping"; token: string }
  /** Lets a new version take over. */
  | { kind: "take-over" };

/** Whether the worker knows of an order; one that was started anew does not. */
export interface Pong {
  known: boolean;
}

/** What the worker tells of an order. */
export type ZipNews =
  | { state: "ready" }
  | ({ state: "running" | "done" } & ZipProgress)
  | { state: "cancelled" }
  | { state: "failed"; reason: string };
