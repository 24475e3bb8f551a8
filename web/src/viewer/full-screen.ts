/** The whole screen for the photo, and a video in a window of its own. */

import { useEffect, useState } from "preact/hooks";

export interface FullScreen {
  isPossible: boolean;
  isOn: boolean;
  toggle: () => void;
}

/** Full screen, given back when the viewer closes. */
export function useFullScreen(): FullScreen {
  const [isOn, setOn] = useState(isFullScreen);
  useEffect(() => {
    const look = (): void => setOn(isFullScreen());
    document.addEventListener("fullscreenchange", look);
    return () => {
      document.removeEventListener("fullscreenchange", look);
      if (document.fullscreenElement) void document.exitFullscreen();
    };
  }, []);
  return {
    isPossible: Boolean(document.fullscreenEnabled),
    isOn,
    toggle: () => {
      // the whole page, so that notices and dialogs are seen as well
      const change = document.fullscreenElement
        ? document.exitFullscreen()
        : document.documentElement.requestFullscreen({ navigationUI: "hide" });
      change.catch(() => undefined); // the browser says itself why not
    },
  };
}

/** Phones may know neither this nor whether it is possible. */
function isFullScreen(): boolean {
  return Boolean(document.fullscreenElement);
}

/** Whether a video can leave the page for a window of its own. */
export function canLeavePage(video: HTMLVideoElement | null): video is HTMLVideoElement {
  return video !== null && document.pictureInPictureEnabled && !video.disablePictureInPicture;
}

/** Moves a video into a window of its own, or back. */
export async function togglePictureInPicture(video: HTMLVideoElement): Promise<void> {
  if (document.pictureInPictureElement === video) await document.exitPictureInPicture();
  else await video.requestPictureInPicture();
}
