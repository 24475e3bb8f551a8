/** Memory for pieces of files, used again and again.
 *
 * A zip of gigabytes would otherwise leave its size as garbage, faster than browsers collect it.
 */

/** Large, as every piece leaves some objects behind at each stream that it goes through. */
const PIECE_BYTES = 1024 * 1024;
/** More than that are never on their way at once. */
const MAX_KEPT = 8;

const free: ArrayBufferLike[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/** Reads a body piece by piece, into memory of ours where the browser knows how. */
export interface PieceReader {
  /** The next piece; null at the end. What was read of one when the body breaks off is lost. */
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
  let isOver = false;
  return {
    async read() {
      let memory = (free.pop() ?? new ArrayBuffer(PIECE_BYTES)) as ArrayBuffer;
      let there = 0;
      while (!isOver && there < PIECE_BYTES) {
        const { done, value } = await reader.read(new Uint8Array(memory, there));
        isOver = done;
        if (!value) return null; // cancelled
        memory = value.buffer;
        there += value.byteLength;
      }
      if (there === 0) {
        keep(memory);
        return null;
      }
      lent.add(memory);
      return new Uint8Array(memory, 0, there);
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
