/** What a picture on the stage is called. */

import type { Item } from "../api-types";
import { listenToNames } from "../who";
import { altOf } from "../widgets/tile";

/** Names a picture, anew whenever the names of persons change; returns how to stop. */
export function label(picture: HTMLElement, item: Item): () => void {
  const tell = (): void => picture.setAttribute("aria-label", altOf(item));
  tell();
  return listenToNames(tell);
}
