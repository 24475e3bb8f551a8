import type { ListMonth } from "../src/months";
import { monthOfItems, unloaded } from "../src/months";
import { anItem } from "./items";

/** A month with nothing loaded: so many photos on each of these days, of mean ratio 1.5. */
export function aMonth(key: string, ...counts: number[]): ListMonth {
  const days = counts.map((count, n) => ({
    day: key === "undated" ? null : 28 - n, count, ratioSum: count * 1.5,
  }));
  return unloaded(key, days, 1);
}

/** Shapes as cameras and phones make them. */
const SHAPES = [[400, 300], [300, 400], [600, 400], [1600, 900], [400, 600], [400, 300]] as const;

/** A month with photos of many shapes, in no order. */
export function aMixedMonth(key: string, counts: number[]): ListMonth {
  const month = aLoadedMonth(key, counts);
  const items = month.items.map((item, n) => {
    const [width, height] = SHAPES[(n * 7 + ((n * n) % 5)) % SHAPES.length] ?? [4, 3];
    return { ...(item ?? anItem()), width, height };
  });
  return monthOfItems(key, items, "all", 1);
}

/** The same with its photos, 4:3 or as given. */
export function aLoadedMonth(key: string, counts: number[], width = 400, height = 300): ListMonth {
  let n = 0;
  const items = counts.flatMap((count, day) =>
    Array.from({ length: count }, () => {
      n += 1;
      return anItem({
        id: `${key}-${n}`, width, height,
        media_date: `${key}-${28 - day}T12:00:00.000`,
      });
    }),
  );
  return monthOfItems(key, items, "all", 1);
}

/** Months in their places. */
export function placed(...months: ListMonth[]): ListMonth[] {
  let start = 0;
  return months.map((month) => {
    start += month.count;
    return { ...month, start: start - month.count };
  });
}
