/** Errors of signing in and of links, in words; the clock tells how long to wait. No DOM. */

import type { ApiError } from "../request";
import { text } from "../text";

/** What a server that says nothing means, seconds: its tries are counted by the quarter of an hour. */
const USUAL_SECONDS = 15 * 60;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Words for an error: of tries that were too many, until when; of others what they mean. */
export function wordsOf(error: ApiError, now: Date): string {
  if (error.code !== "too_many_tries") return text.reason(error.code, error.message);
  const seconds = error.details.retryAfterSeconds ?? USUAL_SECONDS;
  const until = new Date(now.getTime() + seconds * 1000);
  return text.waitUntil(Math.max(1, Math.ceil(seconds / 60)), clock.format(until));
}
