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
export const CheckIcon = icon(<path d="m5 12.5 4.5 4.5L19 7.5" />);
export const MoreIcon = icon(<path d="M5.5 12h.01M12 12h.01M18.5 12h.01" stroke-width="3" />);
export const ArchiveIcon = icon(<path d="M3.5 5h17v4h-17ZM5.5 9v10.5h13V9M10 13h4" />);
export const EyeIcon = icon(
  <path d="M2.5 12S6 5.8 12 5.8 21.5 12 21.5 12 18 18.2 12 18.2 2.5 12 2.5 12ZM12 9.2a2.8 2.8 0 1 1 0 5.6 2.8 2.8 0 0 1 0-5.6Z" />,
);
export const EyeOffIcon = icon(
  <path d="M4 4l16 16M9.8 6.1a8.6 8.6 0 0 1 2.2-.3c6 0 9.5 6.2 9.5 6.2a16 16 0 0 1-2.7 3.3M6.2 7.6A15 15 0 0 0 2.5 12S6 18.2 12 18.2a9 9 0 0 0 4.2-1" />,
);
export const LockIcon = icon(<path d="M5.5 10.8h13v9h-13ZM8.2 10.8V8a3.8 3.8 0 0 1 7.6 0v2.8" />);
export const CalendarIcon = icon(<path d="M4 6.5h16v13.5H4ZM4 10.5h16M8 3.8v4M16 3.8v4" />);
export const PencilIcon = icon(
  <path d="m4.5 19.5 1-4.2L16.3 4.5l3.2 3.2L8.7 18.5ZM14 6.8l3.2 3.2" />,
);
export const MergeIcon = icon(
  <path d="M6 4.5v3.7c0 2.4 6 3.1 6 6v5.3M18 4.5v3.7c0 2.4-6 3.1-6 6M8.8 16.4 12 19.6l3.2-3.2" />,
);
export const SelectAllIcon = icon(
  <path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.2 12.2l2.7 2.7 5-5.2" />,
);
export const SearchIcon = icon(<path d="M10.8 4a6.8 6.8 0 1 1 0 13.6 6.8 6.8 0 0 1 0-13.6ZM15.8 15.8 20 20" />);
export const FilterIcon = icon(
  <path d="M4 7.5h9M18.5 7.5H20M4 16.5h1.5M11 16.5h9M15.8 5a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5ZM8.2 14a2.5 2.5 0 1 1 0 5 2.5 2.5 0 0 1 0-5Z" />,
);
export const MenuIcon = icon(<path d="M4 7h16M4 12h16M4 17h16" />);
export const UploadIcon = icon(<path d="M12 15.5V4.5M7.5 9 12 4.5 16.5 9M5 19.5h14" />);
export const PeopleIcon = icon(
  <path d="M9.5 5a3.3 3.3 0 1 1 0 6.6 3.3 3.3 0 0 1 0-6.6ZM3.5 19c.3-3.2 2.7-5 6-5s5.7 1.8 6 5M16 5.4a3.2 3.2 0 0 1 0 5.9M18 14.6c1.5.8 2.4 2.3 2.6 4.4" />,
);
export const WarningIcon = icon(
  <path d="M12 4.5 3.5 19h17ZM12 10v4M12 16.6v.01" />,
);
export const SlideshowIcon = icon(
  <path d="M3.5 5h17v12h-17ZM10.3 8.3v5.4l4.4-2.7ZM8 20h8" />,
);
export const ShuffleIcon = icon(
  <path d="M4 7h2.5c4.5 0 5.5 10 10 10H20M4 17h2.5c1.6 0 2.8-1.3 3.8-3M13.2 9.3c.9-1.4 1.9-2.3 3.3-2.3H20M17.5 4.5 20 7l-2.5 2.5M17.5 14.5 20 17l-2.5 2.5" />,
);
export const KeyboardIcon = icon(
  <path d="M3.5 6.5h17v11h-17ZM7 10h.01M10.3 10h.01M13.7 10h.01M17 10h.01M8 14h8" />,
);
export const PauseIcon = icon(<path d="M8.5 6v12M15.5 6v12" stroke-width="2.6" />);
export const CopyIcon = icon(
  <path d="M9 8.5h10.5v11H9ZM15 8.5v-4H4.5v11H9" />,
);
export const MapIcon = icon(
  <path d="M12 20.5s-6.5-5.6-6.5-10.3a6.5 6.5 0 0 1 13 0c0 4.7-6.5 10.3-6.5 10.3ZM12 7.8a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8Z" />,
);
export const InfoIcon = icon(<path d="M12 3.8a8.2 8.2 0 1 1 0 16.4 8.2 8.2 0 0 1 0-16.4ZM12 11v5M12 7.9v.01" />);
export const FacesIcon = icon(
  <path d="M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M9.2 10v.6M14.8 10v.6M9 14.6c1.8 1.6 4.2 1.6 6 0" />,
);
export const PersonIcon = icon(
  <path d="M12 4.6a3.9 3.9 0 1 1 0 7.8 3.9 3.9 0 0 1 0-7.8ZM4.8 20c.4-3.6 3.3-5.4 7.2-5.4s6.8 1.8 7.2 5.4" />,
);
export const ShareIcon = icon(
  <path d="M12 14.5V3.8M8.2 7.4 12 3.6l3.8 3.8M8 10.3H5.5v10h13v-10H16" />,
);
export const LinkIcon = icon(
  <path d="m10 14 4-4M8.6 11.2l-3 3a3.7 3.7 0 0 0 5.2 5.2l3-3M15.4 12.8l3-3a3.7 3.7 0 0 0-5.2-5.2l-3 3" />,
);
export const KeyIcon = icon(
  <path d="M8.2 11.3a4.3 4.3 0 1 1 0 8.6 4.3 4.3 0 0 1 0-8.6ZM11.3 12.6 19.5 4.4M16 8l3 3M13.5 10.4l1.8 1.8" />,
);
export const SignOutIcon = icon(<path d="M13.5 4.5h-8v15h8M10 12h10.2m-3.9-4 4 4-4 4" />);
export const AddIcon = icon(<path d="M12 5v14M5 12h14" />);
export const DownIcon = icon(<path d="m6 9.5 6 6 6-6" />);
export const FullScreenIcon = icon(<path d="M4 9V4.5h4.5M15.5 4.5H20V9M20 15v4.5h-4.5M8.5 19.5H4V15" />);
export const PictureInPictureIcon = icon(
  <path d="M20.5 10.5v-5h-17v12h6M12.5 13h8v5.5h-8Z" />,
);
