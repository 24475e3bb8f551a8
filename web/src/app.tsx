/** The page: what the address says, shown. */

import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";

import type { ListQuery } from "./api";
import type { Item } from "./api-types";
import type { Gallery } from "./gallery";
import { formatRoute, parseRoute, type Route } from "./route";
import { text } from "./text";
import { Header } from "./widgets/header";
import { Message } from "./widgets/message";
import type { TileDeeds } from "./widgets/tile";
import { Timeline } from "./widgets/timeline";
import { Toast, type Notice } from "./widgets/toast";
import { Viewer } from "./widgets/viewer";

/** How often to look for new photos while somebody looks, and while nobody moved for a while. */
const LOOK_MS = 10_000;
const LOOK_IDLE_MS = 30_000;
const IDLE_AFTER_MS = 300_000;
const PENDING_TICK_MS = 500;

export function App({ gallery }: { gallery: Gallery }) {
  const [route, setRoute] = useState<Route>(currentRoute);
  const [notice, setNotice] = useState<Notice | null>(null);
  /** The tile that opened the viewer, and the photo it showed last, to give the focus back to. */
  const opener = useRef<string | null>(null);
  const lastSeen = useRef<string | null>(null);
  const noticeId = useRef(0);
  useChanges(gallery);
  useLooking(gallery);

  const dismiss = useCallback(() => setNotice(null), []);
  const tell = (words: string, undo: (() => void) | null = null): void => {
    noticeId.current += 1;
    setNotice({ id: noticeId.current, words, undo });
  };

  useEffect(() => {
    const onPopState = (): void => setRoute(currentRoute());
    window.addEventListener("popstate", onPopState);
    return () => window.removeEventListener("popstate", onPopState);
  }, []);

  useEffect(() => gallery.open(route), [route.view, route.type, gallery]);

  const { list, stats } = gallery;
  useEffect(() => {
    document.title = text.documentTitle(stats?.total ?? null);
  }, [stats?.total]);

  const isOpen = route.photo !== null;
  useEffect(() => {
    document.documentElement.classList.toggle("is-covered", isOpen);
    if (isOpen) return;
    const tile = opener.current ?? lastSeen.current;
    if (tile !== null) focusTile(tile);
    opener.current = null;
    lastSeen.current = null;
  }, [isOpen]);
  if (isOpen) lastSeen.current = route.photo;

  const go = useCallback((query: ListQuery): void => {
    const next: Route = { view: query.view, type: query.type, photo: null };
    history.pushState(null, "", formatRoute(next));
    window.scrollTo({ top: 0, behavior: "instant" });
    setRoute(next);
  }, []);

  const show = (id: string): void => {
    const next: Route = { ...route, photo: id };
    history.replaceState(history.state, "", formatRoute(next));
    setRoute(next);
  };

  const close = (): void => {
    // an entry of our own is taken off the history, so that one Back is all it ever takes
    if ((history.state as { opened?: boolean } | null)?.opened) history.back();
    else {
      const next: Route = { ...route, photo: null };
      history.replaceState(null, "", formatRoute(next));
      setRoute(next);
    }
  };

  const toggleFavorite = async (item: Item): Promise<void> => {
    const isDone = await gallery.setFavorite(item, !item.is_favorite);
    if (!isDone) tell(text.favoriteFailed(item.name));
  };

  /** What to show when an item has left the list: the one after it, else the one before. */
  const leave = (item: Item): void => {
    if (route.photo !== item.id) return;
    const index = gallery.indexOf(item.id);
    const items = gallery.list.items;
    const neighbour = index < 0 ? undefined : (items[index + 1] ?? items[index - 1]);
    if (neighbour) show(neighbour.id);
    else close();
  };

  const remove = async (item: Item): Promise<void> => {
    leave(item);
    const deed = gallery.delete(item);
    tell(text.movedToBin(item.name), () => void restore(item, false));
    if (!(await deed)) tell(text.deleteFailed(item.name));
  };

  const restore = async (item: Item, isLeaving = true): Promise<void> => {
    if (isLeaving) leave(item);
    const deed = gallery.restore(item);
    tell(text.restored(item.name));
    if (!(await deed)) tell(text.restoreFailed(item.name));
  };

  const latest = useRef({ route, restore });
  latest.current = { route, restore };
  const deeds = useMemo<TileDeeds>(
    () => ({
      hrefOf: (item) => formatRoute({ ...latest.current.route, photo: item.id }),
      open: (item) => {
        opener.current = item.id;
        const next: Route = { ...latest.current.route, photo: item.id };
        history.pushState({ opened: true }, "", formatRoute(next));
        setRoute(next);
      },
      watch: (id) => gallery.watch(id),
      restore: route.view === "bin" ? (item) => void latest.current.restore(item) : null,
    }),
    [gallery, route.view],
  );
  const loadMore = useCallback(() => void gallery.loadMore(), [gallery]);

  const toast = <Toast notice={notice} dismiss={dismiss} />;
  return (
    <>
      <div class="page" inert={isOpen}>
        <Header
          query={route}
          stats={stats}
          isSettled={gallery.areStatsSettled}
          binTotal={list.query.view === "bin" && list.status === "ready" ? list.total : null}
          go={go}
        />
        <main>
          {list.items.length > 0 ? (
            <Timeline
              key={`${list.query.view} ${list.query.type}`}
              list={list}
              deeds={deeds}
              loadMore={loadMore}
            />
          ) : (
            <Nothing gallery={gallery} go={go} />
          )}
        </main>
        {!isOpen && toast}
      </div>
      {route.photo !== null && (
        <Viewer
          id={route.photo}
          gallery={gallery}
          show={show}
          close={close}
          toggleFavorite={(item) => void toggleFavorite(item)}
          remove={(item) => void remove(item)}
          restore={(item) => void restore(item)}
        >
          {toast}
        </Viewer>
      )}
    </>
  );
}

