/** A worker that reads files part by part and answers with their SHA-256: memory stays flat. */

import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

import { PART_BYTES } from "./ticket";

/** What the page asks: begin with a file, or give it up. */
export type HashOrder = { id: number; file: Blob } | { id: number; file: null };

/** Digests of a file in 64 hex digits: of all its bytes, and of each part of a large one. */
export interface Digests {
  whole: string;
  parts: readonly string[];
}

export type HashAnswer =
  | { id: number; read: number }
  | { id: number; digests: Digests }
  | { id: number; error: string };

const givenUp = new Set<number>();
let turn = Promise.resolve(); // one file at a time: only one part is in memory

self.addEventListener("message", ({ data }: MessageEvent<HashOrder>) => {
  const { id, file } = data;
  if (file) turn = turn.then(() => digest(id, file));
  else givenUp.add(id);
});

async function digest(id: number, file: Blob): Promise<void> {
  const whole = sha256.create();
  const parts: string[] = [];
  try {
    for (let start = 0; start < file.size; start += PART_BYTES) {
      if (givenUp.has(id)) return;
      const part = await file.slice(start, start + PART_BYTES).arrayBuffer();
      whole.update(new Uint8Array(part));
      if (file.size > PART_BYTES) {
        parts.push(bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", part))));
      }
      answer({ id, read: start + part.byteLength });
    }
    answer({ id, digests: { whole: bytesToHex(whole.digest()), parts } });
  } catch (error) {
    // the file was moved, changed or locked since it was picked
    answer({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    givenUp.delete(id);
  }
}

function answer(message: HashAnswer): void {
  self.postMessage(message);
}
