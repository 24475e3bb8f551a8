/** What somebody has typed about a link, as the API wants it. No DOM. */

import type { ShareWish } from "../api-access";
import type { Problem, Typed } from "../session/submission";
import { text } from "../text";

/** What can be chosen: days from now, for ever, or as until now. */
export const DAYS = [1, 7, 30, 90] as const;
export const USUAL_DAYS = 30;
export const NEVER = "never";
export const KEEP = "keep";
/** What can be done with the password that a link has. */
export const NONE = "none";
export const NEW = "new";

const SHORTEST_PASSWORD = 8;

/** What is wrong with what was typed; null when nothing is. */
export function problemOf(typed: Typed): Problem | null {
  const password = typed.password ?? "";
  const isMissing = typed.password_choice === NEW && password === "";
  if (!isMissing && (password === "" || password.length >= SHORTEST_PASSWORD)) return null;
  return { field: "password", words: text.sharing.passwordShort };
}

/** What is to be said of a link; what is to stay as it is, is left out. */
export function wishOf(typed: Typed): ShareWish {
  const wish: ShareWish = {
    name: (typed.name ?? "").trim(),
    may_download: typed.may_download !== undefined,
  };
  if (typed.expiry !== KEEP) wish.days = typed.expiry === NEVER ? null : Number(typed.expiry);
  const choice = typed.password_choice ?? NEW;
  if (choice !== KEEP) wish.password = choice === NONE ? null : typed.password || null;
  return wish;
}
