/** What to do with the chosen photos; takes the header's place while there are any. */

import type { ComponentChildren, JSX } from "preact";
import { useEffect, useReducer, useRef, useState } from "preact/hooks";

import type { Item, View, Visibility } from "../api-types";
import type { Deeds } from "../deeds";
import type { PhotoList } from "../photo-list";
import type { Selection } from "../selection";
import { text } from "../text";
import { Actions, type Action } from "./actions";
import { Confirm } from "./confirm";
import {
  ArchiveIcon,
  BinIcon,
  CalendarIcon,
  CloseIcon,
  DownloadIcon,
  EyeOffIcon,
  FullHeartIcon,
  HeartIcon,
  LockIcon,
  PictureIcon,
  RestoreIcon,
  SelectAllIcon,
  ShareIcon,
} from "./icons";
import { keepFocus } from "./keep-focus";
import { useMedia } from "./media";

interface Props {
  selection: Selection;
  list: PhotoList;
  deeds: Deeds;
  view: View;
  /** Whether a guest looks, who may take home what is chosen and no more. */
  isGuest: boolean;
}

const words = text.selecting;
/** Below, there is no room for more buttons. */
const PHONE = "(max-width: 599px)";

/** Where photos can be put, each with its view. */
const PLACES: { visibility: Visibility; view: View; label: string; icon: () => JSX.Element }[] = [
  { visibility: "timeline", view: "all", label: words.toTimeline, icon: PictureIcon },
  { visibility: "archive", view: "archive", label: words.toArchive, icon: ArchiveIcon },
  { visibility: "hidden", view: "hidden", label: words.toHidden, icon: EyeOffIcon },
  { visibility: "locked", view: "locked", label: words.toLocked, icon: LockIcon },
];

