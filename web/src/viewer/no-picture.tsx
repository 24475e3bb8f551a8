/** In place of a picture that can't be shown: why, and the file itself. */

import { render } from "preact";
import { useEffect, useState } from "preact/hooks";

import { getAsset } from "../api";
import type { Item } from "../api-types";
import { hasOriginal } from "../rendition";
import { text } from "../text";
import { DownloadIcon, PictureIcon } from "../widgets/icons";

/**
 * Draws it into an element; returns how to take it away.
 *
 * @param words What to say, where the state of the item does not say it.
 */
export function drawNoPicture(element: HTMLElement, item: Item, words?: string): () => void {
  const place = document.createElement("div");
  place.className = "no-picture-place";
  element.replaceChildren(place);
  render(<NoPicture item={item} {...(words !== undefined && { words })} />, place);
  return () => render(null, place);
}

function NoPicture({ item, words }: { item: Item; words?: string }) {
  const reason = useReason(item);
  return (
    <div class="no-picture">
      <PictureIcon />
      <p class="message-title">{item.name}</p>
      <p class="message-hint">{words ?? previewOf(item)}</p>
      {!words && reason && <p class="message-hint">{reason}</p>}
      {item.thumbnail_state !== "missing" && hasOriginal(item) && (
        <a class="button" href={item.url} download={item.name}>
          <DownloadIcon /> {text.download}
        </a>
      )}
    </div>
  );
}

/** Why there is no preview, which no list tells. */
function useReason(item: Item): string | null {
  const [reason, setReason] = useState<string | null>(null);
  const isFailed = item.thumbnail_state === "failed";
  useEffect(() => {
    let isWanted = isFailed;
    const ask = async (): Promise<void> => {
      try {
        const asset = await getAsset(item.id);
        if (isWanted) setReason(asset.thumbnail_error_detail || asset.thumbnail_error || null);
      } catch {
        // the words without the reason are true, too
      }
    };
    if (isFailed) void ask();
    return () => {
      isWanted = false;
    };
  }, [item.id, isFailed]);
  return reason;
}

function previewOf(item: Item): string {
  if (item.thumbnail_state === "pending") return text.pendingPreview;
  return item.thumbnail_state === "missing" ? text.missingPreview : text.noPreview;
}
