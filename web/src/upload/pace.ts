/** How fast bytes arrive, and so how long the rest will take. */

/** Only this long ago counts: a connection changes. */
const WINDOW_MS = 15_000;
/** Before that nobody can tell. */
const LEAST_MS = 2_000;

export class Pace {
  #marks: { at: number; bytes: number }[] = [];
  #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Notes how many bytes there are now. */
  note(bytes: number): void {
    const at = this.#clock();
    const last = this.#marks.at(-1);
    if (last && bytes < last.bytes) this.#marks = []; // something was taken away: begin anew
    this.#marks.push({ at, bytes });
    while (this.#marks[1] && this.#marks[1].at <= at - WINDOW_MS) this.#marks.shift();
  }

  /** Seconds until `bytes` more are there; null when nobody can tell yet. */
  secondsFor(bytes: number): number | null {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last) return null;
    const passed = this.#clock() - first.at;
    const moved = last.bytes - first.bytes;
    if (passed < LEAST_MS || moved <= 0) return null;
    return (bytes * passed) / moved / 1000;
  }
}
