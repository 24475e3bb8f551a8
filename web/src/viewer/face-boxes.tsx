/** Boxes around the faces of the picture, wherever it is on the stage. */

import type { Asset, Person } from "../api-types";
import { formatRoute, timelineOf } from "../route";
import { text } from "../text";
import { px } from "../widgets/style";
import { confidenceOf } from "./facts";
import { knownFaces } from "./known-faces";

/** The picture's place on the stage, CSS pixels. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

interface Props {
  asset: Asset;
  frame: Frame;
  persons: readonly Person[] | null;
}

export function FaceBoxes({ asset, frame, persons }: Props) {
  return (
    <ul class="face-boxes" aria-label={text.faces.boxes}>
      {knownFaces(asset, persons).map(({ face, person, area }) => {
        if (!area) return null;
        const { level, words } = confidenceOf(face);
        const name = person?.name ?? text.faces.somebody;
        const box = {
          left: frame.left + area.left * frame.width,
          top: frame.top + area.top * frame.height,
          width: area.width * frame.width,
          height: area.height * frame.height,
        };
        return (
          <li key={face.id} class={`face-box ${level}`} style={px(box)} data-face={face.id}>
            {person ? (
              <a
                class="face-label"
                href={formatRoute({ ...timelineOf(asset.gallery), person: person.id })}
                title={`${text.faces.photosOf(name)} (${words})`}
              >
                {name}
              </a>
            ) : (
              <span class="face-label" title={words}>{name}</span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
