import { describe, expect, it } from "vitest";

import type { Asset } from "../src/api-types";
import { previewOf, stepsBack, stepsOf, touchedBy } from "../src/correct/plan";
import { anItem } from "./items";

const noon = anItem({ id: "noon", media_date: "2024-05-01T12:00:00.000" });
const evening = anItem({ id: "evening", media_date: "2024-05-01T20:00:00.000" });
const later = anItem({ id: "later", media_date: "2024-06-01T12:00:00.000" });
const undated = anItem({ id: "undated", media_date: null });
const ALL = [evening, undated, later, noon];

const known = (id: string, description: string | null): [string, Asset] => [
  id,
  { ...anItem({ id }), description } as Asset,
];

describe("stepsOf", () => {
  it("shifts those with a date, and none by nothing", () => {
    expect(stepsOf(ALL, { date: { kind: "shift", seconds: 60 }, description: undefined }, "s1")).toEqual([
      {
        ids: ["evening", "later", "noon"],
        correction: { action: "shift_date", seconds: 60, shift_id: "s1" },
      },
    ]);
    expect(stepsOf(ALL, { date: { kind: "shift", seconds: 0 }, description: undefined }, "s1")).toEqual([]);
    expect(stepsOf([undated], { date: { kind: "shift", seconds: 60 }, description: undefined }, "s1")).toEqual([]);
  });

  it("sets the date of those that have another one, undated ones too", () => {
    const mediaDate = "2024-05-01T12:00:00.000";

    expect(stepsOf(ALL, { date: { kind: "set", mediaDate }, description: undefined }, "s1")).toEqual([
      {
        ids: ["evening", "undated", "later"],
        correction: { action: "set_date", media_date: mediaDate },
      },
    ]);
  });

  it("describes all of them, or takes all descriptions away", () => {
    const steps = stepsOf([noon, undated], { date: { kind: "keep" }, description: null }, "s1");

    expect(steps).toEqual([
      { ids: ["noon", "undated"], correction: { action: "set_description", description: null } },
    ]);
  });
});

describe("touchedBy", () => {
  it("counts each once, and none that no step changes", () => {
    const shift = { kind: "shift", seconds: 60 } as const;

    const dates = stepsOf(ALL, { date: shift, description: undefined }, "s1");
    const both = stepsOf(ALL, { date: shift, description: "Trip" }, "s1");

    expect([...touchedBy(dates)]).toEqual(["evening", "later", "noon"]);
    expect(touchedBy(both).size).toBe(4);
    expect(touchedBy([]).size).toBe(0);
  });
});

describe("stepsBack", () => {
  it("shifts back under another name, what failed left out", () => {
    const steps = stepsOf(ALL, { date: { kind: "shift", seconds: 60 }, description: undefined }, "s1");

    expect(stepsBack(ALL, steps, new Set(["later"]), new Map(), new Map(), "s2")).toEqual([
      { ids: ["evening", "noon"], correction: { action: "shift_date", seconds: -60, shift_id: "s2" } },
    ]);
  });

  it("gives each its own date again, undated ones none, in one step for all of them", () => {
    const twin = anItem({ id: "twin", media_date: later.media_date });
    const items = [...ALL, twin];
    const mediaDate = "2024-05-01T12:00:00.000";
    const steps = stepsOf(items, { date: { kind: "set", mediaDate }, description: undefined }, "s1");

    expect(stepsBack(items, steps, new Set(), new Map(), new Map(), "s2")).toEqual([
      {
        ids: ["evening", "undated", "later", "twin"],
        correction: {
          action: "set_dates",
          media_dates: [evening.media_date, null, later.media_date, later.media_date],
        },
      },
    ]);
    expect(stepsBack(items, steps, new Set(["evening"]), new Map(), new Map(), "s2")).toEqual([
      {
        ids: ["undated", "later", "twin"],
        correction: {
          action: "set_dates",
          media_dates: [null, later.media_date, later.media_date],
        },
      },
    ]);
  });

  it("gives each its own description again, where it is known", () => {
    const steps = stepsOf(ALL, { date: { kind: "keep" }, description: "Trip" }, "s1");
    const former = new Map([known("noon", "Lunch"), known("later", null), known("evening", "Lunch")]);

    expect(stepsBack(ALL, steps, new Set(), new Map(), former, "s2")).toEqual([
      {
        ids: ["evening", "noon"],
        correction: { action: "set_description", description: "Lunch" },
      },
      { ids: ["later"], correction: { action: "set_description", description: null } },
    ]);
  });
});

describe("stepsBack after a first correction", () => {
  const wish = { date: { kind: "shift", seconds: 60 }, description: "Trip" } as const;
  const steps = stepsOf([noon, later], wish, "s1");
  const former = new Map([known("noon", null), known("later", "Old")]);

  it("makes it nobody's word again, once all is as it was, what failed left out", () => {
    const newly = new Map([
      ["date" as const, ["noon", "later"]],
      ["description" as const, ["noon"]],
    ]);

    const back = stepsBack([noon, later], steps, new Set(["later"]), newly, former, "s2");

    expect(back.map(({ correction }) => correction.action)).toEqual([
      "shift_date",
      "set_description",
      "uncorrect",
      "uncorrect",
    ]);
    expect(back.slice(2)).toEqual([
      { ids: ["noon"], correction: { action: "uncorrect", uncorrect: ["date"] } },
      { ids: ["noon"], correction: { action: "uncorrect", uncorrect: ["description"] } },
    ]);
  });

  it("leaves what a person had said before a person's word", () => {
    const newly = new Map([["date" as const, ["noon"]]]);

    const back = stepsBack([noon, later], steps, new Set(["noon"]), newly, former, "s2");

    expect(back.map(({ correction }) => correction.action)).toEqual([
      "shift_date",
      "set_description",
    ]);
  });
});

describe("previewOf", () => {
  it("tells what becomes of the first and the last", () => {
    expect(previewOf(ALL, { kind: "shift", seconds: 3600 })).toEqual({
      first: { before: noon.media_date, after: "2024-05-01T13:00:00.000" },
      last: { before: later.media_date, after: "2024-06-01T13:00:00.000" },
    });
  });

  it("tells when a shift leaves the calendar", () => {
    const old = anItem({ id: "old", media_date: "0001-01-01T00:00:00.000" });

    expect(previewOf([old, noon], { kind: "shift", seconds: -1 })?.first.after).toBeNull();
  });

  it("has nothing to tell of a shift when none has a date", () => {
    expect(previewOf([undated], { kind: "shift", seconds: 60 })).toBeNull();
    expect(previewOf([undated], { kind: "set", mediaDate: "2024-05-01T12:00:00.000" })).toEqual({
      first: { before: null, after: "2024-05-01T12:00:00.000" },
      last: { before: null, after: "2024-05-01T12:00:00.000" },
    });
  });
});
