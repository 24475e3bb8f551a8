import { afterEach, describe, expect, test, vi } from "vitest";

import { Visit, type Remembered } from "../src/guests/visit";
import { aServer, refused } from "./door-server";

const SHARE = {
  gallery: "main", kind: "selection", name: "For Grandma", may_download: true, count: 3,
  expires_at: null,
};
const TRADE = "POST /api/session/share";
const WHO = "GET /api/session";

afterEach(() => vi.unstubAllGlobals());

function keeping(first: string | null = null): Remembered & { token: string | null } {
  return {
    token: first,
    read() {
      return this.token;
    },
    write(token) {
      this.token = token;
    },
  };
}

async function opened(remembered = keeping()): Promise<Visit> {
  const visit = new Visit("t0ken", remembered);
  await visit.begin();
  return visit;
}

describe("a link", () => {
  test("is opened, and says what it lets its guests do", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });
    const remembered = keeping();

    const visit = await opened(remembered);

    expect(visit.stage).toBe("open");
    expect(visit.guest).toEqual({
      token: "t0ken", gallery: "main", name: "For Grandma", mayDownload: true,
    });
    expect(server.asked.map(({ body }) => body)).toEqual([{ token: "t0ken" }]);
    expect(remembered.token).toBe("t0ken");
  });

  test("that is open in this browser is not opened, and counted, a second time", async () => {
    const server = aServer({ [WHO]: [200, { kind: "guest", share: SHARE }] });

    const visit = await opened(keeping("t0ken"));

    expect([visit.stage, visit.guest?.name]).toEqual(["open", "For Grandma"]);
    expect(server.requests()).toEqual([WHO]);
  });

  test("whose cookie is over is opened again", async () => {
    const server = aServer({
      [WHO]: refused(401, "sign_in_required"),
      [TRADE]: [200, SHARE],
    });

    const visit = await opened(keeping("t0ken"));

    expect(visit.stage).toBe("open");
    expect(server.requests()).toEqual([WHO, TRADE]);
  });

  test("is opened where another one is open in this browser", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });

    await opened(keeping("another"));

    expect(server.requests()).toEqual([TRADE]);
  });

  test.each([
    ["is gone", refused(404, "not_found")],
    ["was cut off on its way", refused(400, "invalid_parameter", { parameter: "token" })],
  ])("that %s shows nothing", async (_, answer) => {
    aServer({ [TRADE]: answer });

    expect((await opened()).stage).toBe("over");
  });

  test("that can't be opened now may be opened later", async () => {
    const server = aServer({ [TRADE]: refused(503, "storage_unavailable") });
    const visit = await opened();
    expect([visit.stage, visit.error?.code]).toEqual(["failed", "storage_unavailable"]);

    server.answers[TRADE] = [200, SHARE];
    await visit.begin();

    expect([visit.stage, visit.error]).toEqual(["open", null]);
  });
});

describe("a link with a password", () => {
  test("opens with it, and stays closed with another", async () => {
    const server = aServer({ [TRADE]: refused(401, "password_required") });
    const visit = await opened();
    expect(visit.stage).toBe("locked");

    await expect(visit.unlock("wrong")).rejects.toMatchObject({ code: "password_required" });
    expect(visit.stage).toBe("locked");
    server.answers[TRADE] = [200, SHARE];
    await visit.unlock("lake at dawn");

    expect(visit.stage).toBe("open");
    expect(server.asked.at(-1)?.body).toEqual({ token: "t0ken", password: "lake at dawn" });
  });

  test("whose session runs out asks for it again, and what waited goes on", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });
    const visit = await opened();
    const { guest } = visit;
    server.answers[TRADE] = refused(401, "password_required");

    const renewal = visit.renew();
    await vi.waitFor(() => expect(visit.stage).toBe("locked"));
    server.answers[TRADE] = [200, SHARE];
    await visit.unlock("lake at dawn");

    expect(await renewal).toBe(true);
    expect(visit.guest).toBe(guest); // the very same: the page stays as it is
  });
});

describe("meanwhile", () => {
  test("a link that is ended shows nothing any more", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });
    const visit = await opened();
    server.answers[TRADE] = refused(404, "not_found");

    expect(await visit.renew()).toBe(false);
    expect(visit.stage).toBe("over");
  });

  test("a server that is away takes nothing off the page", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });
    const visit = await opened();
    server.answers[TRADE] = refused(503, "storage_unavailable");

    await expect(visit.renew()).rejects.toMatchObject({ code: "storage_unavailable" });

    expect(visit.stage).toBe("open");
  });

  test("another link that is opened in this browser is noticed", async () => {
    const remembered = keeping();
    aServer({ [TRADE]: [200, SHARE] });
    const visit = await opened(remembered);
    expect(visit.isTaken).toBe(false);

    remembered.write("another");

    expect(visit.isTaken).toBe(true);
    await visit.renew();
    expect([visit.isTaken, remembered.token]).toEqual([false, "t0ken"]);
  });

  test("owners who take the download back are believed", async () => {
    const server = aServer({ [TRADE]: [200, SHARE] });
    const visit = await opened();
    server.answers[TRADE] = [200, { ...SHARE, may_download: false }];

    await visit.renew();

    expect(visit.guest?.mayDownload).toBe(false);
  });
});
