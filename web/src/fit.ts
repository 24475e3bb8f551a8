/** The size of a picture on the viewer's stage. No DOM. */

export interface Size {
  width: number;
  height: number;
}

/**
 * Largest size inside the stage with the picture's shape, never enlarged.
 *
 * @param picture Pixels; a size that is not known yet fills the stage.
 * @param stage CSS pixels.
 */
export function fitInside(
  picture: { width: number | null; height: number | null },
  stage: Size,
): Size {
  if (!picture.width || !picture.height) return stage;
  const scale = Math.min(stage.width / picture.width, stage.height / picture.height, 1);
  return {
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  };
}
