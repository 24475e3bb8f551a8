import { expect, it } from "vitest";

import { giveBack, piecesOf } from "../src/download/pieces";

const MB = 1_000_000;

/** A body of so many bytes, each saying where it stands. */
function aBody(size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  let there = 0;
  return new ReadableStream({
    type: "bytes",
    pull(controller) {
      const length = Math.min(70_000, size - there);
      if (length === 0) {
        controller.close();
        controller.byobRequest?.respond(0);
        return;
      }
      const from = there;
      there += length;
      controller.enqueue(Uint8Array.from({ length }, (_, at) => (from + at) % 251));
    },
  });
}

/** Reads to the end, giving each piece back `late` pieces afterwards; whether all were right. */
async function read(size: number, late: number): Promise<boolean> {
  const reader = piecesOf(aBody(size));
  const waiting: Uint8Array[] = [];
  let there = 0;
  let isRight = true;
  const use = (piece: Uint8Array): void => {
    isRight &&= piece.every((byte, at) => byte === (there + at) % 251);
    there += piece.byteLength;
    giveBack(piece);
  };
  for (let piece = await reader.read(); piece; piece = await reader.read()) {
    waiting.push(piece);
    const oldest = waiting.length > late ? waiting.shift() : null;
    if (oldest) use(oldest);
  }
  waiting.forEach(use);
  return isRight && there === size;
}

it("pieces are whole, in order, and not written over before they are given back", async () => {
  expect(await read(6.5 * MB, 3)).toBe(true);
});

it("memory that was given back is used again", async () => {
  let made = 0;
  const Real = globalThis.ArrayBuffer;
  globalThis.ArrayBuffer = class extends Real {
    constructor(length: number) {
      super(length);
      if (length === 1024 * 1024) made += 1;
    }
  } as ArrayBufferConstructor;
  try {
    await read(20 * MB, 2);
  } finally {
    globalThis.ArrayBuffer = Real;
  }

  expect(made).toBeLessThanOrEqual(4); // of twenty pieces
});

it("where a browser can't fill memory of ours, pieces come as they are and stay their owner's", async () => {
  const plain = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      controller.enqueue(new Uint8Array([1, 2, 3]));
      controller.close();
    },
  });
  const reader = piecesOf(plain);

  const piece = await reader.read();

  expect(piece).toEqual(new Uint8Array([1, 2, 3]));
  if (piece) giveBack(piece);
  const [next] = await firstPiece();
  expect(next?.buffer).not.toBe(piece?.buffer);
  expect(await reader.read()).toBeNull();
});

async function firstPiece(): Promise<Uint8Array[]> {
  const piece = await piecesOf(aBody(10)).read();
  return piece ? [piece] : [];
}
