/** Where one can go in the gallery, and what else one can do there. */

import type { ComponentChildren, JSX } from "preact";

import type { Stats, View } from "../api-types";
import type { Guest } from "../guest";
import { timelineOf, type Page, type Route } from "../route";
import { text } from "../text";
import {
  ArchiveIcon,
  BinIcon,
  EyeOffIcon,
  HeartIcon,
  KeyboardIcon,
  LinkIcon,
  LockIcon,
  PeopleIcon,
  PictureIcon,
  SelectAllIcon,
  ShareIcon,
  ShuffleIcon,
  SlideshowIcon,
  UploadIcon,
  WarningIcon,
} from "./icons";
import { Link } from "./link";

interface Props {
  route: Route;
  stats: Stats | null;
  /** Who looks by a link, and has no places to go to; null for an owner. */
  guest: Guest | null;
  go: (route: Partial<Route>) => void;
  close: () => void;
  onUpload: () => void;
  onSlideshow: (shuffled: boolean) => void;
  onHelp: () => void;
  onSelectAll: () => void;
  onShare: () => void;
}

const VIEWS: { view: View; icon: () => JSX.Element }[] = [
  { view: "all", icon: PictureIcon },
  { view: "fav", icon: HeartIcon },
  { view: "archive", icon: ArchiveIcon },
  { view: "hidden", icon: EyeOffIcon },
  { view: "locked", icon: LockIcon },
  { view: "bin", icon: BinIcon },
];

const PAGES: { page: Exclude<Page, "timeline">; icon: () => JSX.Element }[] = [
  { page: "people", icon: PeopleIcon },
  { page: "failures", icon: WarningIcon },
  { page: "shares", icon: LinkIcon },
];

export function Menu({ route, stats, guest, go, close, ...on }: Props) {
  const words = text.header;
  const plain = timelineOf(route.gallery);
  const numbers = { bin: stats?.bin ?? 0, failures: stats?.failed ?? 0 };
  const isTimeline = route.page === "timeline";

  const link = (to: Route, name: string, icon: () => JSX.Element, isHere: boolean, n = 0) => (
    <Link key={name} class="menu-item" to={to} go={go} onFollow={close} current={isHere} focus={isHere}>
      <Entry icon={icon}>{name}</Entry>
      {n > 0 && <span class="menu-number">{text.number(n)}</span>}
    </Link>
  );
  const button = (name: string, icon: () => JSX.Element, act: () => void) => (
    <button
      key={name}
      type="button"
      class="menu-item"
      onClick={() => {
        close(); // first, so that a dialog that opens gives the focus back to the menu's button
        act();
      }}
    >
      <Entry icon={icon}>{name}</Entry>
    </button>
  );

  const shows = isTimeline && (
    <>
      {button(words.slideshow, SlideshowIcon, () => on.onSlideshow(false))}
      {button(words.shuffle, ShuffleIcon, () => on.onSlideshow(true))}
    </>
  );
  if (guest) {
    return (
      <div class="menu" onKeyDown={moveFocus}>
        {guest.mayDownload && button(words.selectAll, SelectAllIcon, on.onSelectAll)}
        {shows}
        {button(words.shortcuts, KeyboardIcon, on.onHelp)}
      </div>
    );
  }
  return (
    <div class="menu" onKeyDown={moveFocus}>
      <nav aria-label={words.places}>
        {VIEWS.map(({ view, icon }) =>
          link(
            { ...plain, view },
            words.views[view],
            icon,
            isTimeline && route.view === view,
            view === "bin" ? numbers.bin : 0,
          ),
        )}
        <hr />
        {PAGES.map(({ page, icon }) =>
          link(
            { ...plain, page },
            words.pages[page],
            icon,
            route.page === page,
            page === "failures" ? numbers.failures : 0,
          ),
        )}
      </nav>
      <hr />
      {button(words.upload, UploadIcon, on.onUpload)}
      {button(text.sharing.shareGallery, ShareIcon, on.onShare)}
      {isTimeline && button(words.selectAll, SelectAllIcon, on.onSelectAll)}
      {shows}
      {button(words.shortcuts, KeyboardIcon, on.onHelp)}
    </div>
  );
}

function Entry({ icon: Icon, children }: { icon: () => JSX.Element; children: ComponentChildren }) {
  return (
    <>
      <Icon />
      <span class="menu-name">{children}</span>
    </>
  );
}

/** Arrow keys, Home and End go through the entries, as Tab does. */
export function moveFocus(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const entries = [...event.currentTarget.querySelectorAll<HTMLElement>(".menu-item")];
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const to = {
    ArrowDown: (at + 1) % entries.length,
    ArrowUp: (at - 1 + entries.length) % entries.length,
    Home: 0,
    End: entries.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  entries[to]?.focus();
}
