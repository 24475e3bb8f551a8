/** One picture of the timeline. */

import { memo } from "preact/compat";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Item } from "../api-types";
import { cancelPicture } from "../cancel-picture";
import { momentTitle } from "../days";
import { pathOf, tileUrl } from "../rendition";
import { isLetterboxed } from "../rows";
import { text } from "../text";
import { knownNames, listenToNames, namesOf, type Names } from "../who";
import { FullHeartIcon, PictureIcon, PlayIcon } from "./icons";
import { Placeholder } from "./placeholder";
import { px } from "./style";

export interface TileDeeds {
  hrefOf: (item: Item) => string;
  open: (item: Item) => void;
  /** Whether there is anything to do with those that are chosen. */
  canSelect: boolean;
  /** Chooses it, or no longer; with Shift everything from the last one chosen. */
  select: (item: Item, rank: number, isRange: boolean) => void;
  selectDay: (from: number, to: number) => void;
  /** Asks after a pending item until it is ready; returns how to stop. */
  watch: (id: string) => () => void;
  /** Calls once the window moves slowly enough for pictures to be fetched; returns how to stop. */
  whenCalm: (start: () => void) => () => void;
  /** Where the window was scrolled to last: 1 is down, -1 up. */
  direction: () => 1 | -1;
}

interface Place {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Props extends Place {
  item: Item;
  rank: number;
  /** Words over the picture; null for none. */
  note: string | null;
  isSelected: boolean;
  /** Whether any is selected: a click selects then, too. */
  isSelecting: boolean;
  deeds: TileDeeds;
}

/** A picture that could not be fetched is asked for again so often, and after so long. */
const BROKEN_TRIES = 2;
const BROKEN_PAUSE_MS = 12_000;
/** So much later than those in sight those are asked for that come next, and those behind. */
const AHEAD_MS = 60;
const BEHIND_MS = 200;
const LONG_PRESS_MS = 450;
const STILL_PX = 10;

function PlainTile(props: Props) {
  const { item, rank, note, left, top, width, height, isSelected, isSelecting, deeds } = props;
  const [broken, setBroken] = useState<string | null>(null);
  const [start, setStart] = useState<"waiting" | "first" | "later">("waiting");
  const tries = useRef(0);
  const tile = useRef<HTMLDivElement>(null);
  const isPending = item.thumbnail_state === "pending";
  const url = isPending ? null : tileUrl(item, { width, height }, window.devicePixelRatio);
  const isContained = isLetterboxed(item.width, item.height);
  const isShown = url !== null && item.thumbnail_state === "ready" && broken !== url;

  useEffect(() => {
    if (broken === null) return undefined;
    // the network may have blinked
    const again = (): void => setBroken(null);
    const timer = tries.current < BROKEN_TRIES ? setTimeout(again, BROKEN_PAUSE_MS) : 0;
    tries.current += 1;
    window.addEventListener("online", again);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("online", again);
    };
  }, [broken]);
  useEffect(() => (isPending ? deeds.watch(item.id) : undefined), [isPending, item.id, deeds]);
  useEffect(() => {
    let later: ReturnType<typeof setTimeout> | undefined;
    const stop = deeds.whenCalm(() => {
      const side = sideOf(tile.current);
      if (side === 0) setStart("first");
      else {
        const delay = side === deeds.direction() ? AHEAD_MS : BEHIND_MS;
        later = setTimeout(() => setStart("later"), delay);
      }
    });
    return () => {
      stop();
      clearTimeout(later);
    };
  }, [deeds]);

  const longPress = useLongPress(() => deeds.select(item, rank, false), deeds.canSelect);
  const onClick = (event: MouseEvent): void => {
    if (event.button !== 0) return;
    const isOtherTab = event.metaKey || event.ctrlKey || event.altKey;
    if (longPress.wasLong()) event.preventDefault();
    else if (isSelecting || (event.shiftKey && !isOtherTab && deeds.canSelect)) {
      event.preventDefault();
      deeds.select(item, rank, event.shiftKey);
    } else if (!isOtherTab) {
      event.preventDefault();
      deeds.open(item);
    }
  };

