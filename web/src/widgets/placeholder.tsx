/** The blurred colours of a picture that is still on its way. */

import { useEffect, useRef } from "preact/hooks";
import { thumbHashToRGBA } from "thumbhash";

/** A canvas, not a data URL: the page's Content-Security-Policy may allow its own files only. */
export function Placeholder({ thumbhash }: { thumbhash: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);

  useEffect(() => {
    const picture = decode(thumbhash);
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context || !picture) return;
    canvas.current.width = picture.width;
    canvas.current.height = picture.height;
    context.putImageData(picture, 0, 0);
  }, [thumbhash]);

  return <canvas ref={canvas} class="placeholder" width={1} height={1} aria-hidden="true" />;
}

function decode(thumbhash: string): ImageData | null {
  try {
    const bytes = Uint8Array.from(atob(thumbhash), (character) => character.charCodeAt(0));
    const { w, h, rgba } = thumbHashToRGBA(bytes);
    return new ImageData(new Uint8ClampedArray(rgba), w, h);
  } catch {
    return null; // a damaged hash: the neutral colour stays
  }
}
