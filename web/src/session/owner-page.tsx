/** The page of an owner: their gallery, and over it the way in while nobody is signed in. */

import { useEffect } from "preact/hooks";

import { App } from "../app";
import type { Gallery } from "../gallery";
import { ApiError, sessionIsRenewed } from "../request";
import { text } from "../text";
import { useChanges } from "../use-changes";
import { Dialog } from "../widgets/dialog";
import { Lazy, partOf } from "../widgets/lazy";
import type { Owner } from "./owner";

const signInPart = partOf(async () => (await import("./sign-in-page")).SignInPage);

const LOOK_MS = 30_000;

export function OwnerPage({ owner, gallery }: { owner: Owner; gallery: Gallery }) {
  useChanges(owner);
  useStaying(owner);
  if (owner.hasLeft) return null;
  return (
    <>
      <App gallery={gallery} owner={owner} />
      {owner.isAsking && (
        <Lazy
          part={signInPart}
          props={{ owner }}
          frame={(content) => (
            <Dialog title={text.signIn.title} stays onClose={() => location.reload()}>
              {content}
            </Dialog>
          )}
        />
      )}
    </>
  );
}

/** Renews the session before it ends: photos, unlike the API, do not say that it has. */
function useStaying(owner: Owner): void {
  useEffect(() => {
    const look = async (): Promise<void> => {
      if (!owner.isEnding || owner.isAsking || document.visibilityState !== "visible") return;
      try {
        if (await sessionIsRenewed()) await owner.load();
      } catch (error) {
        if (!(error instanceof ApiError)) throw error; // at the next look
      }
    };
    const onVisible = (): void => void look();
    const timer = setInterval(onVisible, LOOK_MS);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [owner]);
}
