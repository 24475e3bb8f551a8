/** Thumbnails of the photos around the one shown, which is in the middle. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import type { Item } from "../api-types";
import { tileUrl } from "../rendition";
import { text } from "../text";
import { PlayIcon } from "../widgets/icons";
import { altOf } from "../widgets/tile";
import type { Sequence } from "./sequence";
import { stripLeft, stripMiddle, stripWindow } from "./strip-window";

/** Width of a thumbnail with its gap, CSS pixels; also in panel.css. */
const CELL = { wide: 60, narrow: 48 };
const GAP = 4;
const NARROW = 600;
/** Who leafs quickly needs no photos of months that are passed. */
const REST_MS = 150;
/** A finger that moves less has tapped. */
const SLACK_PX = 6;

interface Props {
  sequence: Pick<Sequence, "total" | "itemAt" | "ensure">;
  index: number;
  onShow: (index: number) => void;
}

export function Strip({ sequence, index, onShow }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  // where one has dragged it to, until another photo is shown
  const [dragged, setDragged] = useState<{ of: number; middle: number } | null>(null);
  const drag = useRef<{ x: number; middle: number; hasMoved: boolean } | null>(null);
  const cell = width < NARROW ? CELL.narrow : CELL.wide;
  const isDragged = dragged !== null && dragged.of === index;
  const middle = isDragged ? dragged.middle : index;
  const { first, end } = stripWindow(middle, sequence.total, width, cell);

  useLayoutEffect(() => {
    const strip = element.current;
    if (!strip) return undefined;
    const measure = (): void => setWidth(strip.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(strip);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const timer = setTimeout(() => {
      const missing = range(first, end).find((at) => sequence.itemAt(at) === null);
      // what fails here is asked for again by the one who leafs there
      if (missing !== undefined) sequence.ensure(missing).catch(() => undefined);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [sequence, first, end, sequence.total]);

  // what had the focus slides out of sight: the one shown takes it over
  useLayoutEffect(() => {
    const strip = element.current;
    if (!strip?.contains(document.activeElement)) return;
    strip.querySelector<HTMLElement>(".is-current")?.focus({ preventScroll: true });
  }, [index]);

  const moveBy = (from: number, px: number): void =>
    setDragged({ of: index, middle: stripMiddle(from, px, sequence.total, cell) });

  return (
    <div
      ref={element}
      class={`strip${drag.current ? " is-dragged" : ""}`}
      role="group"
      aria-label={text.strip.label}
      onWheel={(event) => moveBy(middle, -(event.deltaX || event.deltaY))}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        drag.current = { x: event.clientX, middle, hasMoved: false };
      }}
      onPointerMove={(event) => {
        const from = drag.current;
        if (!from) return;
        const px = event.clientX - from.x;
        if (!from.hasMoved && Math.abs(px) < SLACK_PX) return;
        // only now: a captured pointer would click the strip instead of the thumbnail
        if (!from.hasMoved) event.currentTarget.setPointerCapture(event.pointerId);
        from.hasMoved = true;
        moveBy(from.middle, px);
      }}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onLostPointerCapture={() => {
        drag.current = null;
        setDragged((now) => now && { ...now });
      }}
    >
      {width > 0 &&
        range(first, end).map((at) => (
          <Thumbnail
            key={at}
            at={at}
            item={sequence.itemAt(at)}
            isCurrent={at === index}
            left={stripLeft(at, middle, width, cell)}
            side={cell - GAP}
            onShow={onShow}
          />
        ))}
    </div>
  );
}

interface ThumbnailProps {
  at: number;
  item: Item | null;
  isCurrent: boolean;
  left: number;
  side: number;
  onShow: (index: number) => void;
}

function Thumbnail({ at, item, isCurrent, left, side, onShow }: ThumbnailProps) {
  const url =
    item?.thumbnail_state === "ready"
      ? tileUrl(item, { width: side, height: side }, window.devicePixelRatio)
      : null;
  return (
    <button
      type="button"
      class={`strip-thumbnail${isCurrent ? " is-current" : ""}`}
      style={{ transform: `translateX(${left}px)` }}
      data-index={at}
      aria-current={isCurrent}
      aria-label={item ? altOf(item) : text.loading}
      // the arrow keys lead along: one stop is enough for Tab
      tabIndex={isCurrent ? 0 : -1}
      onClick={() => onShow(at)}
    >
      {url && <img key={url} src={url} alt="" draggable={false} decoding="async" />}
      {item?.file_type === "video" && <PlayIcon />}
    </button>
  );
}

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n);
}
