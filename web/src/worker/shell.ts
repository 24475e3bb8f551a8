/** The page itself, kept for when there is no network: its HTML, script and style, nothing else. */

const PREFIX = "contact-sheet-shell-";
/** A page of the version before may still be open, and load a part of it. */
const KEPT_VERSIONS = 2;
/** A network that says nothing for so long counts as none, when the page is kept. */
const PATIENCE_MS = 5_000;

export class Shell {
  readonly #name: string;
  readonly #page: string;
  readonly #files: readonly string[];

  /**
   * Args:
   *   version: Another for every build.
   *   page: Address of the HTML, and prefix of everything that belongs to it.
   *   files: Addresses of what the HTML loads first.
   */
  constructor(version: string, page: string, files: readonly string[]) {
    this.#name = PREFIX + version;
    this.#page = page;
    this.#files = files;
  }

  /** Fetches everything into the cache of this version; fails as a whole. */
  async keep(): Promise<void> {
    const cache = await caches.open(this.#name);
    await cache.add(new Request(this.#page, { cache: "no-cache" }));
    await cache.addAll(this.#files);
  }

  /** Removes what versions long gone have left. */
  async clearOld(): Promise<void> {
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
    const old = names.filter((name) => name !== this.#name).slice(0, 1 - KEPT_VERSIONS);
    await Promise.all(old.map((name) => caches.delete(name)));
  }

  /** The page as it is now; as it was kept when the network or the server is away. */
  async pageFor(fetching: Promise<Response>): Promise<Response> {
    const kept = await (await caches.open(this.#name)).match(this.#page);
    if (!kept) return fetching;
    const patience = new Promise<Response>((resolve) => {
      setTimeout(() => resolve(kept), PATIENCE_MS);
    });
    const fetched = fetching.then(
      (answer) => (answer.status >= 500 ? kept : answer),
      () => kept,
    );
    return Promise.race([fetched, patience]);
  }

  /** A file whose address names its content: kept for ever once it was fetched. */
  async file(request: Request): Promise<Response> {
    const kept = await caches.match(request);
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(this.#name)).put(request, answer.clone());
    return answer;
  }
}
