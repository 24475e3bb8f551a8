/** A round picture of a person; the first letter of the name where there is none. */

import { useEffect, useRef, useState } from "preact/hooks";

import type { Person, PersonFace } from "../api-types";
import { faceArea, portraitArea } from "../viewer/face-geometry";
import { px } from "../widgets/style";
import type { Faces } from "./faces";

interface Props {
  person: Person;
  faces: Faces;
  /** CSS pixels. */
  side: number;
}

export function Portrait({ person, faces, side }: Props) {
  const element = useRef<HTMLSpanElement>(null);
  const [face, setFace] = useState<PersonFace | null>(null);
  const [isBroken, setBroken] = useState(false);

  useEffect(() => {
    if (!element.current || person.thumbnail_url) return undefined;
    let isWanted = true;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        observer.disconnect();
        void faces.of(person.id).then((found) => isWanted && setFace(found));
      },
      { rootMargin: "200px" },
    );
    observer.observe(element.current);
    return () => {
      isWanted = false;
      observer.disconnect();
    };
    // the numbers move when faces were given over: then there may be another face
  }, [person.id, person.faces, person.thumbnail_url, faces]);

  const url = person.thumbnail_url ?? face?.thumbnail_url ?? face?.small_url ?? null;
  const isShown = url !== null && !isBroken;
  const crop = face && !person.thumbnail_url ? cropOf(face, side) : null;
  return (
    <span ref={element} class="portrait" style={px({ width: side, height: side })}>
      <span class="portrait-letter" style={px({ fontSize: side * 0.4 })} aria-hidden="true">
        {[...person.name.trim()][0]?.toUpperCase() ?? "?"}
      </span>
      {isShown && (
        <img
          key={url}
          class={crop ? "portrait-picture" : "portrait-picture whole"}
          src={url}
          alt=""
          loading="lazy"
          style={crop ? px(crop) : undefined}
          decoding="async"
          draggable={false}
          onError={() => setBroken(true)}
        />
      )}
    </span>
  );
}

/** Where the whole picture lies behind a square window that shows the face alone, CSS pixels. */
function cropOf(
  face: PersonFace,
  side: number,
): Record<"left" | "top" | "width" | "height", number> | null {
  const [width, height] = face.image_size;
  const area = faceArea(face, { width, height });
  if (!area) return null;
  const seen = portraitArea(area, width / height);
  return {
    left: (-seen.left / seen.width) * side,
    top: (-seen.top / seen.height) * side,
    width: side / seen.width,
    height: side / seen.height,
  };
}
