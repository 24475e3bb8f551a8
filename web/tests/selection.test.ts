import { beforeEach, describe, expect, it, vi } from "vitest";

import { Selection, type Ranked } from "../src/selection";
import { anItem } from "./items";

/** A list of so many items `i0 … `, of which none are loaded until somebody asks. */
function listOf(total: number): Ranked & { asked: [number, number][] } {
  const items = Array.from({ length: total }, (_, rank) => anItem({ id: `i${rank}` }));
  const asked: [number, number][] = [];
  return {
    asked,
    rankOf: (id) => {
      const rank = items.findIndex((known) => known.id === id);
      return rank < 0 ? null : rank;
    },
    ensureRange: async (from, to) => {
      asked.push([from, to]);
      return items.slice(from, to);
    },
  };
}

const ids = (selection: Selection): string[] => [...selection.items.keys()].sort();
const at = (rank: number) => anItem({ id: `i${rank}` });

let selection: Selection;
beforeEach(() => {
  selection = new Selection();
});

describe("toggle", () => {
  it("chooses one and lets it go again", () => {
    selection.toggle(at(3), 3);
    expect(selection.has("i3")).toBe(true);
    expect(selection.anchor).toBe(3);

    selection.toggle(at(3), 3);
    expect(selection.items.size).toBe(0);
  });

  it("tells those who listen, until they stop", () => {
    const listener = vi.fn();
    const stop = selection.subscribe(listener);
    selection.toggle(at(0), 0);
    expect(listener).toHaveBeenCalledTimes(1);

    stop();
    selection.toggle(at(1), 1);
    expect(listener).toHaveBeenCalledTimes(1);
  });
});

describe("extendTo", () => {
  it("chooses everything between the anchor and a rank, in either direction", async () => {
    const list = listOf(10);
    selection.toggle(at(5), 5);

    await selection.extendTo(list, 7);
    expect(ids(selection)).toEqual(["i5", "i6", "i7"]);

    await selection.extendTo(list, 3);
    expect(ids(selection)).toEqual(["i3", "i4", "i5"]);
    expect(selection.anchor).toBe(5);
  });

  it("keeps what was chosen before the range when the range shrinks", async () => {
    const list = listOf(10);
    selection.toggle(at(6), 6);
    selection.toggle(at(2), 2);

    await selection.extendTo(list, 8);
    await selection.extendTo(list, 3);

    expect(ids(selection)).toEqual(["i2", "i3", "i6"]);
  });

  it("begins with the one it is asked for when nothing was chosen before", async () => {
    await selection.extendTo(listOf(10), 4);

    expect(ids(selection)).toEqual(["i4"]);
    expect(selection.anchor).toBe(4);
  });

  it("starts where the anchor's photo is now, after new photos have come above it", async () => {
    selection.toggle(anItem({ id: "i5" }), 3); // it was third, and is fifth by now

    await selection.extendTo(listOf(10), 6);

    expect(ids(selection)).toEqual(["i5", "i6"]);
  });

  it("says how many it waits for, and forgets them when the selection is cleared", async () => {
    let arrive: (items: ReturnType<typeof at>[]) => void = () => undefined;
    const slow: Ranked = {
      rankOf: () => null,
      ensureRange: () => new Promise((resolve) => (arrive = resolve)),
    };
    selection.toggle(at(0), 0);
    const extending = selection.extendTo(slow, 499);
    expect(selection.awaited).toBe(500);

    selection.clear();
    arrive([at(0), at(1)]);
    await extending;

    expect(selection.awaited).toBe(0);
    expect(selection.items.size).toBe(0);
  });

  it("leaves the selection as it was when the range can't be loaded", async () => {
    const broken: Ranked = {
      rankOf: () => null,
      ensureRange: () => Promise.reject(new Error("no answer")),
    };
    selection.toggle(at(1), 1);

    await expect(selection.extendTo(broken, 5)).rejects.toThrow("no answer");

    expect(ids(selection)).toEqual(["i1"]);
    expect(selection.awaited).toBe(0);
  });
});

describe("toggleDay", () => {
  it("completes a day that is chosen in part, then lets all of it go", async () => {
    const list = listOf(10);
    selection.toggle(at(4), 4);

    await selection.toggleDay(list, 3, 6);
    expect(ids(selection)).toEqual(["i3", "i4", "i5"]);
    expect(list.asked).toEqual([[3, 6]]);

    await selection.toggleDay(list, 3, 6);
    expect(selection.items.size).toBe(0);
  });
});

describe("selectAll", () => {
  it("chooses the whole list, and clear lets all of it go", async () => {
    await selection.selectAll(listOf(1200), 1200);
    expect(selection.items.size).toBe(1200);

    selection.clear();
    expect(selection.items.size).toBe(0);
    expect(selection.anchor).toBeNull();
  });
});
