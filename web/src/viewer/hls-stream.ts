/** Plays streams; loaded only when there is one to play. */

import Hls from "hls.js/light";

import type { Stream } from "./stream";

/**
 * Plays a stream in a video element of a browser that lets the page hand it parts.
 *
 * @param onFailed Called once, when nothing more of it can be played.
 */
export function openStream(
  url: string,
  video: HTMLVideoElement,
  onFailed: () => void,
): Stream {
  // the page's Content-Security-Policy allows no worker made of text
  const hls = new Hls({ enableWorker: false, capLevelToPlayerSize: true });
  hls.on(Hls.Events.ERROR, (_, error) => {
    // of a part that is missing it would wait for another quality: there is none
    const status = error.response?.code ?? 0;
    if (!error.fatal && (status < 400 || status > 499)) return;
    hls.destroy();
    onFailed();
  });
  hls.loadSource(url);
  hls.attachMedia(video);
  return hls;
}
