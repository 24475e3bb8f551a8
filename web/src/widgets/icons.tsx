/** Line icons, 24 x 24, in the colour of the text around them. */

import type { ComponentChildren, JSX } from "preact";

function icon(children: ComponentChildren, filled = false): () => JSX.Element {
  return () => (
    <svg
      class="icon"
      viewBox="0 0 24 24"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width="1.75"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

const HEART =
  "M12 20.2 4.9 13a4.7 4.7 0 0 1 0-6.7 4.7 4.7 0 0 1 6.6 0l.5.5.5-.5a4.7 4.7 0 0 1 6.6 6.7Z";

export const CloseIcon = icon(<path d="M6 6l12 12M18 6 6 18" />);
export const PreviousIcon = icon(<path d="M15 5l-7 7 7 7" />);
export const NextIcon = icon(<path d="M9 5l7 7-7 7" />);
export const HeartIcon = icon(<path d={HEART} />);
export const FullHeartIcon = icon(<path d={HEART} />, true);
export const BinIcon = icon(
  <path d="M4.5 7h15M9.5 7V4.8h5V7M6.5 7l.8 12.2h9.4L17.5 7M10.2 10.5v5.5M13.8 10.5v5.5" />,
);
export const RestoreIcon = icon(<path d="M4.5 5v5h5M5 10a7.5 7.5 0 1 1-.4 4.6" />);
export const DownloadIcon = icon(<path d="M12 4v11m-4.5-4.5L12 15l4.5-4.5M5 19.5h14" />);
export const PlayIcon = icon(<path d="M8.5 5.5v13l10.5-6.5Z" />, true);
export const BackIcon = icon(<path d="M19.5 12h-15m6-6-6 6 6 6" />);
export const PictureIcon = icon(
  <>
    <rect x="3.5" y="5" width="17" height="14" rx="2" />
    <path d="m4 17 5-5 4 4 3-3 4 4M15.5 9.5h.01" />
  </>,
);
