/** The photos by day: only the rows near the window are in the page, each where it belongs. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Item } from "../api-types";
import { dayTitle, groupByDay, localToday } from "../days";
import type { LoadedList } from "../gallery";
import {
  blocksBetween,
  itemAt,
  itemOf,
  layoutDays,
  measuresFor,
  rowsBetween,
  topOf,
  type Block,
  type Measures,
} from "../layout";
import { text } from "../text";
import { Message } from "./message";
import { px } from "./style";
import { Tile, type TileDeeds } from "./tile";

interface Props {
  list: LoadedList;
  deeds: TileDeeds;
  loadMore: () => void;
}

/** Above and below the window, in windows. */
const OVERSCAN = 1.25;
/** Lists up to this length are in the page as a whole: the browser's own search finds them. */
const WHOLE = 150;
/** The next page is asked for this far ahead, in windows. */
const AHEAD = 2.5;

export function Timeline({ list, deeds, loadMore }: Props) {
  const canvas = useRef<HTMLDivElement>(null);
  const sentinel = useRef<HTMLDivElement>(null);
  const anchor = useRef<{ id: string; offset: number } | null>(null);
  const isNearEnd = useRef(false);
  const [width, setWidth] = useState(0);
  const [range, setRange] = useState<[number, number]>([0, 3000]);
  const [focused, setFocused] = useState<string | null>(null);
  const today = useToday();

  const measures = measuresFor(width);
  const { items, query, hasMore, more } = list;
  const layout = useMemo(() => {
    if (width === 0) return { blocks: [], height: 0 };
    // the bin is ordered by deletion: days would repeat
    const days = query.view === "bin" ? [{ date: null, items }] : groupByDay(items);
    const size = measuresFor(width);
    return layoutDays(days, width, query.view === "bin" ? { ...size, heading: 0 } : size);
  }, [items, width, query.view]);
  const heading = query.view === "bin" ? 0 : measures.heading;

  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    let frame = 0;
    const measure = (): void => {
      frame = 0;
      const top = -(canvas.current?.getBoundingClientRect().top ?? 0);
      const screen = window.innerHeight;
      // in steps, so that most scroll events draw nothing anew
      const step = Math.max(200, Math.round(screen / 4));
      const first = Math.floor((top - screen * OVERSCAN) / step) * step;
      const last = Math.ceil((top + screen * (1 + OVERSCAN)) / step) * step;
      setRange((now) => (now[0] === first && now[1] === last ? now : [first, last]));
      const seen = top > 0 ? itemAt(layout, heading, top) : null;
      anchor.current = seen && { id: seen.id, offset: seen.top - top };
    };
    const onScroll = (): void => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    window.addEventListener("scroll", onScroll, { passive: true });
    window.addEventListener("resize", onScroll);
    return () => {
      cancelAnimationFrame(frame);
      window.removeEventListener("scroll", onScroll);
      window.removeEventListener("resize", onScroll);
    };
  }, [layout, heading]);

  // what one looks at stays where it is when something changes above it, or the width does
  useLayoutEffect(() => {
    if (!anchor.current || !canvas.current) return;
    const top = topOf(layout, heading, anchor.current.id);
    if (top === null) return;
    const shift = canvas.current.getBoundingClientRect().top + top - anchor.current.offset;
    if (Math.abs(shift) >= 1) window.scrollBy({ top: shift, behavior: "instant" });
  }, [layout, heading]);

  useEffect(() => {
    const element = sentinel.current;
    if (!element) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        isNearEnd.current = entries.at(-1)?.isIntersecting ?? false;
        if (isNearEnd.current && more === "ready") loadMore();
      },
      { rootMargin: `0px 0px ${AHEAD * 100}% 0px` },
    );
    observer.observe(element);
    return () => observer.disconnect();
    // observed anew after each page: it may not have been enough
  }, [items.length, hasMore, more, loadMore]);

  const isWhole = items.length <= WHOLE;
  const [first, last] = isWhole ? [-Infinity, Infinity] : range;
  return (
    <>
      <div
        ref={canvas}
        class="timeline"
        style={px({ height: layout.height })}
        onFocusIn={(event) => setFocused(idOf(event.target))}
        onFocusOut={() => setFocused(null)}
      >
        {shownBlocks(layout.blocks, blocksBetween(layout, first, last), focused).map((block) => (
          <DayBlock
            key={block.day.date ?? "undated"}
            block={block}
            title={
              query.view === "bin"
                ? null
                : dayTitle(block.day.date, today, width < 600)
            }
            measures={measures}
            first={first}
            last={last}
            focused={focused}
            deeds={deeds}
          />
        ))}
      </div>
      <div ref={sentinel} class="more">
        {more === "loading" && <span class="spinner" role="status" aria-label={text.loading} />}
        {more === "failed" && (
          <Message
            title={text.moreFailed}
            hint={list.error && text.reason(list.error.code, list.error.message)}
            action={text.retry}
            onAction={loadMore}
          />
        )}
      </div>
    </>
  );
}

interface DayProps {
  block: Block;
  title: string | null;
  measures: Measures;
  first: number;
  last: number;
  /** Id of the item that has the keyboard's focus; its row stays. */
  focused: string | null;
  deeds: TileDeeds;
}

function DayBlock({ block, title, measures, first, last, focused, deeds }: DayProps) {
  const { left, top, width, height, day } = block;
  const heading = title === null ? 0 : measures.heading;
  const near = rowsBetween(block, heading, first, last);
  const rows = focused === null ? near : block.rows.filter(
    (row) => near.includes(row) || row.boxes.some((box) => itemOf(block, box.index).id === focused),
  );
  return (
    <section class="day" style={px({ left, top, width, height })} aria-label={title ?? text.bin}>
      {title !== null && (
        <h2 class="day-title" style={px({ height: heading })}>
          {day.date === null ? <span>{title}</span> : <time dateTime={day.date}>{title}</time>}
        </h2>
      )}
      {rows.flatMap((row) =>
        row.boxes.map((box) => {
          const item = itemOf(block, box.index);
          return (
            <Tile
              key={item.id}
              item={item}
              left={box.left}
              top={heading + row.top}
              width={box.width}
              height={row.height}
              deeds={deeds}
            />
          );
        }),
      )}
    </section>
  );
}

/** The blocks near the window, and the one that has the keyboard's focus. */
function shownBlocks(all: Block[], near: Block[], focused: string | null): Block[] {
  if (focused === null) return near;
  const holds = (block: Block): boolean =>
    block.day.items.some((item: Item) => item.id === focused);
  if (near.some(holds)) return near;
  const block = all.find(holds);
  return block ? [...near, block] : near;
}

function idOf(target: EventTarget | null): string | null {
  return target instanceof Element
    ? (target.closest<HTMLElement>("[data-id]")?.dataset["id"] ?? null)
    : null;
}

/** The local day, kept true over midnight. */
function useToday(): string {
  const [today, setToday] = useState(() => localToday(new Date()));
  useEffect(() => {
    const timer = setInterval(() => setToday(localToday(new Date())), 60_000);
    return () => clearInterval(timer);
  }, []);
  return today;
}
