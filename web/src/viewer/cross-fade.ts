/** From one picture to the next: the old one stays until the new one is there, then fades. */

/** Also in panel.css. */
const FADE_MS = 600;
/** A picture that takes longer than that is not waited for. */
const PATIENCE_MS = 8_000;

export interface Fade {
  /** The next picture is there. */
  reveal(): void;
}

/**
 * Lays a copy of a picture over its stage, where it is.
 *
 * @returns What reveals the next picture; null where nothing is to be seen or motion is unwanted.
 */
export function coverWith(picture: HTMLImageElement, stage: HTMLElement): Fade | null {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
  const from = picture.getBoundingClientRect();
  const within = stage.getBoundingClientRect();
  if (!picture.complete || from.width === 0) return null;

  const veil = document.createElement("div");
  veil.className = "fade-veil";
  const copy = new Image();
  copy.alt = "";
  copy.src = picture.currentSrc;
  copy.style.left = `${from.left - within.left}px`;
  copy.style.top = `${from.top - within.top}px`;
  copy.style.width = `${from.width}px`;
  copy.style.height = `${from.height}px`;
  veil.append(copy);
  stage.append(veil);

  const impatience = setTimeout(() => reveal(), PATIENCE_MS);
  const reveal = (): void => {
    clearTimeout(impatience);
    veil.classList.add("is-going");
    setTimeout(() => veil.remove(), FADE_MS);
  };
  return { reveal };
}
