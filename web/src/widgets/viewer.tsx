/** One photo or video over the whole window. */

import type { ComponentChildren } from "preact";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError, getAsset } from "../api";
import type { Asset, Item } from "../api-types";
import { momentTitle } from "../days";
import type { Gallery } from "../gallery";
import { text } from "../text";
import {
  BinIcon,
  CloseIcon,
  DownloadIcon,
  FullHeartIcon,
  HeartIcon,
  NextIcon,
  PreviousIcon,
  RestoreIcon,
} from "./icons";
import { Message } from "./message";
import { preload } from "./preload";
import { Stage } from "./stage";
import { useSwipe } from "./swipe";

interface Props {
  id: string;
  gallery: Gallery;
  /** Shows another photo in place of this one. */
  show: (id: string) => void;
  close: () => void;
  toggleFavorite: (item: Item) => void;
  /** Deletes, or restores what is in the bin; the caller chooses what to show then. */
  remove: (item: Item) => void;
  restore: (item: Item) => void;
  /** The notice, which must be reachable while the page behind is not. */
  children: ComponentChildren;
}

/** Somebody who leafs through quickly needs no details of what they pass. */
const REST_MS = 150;
/** Remaining items at which the list's next page is fetched. */
const NEAR_END = 15;

export function Viewer(props: Props) {
  const { id, gallery, show, close, toggleFavorite, remove, restore, children } = props;
  const dialog = useRef<HTMLDivElement>(null);
  const { list } = gallery;
  const index = gallery.indexOf(id);
  const listed = list.items[index] ?? null;
  const { asset, error, retry } = useAsset(id, listed !== null, gallery);
  const item = listed ?? (asset && gallery.withChanges(asset));
  const isInBin = listed ? list.query.view === "bin" : Boolean(asset?.deleted_at);
  const previous = index > 0 ? (list.items[index - 1]?.id ?? null) : null;
  const next = index >= 0 ? (list.items[index + 1]?.id ?? null) : null;
  const isListReady = list.status === "ready";
  const isPending = item?.thumbnail_state === "pending";

  useEffect(() => {
    // the photo was opened by its address: finds its neighbours
    if (isListReady && !listed && asset && !asset.deleted_at) void gallery.reach(asset);
  }, [isListReady, listed === null, asset, gallery]);

  useEffect(() => {
    if (index >= list.items.length - NEAR_END && index >= 0) void gallery.loadMore();
  }, [index, list.items.length, gallery]);

  useEffect(() => (isPending ? gallery.watch(id) : undefined), [isPending, id, gallery]);

  useEffect(() => preload(list.items, index), [index, list.items]);

  useLayoutEffect(() => {
    dialog.current?.focus({ preventScroll: true });
  }, []);

  useKeys(dialog, {
    Escape: close,
    ArrowLeft: () => previous !== null && show(previous),
    ArrowRight: () => next !== null && show(next),
    f: () => item && !isInBin && toggleFavorite(item),
    Delete: () => item && !isInBin && remove(item),
  });
  const swipe = useSwipe({
    left: () => next !== null && show(next),
    right: () => previous !== null && show(previous),
    down: close,
  });

  return (
    <div
      ref={dialog}
      class="viewer"
      role="dialog"
      aria-modal="true"
      aria-label={item ? text.viewerLabel(item.name) : text.loading}
      tabIndex={-1}
      {...swipe}
    >
      <div class="viewer-bar">
        <span class="viewer-position">
          {index >= 0 && text.position(index + 1, Math.max(list.total, list.items.length))}
        </span>
        {item && !isInBin && (
          <button
            type="button"
            class={`viewer-button${item.is_favorite ? " is-favorite" : ""}`}
            aria-pressed={item.is_favorite}
            aria-label={item.is_favorite ? text.removeFavorite : text.addFavorite}
            title={`${item.is_favorite ? text.removeFavorite : text.addFavorite} (f)`}
            onClick={() => toggleFavorite(item)}
          >
            {item.is_favorite ? <FullHeartIcon /> : <HeartIcon />}
          </button>
        )}
        {item && (
          <a
            class="viewer-button"
            href={item.url}
            download={item.name}
            aria-label={text.download}
            title={text.download}
          >
            <DownloadIcon />
          </a>
        )}
        {item && (
          <button
            type="button"
            class="viewer-button"
            aria-label={isInBin ? text.restore : text.delete}
            title={isInBin ? text.restore : `${text.delete} (Del)`}
            onClick={() => (isInBin ? restore(item) : remove(item))}
          >
            {isInBin ? <RestoreIcon /> : <BinIcon />}
          </button>
        )}
        <button
          type="button"
          class="viewer-button"
          aria-label={text.close}
          title={`${text.close} (Esc)`}
          onClick={close}
        >
          <CloseIcon />
        </button>
      </div>

      {item ? (
        <Stage key={item.id} item={item} asset={asset} />
      ) : (
        <div class="stage">{error ? <Missing error={error} retry={retry} close={close} /> : (
          <span class="spinner" role="status" aria-label={text.loading} />
        )}</div>
      )}

      {previous !== null && (
        <button
          type="button"
          class="viewer-step previous"
          aria-label={text.previous}
          title={`${text.previous} (←)`}
          onClick={() => show(previous)}
        >
          <PreviousIcon />
        </button>
      )}
      {next !== null && (
        <button
          type="button"
          class="viewer-step next"
          aria-label={text.next}
          title={`${text.next} (→)`}
          onClick={() => show(next)}
        >
          <NextIcon />
        </button>
      )}

      <div class="viewer-info" aria-live="polite">
        {item && <InfoLine item={item} asset={asset} />}
      </div>
      {children}
    </div>
  );
}

