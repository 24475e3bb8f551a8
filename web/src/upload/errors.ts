/** What can go wrong while a file is on its way. */

import { ApiError } from "../api";

/** The file could not be read: moved, changed or locked since it was picked. */
export class UnreadableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UnreadableError";
  }
}

/** The bucket's answer to bytes: an error of its own, or none at all (`status` 0). */
export class TransferError extends Error {
  constructor(
    readonly status: number,
    /** S3's word for it (`EntityTooLarge`); empty when it said none. */
    readonly code: string,
  ) {
    super(code || (status === 0 ? "no answer" : `HTTP ${status}`));
    this.name = "TransferError";
  }
}

/** Whether there are words for an error; any other is a mistake of the page's own. */
export function isForeseen(error: unknown): boolean {
  return [ApiError, TransferError, UnreadableError].some((kind) => error instanceof kind);
}
