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

  /** The page as it is now; as it was kept when the network or the server is away.
   *
   * Args:
   *   meanwhile: Given the work that nobody has to wait for.
   */
  async pageFor(
    fetching: Promise<Response>,
    meanwhile: (work: Promise<void>) => void,
  ): Promise<Response> {
    const kept = await found(caches.open(this.#name).then((cache) => cache.match(this.#page)));
    if (!kept) {
      // whoever signed out has cleared the cache: the page is kept again for whoever is here now
      const answer = await fetching;
      if (answer.ok) meanwhile(this.#put(this.#page, answer.clone()));
      return answer;
    }
    const patience = new Promise<Response>((resolve) => {
      setTimeout(() => resolve(kept), PATIENCE_MS);
    });
    const fetched = fetching.then(
      (answer) => (answer.status >= 500 ? kept : answer),
      () => kept,
    );
    return Promise.race([fetched, patience]);
  }

  /** A file whose address names its content: kept for ever once it was fetched.
   *
   * Args:
   *   meanwhile: Given the work that nobody has to wait for.
   */
  async file(request: Request, meanwhile: (work: Promise<void>) => void): Promise<Response> {
    const kept = await found(caches.match(request));
    if (kept) return kept;
    const answer = await fetch(request);
    if (answer.ok) meanwhile(this.#put(request, answer.clone()));
    return answer;
  }

  /** Keeps an answer if there is room: a disk may be full, and a private window may refuse. */
  async #put(request: Request | string, answer: Response): Promise<void> {
    try {
      await (await caches.open(this.#name)).put(request, answer);
    } catch {
      // it is asked for again the next time
    }
  }
}

/** What a cache holds; nothing where it can't be read, as the network may have it. */
async function found(matching: Promise<Response | undefined>): Promise<Response | undefined> {
  try {
    return await matching;
  } catch {
    return undefined;
  }
}
