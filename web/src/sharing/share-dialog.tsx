/** Makes a link to a gallery or to some of its photos, and hands it over. */

import "../style/session.css";
import "../style/sharing.css";
import { useEffect, useRef, useState } from "preact/hooks";

import { createShare, MAX_SHARED } from "../api-access";
import type { Item, Share } from "../api-types";
import { Form } from "../session/form";
import { useSubmission } from "../session/submission";
import { wordsOf } from "../session/wait";
import { text } from "../text";
import { Dialog } from "../widgets/dialog";
import { copyLink } from "./copy-link";
import { ShareFields } from "./fields";
import { problemOf, wishOf } from "./wish";
import { linkOf, titleOf } from "./words";

const words = text.sharing;

interface Props {
  galleryId: string;
  /** What to share; null for the whole timeline. */
  items: readonly Item[] | null;
  /** A link was made. */
  onMade: () => void;
  onClose: () => void;
}

export function ShareDialog({ galleryId, items, onMade, onClose }: Props) {
  const [share, setShare] = useState<Share | null>(null);
  const submission = useSubmission({
    check: problemOf,
    send: async (typed) => {
      const ids = items?.map(({ id }) => id) ?? null;
      setShare(await createShare(galleryId, ids, wishOf(typed)));
      onMade();
    },
    problemOf: (error) => ({ field: null, words: words.failed(wordsOf(error, new Date())) }),
  });
  if (share) return <Ready share={share} onClose={onClose} />;
  const title = items ? words.titleSelection(items.length) : words.titleGallery;
  const isTooMuch = items !== null && items.length > MAX_SHARED;
  return (
    <Dialog title={title} stays onClose={onClose}>
      {isTooMuch ? (
        <p>{words.tooMany(MAX_SHARED)}</p>
      ) : (
        <>
          <p>{items ? words.hintSelection : words.hintGallery}</p>
          <Form submission={submission} action={words.create}>
            <ShareFields share={null} submission={submission} />
          </Form>
        </>
      )}
    </Dialog>
  );
}

/** The link, copied if the browser lets it be. */
function Ready({ share, onClose }: { share: Share; onClose: () => void }) {
  const link = linkOf(share, location.origin);
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState<string>(words.ready);
  const copy = async (): Promise<void> => {
    const isCopied = await copyLink(link);
    setSaid(isCopied ? words.copied : words.notCopied);
    if (!isCopied) field.current?.select();
  };
  useEffect(() => void copy(), []);
  return (
    <Dialog
      title={words.ready}
      onClose={onClose}
      foot={
        <>
          {"share" in navigator && (
            <button
              type="button"
              class="button quiet"
              onClick={() => {
                navigator.share({ title: titleOf(share), url: link }).catch(() => undefined); // thought better of it
              }}
            >
              {words.send}
            </button>
          )}
          <button type="button" class="button quiet" data-focus onClick={() => void copy()}>
            {words.copy}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {words.done}
          </button>
        </>
      }
    >
      <input
        ref={field}
        class="field-input share-link"
        type="text"
        readOnly
        aria-label={words.link}
        value={link}
        onFocus={({ currentTarget }) => currentTarget.select()}
      />
      <p class="share-said" role="status">
        {said}
      </p>
    </Dialog>
  );
}
