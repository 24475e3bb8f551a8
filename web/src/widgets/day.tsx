/** A day of the timeline: its heading, and the rows of it that are near the window. */

import { memo } from "preact/compat";

import type { Item, View } from "../api-types";
import { dayTitle } from "../days";
import type { Block, PlacedRow } from "../layout";
import { dateOf, type ListMonth } from "../months";
import type { Selection } from "../selection";
import { text } from "../text";
import { px } from "./style";
import { EmptyTile, Tile, type TileDeeds } from "./tile";

/** What days of a month share. */
export interface DayProps {
  month: ListMonth;
  width: number;
  rows: readonly PlacedRow[];
  heading: number;
  /** `2024-05-01`: what is called Today. */
  today: string;
  view: View;
  binDays: number;
  selection: Selection;
  /** Moves whenever the selection does. */
  selected: number;
  deeds: TileDeeds;
}

interface Props extends DayProps {
  block: Block;
}

function PlainDay(props: Props) {
  const { month, block, rows, heading, view, selection, deeds } = props;
  const { left, first, day } = block;
  const isSelecting = selection.items.size > 0;
  const title = titleOf(props, day.day);
  const date = dateOf(month, day.day);
  const start = month.start + first;
  const isWhole =
    isSelecting &&
    month.items
      .slice(first, first + day.count)
      .every((item) => item !== null && selection.has(item.id));
  return (
    <section
      class="day"
      style={px({ left, top: block.top, width: block.width, height: block.height })}
      aria-label={title}
    >
      <h2 class="day-title" style={px({ height: heading })}>
        {date === null ? <span>{title}</span> : <time dateTime={date}>{title}</time>}
        {deeds.canSelect && (
          <button
            type="button"
            class="day-check"
            aria-pressed={isWhole}
            aria-label={text.selectDay(title)}
            title={text.selectDay(title)}
            onClick={() => deeds.selectDay(start, start + day.count)}
          />
        )}
      </h2>
      {rows.map(({ row }) =>
        row.boxes.map((box) => {
          const item = month.items[first + box.index];
          const place = {
            left: box.left,
            top: heading + row.top,
            width: box.width,
            height: row.height,
          };
          if (!item) return <EmptyTile key={first + box.index} {...place} />;
          return (
            <Tile
              key={item.id}
              item={item}
              rank={start + box.index}
              {...place}
              note={view === "bin" ? noteOf(item, props) : null}
              isSelected={selection.has(item.id)}
              isSelecting={isSelecting}
              deeds={deeds}
            />
          );
        }),
      )}
    </section>
  );
}

export const Day = memo(PlainDay, isSame);

/** Whether nothing of it changed: rows are told apart by their boxes. */
export function isSame<Given extends { rows: readonly PlacedRow[] }>(
  before: Given,
  after: Given,
): boolean {
  const { rows, ...rest } = before;
  return (
    (Object.keys(rest) as (keyof typeof rest)[]).every((name) => rest[name] === after[name]) &&
    rows.length === after.rows.length &&
    rows.every((placed, index) => placed.row === after.rows[index]?.row)
  );
}

function titleOf({ month, today, width, view, binDays }: DayProps, day: number | null): string {
  const date = dateOf(month, day);
  const title = dayTitle(date, today, width < 600);
  return view === "bin" && date !== null ? text.deletedOn(title, text.daysLeft(daysLeft(date, today, binDays)))
    : title;
}

/** What is said of a photo in the bin that stays longer than those beside it; null of others. */
function noteOf(item: Item, { today, binDays }: DayProps): string | null {
  const { deleted_at: deleted, expires_at: expires } = item;
  if (!deleted || expires === undefined) return null;
  if (expires === null) return text.staysInBin;
  const left = Math.max(0, daysBetween(today, expires.slice(0, 10)));
  return left === daysLeft(deleted.slice(0, 10), today, binDays) ? null : text.daysLeft(left);
}

/** Days until what was deleted on a day is destroyed; 0 on the last. */
function daysLeft(deleted: string, today: string, kept: number): number {
  return Math.max(0, kept - daysBetween(deleted, today));
}

function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);
}