/** A list without items: not yet, not at all, or not now. */
function Nothing({ gallery, go }: { gallery: Gallery; go: (query: ListQuery) => void }) {
  const { status, error, query } = gallery.list;
  if (status === "loading") {
    return (
      <div class="skeleton" role="status" aria-label={text.loading}>
        {Array.from({ length: 12 }, (_, index) => (
          <span key={index} />
        ))}
      </div>
    );
  }
  if (status === "failed") {
    return (
      <Message
        title={text.listFailed}
        hint={error && text.reason(error.code, error.message)}
        action={text.retry}
        onAction={() => void gallery.load()}
      />
    );
  }
  if (query.view === "bin") {
    return (
      <Message
        title={text.emptyBin}
        action={text.backToTimeline}
        onAction={() => go({ view: "all", type: null })}
      />
    );
  }
  const isFiltered = query.type !== null && (gallery.stats?.total ?? 0) > 0;
  return isFiltered ? (
    <Message
      title={query.type === "image" ? text.emptyPhotos : text.emptyVideos}
      action={text.showAll}
      onAction={() => go({ view: "all", type: null })}
    />
  ) : (
    <Message title={text.emptyTitle} hint={text.emptyHint} />
  );
}

function currentRoute(): Route {
  return parseRoute(location.pathname, location.search);
}

function focusTile(id: string): void {
  const tile = document.querySelector<HTMLElement>(`[data-id="${CSS.escape(id)}"]`);
  tile?.focus({ preventScroll: true });
}

/** Draws anew whenever the gallery knows something new. */
function useChanges(gallery: Gallery): void {
  const [, setCount] = useState(0);
  useEffect(() => gallery.subscribe(() => setCount((n) => n + 1)), [gallery]);
}

/** Looks for new photos, and after those being prepared, while the page is in sight. */
function useLooking(gallery: Gallery): void {
  useEffect(() => {
    let lookedAt = Date.now();
    let movedAt = Date.now();
    const look = (): void => {
      lookedAt = Date.now();
      void gallery.refresh();
    };
    const tick = (): void => {
      if (document.visibilityState !== "visible") return;
      void gallery.askPending();
      const now = Date.now();
      const pause = now - movedAt > IDLE_AFTER_MS ? LOOK_IDLE_MS : LOOK_MS;
      if (now - lookedAt >= pause) look();
    };
    const onMove = (): void => {
      movedAt = Date.now();
    };
    const onVisible = (): void => {
      if (document.visibilityState === "visible" && Date.now() - lookedAt > 1_000) look();
    };
    const timer = setInterval(tick, PENDING_TICK_MS);
    const moves = ["pointerdown", "keydown", "scroll"] as const;
    for (const move of moves) window.addEventListener(move, onMove, { passive: true });
    document.addEventListener("visibilitychange", onVisible);
    window.addEventListener("online", onVisible);
    return () => {
      clearInterval(timer);
      for (const move of moves) window.removeEventListener(move, onMove);
      document.removeEventListener("visibilitychange", onVisible);
      window.removeEventListener("online", onVisible);
    };
  }, [gallery]);
}
