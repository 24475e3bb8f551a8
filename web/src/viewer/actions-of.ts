/** What can be done with a photo as it is: keys and buttons do the same. */

import type { Item } from "../api-types";
import { text } from "../text";
import {
  BinIcon,
  CopyIcon,
  DownloadIcon,
  FacesIcon,
  FullHeartIcon,
  FullScreenIcon,
  HeartIcon,
  InfoIcon,
  KeyboardIcon,
  PencilIcon,
  PictureInPictureIcon,
  RestoreIcon,
  ShareIcon,
  ShuffleIcon,
  SlideshowIcon,
} from "../widgets/icons";
import type { Action } from "./actions";
import { canLeavePage, togglePictureInPicture, type FullScreen } from "./full-screen";
import type { Commands } from "./keys";
import type { ViewerCommand } from "./shortcuts";

type Deeds = Record<
  Exclude<ViewerCommand, "fullScreen" | "pictureInPicture" | "pause">,
  () => unknown
>;

interface Situation extends Deeds {
  item: Item | null;
  isInBin: boolean;
  /** What is locked is in no bin: it has to be unlocked first. */
  isLocked: boolean;
  video: HTMLVideoElement | null;
  hasFaces: boolean;
  isInfoOpen: boolean;
  areFacesShown: boolean;
  fullScreen: FullScreen;
  restore: () => void;
  /** Makes a link to it; null where no link would show it. */
  share: (() => void) | null;
  /** Whether a guest looks, who changes nothing. */
  isGuest: boolean;
  /** Whether the original is given out. */
  hasOriginal: boolean;
  /** Null while there is nothing to pause. */
  pause: (() => void) | null;
}

const words = text.viewer;

export function actionsOf(now: Situation): { commands: Commands; actions: Action[] } {
  const { item, isInBin, isLocked, video, fullScreen, isGuest } = now;
  const canChange = !isInBin && !isGuest;
  const { next, previous, close, help } = now;
  if (!item) return { commands: { next, previous, close, help }, actions: [] };

  const leave = canLeavePage(video) ? () => void togglePictureInPicture(video) : null;
  const commands: Commands = {
    ...now,
    fullScreen: fullScreen.isPossible ? fullScreen.toggle : null,
    pictureInPicture: leave,
    faces: now.hasFaces ? now.faces : null,
    ...(isLocked && { remove: null }),
    ...(!canChange && { favorite: null, remove: null, correct: null }),
    ...(!now.hasOriginal && { download: null }),
  };

  const actions: (Action | false | null)[] = [
    canChange && {
      label: item.is_favorite ? text.removeFavorite : text.addFavorite,
      shortcut: "f",
      icon: item.is_favorite ? FullHeartIcon : HeartIcon,
      act: () => void now.favorite(),
      isOn: item.is_favorite,
      class: "viewer-favorite",
    },
    {
      label: words.info,
      shortcut: "i",
      icon: InfoIcon,
      act: () => void now.info(),
      isOn: now.isInfoOpen,
    },
    now.hasFaces && {
      label: words.faces,
      shortcut: "b",
      icon: FacesIcon,
      act: () => void now.faces(),
      isOn: now.areFacesShown,
      isMinor: true,
    },
    now.hasOriginal && minor(text.download, "d", DownloadIcon, now.download),
    now.share && { label: text.sharing.share, icon: ShareIcon, act: now.share, isMinor: true },
    minor(words.copyPath, "c", CopyIcon, now.copyPath),
    canChange && minor(words.correct, "e", PencilIcon, now.correct),
    minor(words.slideshow, "s", SlideshowIcon, now.slideshow),
    minor(words.shuffle, "r", ShuffleIcon, now.shuffle),
    leave && minor(words.pictureInPicture, "p", PictureInPictureIcon, leave),
    fullScreen.isPossible && {
      ...minor(words.fullScreen, "Shift F", FullScreenIcon, fullScreen.toggle),
      isOn: fullScreen.isOn,
    },
    minor(words.shortcuts, "?", KeyboardIcon, help),
    isGuest ? null
      : isInBin ? { label: text.restore, icon: RestoreIcon, act: now.restore }
      : !isLocked && { label: text.delete, shortcut: "Del", icon: BinIcon, act: () => void now.remove() },
  ];
  return { commands, actions: actions.filter((action): action is Action => Boolean(action)) };
}

function minor(label: string, shortcut: string, icon: Action["icon"], act: () => unknown): Action {
  return { label, shortcut, icon, act: () => void act(), isMinor: true };
}
