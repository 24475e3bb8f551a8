import { describe, expect, it } from "vitest";

import { dropped } from "../src/upload/collect";

const NOT_READABLE = new DOMException("no", "NotReadableError");

/** A file of a dropped folder; one that is locked can be seen, and not opened. */
function aFile(fullPath: string, isLocked = false): FileSystemEntry {
  const name = fullPath.split("/").at(-1) ?? "";
  return {
    isFile: true,
    isDirectory: false,
    name,
    fullPath,
    file: (found: (file: File) => void, fail: (error: DOMException) => void) =>
      isLocked ? fail(NOT_READABLE) : found(new File(["bytes"], name)),
  } as unknown as FileSystemEntry;
}

/** A folder that hands out its entries a few at a time; after the last it ends, or breaks. */
function aFolder(fullPath: string, some: FileSystemEntry[][], breaks = false): FileSystemEntry {
  const left = [...some];
  const read = (
    found: (entries: FileSystemEntry[]) => void,
    fail: (error: DOMException) => void,
  ): void => {
    const next = left.shift();
    if (!next && breaks) fail(NOT_READABLE);
    else found(next ?? []);
  };
  return {
    isFile: false,
    isDirectory: true,
    name: fullPath.split("/").at(-1),
    fullPath,
    createReader: () => ({ readEntries: read }),
  } as unknown as FileSystemEntry;
}

async function namesOf(...entries: FileSystemEntry[]): Promise<string[]> {
  const items = entries.map((entry) => ({ kind: "file", webkitGetAsEntry: () => entry }));
  const found = await dropped({ items } as unknown as DataTransfer);
  return found.map(
    ({ file, folder, isUnopened }) => `${folder}/${file.name}${isUnopened ? " could not be opened" : ""}`,
  );
}

describe("what is dropped", () => {
  it("holds the files of all folders, by name", async () => {
    const rome = aFolder("/Italy/Rome", [[aFile("/Italy/Rome/b.jpg")], [aFile("/Italy/Rome/a.jpg")]]);
    const italy = aFolder("/Italy", [[rome, aFile("/Italy/c.jpg")]]);

    expect(await namesOf(italy, aFile("/loose.jpg"))).toEqual([
      "Italy/c.jpg",
      "Italy/Rome/a.jpg",
      "Italy/Rome/b.jpg",
      "/loose.jpg",
    ]);
  });

  it("names a file that can't be opened", async () => {
    const card = aFolder("/Card", [[aFile("/Card/1.jpg"), aFile("/Card/2.jpg", true)]]);

    expect(await namesOf(card)).toEqual(["Card/1.jpg", "Card/2.jpg could not be opened"]);
  });

  it("names a folder that can't be opened, or breaks off, beside what was read of it", async () => {
    const broken = aFolder("/Card/DCIM", [[aFile("/Card/DCIM/1.jpg")]], true);
    const locked = aFolder("/Card/Private", [], true);
    const card = aFolder("/Card", [[broken, locked, aFile("/Card/2.jpg")]]);

    expect((await namesOf(card)).sort()).toEqual([
      "Card/2.jpg",
      "Card/DCIM could not be opened",
      "Card/DCIM/1.jpg",
      "Card/Private could not be opened",
    ]);
  });
});
