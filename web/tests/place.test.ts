import { expect, test } from "vitest";

import type { Item } from "../src/api-types";
import { Place } from "../src/viewer/place";
import { anItem } from "./items";

/** An order of loaded photos, `-` for one that is not, which changes when `ids` does. */
class AnOrder {
  constructor(public ids: string[]) {}

  get total(): number {
    return this.ids.length;
  }

  itemAt(index: number): Item | null {
    const id = this.ids[index];
    return id === undefined || id === "-" ? null : anItem({ id });
  }

  indexOf(id: string): number | null {
    const index = this.ids.indexOf(id);
    return index < 0 ? null : index;
  }
}

function around(place: Place): (string | undefined)[] {
  return [-1, 0, 1].map((by) => place.itemAt(place.index + by)?.id);
}

test("a place knows its neighbours and its number", () => {
  const place = new Place(new AnOrder(["a", "b", "c"]), anItem({ id: "b" }));

  expect(around(place)).toEqual(["a", "b", "c"]);
  expect(place.position).toEqual({ n: 2, total: 3 });
});

test("a photo that no order holds stands alone until it is found", () => {
  const order = new AnOrder(["a", "-", "c"]);
  const place = new Place(order, anItem({ id: "b" }));
  expect(place.position).toBeNull();
  expect(around(place)).toEqual([undefined, "b", undefined]);

  place.settle(1);

  expect(place.position).toEqual({ n: 2, total: 3 });
  expect(around(place)).toEqual(["a", "b", "c"]);
});

test("the photo shown stays shown when others come and go before it", () => {
  const order = new AnOrder(["a", "b", "c"]);
  const place = new Place(order, anItem({ id: "b" }));

  order.ids = ["new", "newer", "a", "b", "c"];
  place.follow();
  expect([place.index, place.item?.id]).toEqual([3, "b"]);

  order.ids = ["b", "c"];
  place.follow();
  expect([place.index, place.item?.id]).toEqual([0, "b"]);
});

test("a photo that leaves the order is held between its neighbours until one leafs on", () => {
  const order = new AnOrder(["a", "b", "c"]);
  const place = new Place(order, anItem({ id: "b" }));

  order.ids = ["a", "c"];
  place.follow();

  expect(around(place)).toEqual(["a", "b", "c"]);
  expect(place.position).toEqual({ n: 2, total: 3 });
  expect([0, 1, 2].map((index) => place.rankAt(index))).toEqual([0, null, 1]);

  place.goTo(2);
  expect(place.position).toEqual({ n: 2, total: 2 });
  expect(around(place)).toEqual(["a", "c", undefined]);
});

test("a photo that comes back to the order is held no longer", () => {
  const order = new AnOrder(["a", "b"]);
  const place = new Place(order, anItem({ id: "b" }));
  order.ids = ["a"];
  place.follow();

  order.ids = ["b", "a"];
  place.follow();

  expect([place.index, place.total, place.isFound]).toEqual([0, 2, true]);
});

test("a removed photo makes room for the next one, the last for the one before", () => {
  const order = new AnOrder(["a", "b", "c"]);
  const place = new Place(order, anItem({ id: "b" }));

  order.ids = ["a", "c"];
  expect(place.follow(new Set(["b"]))).toBe(true);
  expect(place.item?.id).toBe("c");

  order.ids = ["a"];
  expect(place.follow(new Set(["b", "c"]))).toBe(true);
  expect(place.item?.id).toBe("a");

  order.ids = [];
  expect(place.follow(new Set(["a", "b", "c"]))).toBe(false);
});

test("what is not loaded again yet is not gone", () => {
  const order = new AnOrder(["a", "b", "c"]);
  const place = new Place(order, anItem({ id: "b" }));

  order.ids = ["-", "-", "-"];
  place.follow();

  expect(place.item?.id).toBe("b");
  expect(place.position).toEqual({ n: 2, total: 3 });
});

test("a place that is not loaded yet takes what comes", () => {
  const order = new AnOrder(["a", "-", "-"]);
  const place = new Place(order, anItem({ id: "a" }));
  place.goTo(1);
  expect(place.item).toBeNull();

  order.ids = ["a", "b", "c"];
  place.follow();

  expect(place.item?.id).toBe("b");
});

test("nobody leafs beyond the ends", () => {
  const place = new Place(new AnOrder(["a", "b"]), anItem({ id: "b" }));

  place.goTo(7);
  expect(place.index).toBe(1);
  place.goTo(-3);
  expect(place.index).toBe(0);
});
