/** Who is signed in on this page, for how long, and what waits until somebody is. No DOM. */

import { getSession, refreshSession } from "../api-access";
import type { Session } from "../api-types";
import { ApiError } from "../request";
import type { Tabs } from "./tabs";

/** A session is renewed so long before it ends: photos are sent by cookies that end with it. */
const RENEWED_EARLIER_MS = 5 * 60_000;
/** A server that says otherwise, or nothing, is asked again after so long. */
const SHORTEST_MS = 60_000;

/** What the page does when it becomes somebody else's, or nobody's. */
export interface Ways {
  /** Loads the page of this address anew. */
  reload: () => void;
}

export class Owner {
  /** Who it is and what is theirs; null until the server has said so. */
  session: Session | null = null;
  /** Whether somebody has to sign in before anything goes on. */
  isAsking = false;
  /** Whether they signed out: nothing of theirs is to be shown any more. */
  hasLeft = false;
  /** In lower case; null while nobody knows. */
  #email: string | null = null;
  #listeners = new Set<() => void>();
  #waiting: ((isIn: boolean) => void)[] = [];
  #renewAt = Infinity;
  readonly #tabs: Tabs;
  readonly #ways: Ways;
  readonly #clock: () => number;

  constructor(tabs: Tabs, ways: Ways, clock: () => number = Date.now) {
    this.#tabs = tabs;
    this.#ways = ways;
    this.#clock = clock;
    tabs.listen((news) => {
      if (news.kind === "signed-in") this.#come(news.email);
      else this.#leave();
    });
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether it is time to renew the session. */
  get isEnding(): boolean {
    return this.#clock() >= this.#renewAt;
  }

  /**
   * Makes the session good again: by itself for thirty days, then by whoever signs in.
   *
   * Rejects where nobody can say whether they are signed in.
   *
   * @returns False where nobody is asked: they have signed out.
   */
  async renew(): Promise<boolean> {
    if (this.hasLeft) return false;
    try {
      await refreshSession();
      return true;
    } catch (error) {
      // no network, or a server that has too much to do, says nothing about who is signed in
      if (!(error instanceof ApiError) || error.status !== 401) throw error;
    }
    if (!this.isAsking) {
      this.isAsking = true;
      this.#tell();
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Asks who is signed in. Rejects like `api-access`. */
  async load(): Promise<Session> {
    const session = await getSession();
    this.session = session;
    this.#email = session.email?.toLowerCase() ?? this.#email;
    this.#plan(session.expires_at);
    this.#tell();
    return session;
  }

  /** Takes note of somebody who has signed in here; what waited goes on. */
  signedIn(email: string): void {
    this.#tabs.tell({ kind: "signed-in", email: email.trim().toLowerCase() });
    this.#come(email);
  }

  /** Takes note that they have signed out here: in all tabs nothing of theirs is shown. */
  signedOut(): void {
    this.hasLeft = true;
    this.#letGo(false);
    this.#tabs.tell({ kind: "signed-out" });
    this.#tell();
  }

  #come(email: string): void {
    const before = this.#email;
    this.#email = email.trim().toLowerCase();
    // what is on the page is another person's
    if (before !== null && before !== this.#email) return this.#leave();
    if (!this.isAsking) return;
    this.isAsking = false;
    this.#letGo(true);
    this.#tell();
  }

  /** Takes everything off the page, and begins anew. */
  #leave(): void {
    if (this.hasLeft) return;
    this.hasLeft = true;
    this.#letGo(false);
    this.#tell();
    this.#ways.reload();
  }

  #letGo(isIn: boolean): void {
    for (const resolve of this.#waiting.splice(0)) resolve(isIn);
  }

  #plan(expiresAt: string | null): void {
    const now = this.#clock();
    const end = expiresAt === null ? Infinity : Date.parse(expiresAt) - RENEWED_EARLIER_MS;
    this.#renewAt = Math.max(end, now + SHORTEST_MS);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
