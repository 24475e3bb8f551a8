/** Faces of a photo with whose they are and where. No DOM. */

import type { Asset, Face, Person } from "../api-types";
import { faceArea, type Area } from "./face-geometry";

export interface KnownFace {
  face: Face;
  /** Null while nobody said who it is. */
  person: Person | null;
  /** Null where its place is not known. */
  area: Area | null;
}

/** The faces to show, named ones first, from left to right; none of a person who is hidden. */
export function knownFaces(asset: Asset, persons: readonly Person[] | null): KnownFace[] {
  const byId = new Map(persons?.map((person) => [person.id, person]));
  return asset.faces
    .map((face) => ({
      face,
      person: (face.person_id && byId.get(face.person_id)) || null,
      area: faceArea(face, asset),
    }))
    .filter(({ person }) => !person?.is_hidden)
    .sort((one, other) => {
      const byName = Number(other.person !== null) - Number(one.person !== null);
      return byName || (one.area?.left ?? 1) - (other.area?.left ?? 1);
    });
}
