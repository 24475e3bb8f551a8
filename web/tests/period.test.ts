import { describe, expect, test } from "vitest";

import { dayTyped, periodTitle } from "../src/period";

describe("periodTitle", () => {
  test("names both ends, one of them, or the one day", () => {
    expect(periodTitle("2024-05-01", "2025-06-30")).toBe("1 May 2024 – 30 June 2025");
    expect(periodTitle("2024-05-01", null)).toBe("since 1 May 2024");
    expect(periodTitle(null, "2024-05-01")).toBe("until 1 May 2024");
    expect(periodTitle("2024-05-01", "2024-05-01")).toBe("1 May 2024");
  });
});

describe("dayTyped", () => {
  test("waits until a year has its four digits", () => {
    expect(dayTyped("0202-05-01")).toBeUndefined();
    expect(dayTyped("2024-05-01")).toBe("2024-05-01");
    expect(dayTyped("")).toBeNull();
  });
});
