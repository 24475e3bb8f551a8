import { describe, expect, it } from "vitest";

import { stripLeft, stripMiddle, stripWindow } from "../src/viewer/strip-window";

describe("the strip", () => {
  it("puts the current one in the middle", () => {
    const left = stripLeft(500, 500, 1000, 60);

    expect(left + 30).toBe(500);
  });

  it("sets neighbours side by side", () => {
    expect(stripLeft(501, 500, 1000, 60) - stripLeft(500, 500, 1000, 60)).toBe(60);
  });

  it("shows as many as reach across, and one more on each side", () => {
    const { first, end } = stripWindow(500, 2_000_000, 600, 60);

    expect([first, end]).toEqual([494, 507]);
    expect(stripLeft(first, 500, 600, 60)).toBeLessThanOrEqual(0);
    expect(stripLeft(end - 1, 500, 600, 60) + 60).toBeGreaterThanOrEqual(600);
  });

  it("never shows more than 39, however wide", () => {
    const { first, end } = stripWindow(500, 1000, 10_000, 44);

    expect(end - first).toBe(39);
  });

  it("ends with the list", () => {
    expect(stripWindow(0, 3, 600, 60)).toEqual({ first: 0, end: 3 });
    expect(stripWindow(2, 3, 600, 60)).toEqual({ first: 0, end: 3 });
    expect(stripWindow(0, 0, 600, 60)).toEqual({ first: 0, end: 0 });
  });

  it("follows the finger and stops at both ends", () => {
    expect(stripMiddle(10, 120, 100, 60)).toBe(8);
    expect(stripMiddle(10, -90, 100, 60)).toBe(11.5);
    expect(stripMiddle(10, 6000, 100, 60)).toBe(0);
    expect(stripMiddle(10, -60_000, 100, 60)).toBe(99);
  });
});
