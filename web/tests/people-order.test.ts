import { describe, expect, it } from "vitest";

import type { Person } from "../src/api-types";
import { personsShown } from "../src/people/order";

function aPerson(name: string, given: Partial<Person> = {}): Person {
  return {
    id: name,
    name,
    faces: 1,
    assets: 1,
    is_favorite: false,
    is_hidden: false,
    thumbnail_url: null,
    created_at: null,
    ...given,
  };
}

const names = (persons: Person[]): string[] => persons.map(({ name }) => name);

describe("personsShown", () => {
  it("puts favourites first, then those with the most photos, then by name", () => {
    const persons = [
      aPerson("Cleo"),
      aPerson("Ben", { assets: 9 }),
      aPerson("Anna"),
      aPerson("Dora", { is_favorite: true }),
    ];

    expect(names(personsShown(persons, "", false))).toEqual(["Dora", "Ben", "Anna", "Cleo"]);
  });

  it("leaves hidden ones out unless they are asked for", () => {
    const persons = [aPerson("Anna"), aPerson("Ben", { is_hidden: true })];

    expect(names(personsShown(persons, "", false))).toEqual(["Anna"]);
    expect(names(personsShown(persons, "", true))).toEqual(["Anna", "Ben"]);
  });

  it("finds words in any order, whatever their case and accents", () => {
    const persons = [aPerson("Zoë van Dam"), aPerson("Zoltán"), aPerson("Anna Dam")];

    expect(names(personsShown(persons, "dam zoe", false))).toEqual(["Zoë van Dam"]);
    expect(names(personsShown(persons, "  ", false))).toHaveLength(3);
    expect(names(personsShown(persons, "zoltan", false))).toEqual(["Zoltán"]);
  });
});
