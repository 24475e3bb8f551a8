/** The dialogs of the page, over the timeline as over an open photo; each is loaded when needed. */

import type { Item } from "../api-types";
import type { Deeds } from "../deeds";
import type { Gallery } from "../gallery";
import { text } from "../text";
import { partOf } from "./lazy";
import { LazyDialog } from "./lazy-dialog";

const correctPart = partOf(async () => (await import("../correct/dialog")).CorrectDialog);
const sharePart = partOf(async () => (await import("../sharing/share-dialog")).ShareDialog);
const helpPart = partOf(async () => (await import("../viewer/help-dialog")).HelpDialog);

/** What a link is to be made to: these, or the whole gallery. */
export interface Sharing {
  items: readonly Item[] | null;
}

interface Props {
  gallery: Gallery;
  galleryId: string;
  deeds: Deeds;
  /** Whose date and description are corrected; null for none. */
  correcting: readonly Item[] | null;
  sharing: Sharing | null;
  isHelpOpen: boolean;
  onCorrected: () => void;
  onLinkMade: () => void;
  onShared: () => void;
  onHelped: () => void;
}

export function Dialogs({ gallery, galleryId, deeds, correcting, sharing, isHelpOpen, ...on }: Props) {
  return (
    <>
      {correcting && (
        <LazyDialog
          title={text.selecting.correct}
          part={correctPart}
          props={{ items: correcting, gallery, deeds, onClose: on.onCorrected }}
        />
      )}
      {sharing && (
        <LazyDialog
          title={text.sharing.share}
          part={sharePart}
          props={{
            galleryId,
            items: sharing.items,
            onMade: on.onLinkMade,
            onClose: on.onShared,
          }}
        />
      )}
      {isHelpOpen && (
        <LazyDialog
          title={text.shortcuts.title}
          part={helpPart}
          props={{ guest: gallery.guest, onClose: on.onHelped }}
        />
      )}
    </>
  );
}
