/** A visit by a link: opening it, its password, and what becomes of it meanwhile. No DOM. */

import { getGuestSession, openShare } from "../api-access";
import type { OpenedShare } from "../api-types";
import type { Guest } from "../guest";
import { ApiError } from "../request";

export type Stage =
  | "opening"
  /** Its password has to be told first. */
  | "locked"
  | "open"
  /** It shows nothing any more, or never did. */
  | "over"
  /** It could not be opened for now. */
  | "failed";

/** Which link this browser has open: its cookie is of one link at a time. */
export interface Remembered {
  read(): string | null;
  write(token: string): void;
}

export class Visit {
  stage: Stage = "opening";
  /** What the link lets its guests do; null before it was opened. */
  guest: Guest | null = null;
  /** Why it could not be opened. */
  error: ApiError | null = null;
  readonly token: string;
  readonly #remembered: Remembered;
  #listeners = new Set<() => void>();
  #waiting: ((isOpen: boolean) => void)[] = [];

  constructor(token: string, remembered: Remembered) {
    this.token = token;
    this.#remembered = remembered;
  }

  /** Calls `listener` after every change; returns how to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the link; what is open in this browser is not opened, and counted, again. */
  async begin(): Promise<void> {
    this.#become("opening");
    if (this.#remembered.read() === this.token) {
      const known = await this.#known();
      if (known) return this.#open(known);
    }
    try {
      await this.#trade();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.error = error;
      this.#become("failed");
    }
  }

  /** Opens the link by its password. Rejects where that is not it, or could not be tried. */
  async unlock(password: string): Promise<void> {
    try {
      this.#open(await openShare(this.token, password));
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) return this.#become("over");
      throw error;
    }
  }

  /**
   * Opens it again once its session has run out or is of another link; whether it is open. Rejects
   * where nobody says so: then what is shown stays.
   */
  async renew(): Promise<boolean> {
    await this.#trade();
    if (this.stage === "open") return true;
    if (this.stage !== "locked") return false;
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Whether another link was opened in this browser since. */
  get isTaken(): boolean {
    return this.stage === "open" && this.#remembered.read() !== this.token;
  }

  /** What this browser has open already; null where that is nothing, or not known. */
  async #known(): Promise<OpenedShare | null> {
    try {
      return (await getGuestSession()).share;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      return null;
    }
  }

  async #trade(): Promise<void> {
    try {
      this.#open(await openShare(this.token, null));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.code === "password_required") this.#become("locked");
      // an address that was cut off is no link either
      else if (error.status === 404 || error.code === "invalid_parameter") this.#become("over");
      else throw error;
    }
  }

  #open({ gallery, name, may_download: mayDownload }: OpenedShare): void {
    const guest: Guest = { token: this.token, gallery, name, mayDownload };
    // the same object as long as nothing has changed: the page shows it on
    if (JSON.stringify(guest) !== JSON.stringify(this.guest)) this.guest = guest;
    this.#remembered.write(this.token);
    this.#become("open");
  }

  #become(stage: Stage): void {
    this.stage = stage;
    if (stage !== "failed") this.error = null;
    if (stage !== "locked") for (const resolve of this.#waiting.splice(0)) resolve(stage === "open");
    for (const listener of this.#listeners) listener();
  }
}
