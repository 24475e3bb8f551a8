import { describe, expect, test } from "vitest";

import {
  LABEL_GAP,
  TICK_GAP,
  fractionOf,
  marksOf,
  monthBeside,
  monthOfRank,
  monthTitle,
  rankAt,
  yearBeside,
  type RailMonth,
} from "../src/scrubber";

/** Months of so many photos each, one after the other. */
function months(counts: Record<string, number>): RailMonth[] {
  let start = 0;
  return Object.entries(counts).map(([key, count]) => {
    const month = { key, start, count };
    start += count;
    return month;
  });
}

function totalOf(list: readonly RailMonth[]): number {
  return list.reduce((sum, month) => sum + month.count, 0);
}

/** The month at a place of the rail. */
function monthAt(list: readonly RailMonth[], total: number, fraction: number): number {
  return monthOfRank(list, rankAt(fraction, total));
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A library of up to 90 years: some months missing, most small, a few huge, perhaps undated. */
function aRandomLibrary(seed: number): RailMonth[] {
  const random = seeded(seed);
  const counts: Record<string, number> = {};
  const years = 1 + Math.floor(random() * 90);
  for (let year = 2025; year > 2025 - years; year -= 1) {
    for (let month = 12; month >= 1; month -= 1) {
      if (random() < 0.5) continue;
      const size = random() < 0.05 ? 50_000 : random() < 0.3 ? 900 : 12;
      counts[`${year}-${String(month).padStart(2, "0")}`] = 1 + Math.floor(random() * size);
    }
  }
  if (random() < 0.5) counts["undated"] = 1 + Math.floor(random() * 400);
  return months(counts);
}

const LIBRARIES = Array.from({ length: 60 }, (_, seed) => aRandomLibrary(seed)).filter(
  (list) => list.length > 0,
);

describe("places on the rail", () => {
  test("a month begins where the photos before it end", () => {
    const list = months({ "2024-06": 10, "2024-05": 70, "2023-01": 20 });

    expect(list.map((month) => fractionOf(month.start, 100))).toEqual([0, 0.1, 0.8]);
  });

  test("every rank comes back from its place, up to two million photos", () => {
    for (const total of [1, 3, 7, 999, 100_000, 2_000_000]) {
      const step = Math.max(1, Math.floor(total / 997));
      for (let rank = 0; rank < total; rank += step) {
        expect(rankAt(fractionOf(rank, total), total)).toBe(rank);
      }
      expect(rankAt(1, total)).toBe(total - 1);
    }
  });

  test("the first and last photo of every month lead back to that month", () => {
    for (const list of LIBRARIES) {
      const total = totalOf(list);
      list.forEach(({ start, count }, index) => {
        expect(monthAt(list, total, fractionOf(start, total))).toBe(index);
        expect(monthAt(list, total, fractionOf(start + count - 1, total))).toBe(index);
      });
    }
  });

  test("going down the rail never leads to a newer month", () => {
    for (const list of LIBRARIES) {
      const total = totalOf(list);
      let last = 0;
      for (let place = 0; place <= 1000; place += 1) {
        const month = monthAt(list, total, place / 1000);
        expect(month).toBeGreaterThanOrEqual(last);
        last = month;
      }
      expect(last).toBe(list.length - 1);
    }
  });

  test("places beyond the ends are the ends, and an empty list has no month", () => {
    const list = months({ "2024-06": 10, undated: 5 });

    expect([rankAt(-1, 15), rankAt(2, 15)]).toEqual([0, 14]);
    expect([monthOfRank(list, -3), monthOfRank(list, 99)]).toEqual([0, 1]);
    expect([rankAt(0.5, 0), fractionOf(3, 0), monthAt([], 0, 0.5)]).toEqual([0, 0, -1]);
  });

  test("a photo half scrolled past is still of its month", () => {
    const list = months({ "2024-06": 10, "2024-05": 5 });

    expect([monthOfRank(list, 9.9), monthOfRank(list, 10)]).toEqual([0, 1]);
  });
});

describe("marksOf", () => {
  test("puts ticks and years by the number of photos", () => {
    const list = months({ "2024-06": 100, "2024-05": 500, "2023-12": 300, undated: 100 });

    const { years, ticks } = marksOf(list, 1000, 600);

    expect(ticks).toEqual([
      { top: 0, label: "2024-06" },
      { top: 60, label: "2024-05" },
      { top: 360, label: "2023-12" },
      { top: 540, label: "undated" },
    ]);
    expect(years).toEqual([
      { top: 0, label: "2024" },
      { top: 360, label: "2023" },
      { top: 540, label: "Undated" },
    ]);
  });

  test("labels and ticks never overlap, go downwards and stay on the rail", () => {
    for (const list of LIBRARIES) {
      for (const height of [40, 333, 720, 1300]) {
        const { years, ticks } = marksOf(list, totalOf(list), height);
        for (const [marks, gap] of [[years, LABEL_GAP], [ticks, TICK_GAP]] as const) {
          marks.forEach(({ top }, index) => {
            expect(top).toBeGreaterThanOrEqual(0);
            expect(top).toBeLessThan(height);
            const before = marks[index - 1];
            if (before) expect(top - before.top).toBeGreaterThanOrEqual(gap);
          });
        }
        expect(years[0]?.top).toBe(0);
      }
    }
  });

  test("one month, one photo and undated ones alone have one mark; nothing has none", () => {
    expect(marksOf(months({ "2024-05": 1 }), 1, 500).years).toEqual([{ top: 0, label: "2024" }]);
    expect(marksOf(months({ undated: 9 }), 9, 500).years).toEqual([{ top: 0, label: "Undated" }]);
    expect(marksOf([], 0, 500)).toEqual({ years: [], ticks: [] });
    expect(marksOf(months({ "2024-05": 1 }), 1, 0)).toEqual({ years: [], ticks: [] });
  });
});

describe("keys", () => {
  const list = months({ "2024-06": 1, "2024-05": 1, "2022-12": 1, "2022-11": 1, undated: 1 });

  test("arrows go a month, and stop at the ends", () => {
    expect(monthBeside(list, 0, 1)).toBe(1);
    expect(monthBeside(list, 3, -1)).toBe(2);
    expect([monthBeside(list, 0, -1), monthBeside(list, 4, 1)]).toEqual([0, 4]);
  });

  test("a year down is the newest month of the next year that has photos", () => {
    expect([yearBeside(list, 0, 1), yearBeside(list, 1, 1)]).toEqual([2, 2]);
    expect([yearBeside(list, 3, 1), yearBeside(list, 4, 1)]).toEqual([4, 4]);
  });

  test("a year up is the newest month of the year before", () => {
    expect([yearBeside(list, 4, -1), yearBeside(list, 3, -1)]).toEqual([2, 0]);
    expect(yearBeside(list, 1, -1)).toBe(0);
  });
});

test("a month is called by its name and year", () => {
  expect(["2024-05", "0987-12", "undated"].map(monthTitle)).toEqual([
    "May 2024",
    "December 987",
    "Undated",
  ]);
});
