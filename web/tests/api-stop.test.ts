import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { startUpload } from "../src/api";

const facts = { gallery: "main", filename: "a.jpg", size_bytes: 1, sha256: "ab", content_type: "image/jpeg" };

/** Signals of requests that nobody answers. */
let asked: AbortSignal[] = [];

beforeEach(() => {
  asked = [];
  vi.useFakeTimers();
  // an older browser's signals can't be joined, nor end by themselves
  vi.stubGlobal("AbortSignal", { prototype: AbortSignal.prototype });
  vi.stubGlobal("fetch", (_: string, { signal }: { signal: AbortSignal }) => {
    asked.push(signal);
    return new Promise((_answer, fail) => {
      if (signal.aborted) fail(signal.reason);
      signal.addEventListener("abort", () => fail(signal.reason));
    });
  });
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a request that may be stopped", () => {
  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    const request = startUpload(facts, stop.signal);
    stop.abort();

    await expect(request).rejects.toMatchObject({ status: 0, code: "network" });
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not sent when it was stopped before", async () => {
    const stop = new AbortController();
    stop.abort();

    await expect(startUpload(facts, stop.signal)).rejects.toMatchObject({ code: "network" });
    expect(asked.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("ends when no answer comes within half a minute", async () => {
    const request = startUpload(facts, new AbortController().signal);
    const ended = expect(request).rejects.toMatchObject({ status: 0, code: "network" });

    await vi.advanceTimersByTimeAsync(29_000);
    expect(asked[0]?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1_000);

    await ended;
    expect(asked[0]?.aborted).toBe(true);
  });
});
