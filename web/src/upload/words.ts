/** What to say of a file in the queue. */

import { ApiError } from "../api";
import { text } from "../text";
import { TransferError, UnreadableError } from "./errors";
import type { Upload } from "./queue";

/** One line about where a file is on its way. */
export function stateOf(upload: Upload): string {
  const { state, file, bytes } = upload;
  const words = text.upload;
  switch (state) {
    case "refused":
      return upload.refusal ? words.refusals[upload.refusal] : "";
    case "failed":
      return reasonOf(upload.error);
    case "sending":
      return `${words.progress(text.fileSize(bytes), text.fileSize(file.size))}`;
    case "hashing":
      // a photo is read in no time: percents are for films
      return bytes > 0 && bytes < file.size
        ? `${words.states.hashing}, ${words.percent(bytes / file.size)}`
        : words.states.hashing;
    case "done":
    case "duplicate":
    case "restored": {
      const where = upload.found ? words.where[upload.found.visibility] : "";
      return `${words.states[state]}${where} · ${text.fileSize(file.size)}`;
    }
    default:
      return words.states[state];
  }
}

/** Why a file failed, and what may help. */
export function reasonOf(error: unknown): string {
  const words = text.upload;
  if (error instanceof UnreadableError) return words.unreadable;
  if (error instanceof ApiError) return text.reason(error.code, error.message);
  if (error instanceof TransferError) {
    if (error.status === 0) return words.noAnswer;
    const hasChanged = /Digest|Checksum|SHA256|EntityTooLarge|EntityTooSmall/.test(error.code);
    return hasChanged ? words.changed : words.bucketSays(error.message);
  }
  return words.unexpected;
}
