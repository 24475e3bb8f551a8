/**
 * Ends the fetching of a picture that nobody waits for any more.
 *
 * An empty address, not none: Chromium holds an image for ever that lost its `src` while it was
 * not in the page, and with it all that it stood in. It tells of an error, which means nothing.
 */
export function cancelPicture(image: HTMLImageElement): void {
  if (!image.complete) image.src = "";
}
