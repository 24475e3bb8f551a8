import { afterEach, describe, expect, it, vi } from "vitest";

import { ApiError, getAsset, getStats, renewSessionBy } from "../src/api";

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
