/** What the page asks about access: who is signed in, whose galleries are whose, and links. */

import type { OpenedShare, OwnedGallery, Session, Share, SignIn } from "./api-types";
import { ask, askOnce } from "./request";

// ---- session

/** Signs in; or tells that a password of one's own is to be chosen, and by which session. */
export function signIn(email: string, password: string): Promise<SignIn> {
  return askOnce<SignIn>("POST", "/session", { email, password });
}

/** Signs in with the first password of one's own. */
export function chooseFirstPassword(
  email: string,
  session: string,
  password: string,
): Promise<SignIn> {
  return askOnce<SignIn>("POST", "/session", { email, session, new_password: password });
}

/** Makes the cookies of whoever is signed in good for another hour. */
export async function refreshSession(): Promise<void> {
  await askOnce("POST", "/session/refresh", {});
}

/** Who asks; a session that has run out is renewed first. */
export function getSession(): Promise<Session> {
  return ask<Session>("GET", "/session");
}

/** The same of a guest, who has no session to renew. */
export function getGuestSession(): Promise<Session> {
  return askOnce<Session>("GET", "/session");
}

export async function endSession(): Promise<void> {
  await askOnce("DELETE", "/session", {});
}

/** Has a code sent, if there is somebody of this e-mail. */
export async function sendCode(email: string): Promise<void> {
  await askOnce("POST", "/session/password/forgot", { email });
}

export async function resetPassword(email: string, code: string, password: string): Promise<void> {
  await askOnce("POST", "/session/password/reset", { email, code, password });
}

export async function changePassword(old: string, password: string): Promise<void> {
  await ask("PUT", "/session/password", { old, new: password });
}

/** Opens a link: a guest from now on. */
export function openShare(token: string, password: string | null): Promise<OpenedShare> {
  const body = { token, ...(password !== null && { password }) };
  return askOnce<OpenedShare>("POST", "/session/share", body);
}

// ---- galleries

export function getGalleries(): Promise<OwnedGallery[]> {
  return ask<OwnedGallery[]>("GET", "/galleries");
}

export function createGallery(name: string): Promise<OwnedGallery> {
  return ask<OwnedGallery>("POST", "/galleries", { name });
}

export function inviteOwner(gallery: string, email: string): Promise<OwnedGallery> {
  return ask<OwnedGallery>("POST", `/galleries/${gallery}/owners`, { email });
}

export function removeOwner(gallery: string, owner: string): Promise<OwnedGallery> {
  return ask<OwnedGallery>(
    "DELETE",
    `/galleries/${gallery}/owners/${encodeURIComponent(owner)}`,
    {},
  );
}

// ---- links

/** At most so many photos of a selection. */
export const MAX_SHARED = 500;

/** What an owner says of a link; what is left out of a change stays as it is. */
export interface ShareWish {
  name?: string;
  may_download?: boolean;
  /** From now; null for ever. */
  days?: number | null;
  /** Null for none. */
  password?: string | null;
}

/** The links to a gallery, newest first. */
export function getShares(gallery: string): Promise<Share[]> {
  return ask<Share[]>("GET", `/shares?${new URLSearchParams({ gallery })}`);
}

/** Makes a link to some photos of a gallery; without them to its timeline. */
export function createShare(
  gallery: string,
  assetIds: readonly string[] | null,
  wish: ShareWish,
): Promise<Share> {
  const body = { gallery, ...(assetIds && { asset_ids: assetIds }), ...wish };
  return ask<Share>("POST", "/shares", body);
}

export function changeShare(id: string, wish: ShareWish): Promise<Share> {
  return ask<Share>("PUT", `/shares/${id}`, wish);
}

export async function revokeShare(id: string): Promise<void> {
  await ask("DELETE", `/shares/${id}`, {});
}
