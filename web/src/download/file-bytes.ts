/** The bytes of files over HTTP: in windows, and past a network that comes and goes. */

import { piecesOf } from "./pieces";
import type { ZipFile } from "./zip-names";

/** What reading needs from the world around it. */
export interface FileMeans {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Is over sooner when the network comes back, or when the signal says so. */
  wait(milliseconds: number, signal: AbortSignal): Promise<void>;
  /** Milliseconds of a clock that nobody sets. */
  now(): number;
  /** Whether the browser knows that there is no network. */
  isOffline(): boolean;
}

/** Why a file can't be had: the server refuses it, or nothing answered for too long. */
export type Refusal = "missing" | "unreachable";

/** Larger files are asked for in windows: Chrome reads up to 100 MB of an answer ahead of us. */
export const WINDOW_BYTES = 32 * 1024 * 1024;
/** So long tries may fail without a byte of any file in between. */
export const PATIENCE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;
const RENEWAL = "/api/session/refresh";

/** Gives the files of one zip. */
export class FileSource {
  readonly #means: FileMeans;
  readonly #signal: AbortSignal;
  /** When the first try failed after the last byte; null while bytes come. */
  #failingSince: number | null = null;
  #renewing: Promise<Response | null> | null = null;

  /**
   * Args:
   *   signal: Breaks everything off.
   */
  constructor(means: FileMeans, signal: AbortSignal) {
    this.#means = means;
    this.#signal = signal;
  }

  /** The first answer for a file, or why there is none. */
  open(file: ZipFile): Promise<Response | Refusal> {
    const isLarge = file.size !== null && file.size > WINDOW_BYTES;
    return this.#ask(file, isLarge ? { Range: `bytes=0-${WINDOW_BYTES - 1}` } : {});
  }

  /** The bytes of a file whose first answer is there, window after window.
   *
   * Args:
   *   arrived: Called with the length of every piece.
   *   cut: Called with what is there, when the rest can't be had.
   */
  async *bytes(
    file: ZipFile,
    first: Response,
    arrived: (bytes: number) => void,
    cut: (there: number) => void,
  ): AsyncGenerator<Uint8Array> {
    const version = first.headers.get("ETag");
    const total = totalOf(file, first);
    let there = 0;
    let failures = 0;
    let answer = first;
    for (;;) {
      const end: number | null = total === null ? null : Math.min(there + WINDOW_BYTES, total);
      const reader = answer.body ? piecesOf(answer.body) : null;
      let isWhole = false;
      try {
        for (let piece = await reader?.read(); piece; piece = await reader?.read()) {
          const { byteLength } = piece;
          there += byteLength;
          failures = 0;
          this.#failingSince = null;
          arrived(byteLength);
          yield piece;
        }
        isWhole = end === null || there === end;
      } catch {
        this.#signal.throwIfAborted();
      } finally {
        // what is not read to its end must not stay in memory
        void reader?.cancel().catch(() => undefined);
      }
      if (isWhole && end === total) return;
      if (version === null) return cut(there);
      if (!isWhole) {
        failures += 1;
        if (!(await this.#mayTryAgain(failures))) return cut(there);
      }
      const last = total === null ? "" : Math.min(there + WINDOW_BYTES, total) - 1;
      const next = await this.#ask(file, { Range: `bytes=${there}-${last}`, "If-Match": version });
      if (!(next instanceof Response)) return cut(there);
      if (next.status !== 206) {
        await next.body?.cancel();
        return cut(there);
      }
      answer = next;
    }
  }

  /** A good answer for a file, past what is wrong for a while only. */
  async #ask(file: ZipFile, headers: Record<string, string>): Promise<Response | Refusal> {
    let isRenewed = false;
    for (let failures = 1; ; failures += 1) {
      let answer = await this.#fetch(file.url, { headers });
      if (answer?.ok) return answer;
      if (!isRenewed && (answer?.status === 401 || answer?.status === 403)) {
        answer = await this.#renewal();
        isRenewed = answer?.ok === true;
        if (isRenewed) continue;
      }
      if (answer && isRefusal(answer.status)) return "missing";
      if (!(await this.#mayTryAgain(failures))) return "unreachable";
    }
  }

  /** Waits a while; false when so much time went by without a byte that it is of no use. */
  async #mayTryAgain(failures: number): Promise<boolean> {
    this.#signal.throwIfAborted();
    const now = this.#means.now();
    // a network that is known to be away comes back when somebody opens the lid again
    this.#failingSince = this.#means.isOffline() ? null : (this.#failingSince ?? now);
    if (this.#failingSince !== null && now - this.#failingSince >= PATIENCE_MS) return false;
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LONGEST_PAUSE_MS);
    await this.#means.wait(pause, this.#signal);
    this.#signal.throwIfAborted();
    return true;
  }

  /** The answer to the wish for a new session: one for all files that wait for it. */
  #renewal(): Promise<Response | null> {
    const headers = { Accept: "application/json", "Content-Type": "application/json" };
    this.#renewing ??= this.#fetch(RENEWAL, { method: "POST", headers, body: "{}" }).finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /** Any answer; null when there is none. */
  async #fetch(url: string, init: RequestInit): Promise<Response | null> {
    try {
      const answer = await this.#means.fetch(url, {
        ...init,
        signal: this.#signal,
        // gigabytes that are used once must not push everything else out of the browser's cache
        cache: "no-store",
        credentials: "same-origin",
      });
      if (!answer.ok) await answer.body?.cancel();
      return answer;
    } catch {
      return null;
    }
  }
}

/** Whether the server would say the same again. */
function isRefusal(status: number): boolean {
  return status < 500 && status !== 408 && status !== 429;
}

/** Bytes of the whole file that an answer is a part of; null when it is the whole itself. */
function totalOf(file: ZipFile, answer: Response): number | null {
  if (answer.status !== 206) return null;
  const said = /\/(\d+)$/.exec(answer.headers.get("Content-Range") ?? "")?.[1];
  return said === undefined ? file.size : Number(said);
}
