import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** Each page has a module of its own; all share the locks of their origin. */
async function aPage(): Promise<typeof import("../src/worker/hold")> {
  vi.resetModules();
  return import("../src/worker/hold");
}

/** Whether a page would replace the worker now. */
async function replaces(page: Awaited<ReturnType<typeof aPage>>): Promise<boolean> {
  let isReplaced = false;
  await page.whenFree(async () => {
    isReplaced = true;
  });
  return isReplaced;
}

afterEach(() => vi.unstubAllGlobals());

describe("the worker that makes zips", () => {
  // Node's own, where each test names the same lock and gives it back
  beforeEach(() => expect(navigator.locks).toBeDefined());

  it("is replaced by no page while any of them downloads", async () => {
    const one = await aPage();
    const other = await aPage();

    const letGo = await one.holdWorker();
    const letGoToo = await one.holdWorker();

    expect([await replaces(one), await replaces(other)]).toEqual([false, false]);
    letGo();
    expect([await replaces(one), await replaces(other)]).toEqual([false, false]);
    letGoToo();
    await vi.waitFor(async () => expect(await replaces(other)).toBe(true));
    expect(await replaces(one)).toBe(true);
  });

  it("is waited for by those who begin while it is replaced", async () => {
    const [one, other] = [await aPage(), await aPage()];
    const events: string[] = [];
    let isReplaced = (): void => undefined;
    const replacing = one.whenFree(
      () =>
        new Promise((resolve) => {
          isReplaced = resolve;
        }),
    );
    await new Promise((resolve) => setTimeout(resolve));

    const holding = other.holdWorker().then((letGo) => {
      events.push("held");
      letGo();
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    events.push("replaced");
    isReplaced();
    await Promise.all([replacing, holding]);

    expect(events).toEqual(["replaced", "held"]);
  });

  it.each([
    ["has no locks", {}],
    ["refuses them", { locks: { request: () => Promise.reject(new DOMException("no", "SecurityError")) } }],
  ])("is kept for the page's own zips where the browser %s", async (_, navigator) => {
    vi.stubGlobal("navigator", navigator);
    const page = await aPage();

    const letGo = await page.holdWorker();

    expect(await replaces(page)).toBe(false);
    letGo();
  });

  it("is replaced at once where there are no locks and no zips", async () => {
    vi.stubGlobal("navigator", {});
    const page = await aPage();
    const letGo = await page.holdWorker();
    letGo();

    expect(await replaces(page)).toBe(true);
  });
});
