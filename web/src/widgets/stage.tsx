/** The picture itself: its thumbnail at once, the original over it when it has come. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { largePreviewUrl } from "../api";
import type { Asset, Item } from "../api-types";
import { fitInside, type Size } from "../fit";
import { isShownByBrowsers } from "../rendition";
import { text } from "../text";
import { altOf } from "./tile";
import { DownloadIcon, PictureIcon } from "./icons";
import { Placeholder } from "./placeholder";
import { px } from "./style";

interface Props {
  item: Item;
  /** What is known beyond the list, once it has come. */
  asset: Asset | null;
}

/** Somebody who leafs through quickly needs no originals of what they pass. */
const REST_MS = 120;

export function Stage({ item, asset }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState<Size | null>(null);

  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return undefined;
    const measure = (): void => {
      const style = getComputedStyle(element);
      const width = element.clientWidth - parseFloat(style.paddingLeft) * 2;
      const height =
        element.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
      setSize({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <div ref={stage} class="stage">
      {size && (item.file_type === "video"
        ? <VideoOnStage item={item} size={size} />
        : <PhotoOnStage item={item} asset={asset} size={size} />)}
    </div>
  );
}

function PhotoOnStage({ item, asset, size }: Props & { size: Size }) {
  const isDirect = isShownByBrowsers(item);
  const [sharp, setSharp] = useState<"waiting" | "coming" | "here" | "failed">("waiting");
  const isSized = Boolean(item.width && item.height);
  const thumbnail = item.thumbnail_state === "ready" ? item.thumbnail_url : null;
  const isMissing = item.thumbnail_state === "missing";
  // a server that could not draw it would not draw it larger
  const isHopeless = isMissing || (!isDirect && item.thumbnail_state === "failed");

  useEffect(() => {
    const timer = setTimeout(
      () => setSharp((now) => (now === "waiting" ? "coming" : now)),
      thumbnail ? REST_MS : 0,
    );
    return () => clearTimeout(timer);
  }, []);

  const onLoad = (event: Event): void => {
    const image = event.currentTarget as HTMLImageElement;
    // decoded before it is shown: no half-drawn picture over the thumbnail
    void image.decode().then(() => setSharp("here"), () => setSharp("here"));
  };

  if (!thumbnail && (isHopeless || sharp === "failed")) {
    return <NoPicture item={item} asset={asset} />;
  }
  return (
    <div class="photo" style={px({ ...fitInside(item, size) })}>
      {item.thumbhash && isSized && sharp !== "here" && <Placeholder thumbhash={item.thumbhash} />}
      {thumbnail && (
        <img class="photo-layer" src={thumbnail} alt={sharp === "here" ? "" : altOf(item)} />
      )}
      {sharp !== "waiting" && sharp !== "failed" && !isHopeless && (
        <img
          class={`photo-layer sharp ${sharp}`}
          src={isDirect ? item.url : largePreviewUrl(item.id)}
          alt={sharp === "here" ? altOf(item) : ""}
          onLoad={onLoad}
          onError={() => setSharp("failed")}
        />
      )}
      {!thumbnail && sharp !== "here" && (
        <span class="spinner" role="status" aria-label={text.loading} />
      )}
    </div>
  );
}

function VideoOnStage({ item, size }: { item: Item; size: Size }) {
  const video = useRef<HTMLVideoElement>(null);
  const [failed, setFailed] = useState(false);

  useEffect(() => {
    const element = video.current;
    return () => {
      // leaving stops the sound and the transfer
      element?.pause();
      element?.removeAttribute("src");
      element?.load();
    };
  }, []);

  if (failed) return <NoPicture item={item} asset={null} words={text.videoFailed} />;
  const fitted = item.width && item.height ? fitVideo(item.width, item.height, size) : size;
  return (
    <video
      ref={video}
      class="video"
      style={px({ ...fitted })}
      src={item.url}
      poster={item.thumbnail_url ?? undefined}
      aria-label={altOf(item)}
      controls
      autoPlay
      playsInline
      preload="metadata"
      onError={() => setFailed(true)}
    />
  );
}

/** Small videos may be enlarged: people watch them, they do not count their pixels. */
function fitVideo(width: number, height: number, stage: Size): Size {
  const scale = Math.max(1, Math.min(stage.width / width, stage.height / height, 2.5));
  return fitInside({ width: width * scale, height: height * scale }, stage);
}

function NoPicture({ item, asset, words }: Props & { words?: string }) {
  return (
    <div class="no-picture">
      <PictureIcon />
      <p class="message-title">{item.name}</p>
      <p class="message-hint">{words ?? previewOf(item)}</p>
      {reasonOf(asset) && <p class="message-hint">{reasonOf(asset)}</p>}
      {item.thumbnail_state !== "missing" && (
        <a class="button" href={item.url} download={item.name}>
          <DownloadIcon /> {text.download}
        </a>
      )}
    </div>
  );
}

function reasonOf(asset: Asset | null): string | null {
  return asset?.thumbnail_error_detail || asset?.thumbnail_error || null;
}

function previewOf(item: Item): string {
  if (item.thumbnail_state === "pending") return text.pendingPreview;
  return item.thumbnail_state === "missing" ? text.missingPreview : text.noPreview;
}
