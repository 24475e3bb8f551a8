import { expect, test } from "vitest";

import type { Person } from "../src/api-types";
import { personsNamed } from "../src/persons";

function aPerson(name: string): Person {
  return { id: name, name } as Person;
}

const PERSONS = ["Mary Ann Zoë", "José María", "Ann", "Hannah-Lena"].map(aPerson);

function found(typed: string, limit = 10): string[] {
  return personsNamed(PERSONS, typed, limit).map(({ name }) => name);
}

test("nothing typed finds everybody in the order given, up to the limit", () => {
  expect(found("  ")).toEqual(["Mary Ann Zoë", "José María", "Ann", "Hannah-Lena"]);
  expect(found("", 2)).toEqual(["Mary Ann Zoë", "José María"]);
});

test("a name's beginning comes before the beginning of a later name, and its middle not at all", () => {
  expect(found("ann")).toEqual(["Ann", "Mary Ann Zoë"]);
  expect(found("lena")).toEqual(["Hannah-Lena"]);
});

test("accents and case make no difference, and words may come in any order", () => {
  expect(found("JOSE mar")).toEqual(["José María"]);
  expect(found("zoe mary")).toEqual(["Mary Ann Zoë"]);
  expect(found("zoe nobody")).toEqual([]);
});
