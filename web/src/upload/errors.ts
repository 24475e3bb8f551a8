/** What can go wrong while a file is on its way. */

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
