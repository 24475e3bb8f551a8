/** A face cut out of its photo. */

import { useState } from "preact/hooks";

import { largePreviewUrl } from "../api";
import type { Item } from "../api-types";
import { PeopleIcon } from "../widgets/icons";
import { px } from "../widgets/style";
import { portraitArea, type Area } from "./face-geometry";
import { renditionFor } from "./sharpness";

/** No original is fetched for a small face: beyond the preview's width it stays soft. */
const WIDEST = 2048;

interface Props {
  item: Item;
  /** Where the face is; null for one whose place is not known. */
  area: Area | null;
  /** CSS pixels. */
  side: number;
}

export function FaceCrop({ item, area, side }: Props) {
  const [isBroken, setBroken] = useState(false);
  const { width, height } = item;
  const isCut = area !== null && width !== null && height !== null && !isBroken;
  const seen = isCut ? portraitArea(area, width / height) : null;
  return (
    <span class="face-crop" style={px({ width: side, height: side })}>
      {seen ? (
        <img
          src={urlFor(item, (side / seen.width) * window.devicePixelRatio)}
          alt=""
          draggable={false}
          decoding="async"
          style={px({
            left: (-seen.left / seen.width) * side,
            top: (-seen.top / seen.height) * side,
            width: side / seen.width,
            height: side / seen.height,
          })}
          onError={() => setBroken(true)}
        />
      ) : (
        <PeopleIcon />
      )}
    </span>
  );
}

/** The file that is sharp when the whole picture is drawn so many device pixels wide. */
function urlFor(item: Item, width: number): string {
  const rendition = renditionFor(item, Math.min(width, WIDEST));
  if (rendition === "thumbnail" && item.thumbnail_url) return item.thumbnail_url;
  return rendition === "original" ? item.url : largePreviewUrl(item.id);
}
