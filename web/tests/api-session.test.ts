import { afterEach, describe, expect, it, vi } from "vitest";

import { ApiError, getAsset, getStats, renewSessionBy } from "../src/api";
import { askAsGuest, isRenewing } from "../src/request";

/** A server whose session is good or has run out; it counts what it was asked. */
class Server {
  isGood = false;
  readonly asked: string[] = [];

  install(): void {
    vi.stubGlobal("fetch", async (address: string) => {
      this.asked.push(address);
      await Promise.resolve();
      return this.isGood
        ? new Response('{"total": 7}', { status: 200 })
        : new Response('{"error": {"code": "sign_in_required", "message": ""}}', { status: 401 });
    });
  }
}

function aServer(): Server {
  const server = new Server();
  server.install();
  return server;
}

afterEach(() => vi.unstubAllGlobals());

describe("a session that has run out", () => {
  it("is renewed once for all requests that wait, and each is asked again", async () => {
    const server = aServer();
    let renewals = 0;
    renewSessionBy(async () => {
      renewals += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
      server.isGood = true;
      return true;
    });

    const answers = await Promise.all([getStats("main"), getAsset("a"), getAsset("b")]);

    expect(answers.map((answer) => "total" in answer && answer.total)).toEqual([7, 7, 7]);
    expect(renewals).toBe(1);
    expect(server.asked).toHaveLength(6);
  });

  it("is renewed again when it runs out again", async () => {
    const server = aServer();
    let renewals = 0;
    renewSessionBy(async () => {
      renewals += 1;
      server.isGood = true;
      return true;
    });

    await getStats("main");
    server.isGood = false;
    await getStats("main");

    expect(renewals).toBe(2);
  });

  it("that can't be renewed is an error, and nothing is asked twice", async () => {
    const server = aServer();
    renewSessionBy(async () => false);

    await expect(getStats("main")).rejects.toMatchObject({ status: 401, code: "sign_in_required" });
    expect(server.asked).toHaveLength(1);
  });

  it("is not taken for one where a password was wrong", async () => {
    let renewals = 0;
    renewSessionBy(async () => {
      renewals += 1;
      return true;
    });
    vi.stubGlobal("fetch", async () =>
      Response.json({ error: { code: "sign_in_refused", message: "" } }, { status: 401 }),
    );

    await expect(getStats("main")).rejects.toMatchObject({ code: "sign_in_refused" });
    expect(renewals).toBe(0);
  });

  it("lets what is asked meanwhile wait", async () => {
    const server = aServer();
    let renew = (): void => undefined;
    renewSessionBy(
      () =>
        new Promise((resolve) => {
          renew = () => {
            server.isGood = true;
            resolve(true);
          };
        }),
    );
    const first = getStats("main");
    await vi.waitFor(() => expect(isRenewing()).toBe(true));
    const second = getAsset("a");
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(server.asked).toHaveLength(1);

    renew();
    await Promise.all([first, second]);

    expect(server.asked).toHaveLength(3);
  });

  it("that runs out at once after its renewal does not renew for ever", async () => {
    const server = aServer();
    let renewals = 0;
    renewSessionBy(async () => {
      renewals += 1;
      return true;
    });

    await expect(getStats("main")).rejects.toThrow(ApiError);
    expect(renewals).toBe(1);
    expect(server.asked).toHaveLength(2);
  });
});

it("an error tells which field is wrong, and for how long to wait", async () => {
  vi.stubGlobal("fetch", async () =>
    Response.json(
      { error: { code: "too_many_tries", message: "wait", parameter: "email" } },
      { status: 429, headers: { "Retry-After": "900" } },
    ),
  );

  await expect(getStats("main")).rejects.toMatchObject({
    details: { parameter: "email", retryAfterSeconds: 900 },
  });
});

it("asks as an owner until it is a guest's page, which believes nothing that was kept for owners", async () => {
  const asked: RequestInit[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    asked.push(init);
    return Response.json({ total: 7 });
  });

  await getStats("main");
  askAsGuest();
  await getStats("main");

  const role = "X-Contact-Sheet-As";
  expect(asked.map(({ headers }) => (headers as Record<string, string>)[role])).toEqual(["owner", "guest"]);
  expect(asked.map(({ cache }) => cache)).toEqual(["default", "no-cache"]);
});
