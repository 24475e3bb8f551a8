import { describe, expect, it } from "vitest";

import { text } from "../src/text";
import {
  commandOf,
  isFor,
  PAGE_SHORTCUTS,
  VIEWER_SHORTCUTS,
  type Pressed,
} from "../src/viewer/shortcuts";

const press = (key: string, held: Partial<Pressed> = {}): Pressed => ({
  key,
  shiftKey: false,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  ...held,
});

describe("a key in the viewer", () => {
  it.each([
    ["ArrowRight", {}, "next"],
    ["f", {}, "favorite"],
    ["F", { shiftKey: true }, "fullScreen"],
    [" ", {}, "pause"],
    ["?", { shiftKey: true }, "help"],
    ["+", { shiftKey: true }, "zoomIn"],
    ["Delete", {}, "remove"],
  ])("%s with %o means %s", (key, held, command) => {
    expect(commandOf(press(key, held), VIEWER_SHORTCUTS)).toBe(command);
  });

  it("means the same with Caps Lock", () => {
    expect(commandOf(press("I"), VIEWER_SHORTCUTS)).toBe("info");
  });

  it.each([
    ["ArrowRight", { altKey: true }],
    ["ArrowLeft", { metaKey: true }],
    ["c", { ctrlKey: true }],
    ["f", { metaKey: true }],
    ["Delete", { shiftKey: true }],
    ["q", {}],
  ])("%s with %o is left to the browser", (key, held) => {
    expect(commandOf(press(key, held), VIEWER_SHORTCUTS)).toBeNull();
  });

  it("leafs on while it is held, and does nothing else twice", () => {
    expect(commandOf(press("ArrowRight", { repeat: true }), VIEWER_SHORTCUTS)).toBe("next");
    expect(commandOf(press("Delete", { repeat: true }), VIEWER_SHORTCUTS)).toBeNull();
  });
});

it.each([["the viewer", VIEWER_SHORTCUTS], ["the page", PAGE_SHORTCUTS]])(
  "in %s no key means two things, and each has its words",
  (_where, shortcuts) => {
    const keys = shortcuts.flatMap((shortcut) => shortcut.keys);

    expect(new Set(keys).size).toBe(keys.length);
    for (const { command } of shortcuts) expect(text.shortcuts.commands[command]).toBeTruthy();
  },
);

it("guests are told of no key that does nothing for them", () => {
  const guest = { token: "t", gallery: "main", name: "", mayDownload: false };
  const commands = [...PAGE_SHORTCUTS, ...VIEWER_SHORTCUTS].map(({ command }) => command);
  const told = (mayDownload: boolean): string[] =>
    commands.filter((command) => isFor({ ...guest, mayDownload }, command));

  expect(commands.every((command) => isFor(null, command))).toBe(true);
  expect(told(true)).toEqual(expect.arrayContaining(["download", "selectAll", "next", "slideshow"]));
  expect(told(true)).not.toEqual(expect.arrayContaining(["favorite"]));
  expect(told(false)).not.toContain("download");
  expect(told(false)).not.toContain("remove");
});