function InfoLine({ item, asset }: { item: Item; asset: Asset | null }) {
  const facts = [momentTitle(item.media_date)];
  const camera = cameraOf(asset);
  if (camera) facts.push(camera);
  if (item.width && item.height) facts.push(text.resolution(item.width, item.height));
  if (item.duration !== null && item.file_type === "video") {
    facts.push(text.duration(item.duration));
  }
  if (item.file_size !== null) facts.push(text.fileSize(item.file_size));
  return (
    <>
      <p class="viewer-name">{asset?.title || item.name}</p>
      <p class="viewer-facts">{facts.join(" · ")}</p>
    </>
  );
}

/** Maker and model; many models begin with their maker's name already. */
function cameraOf(asset: Asset | null): string {
  const make = asset?.camera_make?.trim() ?? "";
  const model = asset?.camera_model?.trim() ?? "";
  return model.toLowerCase().startsWith(make.toLowerCase()) ? model : `${make} ${model}`.trim();
}

interface MissingProps {
  error: ApiError;
  retry: () => void;
  close: () => void;
}

function Missing({ error, retry, close }: MissingProps) {
  return error.status === 404 ? (
    <Message
      title={text.unknownPhoto}
      hint={text.unknownPhotoHint}
      action={text.backToTimeline}
      onAction={close}
    />
  ) : (
    <Message
      title={text.photoFailed}
      hint={text.reason(error.code, error.message)}
      action={text.retry}
      onAction={retry}
    />
  );
}

/** Everything known about a photo, fetched once one rests on it. */
function useAsset(
  id: string,
  isListed: boolean,
  gallery: Gallery,
): { asset: Asset | null; error: ApiError | null; retry: () => void } {
  const [answer, setAnswer] = useState<{ id: string; asset?: Asset; error?: ApiError }>({ id });
  const [attempt, setAttempt] = useState(0);

  useEffect(() => {
    let isWanted = true;
    const fetchIt = async (): Promise<void> => {
      try {
        const asset = await getAsset(id);
        if (!isWanted) return;
        setAnswer({ id, asset });
        gallery.replace(asset);
      } catch (error) {
        if (isWanted && error instanceof ApiError) setAnswer({ id, error });
      }
    };
    const timer = setTimeout(() => void fetchIt(), isListed ? REST_MS : 0);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
    // not again when the list catches up with a photo opened by its address
  }, [id, attempt, gallery]);

  const retry = useCallback(() => {
    setAnswer({ id });
    setAttempt((n) => n + 1);
  }, [id]);
  const isCurrent = answer.id === id;
  return {
    asset: (isCurrent && answer.asset) || null,
    error: (isCurrent && answer.error) || null,
    retry,
  };
}

/** Shortcuts while the dialog is open; Tab stays inside it. */
function useKeys(
  dialog: { current: HTMLDivElement | null },
  deeds: Record<string, () => unknown>,
): void {
  const latest = useRef(deeds);
  latest.current = deeds;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Tab") return keepFocusInside(event, dialog.current);
      const isArrow = event.key.startsWith("Arrow");
      // the arrows of a focused video are its own: they seek
      if (isArrow && event.target instanceof HTMLVideoElement) return;
      const deed = latest.current[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (!deed || (event.repeat && !isArrow)) return;
      event.preventDefault();
      deed();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [dialog]);
}

function keepFocusInside(event: KeyboardEvent, dialog: HTMLElement | null): void {
  const stops = dialog?.querySelectorAll<HTMLElement>("a[href], button, video[controls]");
  const first = stops?.[0];
  const last = stops?.[stops.length - 1];
  if (!dialog || !first || !last) return;
  const active = document.activeElement;
  const isOutside = !dialog.contains(active) || active === dialog;
  if (event.shiftKey ? isOutside || active === first : isOutside || active === last) {
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  }
}
