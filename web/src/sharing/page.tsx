/** The links to a gallery: what each shows, for how long, how often it was opened, and its end. */

import "../style/sharing.css";
import { useEffect, useRef, useState } from "preact/hooks";

import { getShares, revokeShare } from "../api-access";
import type { Share } from "../api-types";
import type { Deeds } from "../deeds";
import { ApiError } from "../request";
import { text } from "../text";
import { useIsGone } from "../use-is-gone";
import { Confirm } from "../widgets/confirm";
import { ShareIcon } from "../widgets/icons";
import { Message } from "../widgets/message";
import { ChangeDialog } from "./change-dialog";
import { copyLink } from "./copy-link";
import { Row } from "./row";
import { linkOf, titleOf } from "./words";

const words = text.sharing;

interface Props {
  /** Whose links; its id. */
  galleryId: string;
  deeds: Pick<Deeds, "tell" | "share">;
  /** Moves when a link was made. */
  made: number;
}

export function SharesPage({ galleryId, deeds, made }: Props) {
  const { shares, error, load, replace } = useShares(galleryId, made);
  const [changing, setChanging] = useState<Share | null>(null);
  const [ending, setEnding] = useState<Share | null>(null);
  const section = useRef<HTMLElement>(null);

  const copy = async (share: Share): Promise<void> => {
    deeds.tell((await copyLink(linkOf(share, location.origin))) ? words.copied : words.notCopied);
  };
  const end = async (share: Share): Promise<void> => {
    // what was pressed is gone with the link
    section.current?.focus({ preventScroll: true });
    try {
      await revokeShare(share.id);
      replace({ ...share, is_open: false, revoked_at: new Date().toISOString() });
      deeds.tell(words.revokedNow(titleOf(share)));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      deeds.tell(`${words.revokeFailed(titleOf(share))}. ${text.reason(problem.code, problem.message)}`);
    }
  };

  if (!shares && error) {
    return (
      <Message
        title={words.loadFailed}
        hint={text.reason(error.code, error.message)}
        action={text.retry}
        onAction={load}
      />
    );
  }
  if (!shares) return <Message title={words.loading} isBusy />;
  if (shares.length === 0) {
    return (
      <Message
        title={words.noneTitle}
        hint={words.noneHint}
        action={words.shareGallery}
        onAction={() => deeds.share(null)}
      />
    );
  }
  return (
    <section ref={section} class="shares" tabIndex={-1} aria-label={words.title}>
      <div class="page-tools">
        <div class="shares-words">
          <p class="shares-count">{words.count(shares.filter(({ is_open }) => is_open).length)}</p>
          <p class="page-tools-hint">{words.noneHint}</p>
        </div>
        <span class="page-tools-space" />
        <button type="button" class="button" onClick={() => deeds.share(null)}>
          <ShareIcon />
          {words.shareGallery}
        </button>
      </div>
      <ul class="share-list">
        {shares.map((share) => (
          <Row
            key={share.id}
            share={share}
            onCopy={() => void copy(share)}
            onChange={() => setChanging(share)}
            onEnd={() => setEnding(share)}
          />
        ))}
      </ul>
      {changing && (
        <ChangeDialog
          share={changing}
          onChanged={(changed) => {
            replace(changed);
            deeds.tell(words.changed(titleOf(changed)));
          }}
          onClose={() => setChanging(null)}
        />
      )}
      {ending && (
        <Confirm
          title={words.revokeTitle(titleOf(ending))}
          action={words.revoke}
          isDangerous
          onConfirm={() => void end(ending)}
          onClose={() => setEnding(null)}
        >
          <p>{words.revokeHint}</p>
        </Confirm>
      )}
    </section>
  );
}

/** The links; asked for again when somebody comes back to the page, as they are opened meanwhile. */
function useShares(galleryId: string, made: number) {
  const [shares, setShares] = useState<readonly Share[] | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const isGone = useIsGone();
  const load = (): void => {
    setError(null);
    getShares(galleryId).then(
      (found) => !isGone.current && setShares(found),
      (problem: unknown) => {
        if (!(problem instanceof ApiError)) throw problem;
        if (!isGone.current) setError(problem);
      },
    );
  };
  useEffect(() => {
    load();
    const onVisible = (): void => {
      if (document.visibilityState === "visible") load();
    };
    document.addEventListener("visibilitychange", onVisible);
    return () => document.removeEventListener("visibilitychange", onVisible);
  }, [galleryId, made]);
  const replace = (changed: Share): void => {
    setShares((all) => all?.map((one) => (one.id === changed.id ? changed : one)) ?? null);
  };
  return { shares, error, load, replace };
}
