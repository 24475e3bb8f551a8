import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Order } from "../src/download/order";
import { ANSWER_MS, LAST_WORDS_MS, PING_MS, watchZip, type Progress } from "../src/download/zip-watch";
import { ZipOrders } from "../src/worker/zip-orders";
import { aFile, words } from "./zips";

const ORDER = { kind: "zip", token: "one.zip", name: "all.zip", files: [aFile("a.jpg")], words } as const;

const realTimeout = globalThis.setTimeout;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] });
});
afterEach(() => vi.useRealTimers());

/** So long by the clock, with time for all messages before and after. */
async function pass(milliseconds: number): Promise<void> {
  await delivered();
  await vi.advanceTimersByTimeAsync(milliseconds);
  await delivered();
}

async function delivered(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => realTimeout(resolve));
}

/** A worker that has a zip; each ping is answered by what `knows` says, null for nothing. */
function aWatch(knows: () => boolean | null): {
  told: Progress[];
  sent: Order[];
  stop: () => void;
  say: (news: Progress) => void;
} {
  const { port1, port2 } = new MessageChannel();
  const told: Progress[] = [];
  const sent: Order[] = [];
  const worker = {
    postMessage: (order: Order, ports?: Transferable[]) => {
      sent.push(order);
      const known = knows();
      const [port] = (ports ?? []) as MessagePort[];
      if (order.kind === "ping" && known !== null) port?.postMessage({ known });
    },
  } as Pick<ServiceWorker, "postMessage">;
  const stop = watchZip(worker, "one.zip", port1, (progress) => told.push(progress));
  return { told, sent, stop, say: (news) => port2.postMessage(news) };
}

describe("a zip that the page watches", () => {
  it("goes on as long as the worker knows of it", async () => {
    const { told, sent, say } = aWatch(() => true);
    say({ state: "running", files: 0, bytes: 3, failed: 0 });

    await pass(10 * PING_MS);

    expect(told).toEqual([{ state: "running", files: 0, bytes: 3, failed: 0 }]);
    expect(sent).toHaveLength(10);
    expect(sent[0]).toEqual({ kind: "ping", token: "one.zip" });
    say({ state: "done", files: 1, bytes: 6, failed: 0 });
    await pass(10 * PING_MS);
    expect(told.at(-1)?.state).toBe("done");
    expect(sent).toHaveLength(10);
  });

  it("has failed when the worker was started anew and knows nothing of it", async () => {
    const { told, sent } = aWatch(() => false);

    await pass(PING_MS);
    await pass(LAST_WORDS_MS);

    expect(told.map(({ state }) => state)).toEqual(["failed"]);
    await pass(10 * PING_MS);
    expect(sent).toHaveLength(1);
    expect(told).toHaveLength(1);
  });

  it("has failed when the worker says nothing, though it is asked twice", async () => {
    const { told } = aWatch(() => null);

    await pass(PING_MS);
    await pass(ANSWER_MS);
    await pass(LAST_WORDS_MS);
    expect(told).toEqual([]);
    await pass(ANSWER_MS);
    await pass(LAST_WORDS_MS);

    expect(told.map(({ state }) => state)).toEqual(["failed"]);
  });

  it("ends as the worker says, if it has just ended when it is asked", async () => {
    const { told, say } = aWatch(() => false);

    await pass(PING_MS);
    say({ state: "done", files: 1, bytes: 6, failed: 0 });
    await pass(LAST_WORDS_MS);

    expect(told.map(({ state }) => state)).toEqual(["done"]);
  });

  it("is cancelled without an answer, too", async () => {
    const { told, sent, stop } = aWatch(() => null);

    stop();
    await pass(LAST_WORDS_MS);

    expect(sent).toEqual([{ kind: "cancel", token: "one.zip" }]);
    expect(told).toEqual([{ state: "cancelled" }]);
  });
});

describe("the worker's zips", () => {
  const NEVER = new Promise<Response>(() => undefined);

  afterEach(() => vi.unstubAllGlobals());

  it("are known from the order to the end", async () => {
    vi.stubGlobal("fetch", async () => new Response("aaaaaa"));
    const orders = new ZipOrders();
    expect(orders.knows("one.zip")).toBe(false);

    orders.take(ORDER, () => undefined);
    expect(orders.knows("one.zip")).toBe(true);
    const answer = orders.answer("/gallery/download/one.zip");
    expect(orders.knows("one.zip")).toBe(true);
    await answer.arrayBuffer();

    expect(orders.knows("one.zip")).toBe(false);
  });

  it("that nobody has taken yet are cancelled, and say so", () => {
    const told: string[] = [];
    const orders = new ZipOrders();
    orders.take(ORDER, ({ state }) => told.push(state));

    orders.cancel("one.zip");

    expect(told).toEqual(["ready", "cancelled"]);
    expect(orders.answer("/gallery/download/one.zip").status).toBe(404);
  });

  it("are cancelled at once while they wait for a server", async () => {
    vi.stubGlobal("fetch", (_: string, { signal }: RequestInit) =>
      Promise.race([NEVER, new Promise((_, fail) => signal?.addEventListener("abort", fail))]),
    );
    const told: string[] = [];
    const orders = new ZipOrders();
    orders.take(ORDER, ({ state }) => told.push(state));
    const taken = orders.answer("/gallery/download/one.zip").arrayBuffer();
    const end = expect(taken).rejects.toThrow();
    await delivered();

    orders.cancel("one.zip");

    await end;
    expect(told).toEqual(["ready", "cancelled"]);
    expect(orders.knows("one.zip")).toBe(false);
  });

  it("are cancelled at once during a pause between tries", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("Failed to fetch")));
    vi.stubGlobal("addEventListener", () => undefined);
    vi.stubGlobal("removeEventListener", () => undefined);
    const orders = new ZipOrders();
    orders.take(ORDER, () => undefined);
    const taken = orders.answer("/gallery/download/one.zip").arrayBuffer();
    const end = expect(taken).rejects.toThrow();
    await delivered();

    orders.cancel("one.zip"); // no time passes

    await end;
  });
});
