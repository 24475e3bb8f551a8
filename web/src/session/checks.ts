/** What can be seen to be wrong before anything is sent. No DOM. */

import { text } from "../text";
import type { Problem, Typed } from "./submission";

const EMAIL = /^[^@\s]{1,64}@[^@\s]{1,190}$/;
const CODE = /^\d{6}$/;
/** As the user pool takes them. */
const SHORTEST = 12;

/** The first field of these that is empty, or no e-mail or code though it is to be one. */
export function problemIn(typed: Typed, fields: readonly string[]): Problem | null {
  for (const field of fields) {
    const value = typed[field] ?? "";
    const words = value.trim() === "" ? text.signIn.missing : problemOf(field, value);
    if (words !== null) return { field, words };
  }
  return null;
}

/** Whether a password has what the rules ask for. */
export function isStrong(password: string): boolean {
  return password.length >= SHORTEST && [/\p{Ll}/u, /\p{Lu}/u, /\d/].every((kind) => kind.test(password));
}

function problemOf(field: string, value: string): string | null {
  if (field === "email") return EMAIL.test(value.trim()) ? null : text.signIn.badEmail;
  if (field === "code") return CODE.test(value.trim()) ? null : text.signIn.codeHint;
  if (field === "new") return isStrong(value) ? null : text.signIn.tooWeak;
  return null;
}
