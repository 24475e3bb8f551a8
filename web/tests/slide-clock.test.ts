import { describe, expect, it } from "vitest";

import { intervalFrom, SlideClock } from "../src/viewer/slide-clock";

describe("the clock of a slideshow", () => {
  it("waits for the photo to be shown, then for the interval", () => {
    const clock = new SlideClock(3000);
    clock.begin();
    expect(clock.dueIn(60_000)).toBeNull();

    clock.show(60_000);

    expect(clock.dueIn(60_000)).toBe(3000);
    expect(clock.dueIn(61_000)).toBe(2000);
    expect(clock.dueIn(63_000)).toBe(0);
    expect(clock.dueIn(99_000)).toBe(0);
  });

  it("goes on with a video when it has ended, however long it was", () => {
    const clock = new SlideClock(3000);
    clock.begin();
    expect(clock.dueIn(20_000)).toBeNull();

    clock.finish();

    expect(clock.dueIn(20_000)).toBe(0);
  });

  it("stands still while it is held and goes on with what was left", () => {
    const clock = new SlideClock(5000);
    clock.begin();
    clock.show(0);

    clock.hold(2000);
    expect(clock.dueIn(50_000)).toBeNull();
    clock.goOn(60_000);

    expect(clock.dueIn(60_000)).toBe(3000);
    expect(clock.dueIn(62_000)).toBe(1000);
  });

  it("counts nothing twice when it is held again", () => {
    const clock = new SlideClock(5000);
    clock.begin();
    clock.show(0);

    clock.hold(1000);
    clock.hold(2000);
    clock.goOn(3000);
    clock.goOn(4000);

    expect(clock.dueIn(4000)).toBe(3000);
  });

  it("counts a photo that was shown while it was held from when it goes on", () => {
    const clock = new SlideClock(5000);
    clock.begin();
    clock.hold(0);
    clock.show(1000);
    expect(clock.dueIn(9000)).toBeNull();

    clock.goOn(9000);

    expect(clock.dueIn(9000)).toBe(5000);
  });

  it("waits for a video that ends while it is held until it goes on", () => {
    const clock = new SlideClock(5000);
    clock.begin();
    clock.hold(0);
    clock.finish();
    expect(clock.dueIn(1)).toBeNull();

    clock.goOn(2);

    expect(clock.dueIn(2)).toBe(0);
  });

  it("begins anew with every photo", () => {
    const clock = new SlideClock(5000);
    clock.begin();
    clock.show(0);

    clock.begin();

    expect(clock.dueIn(4000)).toBeNull();
    clock.show(4000);
    expect(clock.dueIn(4000)).toBe(5000);
  });

  it("takes another interval at once, with the time that has passed", () => {
    const clock = new SlideClock(3000);
    clock.begin();
    clock.show(0);

    clock.setInterval(10_000);

    expect(clock.dueIn(2000)).toBe(8000);
  });
});

describe("the remembered interval", () => {
  it.each([
    ["3", 3],
    ["10", 10],
    ["4", 5],
    ["", 5],
    [null, 5],
  ])("of %o is %i s", (stored, seconds) => {
    expect(intervalFrom(stored)).toBe(seconds);
  });
});
