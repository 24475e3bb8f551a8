import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Owner } from "../src/session/owner";
import { aServer, refused, type DoorServer } from "./door-server";
import { someTabs } from "./tabs";

const SESSION = {
  kind: "owner", id: "u1", email: "ann@example.org", share: null,
  galleries: [{ id: "main", name: "Ours", role: "owner" }],
  expires_at: "2026-11-21T13:00:00+00:00",
};
const NOON = Date.parse("2026-11-21T12:00:00Z");

let now = NOON;
let reloads = 0;

beforeEach(() => {
  now = NOON;
  reloads = 0;
});
afterEach(() => vi.unstubAllGlobals());

function anOwner(server: DoorServer, tabs = someTabs(1)): Owner {
  server.answers = { "GET /api/session": [200, SESSION], ...server.answers };
  const [tab] = tabs;
  if (!tab) throw new Error("no tab");
  return new Owner(tab, { reload: () => (reloads += 1) }, () => now);
}

describe("a session that has run out", () => {
  test("is renewed without anybody noticing", async () => {
    const owner = anOwner(aServer({ "POST /api/session/refresh": [204] }));

    expect(await owner.renew()).toBe(true);
    expect(owner.isAsking).toBe(false);
  });

  test("and can't be renewed waits for whoever signs in, then everything goes on", async () => {
    const owner = anOwner(
      aServer({ "POST /api/session/refresh": refused(401, "sign_in_required") }),
    );
    const renewals = [owner.renew(), owner.renew()];
    await vi.waitFor(() => expect(owner.isAsking).toBe(true));

    owner.signedIn("ann@example.org");

    expect(await Promise.all(renewals)).toEqual([true, true]);
    expect(owner.isAsking).toBe(false);
  });

  test.each([
    ["a server with too much to do", refused(429, "too_many_tries")],
    ["a storage that is away", refused(503, "storage_unavailable")],
  ])("nobody is asked to sign in because of %s", async (_, answer) => {
    const owner = anOwner(aServer({ "POST /api/session/refresh": answer }));

    await expect(owner.renew()).rejects.toMatchObject({ status: answer[0] });
    expect(owner.isAsking).toBe(false);
  });

  test("is renewed five minutes before it ends, while photos still come", async () => {
    const owner = anOwner(aServer());
    expect(owner.isEnding).toBe(false);

    await owner.load();

    now = NOON + 54 * 60_000;
    expect(owner.isEnding).toBe(false);
    now = NOON + 55 * 60_000;
    expect(owner.isEnding).toBe(true);
  });

  test("that the server says is over by the clock here is not renewed again and again", async () => {
    now = NOON + 3 * 3_600_000; // a clock that is wrong
    const owner = anOwner(aServer());

    await owner.load();

    expect(owner.isEnding).toBe(false);
    now += 60_000;
    expect(owner.isEnding).toBe(true);
  });
});

describe("with other tabs", () => {
  const away = { "POST /api/session/refresh": refused(401, "sign_in_required") };

  test("whoever signs in there is signed in here", async () => {
    const tabs = someTabs(2);
    const here = anOwner(aServer(away), tabs);
    const there = anOwner(aServer(away), [...tabs].reverse());
    const renewal = here.renew();
    await vi.waitFor(() => expect(here.isAsking).toBe(true));

    there.signedIn(" Ann@Example.org ");

    expect(await renewal).toBe(true);
    expect(reloads).toBe(0);
  });

  test("another person's sign-in takes everything off this page", async () => {
    const tabs = someTabs(2);
    const here = anOwner(aServer(), tabs);
    const there = anOwner(aServer(), [...tabs].reverse());
    await here.load();

    there.signedIn("bob@example.org");

    expect([here.hasLeft, reloads]).toEqual([true, 1]);
  });

  test("signing out takes everything off each page, and what waits is not asked again", async () => {
    const tabs = someTabs(2);
    const here = anOwner(aServer(away), tabs);
    const there = anOwner(aServer(away), [...tabs].reverse());
    const renewal = here.renew();
    await vi.waitFor(() => expect(here.isAsking).toBe(true));

    there.signedOut();

    expect(await renewal).toBe(false);
    expect([here.hasLeft, there.hasLeft, reloads]).toEqual([true, true, 1]);
    expect(await there.renew()).toBe(false);
  });
});

test("another person who signs in on this page begins anew", async () => {
  const owner = anOwner(aServer());
  await owner.load();

  owner.signedIn("bob@example.org");

  expect([owner.hasLeft, reloads]).toEqual([true, 1]);
});
