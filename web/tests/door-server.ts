import { vi } from "vitest";

type Answers = Record<string, Answer>;
type Answer = [status: number, body?: object];

/** A server that answers by method and path, and notes what it was asked. */
export class DoorServer {
  readonly asked: { request: string; body: unknown; headers: Record<string, string> }[] = [];

  constructor(public answers: Answers) {
    vi.stubGlobal("fetch", async (address: string, init: RequestInit) => {
      const request = `${init.method} ${address}`;
      const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
      this.asked.push({ request, body, headers: init.headers as Record<string, string> });
      const [status, said] = this.answers[request] ?? refused(404, "not_found");
      return new Response(said ? JSON.stringify(said) : null, { status });
    });
  }

  requests(): string[] {
    return this.asked.map(({ request }) => request);
  }
}

/** The server that every request of a test goes to. */
export function aServer(answers: Answers = {}): DoorServer {
  return new DoorServer(answers);
}

export function refused(status: number, code: string, more: object = {}): Answer {
  return [status, { error: { code, message: "", ...more } }];
}
