/** What a tab remembers of its uploads, for the one that is opened after it was closed. */

import { isOpen, isThere, type Upload, type UploadQueue } from "./queue";
import { keysOf, newKey, recall, remember, without, type Unfinished } from "./unfinished";

const REMEMBER_MS = 250;
/** A tab that is just being loaded anew may not have let go of its lock yet. */
const PATIENCE_MS = 1_000;

/** Of a queue: the names of what has not arrived, and what closed tabs left and nobody took up.
 *
 * Each tab keeps its own under a key, and holds the lock of that name as long as it lives: others
 * leave it alone. In a browser without locks two tabs at once may ask for each other's files.
 */
export class Memory {
  readonly #key = newKey();
  readonly #queue: UploadQueue;
  readonly #storage: Storage | null;
  readonly #locks: LockManager | undefined;
  readonly #tell: (left: readonly Unfinished[]) => void;
  #left: readonly Unfinished[] = [];
  #holding: Promise<void> | null = null;
  #isHeld = false;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** Calls `tell` with what closed tabs left, whenever that changes. */
  constructor(
    queue: UploadQueue,
    storage: Storage | null,
    locks: LockManager | undefined,
    tell: (left: readonly Unfinished[]) => void,
  ) {
    this.#queue = queue;
    this.#storage = storage;
    this.#locks = locks;
    this.#tell = tell;
    queue.subscribe(() => {
      this.#timer ??= setTimeout(() => this.#note(), REMEMBER_MS);
    });
  }

  /** Makes what closed tabs left this tab's own. */
  async takeOver(): Promise<void> {
    const keys = keysOf(this.#storage).filter((key) => key !== this.#key);
    if (keys.length === 0) return;
    await this.#hold(); // or what is taken over could be lost between two keys
    await Promise.all(keys.map((key) => this.#whenFree(key, () => this.#take(key))));
  }

  /** Forgets what closed tabs left. */
  forget(): void {
    this.#leave([]);
    this.keep();
  }

  /** Writes down what is to be remembered now. */
  keep(): void {
    const { uploads } = this.#queue;
    const there = uploads.filter(isThere).map(({ file }) => file);
    const failed = uploads.filter(({ state }) => state === "failed").map(asUnfinished);
    const all = [
      ...uploads.filter(isOpen).map(asUnfinished),
      ...without(failed, there), // chosen again instead of tried again
      ...this.#left,
    ];
    if (this.#isHeld) remember(this.#storage, this.#key, all);
    else if (all.length > 0) void this.#hold().then(() => this.keep());
  }

  #note(): void {
    this.#timer = null;
    const files = this.#queue.uploads.map(({ file }) => file);
    this.#leave(without(this.#left, files));
    this.keep();
  }

  #take(key: string): void {
    const found = recall(this.#storage, key);
    this.#leave([...this.#left, ...without(found, this.#left)]);
    this.keep();
    remember(this.#storage, key, []);
  }

  #leave(left: readonly Unfinished[]): void {
    if (left === this.#left) return;
    this.#left = left;
    this.#tell(left);
  }

  /** Takes this tab's lock and keeps it: the browser gives it back when the tab is gone. */
  #hold(): Promise<void> {
    this.#holding ??= new Promise<void>((resolve) => {
      const held = (): Promise<never> => {
        resolve();
        return new Promise(() => undefined);
      };
      if (this.#locks) this.#locks.request(this.#key, held).catch(() => resolve());
      else resolve();
    }).then(() => {
      this.#isHeld = true;
    });
    return this.#holding;
  }

  /** Does something with another tab's key, unless that tab is there. */
  async #whenFree(key: string, act: () => void): Promise<void> {
    if (!this.#locks) return act();
    const wait = { signal: AbortSignal.timeout(PATIENCE_MS) };
    await this.#locks.request(key, wait, act).catch(() => undefined);
  }
}

function asUnfinished({ gallery, file, state, bytes }: Upload): Unfinished {
  const isRead = state === "waiting" || state === "hashing";
  return { gallery, name: file.name, size: file.size, bytes: isRead ? 0 : bytes };
}
