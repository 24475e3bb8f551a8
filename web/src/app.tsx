/** The page: what the address says, shown. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { Item } from "./api-types";
import { deedsOf, type Deeds } from "./deeds";
import type { Gallery } from "./gallery";
import { usePageKeys } from "./page-keys";
import { Places } from "./places";
import { formatRoute, homeOf, keyOf, queryOf } from "./route";
import { Selection } from "./selection";
import type { Owner } from "./session/owner";
import { text } from "./text";
import { useArrival } from "./use-arrival";
import { useChanges } from "./use-changes";
import { useLeaveQuestion } from "./use-leave-question";
import { useLooking } from "./use-looking";
import { useOwnGallery } from "./use-own-gallery";
import { useRoute } from "./use-route";
import { Dialogs, type Sharing } from "./widgets/dialogs";
import { Dock } from "./widgets/dock";
import { Cover } from "./widgets/cover";
import { Header } from "./widgets/header";
import { Lazy, partOf } from "./widgets/lazy";
import { announce, Live } from "./widgets/live";
import { Nothing } from "./widgets/nothing";
import { Offline } from "./widgets/offline";
import { SelectionBar } from "./widgets/selection-bar";
import type { TileDeeds } from "./widgets/tile";
import { Timeline, type TimelineHandle } from "./widgets/timeline";
import { Toast, type Notice } from "./widgets/toast";

const viewerPart = partOf(async () => (await import("./viewer/viewer")).Viewer);
const peoplePart = partOf(async () => (await import("./people/page")).PeoplePage);
const failuresPart = partOf(async () => (await import("./failures/page")).FailuresPage);
const sharesPart = partOf(async () => (await import("./sharing/page")).SharesPage);

/** How long a list is shown before its types, and who there is, are asked for. */
const PREPARE_MS = 1_500;

/** A pointer or the focus on a photo: it may be opened next. */
const prepareViewer = (): void => {
  viewerPart().catch(() => undefined); // told when it is needed
};

type Start = "nothing" | "slideshow" | "shuffle";

interface Props {
  gallery: Gallery;
  /** Who is signed in; null where a guest looks. */
  owner: Owner | null;
}

