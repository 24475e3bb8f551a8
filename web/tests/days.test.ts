import { describe, expect, onTestFinished, test, vi } from "vitest";

import { dayOf, dayTitle, localToday, momentTitle } from "../src/days";

describe("dayTitle", () => {
  const today = "2024-03-01";

  test.each([
    ["2024-03-01", "Today"],
    ["2024-02-29", "Yesterday"], // a leap year
    ["2024-02-28", "Wednesday, 28 February"],
    ["2023-12-31", "Sunday, 31 December 2023"],
    ["2024-03-02", "Saturday, 2 March"], // a camera ahead of its time
    ["1969-07-20", "Sunday, 20 July 1969"],
    [null, "Undated"],
  ])("of %s is %s", (date, title) => {
    expect(dayTitle(date, today)).toBe(title);
  });

  test("knows yesterday across a new year", () => {
    expect(dayTitle("2023-12-31", "2024-01-01")).toBe("Yesterday");
  });

  test("is shorter on narrow screens", () => {
    expect(dayTitle("2019-09-25", today, true)).toBe("Wed, 25 Sep 2019");
  });
});

test.each([
  ["UTC", 0],
  ["Pacific/Kiritimati", -840],
  ["Pacific/Pago_Pago", 660],
  ["Asia/Kathmandu", -345],
])("days and moments are the place's own under the browser's zone %s", (zone, offset) => {
  vi.stubEnv("TZ", zone);
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(new Date(2024, 4, 1).getTimezoneOffset()).toBe(offset); // the zone is in force

  expect(dayOf("2024-05-01T23:30:00")).toBe("2024-05-01");
  expect(dayTitle("2024-05-01", "2025-01-01")).toBe("Wednesday, 1 May 2024");
  expect(dayTitle("2024-05-01", "2024-05-02")).toBe("Yesterday");
  expect(momentTitle("2024-05-01T23:30:00")).toBe("1 May 2024, 23:30");
});

test("localToday is the day on the browser's own calendar", () => {
  expect(localToday(new Date(2024, 0, 5, 0, 1))).toBe("2024-01-05");
  expect(localToday(new Date(2024, 11, 31, 23, 59))).toBe("2024-12-31");
});

test("a moment without date is undated, one without time is a day", () => {
  expect(momentTitle(null)).toBe("Undated");
  expect(momentTitle("2024-05-01")).toBe("1 May 2024");
});
