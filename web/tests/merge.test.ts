import { describe, expect, test } from "vitest";

import type { Item } from "../src/api-types";
import { appendPage, insertItem, mergeFresh, overlay } from "../src/merge";
import { anItem } from "./items";

/** Items dated by their names: `z` is newer than `a`. */
function items(names: string): Item[] {
  return [...names].map((id) =>
    anItem({ id, media_date: `2024-05-01T12:${10 + id.charCodeAt(0) - 97}:00` }),
  );
}

function names(list: readonly Item[] | null): string | null {
  return list && list.map((item) => item.id).join("");
}

const ALL = { view: "all", type: null } as const;

describe("mergeFresh", () => {
  test.each([
    ["a new photo comes first", "fedcba", "gfe", "gfedcba"],
    ["a photo gone from the middle goes", "fedcba", "fdc", "fdcba"],
    ["a photo gone at the seam goes", "fed", "fec", "fec"],
    ["nothing new changes nothing", "fedcba", "fed", "fedcba"],
    ["an old-dated arrival goes to its place", "fecba", "fed", "fedcba"],
  ])("%s", (_, loaded, fresh, merged) => {
    expect(names(mergeFresh(items(loaded), items(fresh), false, "all"))).toBe(merged);
  });

  test("believes a fresh page that is the whole list", () => {
    expect(names(mergeFresh(items("fedcba"), items("fb"), true, "all"))).toBe("fb");
  });

  test("says so when a gap lies before what was loaded", () => {
    expect(mergeFresh(items("cba"), items("zyx"), false, "all")).toBeNull();
  });
});

test("appendPage shows an item once that moved onto the next page", () => {
  expect(names(appendPage(items("fed"), items("dcb")))).toBe("fedcb");
});

describe("insertItem", () => {
  test("puts an item where its date belongs", () => {
    expect(names(insertItem(items("fedba"), items("c")[0]!, "all", null))).toBe("fedcba");
  });

  test("leaves what lies beyond the loaded part to the page that holds it", () => {
    const end = items("b")[0]!; // loaded, and deleted since

    expect(names(insertItem(items("fed"), items("a")[0]!, "all", end))).toBe("fed");
    expect(names(insertItem(items("fed"), items("c")[0]!, "all", end))).toBe("fedc");
    expect(names(insertItem(items("fed"), items("b")[0]!, "all", end))).toBe("fedb");
    expect(names(insertItem(items("fed"), items("a")[0]!, "all", null))).toBe("feda");
  });

  test("puts undated items at the end", () => {
    const undated = anItem({ id: "n", media_date: null });

    expect(names(insertItem(items("fed"), undated, "all", null))).toBe("fedn");
  });
});

describe("overlay", () => {
  const [d] = items("d") as [Item];

  test("hides what was deleted here while the list still shows it", () => {
    const shown = overlay(items("fed"), [{ item: d, view: "bin", until: 0 }], ALL, null);

    expect(names(shown.items)).toBe("fe");
    expect(shown.growth).toBe(-1);
  });

  test("shows what was restored here while the list does not", () => {
    const shown = overlay(items("fe"), [{ item: d, view: "all", until: 0 }], ALL, null);

    expect(names(shown.items)).toBe("fed");
    expect(shown.growth).toBe(1);
  });

  test("does nothing once the list has followed", () => {
    const shown = overlay(items("fe"), [{ item: d, view: "bin", until: 0 }], ALL, null);

    expect(names(shown.items)).toBe("fe");
    expect(shown.growth).toBe(0);
  });

  test("keeps a favourite pressed here", () => {
    const change = { item: { ...d, is_favorite: true }, view: "all", until: 0 } as const;

    expect(overlay(items("fed"), [change], ALL, null).items[2]!.is_favorite).toBe(true);
  });

  test("brings no photo into a list of videos", () => {
    const change = { item: d, view: "all", until: 0 } as const;

    expect(overlay([], [change], { view: "all", type: "video" }, null).items).toEqual([]);
  });
});