export function SelectionBar({ selection, list, deeds, view, isGuest }: Props) {
  const [, draw] = useReducer((n: number) => n + 1, 0);
  const bar = useRef<HTMLDivElement>(null);
  const [isAsking, setAsking] = useState(false);
  const isBeginning = useRef(false);
  const isPhone = useMedia(PHONE);
  useEffect(() => selection.subscribe(() => draw(null)), [selection]);
  const { size } = selection.items;
  const { awaited } = selection;
  const isShown = size > 0 || awaited > 0;

  useEffect(() => {
    if (isShown && awaited === 0) deeds.announce(words.count(size));
  }, [size, awaited, isShown]);
  useEffect(() => {
    if (!isShown) return undefined;
    const rank = selection.anchor ?? 0;
    return () => keepFocusNear(rank);
  }, [isShown, selection]);

  if (!isShown) return null;

  /** The chosen ones as the list knows them now. */
  const chosen = (): Item[] =>
    [...selection.items.values()].map((item) => {
      const rank = list.rankOf(item.id);
      return (rank === null ? null : list.at(rank)) ?? item;
    });
  /** Does it with all of them, and lets them go. */
  const act = (deed: (items: Item[]) => unknown): void => {
    const items = chosen();
    selection.clear();
    void deed(items);
  };
  /** What could not begin stays chosen, to be tried again. */
  const takeHome = async (): Promise<void> => {
    if (isBeginning.current) return;
    isBeginning.current = true;
    if (await deeds.download(chosen())) selection.clear();
    isBeginning.current = false;
  };
  const selectAll = (): void => {
    selection.selectAll(list, list.total).catch(() => deeds.tell(words.failed));
  };

  const isAll = size >= list.total && list.totalIsExact;
  const isBin = view === "bin";
  const areFavorites = !isBin && [...selection.items.values()].every((item) => item.is_favorite);
  const current = view === "fav" ? "all" : view;
  // links show the timeline, and nothing that was put aside
  const isShareable = current === "all";
  const share = (): void => deeds.share(chosen());
  const more: Action[] = [
    ...(isShareable && isPhone ? [{ label: text.sharing.share, icon: ShareIcon, onSelect: share }] : []),
    {
      label: words.correct,
      icon: CalendarIcon,
      onSelect: () => deeds.correct(chosen()),
    },
    ...PLACES.filter((place) => place.view !== current).map((place) => ({
      label: place.label,
      icon: place.icon,
      onSelect: () => act((items) => deeds.setVisibility(items, place.visibility)),
    })),
  ];

  return (
    <div
      ref={bar}
      class="selection-bar"
      role="toolbar"
      aria-label={words.label}
      onKeyDown={(event) => moveAlong(event, bar.current)}
    >
      <BarButton label={words.clear} onClick={() => selection.clear()}>
        <CloseIcon />
      </BarButton>
      <p class="selection-count">
        {awaited > 0 ? words.collecting(awaited) : words.count(size)}
      </p>
      {!isAll && (
        <button
          type="button"
          class="selection-all"
          aria-label={list.totalIsExact ? words.all(list.total) : words.allFound}
          disabled={awaited > 0}
          onClick={selectAll}
        >
          <SelectAllIcon />
          <span>{list.totalIsExact ? words.all(list.total) : words.allFound}</span>
        </button>
      )}
      <span class="selection-space" />
      {isGuest ? (
        <BarButton label={words.download} isNamed onClick={() => void takeHome()}>
          <DownloadIcon />
        </BarButton>
      ) : isBin ? (
        <>
          <BarButton label={words.restore} isNamed onClick={() => act((items) => deeds.restore(items))}>
            <RestoreIcon />
          </BarButton>
          <BarButton label={words.purge} isNamed onClick={() => setAsking(true)}>
            <BinIcon />
          </BarButton>
        </>
      ) : (
        <>
          <BarButton
            label={areFavorites ? words.unfavorite : words.favorite}
            onClick={() => act((items) => deeds.favorite(items, !areFavorites))}
          >
            {areFavorites ? <FullHeartIcon /> : <HeartIcon />}
          </BarButton>
          <BarButton label={words.download} onClick={() => void takeHome()}>
            <DownloadIcon />
          </BarButton>
          {isShareable && !isPhone && (
            <BarButton label={text.sharing.share} onClick={share}>
              <ShareIcon />
            </BarButton>
          )}
          {/* what is locked is in no bin: it has to be unlocked first */}
          {view !== "locked" && (
            <BarButton label={words.remove} onClick={() => act((items) => deeds.remove(items))}>
              <BinIcon />
            </BarButton>
          )}
          <Actions label={words.more} class="bar-button" actions={more} />
        </>
      )}
      {isAsking && (
        <Confirm
          title={words.purgeTitle(size)}
          action={words.purge}
          isDangerous
          onConfirm={() => act((items) => deeds.purge(items))}
          onClose={() => setAsking(false)}
        >
          <p>{words.purgeHint}</p>
        </Confirm>
      )}
    </div>
  );
}

interface ButtonProps {
  label: string;
  /** Whether its name is written beside the picture where there is room. */
  isNamed?: boolean;
  onClick: () => void;
  children: ComponentChildren;
}

function BarButton({ label, isNamed, onClick, children }: ButtonProps) {
  return (
    <button
      type="button"
      class={`bar-button${isNamed ? " named" : ""}`}
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
      {isNamed && <span class="bar-name">{label}</span>}
    </button>
  );
}

/** Arrow keys lead from button to button, as in every toolbar. */
function moveAlong(event: KeyboardEvent, bar: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || !bar || event.defaultPrevented) return;
  const buttons = [...bar.querySelectorAll<HTMLElement>(":scope > button:not(:disabled)")];
  const index = buttons.indexOf(document.activeElement as HTMLElement);
  if (index < 0) return;
  event.preventDefault();
  buttons[(index + step + buttons.length) % buttons.length]?.focus();
}

/** When the bar goes and the focus was in it: to the tile that is where the selection began. */
function keepFocusNear(rank: number): void {
  keepFocus(() => {
    const tiles = [...document.querySelectorAll<HTMLElement>(".tile-link[data-rank]")];
    return tiles.find((tile) => Number(tile.dataset.rank) >= rank) ?? tiles.at(-1);
  });
}
