/** The photos by day: only the rows near the window are in the page, each where it belongs. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import { localToday } from "../days";
import { MonthStack, type Anchor } from "../month-stack";
import { forgotten } from "../months";
import { drawable, rowsNear, type NearMonth } from "../near-rows";
import type { PhotoList } from "../photo-list";
import { RowPace } from "../row-pace";
import { extentOf } from "../scroll-map";
import { Scroller } from "../scroller";
import type { Selection } from "../selection";
import { text } from "../text";
import { moveFocus } from "./grid-keys";
import { Message } from "./message";
import { Month } from "./month";
import { Rail } from "./rail";
import { px } from "./style";
import type { TileDeeds } from "./tile";

/** What others may ask of the timeline. */
export interface TimelineHandle {
  /** Brings a photo into sight, if it is not, and gives it the focus; false when it is not known. */
  reveal(id: string): boolean;
  anchor(): Anchor | null;
}

interface Props {
  list: PhotoList;
  selection: Selection;
  /** Moves whenever the selection does. */
  selected: number;
  binDays: number;
  deeds: Omit<TileDeeds, "whenCalm" | "direction">;
  /** Where to begin; null for the newest. */
  start: Anchor | null;
  handle: { current: TimelineHandle | null };
}

/** Above and below the window, in windows. */
const REACH = 1.25;
/** Loaded before it is needed, in windows from what is in sight to where the window is scrolled. */
const AHEAD = [2.5, 3.5, 5, 7, -1.5, -3];
/** The page is drawn anew so often while it is scrolled through a window. */
const STEPS = 4;
/** Room below the oldest photo, CSS pixels. */
const FOOT = 64;

