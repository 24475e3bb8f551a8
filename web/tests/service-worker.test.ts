import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Order } from "../src/download/order";
import { Shell } from "../src/worker/shell";
import { aFile, words } from "./zips";

const FILE = "http://localhost/gallery/assets/viewer-1.js";

/** A cache on a disk that is full, or one that can't be read at all. */
function fullDisk(isReadable: boolean): object {
  const full = async (): Promise<never> => {
    throw new DOMException("Quota exceeded", "QuotaExceededError");
  };
  const cache = { match: isReadable ? async () => undefined : full, put: full };
  return { match: cache.match, open: isReadable ? async () => cache : full };
}

afterEach(() => vi.unstubAllGlobals());

describe.each([
  ["full", true],
  ["out of order", false],
])("with a disk that is %s", (_, isReadable) => {
  const shell = new Shell("1", "/gallery", []);
  beforeEach(() => {
    vi.stubGlobal("caches", fullDisk(isReadable));
    vi.stubGlobal("fetch", async () => new Response("code"));
  });

  it("the parts of the page come from the network", async () => {
    const works: Promise<void>[] = [];

    const answer = await shell.file(new Request(FILE), (work) => works.push(work));

    expect(await answer.text()).toBe("code");
    expect(works).toHaveLength(1);
    await Promise.all(works); // none fails
  });

  it("the page itself does, too", async () => {
    const works: Promise<void>[] = [];
    const page = Promise.resolve(new Response("page"));

    const answer = await shell.pageFor(page, (work) => works.push(work));

    expect(await answer.text()).toBe("page");
    await Promise.all(works); // none fails
  });
});

it("the page is kept again once somebody has cleared the cache", async () => {
  const kept = new Map<string, string>();
  const put = async (address: string, answer: Response): Promise<void> => {
    kept.set(address, await answer.text());
  };
  vi.stubGlobal("caches", { open: async () => ({ match: async () => undefined, put }) });
  const works: Promise<void>[] = [];
  const page = Promise.resolve(new Response("page"));

  await new Shell("1", "/gallery", []).pageFor(page, (work) => works.push(work));
  await Promise.all(works);

  expect([...kept]).toEqual([["/gallery", "page"]]);
});

it("a part of the page is given at once, and kept meanwhile", async () => {
  const kept: string[] = [];
  let isRoom = (): void => undefined;
  const room = new Promise<void>((resolve) => {
    isRoom = resolve;
  });
  const put = async (_: Request, answer: Response): Promise<void> => {
    await room;
    kept.push(await answer.text());
  };
  vi.stubGlobal("caches", { match: async () => undefined, open: async () => ({ put }) });
  vi.stubGlobal("fetch", async () => new Response("code"));
  const works: Promise<void>[] = [];

  const answer = await new Shell("1", "/gallery", []).file(new Request(FILE), (work) => {
    works.push(work);
  });

  expect(await answer.text()).toBe("code");
  expect(kept).toEqual([]);
  isRoom();
  await Promise.all(works);
  expect(kept).toEqual(["code"]);
});

describe("the worker", () => {
  type Listener = (event: unknown) => void;
  const listeners = new Map<string, Listener>();

  beforeEach(async () => {
    vi.resetModules();
    vi.stubGlobal("SHELL_FILES", []);
    vi.stubGlobal("SHELL_VERSION", "1");
    vi.stubGlobal("self", {
      location: new URL("http://localhost/gallery/sw.js"),
      addEventListener: (type: string, listener: Listener) => listeners.set(type, listener),
    });
    vi.stubGlobal("fetch", async () => new Response("aaaaaa"));
    await import("../src/worker/service-worker");
  });

  const say = (data: Order, port: { postMessage(words: unknown): void }): void =>
    listeners.get("message")?.({ data, ports: [port], waitUntil: () => undefined });

  it("says whether it knows of a zip, and does not ask for time that a browser limits", async () => {
    const heard: unknown[] = [];
    const port = { postMessage: (words: unknown) => void heard.push(words) };
    const waitUntil = vi.fn();
    let answer: Response | undefined;

    say({ kind: "ping", token: "one.zip" }, port);
    say({ kind: "zip", token: "one.zip", name: "all.zip", files: [aFile("a.jpg")], words }, port);
    say({ kind: "ping", token: "one.zip" }, port);
    listeners.get("fetch")?.({
      request: new Request("http://localhost/gallery/download/one.zip"),
      respondWith: (given: Response) => (answer = given),
      waitUntil,
    });

    expect(heard).toEqual([{ known: false }, { state: "ready" }, { known: true }]);
    expect((await answer?.arrayBuffer())?.byteLength).toBeGreaterThan(6);
    expect(waitUntil).not.toHaveBeenCalled();
  });
});
