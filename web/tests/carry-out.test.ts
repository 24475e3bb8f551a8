import { beforeEach, expect, it, vi } from "vitest";

import * as api from "../src/api";
import { ApiError, type Correction } from "../src/api";
import { carryOut } from "../src/correct/carry-out";

vi.mock("../src/api", { spy: true });

/** What was asked for, call by call. */
let calls: { ids: readonly string[]; correction: Correction }[];
beforeEach(() => {
  calls = [];
  vi.mocked(api.correctMany).mockImplementation(async (ids, correction) => {
    calls.push({ ids, correction });
    return ids.map((id) => ({ id, status: "ok", asset: null, newly_corrected: [] }));
  });
});

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `p${n}`);
const dateOf = (id: string): string | null =>
  id === "p7" ? null : `2024-05-01T12:00:00.${id.slice(1).padStart(4, "0")}`;

it("gives five hundred photos a call each its own date, and tells how far it is", async () => {
  const ids = names(1201);
  const told: [number, number][] = [];

  await carryOut(
    [{ ids, correction: { action: "set_dates", media_dates: ids.map(dateOf) } }],
    (done, all) => told.push([done, all]),
  );

  expect(calls.map(({ ids }) => ids.length)).toEqual([500, 500, 201]);
  for (const { ids, correction } of calls) {
    expect(correction).toEqual({ action: "set_dates", media_dates: ids.map(dateOf) });
  }
  expect(told).toEqual([[500, 1201], [1000, 1201], [1201, 1201]]);
});

it("goes on after a call without an answer, and leaves what failed a person's word", async () => {
  const ids = names(501);
  vi.mocked(api.correctMany).mockRejectedValueOnce(new ApiError(0, "network", "no answer"));

  const { failed } = await carryOut(
    [
      { ids, correction: { action: "set_dates", media_dates: ids.map(dateOf) } },
      { ids, correction: { action: "uncorrect", uncorrect: ["date"] } },
    ],
    () => undefined,
  );

  expect(failed.size).toBe(500);
  expect(calls.map(({ ids, correction }) => [correction.action, ids])).toEqual([
    ["set_dates", ["p500"]],
    ["uncorrect", ["p500"]],
  ]);
});
