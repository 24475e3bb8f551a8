/** One file's way into the gallery: hashed, asked for, sent whole or in parts, tried again. */

import { ApiError } from "../api";
import type { UploadForm } from "../api-types";
import type { Visibility } from "../api-types";
import { mediaType } from "./accept";
import { TransferError, UnreadableError } from "./errors";
import type { Digests } from "./hash-worker";
import type { FileFacts, Parts, Ticket } from "./ticket";
import type { PartAddress } from "./transport";

/** What sending needs from the world around it. */
export interface Means {
  hash(file: Blob, onProgress: (bytes: number) => void, signal: AbortSignal): Promise<Digests>;
  start(facts: FileFacts, signal: AbortSignal): Promise<Ticket>;
  sendForm(
    form: UploadForm,
    file: Blob,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  sendPart(
    address: PartAddress,
    bytes: Blob,
    onProgress: (bytes: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  complete(id: string, uploadId: string, facts: FileFacts, signal: AbortSignal): Promise<unknown>;
  /** Resolves when there is a network, at once when there is one now. */
  untilOnline(signal: AbortSignal): Promise<void>;
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** From 0 to 1, to spread what is tried again. */
  random(): number;
}

/** What to tell of a file on its way. `bytes` were read while hashing, are there while sending. */
export interface Step {
  state: "hashing" | "sending" | "finishing" | "pausing";
  bytes: number;
}

export interface Outcome {
  id: string;
  /** Null where it was sent. */
  found: Found | null;
}

/** A photo that was there before. */
export interface Found {
  /** It was in the bin until now. */
  isRestored: boolean;
  /** Where it is. */
  visibility: Visibility;
}

/** Parts of one file on their way at the same time. */
const PARTS_AT_ONCE = 3;
/** Tries in a row that bring nothing further, before a file counts as failed. */
const MAX_FRUITLESS = 6;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

/** Reads a whole file to say what the server has to know of it.
 *
 * Throws an UnreadableError or the signal's reason.
 */
export async function describe(
  file: File,
  gallery: string,
  means: Means,
  report: (step: Step) => void,
  signal: AbortSignal,
): Promise<FileFacts> {
  report({ state: "hashing", bytes: 0 });
  const read = (bytes: number): void => report({ state: "hashing", bytes });
  const { whole, parts } = await means.hash(file, read, signal);
  return {
    gallery,
    filename: file.name,
    size_bytes: file.size,
    sha256: whole,
    content_type: mediaType(file),
    ...(parts.length > 0 && { part_sha256: parts }),
  };
}

/** Brings one file into its gallery.
 *
 * Asking again after a failure tells which parts are there: only missing ones are sent.
 *
 * Throws an ApiError or a TransferError that trying again would not mend, an UnreadableError, or
 * the signal's reason.
 */
export async function deliver(
  file: File,
  facts: FileFacts,
  means: Means,
  report: (step: Step) => void,
  signal: AbortSignal,
): Promise<Outcome> {
  let fruitless = 0;
  /** Bytes that are there for good: as the server said last, and as parts arrived since. */
  let said = 0;
  let there = 0;
  let hasSent = false;
  for (;;) {
    await means.untilOnline(signal);
    try {
      const ticket = await means.start(facts, signal);
      if (ticket.duplicate) {
        const found = { isRestored: ticket.restored, visibility: ticket.asset.visibility };
        return { id: ticket.id, found: hasSent ? null : found };
      }
      hasSent = true;
      if ("form" in ticket) {
        report({ state: "sending", bytes: 0 });
        const sent = (bytes: number): void => report({ state: "sending", bytes });
        await means.sendForm(ticket.form, file, sent, signal);
        return { id: ticket.id, found: null };
      }
      there = bytesThere(ticket.parts);
      if (there > said) fruitless = 0;
      said = there;
      const arrived = (bytes: number): void => {
        there += bytes;
      };
      if (await sendParts(ticket.parts, file, means, report, arrived, signal)) continue;
      report({ state: "finishing", bytes: file.size });
      await means.complete(ticket.id, ticket.parts.upload_id, facts, signal);
      return { id: ticket.id, found: null };
    } catch (error) {
      fruitless += 1;
      report({ state: "pausing", bytes: there }); // what was half there is gone
      if (isSilent(error)) await checkReadable(file);
      if (signal.aborted || !isPassing(error) || fruitless > MAX_FRUITLESS) throw error;
    }
    await means.wait(pauseBefore(fruitless, means.random()), signal);
  }
}

/** Whether an error may be gone when the same is tried again. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) {
    // a conflict: parts that vanished meanwhile, or a purge of the same file that is ending
    return error.status === 0 || error.status >= 500 || [408, 409, 429].includes(error.status);
  }
  if (error instanceof TransferError) {
    // an address that has expired is refused with 403: the next one is new
    if (error.code === "RequestTimeout" || error.code === "NoSuchUpload") return true;
    return error.status === 0 || error.status >= 500 || [403, 408, 429].includes(error.status);
  }
  return false;
}

function isSilent(error: unknown): boolean {
  return error instanceof TransferError && error.status === 0;
}

/** Throws when a file was moved or changed since it was chosen.
 *
 * A browser that can't read what it is to send says the same as one without a connection: nothing.
 */
async function checkReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new UnreadableError(String(error));
  }
}

/** Milliseconds before try number `count` + 1: twice as long each time, half of it by chance. */
export function pauseBefore(count: number, random: number): number {
  const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (count - 1));
  return Math.round(longest * (0.5 + random / 2));
}

/** Puts the parts that a ticket has addresses for; whether others are missing still.
 *
 * After an error nothing new begins, but what is on its way may arrive.
 */
async function sendParts(
  parts: Parts,
  file: File,
  means: Means,
  report: (step: Step) => void,
  arrived: (bytes: number) => void,
  signal: AbortSignal,
): Promise<boolean> {
  const moving = new Map<number, number>();
  let there = bytesThere(parts);
  const tell = (): void => {
    let bytes = there;
    for (const sent of moving.values()) bytes += sent;
    report({ state: "sending", bytes: Math.min(bytes, file.size) });
  };
  const queue = [...parts.urls];
  let failure: { error: unknown } | null = null;
  const lane = async (): Promise<void> => {
    for (let part = queue.shift(); part && !failure; part = queue.shift()) {
      const { number } = part;
      const bytes = file.slice((number - 1) * parts.part_bytes, number * parts.part_bytes);
      const sent = (count: number): void => {
        moving.set(number, Math.min(count, bytes.size));
        tell();
      };
      try {
        await means.sendPart(part, bytes, sent, signal);
        there += bytes.size;
        arrived(bytes.size);
      } catch (error) {
        failure ??= { error };
      }
      moving.delete(number);
    }
  };
  tell();
  await Promise.all(Array.from({ length: PARTS_AT_ONCE }, lane));
  if (failure) throw (failure as { error: unknown }).error;
  return parts.done.length + parts.urls.length < parts.count;
}

function bytesThere(parts: Parts): number {
  return parts.done.reduce((sum, part) => sum + part.size_bytes, 0);
}
