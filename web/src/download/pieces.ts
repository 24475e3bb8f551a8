/** Memory for pieces of files, used again and again.
 *
 * A zip of gigabytes would otherwise leave its size as garbage, faster than browsers collect it.
 */

const PIECE_BYTES = 256 * 1024;
/** More than that are never on their way at once. */
const MAX_KEPT = 16;

const free: ArrayBufferLike[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/** Reads a body piece by piece, into memory of ours where the browser knows how. */
export interface PieceReader {
  /** The next piece; null at the end. */
  read(): Promise<Uint8Array | null>;
  cancel(): Promise<void>;
}

export function piecesOf(body: ReadableStream<Uint8Array>): PieceReader {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = body.getReader({ mode: "byob" });
  } catch {
    return piecesAsTheyCome(body); // Safari
  }
  return {
    async read() {
      const memory = (free.pop() ?? new ArrayBuffer(PIECE_BYTES)) as ArrayBuffer;
      const { done, value } = await reader.read(new Uint8Array(memory));
      if (done) {
        if (value) keep(value.buffer);
        return null;
      }
      lent.add(value.buffer);
      return value;
    },
    cancel: () => reader.cancel(),
  };
}

/** Takes a piece's memory back, if it is ours. Nobody may look at the piece afterwards. */
export function giveBack(piece: Uint8Array): void {
  if (lent.delete(piece.buffer)) keep(piece.buffer);
}

function keep(memory: ArrayBufferLike): void {
  if (free.length < MAX_KEPT) free.push(memory);
}

function piecesAsTheyCome(body: ReadableStream<Uint8Array>): PieceReader {
  const reader = body.getReader();
  return {
    async read() {
      const { done, value } = await reader.read();
      return done ? null : value;
    },
    cancel: () => reader.cancel(),
  };
}