export function App({ gallery, owner }: Props) {
  const { guest } = gallery;
  const { route, isReturn, go, replace, openPhoto, closePhoto } = useRoute(guest?.gallery);
  const [notice, setNotice] = useState<Notice | null>(null);
  const [correcting, setCorrecting] = useState<readonly Item[] | null>(null);
  const [sharing, setSharing] = useState<Sharing | null>(null);
  const [linksMade, setLinksMade] = useState(0);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [uploads, setUploads] = useState(0);
  const [startWith, setStartWith] = useState<Start>("nothing");
  const timeline = useRef<TimelineHandle | null>(null);
  const lastSeen = useRef<string | null>(null);
  const openedFrom = useRef<HTMLElement | null>(null);
  const noticeId = useRef(0);
  const selection = useMemo(() => new Selection(), []);
  const places = useMemo(() => {
    const kept = new Places();
    kept.recall();
    return kept;
  }, []);
  useChanges(gallery);
  const selected = useChanges(selection);
  useLooking(gallery);
  useArrival(route, gallery);
  useLeaveQuestion(gallery.isChanging);

  const deeds = useMemo<Deeds>(() => {
    const tell: Deeds["tell"] = (words, undo = null) => {
      noticeId.current += 1;
      setNotice({ id: noticeId.current, words, undo });
      announce(words);
    };
    const download: Deeds["download"] = async (items) => {
      try {
        return await (await import("./download/zip")).download(items, tell);
      } catch {
        tell(text.zip.failedToBegin); // no network, or a part of a release that is gone
        return false;
      }
    };
    const share: Deeds["share"] = (items) => setSharing({ items });
    return deedsOf(gallery, { tell, announce, download, correct: setCorrecting, share });
  }, [gallery]);
  const dismiss = useCallback(() => setNotice(null), []);
  const undo = useCallback(() => {
    setNotice(null); // once only; what is taken back may tell of itself
    notice?.undo?.();
  }, [notice]);

  const { list, stats } = gallery;
  const ownership = useOwnGallery(owner, gallery, route, go);
  const canSelect = guest === null || guest.mayDownload;
  const isTimeline = route.page === "timeline";
  const listKey = keyOf(route);
  useEffect(() => {
    if (!isTimeline) return undefined;
    const query = queryOf(route);
    gallery.open(query);
    selection.clear();
    return () => places.note(query, timeline.current?.anchor() ?? null);
  }, [listKey, isTimeline]);

  useEffect(() => {
    const onHide = (): void => {
      if (!timeline.current) return;
      places.note(gallery.list.query, timeline.current.anchor());
      places.store(gallery.list.query);
    };
    window.addEventListener("pagehide", onHide);
    return () => window.removeEventListener("pagehide", onHide);
  }, [gallery, places]);

  // what is likely to be chosen next is known before it is
  useEffect(() => {
    if (list.status !== "ready") return undefined;
    const timer = setTimeout(() => {
      void gallery.prepareTypes();
      void gallery.preparePersons();
    }, PREPARE_MS);
    return () => clearTimeout(timer);
  }, [list, list.status]);

  const isOpen = route.photo !== null;
  if (isOpen && lastSeen.current === null && document.activeElement instanceof HTMLElement) {
    openedFrom.current = document.activeElement;
  }
  if (isOpen) lastSeen.current = route.photo;
  useEffect(() => {
    document.documentElement.classList.toggle("is-covered", isOpen);
    if (isOpen || lastSeen.current === null) return;
    const { last, opener } = { last: lastSeen.current, opener: openedFrom.current };
    const isShown = timeline.current?.reveal(last) ?? false;
    // not in this list, or over another page: back to what opened it
    if (!isShown && opener?.isConnected) opener.focus({ preventScroll: true });
    lastSeen.current = null;
    setStartWith("nothing");
  }, [isOpen]);

  const isShowing = isTimeline && list.total > 0;
  const startShow = useCallback(
    async (shuffled: boolean): Promise<void> => {
      const { list } = gallery;
      const first = await list.ensure(shuffled ? Math.floor(Math.random() * list.total) : 0);
      if (!first) return;
      setStartWith(shuffled ? "shuffle" : "slideshow");
      openPhoto(first.id);
    },
    [gallery, openPhoto],
  );

  const latest = useRef(route);
  latest.current = route;
  const tileDeeds = useMemo<Omit<TileDeeds, "whenCalm" | "direction">>(() => {
    const orTell = (work: Promise<void>): void => {
      work.catch(() => deeds.tell(text.moreFailed));
    };
    return {
      canSelect,
      hrefOf: (item) => formatRoute({ ...latest.current, photo: item.id }),
      open: (item) => openPhoto(item.id),
      select: (item, rank, isRange) => {
        if (isRange && selection.anchor !== null) orTell(selection.extendTo(gallery.list, rank));
        else selection.toggle(item, rank);
      },
      selectDay: (from, to) => orTell(selection.toggleDay(gallery.list, from, to)),
      watch: (id) => gallery.watch(id),
    };
  }, [gallery, deeds, selection, openPhoto, canSelect]);

  const selectAll = useCallback(() => {
    selection
      .selectAll(gallery.list, gallery.list.total)
      .catch(() => deeds.tell(text.selecting.failed));
  }, [gallery, selection, deeds]);

  usePageKeys({
    isBusy: isOpen || correcting !== null || sharing !== null || isHelpOpen,
    help: () => setHelpOpen(true),
    clear: () => selection.clear(),
    all: isShowing && canSelect ? selectAll : null,
    undo: notice?.undo ? undo : null,
  });

  const toast = <Toast notice={notice} undo={undo} dismiss={dismiss} />;
  const isSelecting = isTimeline && (selection.items.size > 0 || selection.awaited > 0);
  return (
    <>
      <div class="page" inert={isOpen}>
        <Header
          route={route}
          gallery={gallery}
          owner={owner}
          go={go}
          tell={deeds.tell}
          onUpload={() => setUploads((n) => n + 1)}
          onSlideshow={(shuffled) => void startShow(shuffled)}
          onHelp={() => setHelpOpen(true)}
          onSelectAll={selectAll}
          onShare={() => deeds.share(null)}
          isCovered={isSelecting}
        />
        {isSelecting && (
          <SelectionBar
            selection={selection}
            list={list}
            deeds={deeds}
            view={route.view}
            isGuest={guest !== null}
          />
        )}
        <main
          class={isTimeline ? "main" : "main is-page"}
          onPointerOver={prepareViewer}
          onFocusIn={prepareViewer}
        >
          {route.page === "people" && (
            <Lazy part={peoplePart} props={{ galleryId: route.gallery, gallery, deeds, go }} />
          )}
          {route.page === "failures" && (
            <Lazy
              part={failuresPart}
              props={{ galleryId: route.gallery, gallery, deeds, open: openPhoto }}
            />
          )}
          {route.page === "shares" && (
            <Lazy part={sharesPart} props={{ galleryId: route.gallery, deeds, made: linksMade }} />
          )}
          {isShowing && (
            <Timeline
              key={keyOf(list.query)}
              list={list}
              selection={selection}
              selected={selected}
              binDays={stats?.bin_days ?? 30}
              deeds={tileDeeds}
              start={isReturn || places.isRecalled ? places.of(list.query) : null}
              handle={timeline}
            />
          )}
          {isTimeline && !isShowing && (
            <Nothing
              gallery={gallery}
              ownership={ownership}
              onAll={() => go(homeOf(route))}
              onOwn={go}
              onUpload={() => setUploads((n) => n + 1)}
            />
          )}
        </main>
      </div>
      <Offline />
      {route.photo !== null && (
        <Lazy
          part={viewerPart}
          props={{
            id: route.photo,
            gallery,
            deeds,
            show: (id: string) => replace({ photo: id }),
            close: closePhoto,
            startWith,
            children: toast,
          }}
          frame={(content) => <Cover close={closePhoto}>{content}</Cover>}
        />
      )}
      {!isOpen && toast}
      <Dock gallery={gallery} canUpload={guest === null} opened={uploads} open={openPhoto} />
      <Dialogs
        gallery={gallery}
        galleryId={route.gallery}
        deeds={deeds}
        correcting={correcting}
        sharing={sharing}
        isHelpOpen={isHelpOpen}
        onCorrected={() => setCorrecting(null)}
        onLinkMade={() => setLinksMade((n) => n + 1)}
        onShared={() => setSharing(null)}
        onHelped={() => setHelpOpen(false)}
      />
      <Live />
    </>
  );
}