  return (
    <div
      ref={tile}
      class={`tile${isSelected ? " is-selected" : ""}${isSelecting ? " is-selecting" : ""}`}
      style={px({ left, top, width, height })}
      {...longPress.listeners}
    >
      <a
        class="tile-link"
        href={deeds.hrefOf(item)}
        data-id={item.id}
        data-rank={rank}
        data-state={isShown ? "ready" : item.thumbnail_state === "ready" ? "failed" : item.thumbnail_state}
        draggable={false}
        onClick={onClick}
      >
        {item.thumbhash && !isContained && <Placeholder thumbhash={item.thumbhash} />}
        {isShown ? (
          start !== "waiting" && (
            <Picture
              key={pathOf(url)}
              url={url}
              item={item}
              width={width}
              height={height}
              contained={isContained}
              isFirst={start === "first"}
              onBroken={() => setBroken(url)}
            />
          )
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
        {note !== null && <span class="tile-note">{note}</span>}
        {item.is_favorite && (
          <span class="tile-favorite" role="img" aria-label={text.favoriteMark}>
            <FullHeartIcon />
          </span>
        )}
      </a>
      {deeds.canSelect && (
        <button
          type="button"
          class="tile-check"
          aria-pressed={isSelected}
          aria-label={text.select(item.name)}
          title={text.select(item.name)}
          onClick={(event) => deeds.select(item, rank, event.shiftKey)}
        />
      )}
    </div>
  );
}

export const Tile = memo(PlainTile);

/** The place of a photo that is not loaded yet. */
export const EmptyTile = memo((place: Place) => <span class="tile tile-empty" style={px({ ...place })} />);

interface PictureProps {
  url: string;
  item: Item;
  width: number;
  height: number;
  contained: boolean;
  /** Whether it is in sight, and asked for at once. */
  isFirst: boolean;
  onBroken: () => void;
}

/** Once it is there it stays, also when its address is signed anew. */
function Picture({ url: first, item, width, height, contained, isFirst, onBroken }: PictureProps) {
  const image = useRef<HTMLImageElement>(null);
  const [url] = useState(first);
  const names = useNames(item.persons.length > 0);
  const [arrival, setArrival] = useState<"coming" | "instant" | "faded">("coming");

  useEffect(() => {
    const element = image.current;
    if (element?.complete && element.naturalWidth > 0) setArrival("instant");
    return () => {
      // scrolled past before it came: frees the connection for what is in sight
      if (element) cancelPicture(element);
    };
  }, []);

  return (
    <img
      ref={image}
      class={`picture ${arrival}${contained ? " contained" : ""}`}
      src={url}
      alt={altOf(item, names)}
      width={width}
      height={height}
      loading={isFirst ? "eager" : "lazy"}
      fetchpriority={isFirst ? "high" : "low"}
      decoding="async"
      draggable={false}
      onLoad={() => setArrival((now) => (now === "coming" ? "faded" : now))}
      onError={() => image.current && onBroken()}
    />
  );
}

/** The names of persons: whoever wants none is not drawn anew for them. */
function useNames(areWanted: boolean): Names {
  const [names, setNames] = useState(knownNames);
  useEffect(() => {
    if (!areWanted) return undefined;
    setNames(knownNames()); // they may have come since it was drawn
    return listenToNames(setNames);
  }, [areWanted]);
  return names;
}

/** 0 for a tile in sight, -1 above, 1 below. */
function sideOf(tile: HTMLElement | null): -1 | 0 | 1 {
  const box = tile?.getBoundingClientRect();
  if (!box || box.top >= window.innerHeight) return 1;
  return box.bottom > 0 ? 0 : -1;
}

/** A finger that rests on a tile; a mouse has the check mark. */
function useLongPress(onLong: () => void, isWanted: boolean): {
  listeners: Record<string, (event: PointerEvent) => void>;
  /** Whether the press that ends in this click was a long one. */
  wasLong: () => boolean;
} {
  const press = useRef({ timer: 0, x: 0, y: 0, isLong: false });
  const stop = (): void => clearTimeout(press.current.timer);
  return {
    wasLong: () => {
      const { isLong } = press.current;
      press.current.isLong = false;
      return isLong;
    },
    listeners: {
      onPointerDown: (event) => {
        stop();
        press.current.isLong = false;
        if (event.pointerType === "mouse" || !isWanted) return;
        Object.assign(press.current, { x: event.clientX, y: event.clientY });
        press.current.timer = window.setTimeout(() => {
          press.current.isLong = true;
          onLong();
        }, LONG_PRESS_MS);
      },
      onPointerMove: (event) => {
        const { x, y } = press.current;
        if (Math.hypot(event.clientX - x, event.clientY - y) > STILL_PX) stop();
      },
      onPointerUp: stop,
      onPointerCancel: stop,
      // the system's own menu for a long press on a link
      onContextMenu: (event) => {
        if (event.pointerType === "touch" || event.pointerType === "pen") event.preventDefault();
      },
    },
  };
}

/** What a picture is called: its name, its moment, and whom it shows. */
export function altOf(item: Item, names = knownNames()): string {
  const persons = namesOf(item.persons, names);
  return persons.length > 0 ? text.withPersons(plainAltOf(item), persons) : plainAltOf(item);
}

function plainAltOf(item: Item): string {
  const date = momentTitle(item.media_date);
  if (item.file_type === "image") return text.photoAlt(item.name, date);
  const length = item.duration === null ? "" : `${text.duration(item.duration)}, `;
  return text.videoAlt(item.name, date, length);
}

function wordsOf(item: Item): string {
  if (item.thumbnail_state === "pending") return text.pending;
  return item.thumbnail_state === "missing" ? text.missing : text.failed;
}
