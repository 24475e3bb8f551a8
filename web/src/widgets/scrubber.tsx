/** The rail at the right edge: the whole list at one glance, and the quickest way through it. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import type { ListQuery } from "../route";
import {
  fractionOf,
  marksOf,
  monthBeside,
  monthOfRank,
  monthTitle,
  rankAt,
  yearBeside,
  type RailMonth,
} from "../scrubber";
import { text } from "../text";
import { px } from "./style";

interface Props {
  months: readonly RailMonth[];
  total: number;
  query: ListQuery;
  /** Rank of the first photo in sight; between two it may be a fraction. */
  position: { rank: number };
  /**
   * Goes to a photo; `isFinal` once the pointer is let go. Returns the rank of the first photo in
   * sight then: months that hold little share lines, and the last screen can't be scrolled away.
   */
  onSeek: (rank: number, isFinal: boolean) => number;
}

/** How long the handle for fingers stays after the last movement. */
const HANDLE_MS = 1600;

/** A drag on its way. Lengths in CSS pixels, taken once when it begins. */
interface Drag {
  pointer: number;
  /** Of the rail in the window. */
  top: number;
  /** From the finger to the middle of the handle. */
  offset: number;
  y: number;
  /** What was asked for last, and what is in sight since. */
  rank: number;
  landed: number;
}

