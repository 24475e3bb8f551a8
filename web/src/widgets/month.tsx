/** The rows of a month that are near the window, each day with its heading. */

import { memo } from "preact/compat";

import type { Block, PlacedRow } from "../layout";
import { Day, isSame, type DayProps } from "./day";
import { px } from "./style";

interface Props extends DayProps {
  /** CSS pixels from the top of the timeline's element. */
  top: number;
}

function PlainMonth({ top, rows, ...shared }: Props) {
  const { month, width, selection } = shared;
  const rowsOf = new Map<Block, PlacedRow[]>();
  for (const placed of rows) {
    const known = rowsOf.get(placed.block);
    if (known) known.push(placed);
    else rowsOf.set(placed.block, [placed]);
  }
  return (
    <div
      class={selection.items.size > 0 ? "month is-selecting" : "month"}
      style={px({ top, width })}
      data-month={month.key}
    >
      {[...rowsOf].map(([block, own]) => (
        <Day key={block.day.day} {...shared} block={block} rows={own} />
      ))}
    </div>
  );
}

/** Drawn anew only when something of it changed. */
export const Month = memo(PlainMonth, isSame);
