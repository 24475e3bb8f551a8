/** The tile of a photo on the page below the viewer. */

/**
 * What a tile shows, as it is on the screen already: nothing is fetched or decoded for it.
 *
 * Null when there is no such tile in the page, or its picture has not come yet.
 */
export function copyOfTile(id: string): HTMLCanvasElement | null {
  const image = pictureOf(id);
  if (!image?.complete || image.naturalWidth === 0) return null;
  const copy = document.createElement("canvas");
  copy.width = image.naturalWidth;
  copy.height = image.naturalHeight;
  copy.getContext("2d")?.drawImage(image, 0, 0);
  return copy;
}

/** Where the tile's picture is in the window; null when it is not in sight. */
export function placeOfTile(id: string): DOMRect | null {
  const box = pictureOf(id)?.getBoundingClientRect();
  return box && box.bottom > 0 && box.top < window.innerHeight && box.width > 0 ? box : null;
}

function pictureOf(id: string): HTMLImageElement | null {
  return document.querySelector<HTMLImageElement>(`.page [data-id="${CSS.escape(id)}"] img`);
}
