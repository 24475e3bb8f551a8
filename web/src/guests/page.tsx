/** The page of whoever came by a link: what it shows, or why it shows nothing. */

import { useEffect, useMemo, useState } from "preact/hooks";

import { App } from "../app";
import { Gallery } from "../gallery";
import type { Guest } from "../guest";
import { ApiError, askAsGuest, renewSessionBy } from "../request";
import { parseRoute } from "../route";
import { Doorstep } from "../session/doorstep";
import { wordsOf } from "../session/wait";
import { text } from "../text";
import { useChanges } from "../use-changes";
import { PasswordPage } from "./password-page";
import { Visit, type Remembered } from "./visit";

const words = text.guest;
const OPEN_LINK = "contact-sheet-open-link";
const LOOK_MS = 30_000;

/** @param token What the link ends with; of one page it stays the same. */
export function GuestPage({ token }: { token: string }) {
  const [visit] = useState(() => visitOf(token));
  useChanges(visit);
  useOwnLink(visit);
  const { stage, guest, error } = visit;

  if (stage === "over") return <Doorstep title={words.overTitle} hint={words.overHint} />;
  if (stage === "failed" && error) {
    return (
      <Doorstep title={words.failedTitle} hint={wordsOf(error, new Date())}>
        <button type="button" class="button" data-focus onClick={() => void visit.begin()}>
          {text.retry}
        </button>
      </Doorstep>
    );
  }
  return (
    <>
      {guest ? (
        <Shared guest={guest} />
      ) : (
        <p class="visually-hidden" role="status">
          {stage === "opening" && words.opening}
        </p>
      )}
      {stage === "locked" && <PasswordPage visit={visit} />}
    </>
  );
}

function visitOf(token: string): Visit {
  askAsGuest();
  const visit = new Visit(token, remembered());
  renewSessionBy(() => visit.renew());
  void visit.begin();
  return visit;
}

function Shared({ guest }: { guest: Guest }) {
  const gallery = useMemo(() => {
    const query = parseRoute(location.pathname, location.search, guest.gallery);
    return new Gallery(query, Date.now, guest);
  }, [guest]);
  useEffect(() => void gallery.reload(), [gallery]);
  useGoodAddresses(gallery);
  return <App key={JSON.stringify(guest)} gallery={gallery} owner={null} />;
}

/** Addresses end at a full hour, an hour or more after they were told: each hour they are new. */
function useGoodAddresses(gallery: Gallery): void {
  useEffect(() => {
    let told = hourNow();
    const look = async (): Promise<void> => {
      if (document.visibilityState !== "visible" || hourNow() === told) return;
      const before = told;
      told = hourNow();
      try {
        await gallery.renewAddresses();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        told = before; // at the next look
      }
    };
    const timer = setInterval(() => void look(), LOOK_MS);
    const onVisible = (): void => void look();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [gallery]);
}

/** Whoever comes back from another link's page sees this one's again. */
function useOwnLink(visit: Visit): void {
  useEffect(() => {
    const onFocus = (): void => {
      if (document.visibilityState !== "visible" || !visit.isTaken) return;
      visit.renew().catch((error: unknown) => {
        if (!(error instanceof ApiError)) throw error; // at the next request that is refused
      });
    };
    document.addEventListener("visibilitychange", onFocus);
    window.addEventListener("focus", onFocus);
    return () => {
      document.removeEventListener("visibilitychange", onFocus);
      window.removeEventListener("focus", onFocus);
    };
  }, [visit]);
}

function hourNow(): number {
  return Math.floor(Date.now() / 3_600_000);
}

/** In this browser, for all its tabs, as its cookies are. */
function remembered(): Remembered {
  let here: string | null = null;
  return {
    read: () => {
      try {
        return localStorage.getItem(OPEN_LINK);
      } catch {
        return here; // a browser that keeps nothing
      }
    },
    write: (token) => {
      here = token;
      try {
        localStorage.setItem(OPEN_LINK, token);
      } catch {
        // it is opened again after a reload
      }
    },
  };
}
