/** One picture of the timeline. */

import { memo } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Item } from "../api-types";
import { momentTitle } from "../days";
import { tileUrl } from "../rendition";
import { isLetterboxed } from "../rows";
import { text } from "../text";
import { FullHeartIcon, PictureIcon, PlayIcon, RestoreIcon } from "./icons";
import { Placeholder } from "./placeholder";
import { px } from "./style";

export interface TileDeeds {
  hrefOf: (item: Item) => string;
  open: (item: Item, tile: HTMLElement) => void;
  /** Asks after a pending item until it is ready; returns how to stop. */
  watch: (id: string) => () => void;
  /** Only in the bin. */
  restore: ((item: Item) => void) | null;
}

interface Props {
  item: Item;
  left: number;
  top: number;
  width: number;
  height: number;
  deeds: TileDeeds;
}

function PlainTile({ item, left, top, width, height, deeds }: Props) {
  const [broken, setBroken] = useState<string | null>(null);
  const isPending = item.thumbnail_state === "pending";
  const url = isPending ? null : tileUrl(item, { width, height }, window.devicePixelRatio);
  const isContained = isLetterboxed(item.width, item.height);
  const isShown = url !== null && item.thumbnail_state === "ready" && broken !== url;

  useEffect(() => (isPending ? deeds.watch(item.id) : undefined), [isPending, item.id, deeds]);

  const onClick = (event: MouseEvent): void => {
    const isPlain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.button !== 0 || !isPlain) return; // a new tab, as links do
    event.preventDefault();
    deeds.open(item, event.currentTarget as HTMLElement);
  };

  return (
    <div class="tile" style={px({ left, top, width, height })}>
      <a
        class="tile-link"
        href={deeds.hrefOf(item)}
        data-id={item.id}
        data-state={isShown ? "ready" : item.thumbnail_state === "ready" ? "failed" : item.thumbnail_state}
        onClick={onClick}
      >
        {item.thumbhash && !isContained && <Placeholder thumbhash={item.thumbhash} />}
        {isShown ? (
          <Picture
            key={url}
            url={url}
            alt={altOf(item)}
            width={width}
            height={height}
            contained={isContained}
            onBroken={() => setBroken(url)}
          />
        ) : (
          <span class="tile-words">
            <PictureIcon />
            <span class="tile-name">{item.name}</span>
            <span class="tile-state">{wordsOf(item)}</span>
          </span>
        )}
        {item.file_type === "video" && (
          <span class="tile-video" aria-hidden="true">
            {item.duration !== null && <span>{text.duration(item.duration)}</span>}
            <PlayIcon />
          </span>
        )}
        {item.is_favorite && (
          <span class="tile-favorite" role="img" aria-label={text.favoriteMark}>
            <FullHeartIcon />
          </span>
        )}
      </a>
      {deeds.restore && (
        <button
          type="button"
          class="tile-restore"
          aria-label={`${text.restore} ${item.name}`}
          title={text.restore}
          onClick={() => deeds.restore?.(item)}
        >
          <RestoreIcon />
        </button>
      )}
    </div>
  );
}

export const Tile = memo(PlainTile);

interface PictureProps {
  url: string;
  alt: string;
  width: number;
  height: number;
  contained: boolean;
  onBroken: () => void;
}

function Picture({ url, alt, width, height, contained, onBroken }: PictureProps) {
  const image = useRef<HTMLImageElement>(null);
  const [arrival, setArrival] = useState<"coming" | "instant" | "faded">("coming");

  useEffect(() => {
    const element = image.current;
    if (element?.complete && element.naturalWidth > 0) setArrival("instant");
    return () => {
      // scrolled past before it came: frees the connection for what is in sight
      if (element && !element.complete) element.removeAttribute("src");
    };
  }, []);

  return (
    <img
      ref={image}
      class={`picture ${arrival}${contained ? " contained" : ""}`}
      src={url}
      alt={alt}
      width={width}
      height={height}
      loading="lazy"
      decoding="async"
      draggable={false}
      onLoad={() => setArrival((now) => (now === "coming" ? "faded" : now))}
      onError={onBroken}
    />
  );
}

export function altOf(item: Item): string {
  const date = momentTitle(item.media_date);
  if (item.file_type === "image") return text.photoAlt(item.name, date);
  const length = item.duration === null ? "" : `${text.duration(item.duration)}, `;
  return text.videoAlt(item.name, date, length);
}

function wordsOf(item: Item): string {
  if (item.thumbnail_state === "pending") return text.pending;
  return item.thumbnail_state === "missing" ? text.missing : text.failed;
}