export function Timeline(props: Props) {
  const { list, selection, selected, binDays, deeds, start, handle } = props;
  const canvas = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [drawn, draw] = useState(0);
  const [error, setError] = useState<ApiError | null>(null);
  const anchor = useRef<Anchor | null>(start);
  /** The end stays in sight while what leads to it is still being laid out. */
  const isAtEnd = useRef(false);
  const wanted = useRef<number | null>(null); // a rank to be shown once it is laid out
  const today = useToday(list.query.view === "bin");
  const stack = useMemo(() => (width > 0 ? new MonthStack(width) : null), [width]);
  const pace = useMemo(() => new RowPace(), [stack]);
  const scroller = useMemo(
    () => new Scroller(() => move.current(), () => void fill.current()),
    [],
  );

  // ---- where things are: laid out before they are drawn, and kept where they were

  let near: ReturnType<typeof rowsNear> = [];
  if (stack) {
    if (stack.months !== list.months) stack.set(list.months);
    const { space } = scroller;
    const rankOf = (id: string): number | null => list.rankOf(id);
    let position = scroller.position;
    // a layout may move what follows it, and so what is in sight: seldom more than once
    for (let attempt = 0; attempt < 4; attempt += 1) {
      space.height = stack.height + FOOT;
      const held = anchor.current && stack.positionOf(anchor.current, rankOf);
      position = isAtEnd.current ? scroller.last : (held ?? Math.min(position, scroller.last));
      const before = stack.height;
      near = rowsNear(stack, position, position + space.window, space.window * REACH);
      if (stack.height === before) break;
    }
    if (Math.abs(position - scroller.position) >= 1) scroller.shift(position);
    near = pace.take(stack, near, position, position + space.window, scroller.direction);
  }

  const tellRank = useRef((_rank: number): void => undefined);
  const shown = useRef({ step: NaN, base: NaN });
  const move = useRef((): void => undefined);
  move.current = () => {
    if (!stack) return;
    const { position } = scroller;
    isAtEnd.current &&= position >= scroller.last - 1;
    // at the very top what is new is to be seen
    anchor.current = position > 0 ? stack.anchorAt(position) : null;
    tellRank.current(stack.rankAt(position + stack.measures.heading));
    // in steps: what is in the page reaches further than the window
    const step = Math.floor((position / scroller.space.window) * STEPS);
    const { base } = scroller.state;
    if (shown.current.step === step && shown.current.base === base) return;
    shown.current = { step, base };
    draw((n) => n + 1);
  };

  const fill = useRef(async (): Promise<void> => undefined);
  fill.current = async () => {
    if (!stack || scroller.isRushing) return;
    const { position, space } = scroller;
    const stretch = rowsNear(stack, position, position + space.window, space.window * REACH);
    const sight = rowsNear(stack, position, position + space.window, 0);
    const more = !list.totalIsExact && position + 3 * space.window > space.height;
    try {
      // what is in sight comes before what is around it
      await ensureAll(list, missingIn(stack, sight));
      await ensureAll(list, missingIn(stack, stretch));
      if (more) await list.ensure(list.total);
      setError(null);
      // a month that is there before it is reached comes into the page row by row
      await ensureAll(list, aheadOf(position, scroller.direction * space.window, stack));
    } catch (problem) {
      if (!(problem instanceof ApiError)) throw problem;
      setError(problem);
    } finally {
      list.forgetFarFrom(stack.rankAt(scroller.position));
    }
  };

  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const measure = (): void => {
      setWidth(element.clientWidth);
      const header = parseFloat(getComputedStyle(element).getPropertyValue("--header")) || 0;
      scroller.space.window = window.innerHeight - header;
      scroller.origin = element.getBoundingClientRect().top + window.scrollY - header;
      draw((n) => n + 1);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    window.addEventListener("resize", measure);
    return () => {
      observer.disconnect();
      window.removeEventListener("resize", measure);
    };
  }, [scroller]);

  useEffect(() => scroller.start(), [scroller]);

  // the first place, and after a resize: the window has to be scrolled before it is painted
  useLayoutEffect(() => {
    if (!stack) return;
    const held = anchor.current && stack.positionOf(anchor.current, (id) => list.rankOf(id));
    scroller.go(held ?? 0);
    move.current();
  }, [stack, scroller]);

  useLayoutEffect(() => scroller.settle());

  useEffect(() => {
    if (!pace.isBehind) return undefined;
    const frame = requestAnimationFrame(() => draw((n) => n + 1));
    return () => cancelAnimationFrame(frame);
  });

  useEffect(() => {
    void fill.current();
  }, [list.version, drawn]);

  useEffect(() => {
    const onOnline = (): void => void fill.current();
    window.addEventListener("online", onOnline);
    return () => window.removeEventListener("online", onOnline);
  }, []);

  /** Goes to a photo's day or row; the rank of the first photo in sight there. */
  const seek = (to: number, isFinal: boolean): number => {
    if (!stack) return to;
    if (!isFinal) scroller.rush();
    let target = 0;
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const place = stack.placeOf(Math.round(to));
      if (!place) return to;
      // below the day's heading, which stays at the top
      target = Math.max(place.dayTop, place.top - stack.measures.heading);
      stack.layoutBetween(target, target + scroller.space.window);
      scroller.space.height = stack.height + FOOT;
      if (stack.placeOf(Math.round(to))?.top === place.top) break;
    }
    isAtEnd.current = target >= scroller.last;
    scroller.go(target);
    move.current();
    if (isFinal) scroller.calm();
    return stack.rankAt(scroller.position + stack.measures.heading);
  };

  const reveal = (id: string): boolean => {
    const at = list.rankOf(id);
    const place = at === null ? null : stack?.placeOf(at);
    if (!stack || at === null || !place) return false;
    const { position, space } = scroller;
    const isSeen =
      place.top >= position && place.top + place.height <= position + space.window;
    if (!isSeen) {
      scroller.go(place.top - (space.window - place.height) / 2);
      move.current();
    }
    wanted.current = at;
    draw((n) => n + 1);
    return true;
  };
  handle.current = { reveal, anchor: () => anchor.current };
  useEffect(() => () => {
    handle.current = null;
  }, [handle]);

  useLayoutEffect(() => {
    if (wanted.current === null) return;
    const { activeElement } = document;
    const isElsewhere = activeElement !== document.body && !canvas.current?.contains(activeElement);
    if (isElsewhere) wanted.current = null; // somebody went on to something else
    const tile = canvas.current?.querySelector<HTMLElement>(`[data-rank="${wanted.current}"]`);
    if (!tile) return;
    wanted.current = null;
    tile.focus({ preventScroll: true });
  });

  const tileDeeds = useMemo<TileDeeds>(
    () => ({
      ...deeds,
      whenCalm: (begin) => scroller.whenCalm(begin),
      direction: () => scroller.direction,
    }),
    [deeds, scroller],
  );

  const goToEnd = (): void => {
    isAtEnd.current = true;
    scroller.go(scroller.last);
    move.current();
    scroller.calm();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const chosen = event.key.toLowerCase() === "x" ? focusedRank() : null;
    const item = chosen === null ? null : list.at(chosen);
    if (chosen !== null && item && deeds.canSelect) deeds.select(item, chosen, event.shiftKey);
    else if (event.key === "Home" || event.key === "End") {
      // the focus goes along: the tile that had it may be gone
      if (focusedRank() !== null) wanted.current = event.key === "Home" ? 0 : list.total - 1;
      if (event.key === "Home") seek(0, true);
      else goToEnd();
    } else if (!moveFocus(event, canvas.current)) return;
    event.preventDefault();
  };
  useKeys(onKeyDown);

  const { base } = scroller.state;
  shown.current.base = base;
  return (
    <>
      <div
        ref={canvas}
        class="timeline"
        style={px({ height: extentOf((stack?.height ?? 0) + FOOT) })}
      >
        {stack && drawable(stack, near, scroller.position, error !== null).map((drawn) => {
          const { month, top, rows, isVeiled } = drawn;
          return (
            <Month
              // what is not loaded is drawn anew where it comes to lie: only photos are moved
              key={isVeiled ? `${month.key} ${top} ${month.loaded}` : month.key}
              month={isVeiled ? forgotten(month) : month}
              top={top - base}
              width={width}
              rows={rows}
              heading={stack.measures.heading}
              today={today}
              view={list.query.view}
              binDays={binDays}
              selection={selection}
              selected={selected}
              deeds={tileDeeds}
            />
          );
        })}
        {!list.totalIsExact && (
          <p class="more" role="status">
            <span class="spinner" aria-hidden="true" /> {text.stillLooking}
          </p>
        )}
      </div>
      {error && (
        <div class="timeline-error">
          <Message
            title={text.moreFailed}
            hint={text.reason(error.code, error.message)}
            action={text.retry}
            onAction={() => void fill.current()}
          />
        </div>
      )}
      <Rail list={list} months={list.months} seek={seek} tellRank={tellRank} />
    </>
  );
}

