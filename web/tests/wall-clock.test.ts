import { describe, expect, it } from "vitest";

import {
  fieldsOf,
  readWallClock,
  secondsOf,
  shiftWallClock,
  wallClockOf,
  writeWallClock,
} from "../src/correct/wall-clock";
import { offsetsToChoose, offsetText } from "../src/correct/zone";

const NO_SPAN = { isEarlier: false, days: 0, hours: 0, minutes: 0, seconds: 0 };

describe("readWallClock", () => {
  it.each([
    ["2024-05-01T12:03:00.000", "2024-05-01T12:03:00.000"],
    ["2024-05-01T12:03:00", "2024-05-01T12:03:00.000"],
    ["2024-05-01T12:03", "2024-05-01T12:03:00.000"],
    ["2024-02-29T23:59:59.5", "2024-02-29T23:59:59.500"],
    ["0001-01-01T00:00", "0001-01-01T00:00:00.000"],
    ["0099-07-08T09:10", "0099-07-08T09:10:00.000"],
  ])("reads %s", (text, written) => {
    const moment = readWallClock(text);

    expect(moment).not.toBeNull();
    expect(writeWallClock(moment ?? 0)).toBe(written);
  });

  it.each(["2023-02-29T12:00", "2024-13-01T12:00", "2024-05-01T24:00", "0000-01-01T00:00",
    "12024-05-01T00:00", "2024-05-01", "", "yesterday"])("refuses %s", (text) => {
    expect(readWallClock(text)).toBeNull();
  });
});

describe("shiftWallClock", () => {
  it.each([
    ["over midnight", "2024-05-01T23:30:00.000", 3600, "2024-05-02T00:30:00.000"],
    ["into a leap day", "2024-02-28T12:00:00.000", 86_400, "2024-02-29T12:00:00.000"],
    ["into the year before", "2024-01-01T00:00:00.250", -1, "2023-12-31T23:59:59.250"],
    // clocks went forward that night in Europe: a wall clock knows nothing of it
    ["over a change of clocks", "2024-03-31T01:30:00.000", 3600, "2024-03-31T02:30:00.000"],
  ])("moves a moment %s", (_, before, seconds, after) => {
    expect(shiftWallClock(before, seconds)).toBe(after);
  });

  it("gives nothing outside the years 1 to 9999", () => {
    expect(shiftWallClock("9999-12-31T23:00:00.000", 3600)).toBeNull();
    expect(shiftWallClock("0001-01-01T00:30:00.000", -3600)).toBeNull();
    expect(shiftWallClock("9999-12-31T22:59:59.999", 3600)).toBe("9999-12-31T23:59:59.999");
  });

  it("returns to where it was by the same span the other way", () => {
    for (const seconds of [1, 59, 3_600, 86_399, 86_400 * 366, -5_000_000]) {
      const there = shiftWallClock("2024-05-01T12:03:04.567", seconds) ?? "";
      expect(shiftWallClock(there, -seconds)).toBe("2024-05-01T12:03:04.567");
    }
  });
});

describe("secondsOf", () => {
  it("adds up days, hours, minutes and seconds", () => {
    expect(secondsOf({ ...NO_SPAN, days: 1, hours: 2, minutes: 3, seconds: 4 })).toBe(93_784);
  });

  it("is negative for earlier, and plain zero for nothing", () => {
    expect(secondsOf({ ...NO_SPAN, isEarlier: true, hours: 1 })).toBe(-3600);
    expect(Object.is(secondsOf({ ...NO_SPAN, isEarlier: true }), 0)).toBe(true);
  });
});

describe("the fields of a form", () => {
  it("say a wall clock without its milliseconds", () => {
    expect(fieldsOf("2024-05-01T12:03:04.567")).toEqual({ date: "2024-05-01", time: "12:03:04" });
    expect(fieldsOf(null)).toEqual({ date: "", time: "" });
  });

  it("make a wall clock, midnight where no time is given", () => {
    expect(wallClockOf("2024-05-01", "12:03")).toBe("2024-05-01T12:03:00.000");
    expect(wallClockOf("2024-05-01", "")).toBe("2024-05-01T00:00:00.000");
    expect(wallClockOf("", "12:03")).toBeNull();
  });
});

describe("offsets from UTC", () => {
  it("are written with a sign and two digits each", () => {
    expect([0, 120, -210, 765].map(offsetText)).toEqual(["+00:00", "+02:00", "-03:30", "+12:45"]);
  });

  it("are offered from west to east, with the current one however odd", () => {
    const offsets = offsetsToChoose(17);

    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    expect(offsets).toContain(17);
    expect(offsets[0]).toBe(-720);
    expect(offsets.at(-1)).toBe(840);
    expect(new Set(offsetsToChoose(60)).size).toBe(offsetsToChoose(60).length);
  });
});
