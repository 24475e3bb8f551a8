/** When a slideshow goes on. No DOM, no timer: whoever uses it brings the time. */

/** What one may choose, seconds. */
export const INTERVALS = [3, 5, 8, 10] as const;
export type Interval = (typeof INTERVALS)[number];
export const DEFAULT_INTERVAL: Interval = 5;

/** The interval that a stored text names, or the default. */
export function intervalFrom(stored: string | null): Interval {
  return INTERVALS.find((seconds) => String(seconds) === stored) ?? DEFAULT_INTERVAL;
}

/**
 * Counts how long a photo has been shown, without the time it was held: paused, or in a tab
 * that nobody sees. A photo counts from when it is shown, a video goes on when it has ended.
 */
export class SlideClock {
  private shownMs = 0;
  private countingSince: number | null = null;
  private state: "coming" | "shown" | "over" = "coming";
  private isHeld = false;

  constructor(private intervalMs: number) {}

  /** Another photo comes. */
  begin(): void {
    this.state = "coming";
    this.shownMs = 0;
    this.countingSince = null;
  }

  /** It is there to be seen. */
  show(now: number): void {
    if (this.state !== "coming") return;
    this.state = "shown";
    this.count(now);
  }

  /** There is no more of it to see: a video has ended. */
  finish(): void {
    this.state = "over";
  }

  hold(now: number): void {
    this.settle(now);
    this.countingSince = null;
    this.isHeld = true;
  }

  goOn(now: number): void {
    this.isHeld = false;
    this.count(now);
  }

  setInterval(intervalMs: number): void {
    this.intervalMs = intervalMs;
  }

  /** Milliseconds until the next photo is due; null while something must happen before. */
  dueIn(now: number): number | null {
    if (this.isHeld || this.state === "coming") return null;
    if (this.state === "over") return 0;
    const counted = this.countingSince === null ? 0 : now - this.countingSince;
    return Math.max(0, this.intervalMs - this.shownMs - counted);
  }

  private count(now: number): void {
    if (this.state === "shown" && !this.isHeld) this.countingSince ??= now;
  }

  private settle(now: number): void {
    if (this.countingSince !== null) this.shownMs += now - this.countingSince;
  }
}
