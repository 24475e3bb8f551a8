/** Where the faces of a picture are. No DOM. */

/** A face's place, as the API has it. */
export interface Boxed {
  /** Left, top, right, bottom in pixels of `image_size`. */
  box: readonly number[];
  /** Width and height. */
  image_size: readonly number[];
}

/** Of a picture as it is shown: upright size, and how its file says it lies. */
export interface Turned {
  width: number | null;
  height: number | null;
  orientation?: number | null;
}

/** Part of a picture, in shares of its width and height: 0 to 1. */
export interface Area {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How much two shapes may differ by rounding. */
const SAME_SHAPE = 1.02;

/**
 * The part of the upright picture that a face takes, or null for a box that is none.
 *
 * Boxes lie in an upright picture. Where its shape is the picture's own turned on its side, they
 * are of the file as it is stored, and turn as the orientation of EXIF says.
 */
export function faceArea(face: Boxed, picture: Turned): Area | null {
  const [width = 0, height = 0] = face.image_size;
  const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = face.box;
  if (width <= 0 || height <= 0) return null;
  const [left, right] = inOrder(x1 / width, x2 / width);
  const [top, bottom] = inOrder(y1 / height, y2 / height);
  if (right <= left || bottom <= top) return null;
  const stored = { left, top, width: right - left, height: bottom - top };
  return isOnItsSide(width / height, picture) ? turned(stored, picture.orientation ?? 1) : stored;
}

/**
 * The square around a face, with room for hair and chin, for its portrait.
 *
 * @param ratio Width over height of the picture.
 */
export function portraitArea(face: Area, ratio: number): Area {
  const WITH_HAIR = 1.5;
  // the square's side in shares of the height, as large as the picture allows
  const side = Math.min(Math.max(face.width * ratio, face.height) * WITH_HAIR, 1, ratio);
  const width = side / ratio;
  const left = face.left + face.width / 2 - width / 2;
  const top = face.top + face.height / 2 - side / 2;
  return {
    left: Math.min(Math.max(left, 0), 1 - width),
    top: Math.min(Math.max(top, 0), 1 - side),
    width,
    height: side,
  };
}

function isOnItsSide(ratio: number, { width, height }: Turned): boolean {
  if (!width || !height) return false;
  const upright = width / height;
  return !isSameShape(ratio, upright) && isSameShape(ratio, 1 / upright);
}

function isSameShape(one: number, other: number): boolean {
  return Math.max(one, other) <= Math.min(one, other) * SAME_SHAPE;
}

/** An area of a stored picture in the upright one; orientations of EXIF that lie on a side. */
function turned({ left, top, width, height }: Area, orientation: number): Area {
  const right = 1 - left - width;
  const bottom = 1 - top - height;
  switch (orientation) {
    case 5: // mirrored along the diagonal
      return { left: top, top: left, width: height, height: width };
    case 6: // a quarter turn clockwise
      return { left: bottom, top: left, width: height, height: width };
    case 7: // mirrored along the other diagonal
      return { left: bottom, top: right, width: height, height: width };
    case 8: // a quarter turn counter-clockwise
      return { left: top, top: right, width: height, height: width };
    default:
      return { left, top, width, height };
  }
}

function inOrder(one: number, other: number): [number, number] {
  const low = Math.max(0, Math.min(one, other));
  const high = Math.min(1, Math.max(one, other));
  return [low, high];
}