function ensureAll(list: PhotoList, ranks: readonly number[]): Promise<unknown> {
  return Promise.all(ranks.map((rank) => list.ensure(rank)));
}

/** The first and the last rank of each month's rows that are not loaded. */
function missingIn(stack: MonthStack, near: readonly NearMonth[]): number[] {
  return near.flatMap(({ index, rows }) => {
    const month = stack.months[index];
    if (!month || month.loaded === month.count) return [];
    const missing = rows
      .flatMap(({ block, row }) => row.boxes.map((box) => block.first + box.index))
      .filter((place) => !month.items[place]);
    const ends = [missing[0], missing.at(-1)].filter((place) => place !== undefined);
    return [...new Set(ends)].map((place) => month.start + place);
  });
}

/** Ranks at some heights around a position, for what is loaded before it is needed; `way` < 0 is up. */
function aheadOf(position: number, way: number, stack: MonthStack): number[] {
  const heights = AHEAD.map((windows) => position + windows * way);
  return heights.filter((y) => y >= 0 && y < stack.height).map((y) => stack.roughRankAt(y));
}

/** Rank of the tile that has the focus. */
function focusedRank(): number | null {
  const tile = document.activeElement?.closest(".tile")?.querySelector<HTMLElement>("[data-rank]");
  return tile ? Number(tile.dataset["rank"]) : null;
}

/** Keys of the page as long as nothing else has them. */
function useKeys(onKeyDown: (event: KeyboardEvent) => void): void {
  const latest = useRef(onKeyDown);
  latest.current = onKeyDown;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      const isBusy =
        event.defaultPrevented ||
        document.querySelector("dialog[open], [aria-modal=true]") !== null ||
        (target instanceof Element && target.closest("input, textarea, select, [role=slider], [role=menu]"));
      if (!isBusy) latest.current(event);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** The day that is called Today, kept true over midnight: the bin counts days of UTC. */
function useToday(isUtc: boolean): string {
  const read = (): string =>
    isUtc ? new Date().toISOString().slice(0, 10) : localToday(new Date());
  const [today, setToday] = useState(read);
  useEffect(() => {
    setToday(read());
    const timer = setInterval(() => setToday(read()), 60_000);
    return () => clearInterval(timer);
  }, [isUtc]);
  return today;
}
