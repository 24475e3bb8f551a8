/** Who is on the photo: faces, names, and how sure that is. */

import type { Asset, Item, Person } from "../api-types";
import { formatRoute, timelineOf } from "../route";
import { text } from "../text";
import { FaceCrop } from "./face-crop";
import { confidenceOf } from "./facts";
import { knownFaces, type KnownFace } from "./known-faces";

const SIDE = 52;

interface Props {
  item: Item;
  asset: Asset;
  persons: readonly Person[] | null;
}

export function PanelFaces({ item, asset, persons }: Props) {
  const known = knownFaces(asset, persons);
  if (known.length === 0) return null;
  return (
    <section class="panel-faces" aria-label={text.panel.people}>
      <h4>{text.panel.people}</h4>
      <ul>
        {known.map((one) => (
          <li key={one.face.id} data-face={one.face.id}>
            {one.person ? (
              <a
                class="panel-face"
                href={formatRoute({ ...timelineOf(asset.gallery), person: one.person.id })}
                title={text.faces.photosOf(one.person.name)}
              >
                <FaceWords {...one} item={item} />
              </a>
            ) : (
              <span class="panel-face">
                <FaceWords {...one} item={item} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function FaceWords({ face, person, area, item }: KnownFace & { item: Item }) {
  const { level, words } = confidenceOf(face);
  return (
    <>
      <FaceCrop item={item} area={area} side={SIDE} />
      <span class="panel-face-words">
        <span class={person ? "panel-face-name" : "panel-face-name panel-soft"}>
          {person?.name ?? text.faces.somebody}
        </span>
        <span class={`confidence ${level}`}>{words}</span>
      </span>
    </>
  );
}