export function Scrubber({ months, total, query, position, onSeek }: Props) {
  const rail = useRef<HTMLDivElement>(null);
  const here = useRef<HTMLDivElement>(null);
  const pointer = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const frame = useRef(0);
  /** Top of the rail while a mouse hovers over it. */
  const hoverTop = useRef(0);
  const [height, setHeight] = useState(0);
  const [isDragging, setDragging] = useState(false);
  /** Where the last key led, until the list is drawn there. */
  const landed = useRef<number | null>(null);
  /** The month that the label says since a key or a drag led there. */
  const named = useRef(-1);
  const isHandleShown = useRecentScroll() || isDragging;

  useLayoutEffect(() => {
    const element = rail.current;
    if (!element) return undefined;
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height ?? 0));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useLayoutEffect(() => {
    landed.current = null;
  });
  useEffect(() => () => cancelAnimationFrame(frame.current), []);

  const current = monthOfRank(months, position.rank);
  const title = monthTitle(months[current]?.key ?? "");
  useEffect(() => {
    if (!drag.current && current !== named.current) hideLabel();
  }, [current]);

  const marks = useMemo(() => {
    const { years, ticks } = marksOf(months, total, height);
    return (
      <>
        {ticks.map(({ top, label: key }) => (
          <i key={key} class="scrubber-tick" data-month={key} style={px({ top })} />
        ))}
        {years.map(({ top, label: year }) => (
          <span key={year} class="scrubber-year" style={px({ top })}>
            {year}
          </span>
        ))}
      </>
    );
  }, [months, total, height]);

  /** Puts the label beside a place of the rail; it names the month of a photo. */
  const showLabel = (fraction: number, rank: number): void => {
    const month = months[monthOfRank(months, rank)];
    const element = pointer.current;
    if (!element || !month) return;
    const title = monthTitle(month.key);
    if (element.textContent !== title) {
      // an element of its own for each: one that changed its width would count as having moved
      const label = document.createElement("div");
      label.className = "scrubber-label";
      label.textContent = title;
      element.replaceChildren(label);
    }
    element.style.transform = `translateY(${fraction * height}px)`;
    element.classList.add("is-shown");
  };
  const hideLabel = (): void => pointer.current?.classList.remove("is-shown");

  const fractionAt = (y: number, top: number): number =>
    height > 0 ? Math.max(0, Math.min(1, (y - top) / height)) : 0;

  const follow = (isFinal: boolean): void => {
    frame.current = 0;
    const { current: way } = drag;
    if (!way) return;
    const fraction = fractionAt(way.y + way.offset, way.top);
    const rank = rankAt(fraction, total);
    if (here.current) here.current.style.transform = `translateY(${fraction * height}px)`;
    if (rank !== way.rank || isFinal) {
      way.rank = rank;
      way.landed = onSeek(rank, isFinal);
      named.current = monthOfRank(months, way.landed);
    }
    showLabel(fraction, way.landed);
  };

  const begin = (event: PointerEvent): void => {
    const element = rail.current;
    if (!element || total === 0 || event.button !== 0 || drag.current) return;
    const { top } = element.getBoundingClientRect();
    const isOnGrip = event.target instanceof Element && event.target.closest(".scrubber-grip");
    const middle = top + fractionOf(position.rank, total) * height;
    element.setPointerCapture(event.pointerId);
    drag.current = {
      pointer: event.pointerId,
      top,
      offset: isOnGrip ? middle - event.clientY : 0,
      y: event.clientY,
      rank: -1,
      landed: position.rank,
    };
    setDragging(true);
    if (!isOnGrip) follow(false);
  };

  const move = (event: PointerEvent): void => {
    if (drag.current) {
      if (event.pointerId !== drag.current.pointer) return;
      drag.current.y = event.clientY;
      frame.current ||= requestAnimationFrame(() => follow(false));
    } else if (event.pointerType === "mouse") {
      const fraction = fractionAt(event.clientY, hoverTop.current);
      showLabel(fraction, rankAt(fraction, total));
    }
  };

  const end = (event: PointerEvent): void => {
    if (event.pointerId !== drag.current?.pointer) return;
    cancelAnimationFrame(frame.current);
    follow(true);
    drag.current = null;
    setDragging(false);
    if (event.pointerType !== "mouse") hideLabel();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || months.length === 0) return;
    const from = monthOfRank(months, landed.current ?? position.rank);
    const wanted = monthForKey(event.key, months, from);
    if (wanted === null) return;
    event.preventDefault();
    event.stopPropagation();
    // a month on the same line as the last leads nowhere: the next one that does is meant
    const step = Math.sign(wanted - from);
    const last = step > 0 ? months.length - 1 : 0;
    const leadsNowhere = (month: number): boolean =>
      month !== last && monthOfRank(months, onSeek(startOf(month), false)) === from;
    let month = wanted;
    while (step !== 0 && leadsNowhere(month)) month += step;
    const rank = onSeek(startOf(month), true);
    landed.current = rank;
    named.current = monthOfRank(months, rank);
    showLabel(fractionOf(rank, total), rank);
  };
  const startOf = (month: number): number => months[month]?.start ?? 0;

  const top = drag.current
    ? fractionAt(drag.current.y + drag.current.offset, drag.current.top) * height
    : fractionOf(position.rank, total) * height;
  return (
    <div class={`scrubber${isHandleShown ? " is-awake" : ""}${isDragging ? " is-dragged" : ""}`}>
      <div
        ref={rail}
        class="scrubber-rail"
        role="slider"
        tabIndex={total > 0 ? 0 : -1}
        aria-label={query.view === "bin" ? text.scrubber.labelOfBin : text.scrubber.label}
        aria-orientation="vertical"
        // newer is more, as Arrow Up goes up
        aria-valuemin={0}
        aria-valuemax={Math.max(0, months.length - 1)}
        aria-valuenow={Math.max(0, months.length - 1 - current)}
        aria-valuetext={months.length > 0 ? title : text.scrubber.empty}
        onPointerEnter={(event) => {
          hoverTop.current = event.currentTarget.getBoundingClientRect().top;
        }}
        onPointerDown={begin}
        onPointerMove={move}
        onPointerUp={end}
        onPointerCancel={end}
        onPointerLeave={() => drag.current ?? hideLabel()}
        onKeyDown={onKeyDown}
        onBlur={() => drag.current ?? hideLabel()}
      >
        {marks}
        <div
          ref={here}
          class="scrubber-here"
          hidden={total === 0}
          style={{ transform: `translateY(${top}px)` }}
        >
          <div class="scrubber-grip" />
        </div>
        <div ref={pointer} class="scrubber-pointer" aria-hidden="true" />
      </div>
    </div>
  );
}

/** Index of the month a key leads to; null for keys that mean nothing here. */
function monthForKey(
  key: string,
  months: readonly RailMonth[],
  current: number,
): number | null {
  switch (key) {
    case "ArrowDown":
    case "ArrowLeft":
      return monthBeside(months, current, 1);
    case "ArrowUp":
    case "ArrowRight":
      return monthBeside(months, current, -1);
    case "PageDown":
      return yearBeside(months, current, 1);
    case "PageUp":
      return yearBeside(months, current, -1);
    case "Home":
      return 0;
    case "End":
      return months.length - 1;
    default:
      return null;
  }
}

/** Whether the page was scrolled a moment ago. */
function useRecentScroll(): boolean {
  const [isRecent, setRecent] = useState(false);
  useEffect(() => {
    let timer = 0;
    const onScroll = (): void => {
      setRecent(true);
      clearTimeout(timer);
      timer = window.setTimeout(() => setRecent(false), HANDLE_MS);
    };
    window.addEventListener("scroll", onScroll, { passive: true });
    return () => {
      clearTimeout(timer);
      window.removeEventListener("scroll", onScroll);
    };
  }, []);
  return isRecent;
}
