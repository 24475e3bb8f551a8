/** Leafing: which photo is shown, what the order makes of it, and the address that tells it. */

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { ApiError } from "../api";
import type { Asset, Item } from "../api-types";
import type { Gallery } from "../gallery";
import { pickItem } from "../pick-item";
import { Place } from "./place";
import type { Sequence } from "./sequence";
import { useAsset } from "./use-asset";

/** The address follows once leafing rests: browsers refuse to change it many times a second. */
const ADDRESS_MS = 150;
/** What is fetched before somebody gets there: all around, and where holding a key soon leads. */
const AROUND = 12;
const AHEAD = 40;

interface Props {
  /** What the address says. */
  id: string;
  gallery: Gallery;
  sequence: Sequence;
  show: (id: string) => void;
  close: () => void;
}

export interface Leafing {
  place: Place;
  item: Item | null;
  /** Everything known about it, once one rests on it. */
  asset: Asset | null;
  hasDetailsFailed: boolean;
  /** Why there is no photo to show. */
  error: ApiError | null;
  retry: () => void;
  /** Called when the stage shows another index. */
  moved: (index: number) => void;
  /** A photo of the order that goes, instead of staying in sight, when it leaves the order. */
  letGo: (item: Item) => void;
  /** Closes; the address tells the last photo before. */
  close: () => void;
}

export function useLeafing(props: Props): Leafing {
  const { id, gallery, sequence } = props;
  const latest = useRef(props);
  latest.current = props;
  const removed = useRef(new Set<string>());
  const told = useRef(id);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const [, setVersion] = useState(0);
  const redraw = useCallback(() => setVersion((n) => n + 1), []);
  const [failure, setFailure] = useState<ApiError | null>(null);
  const [attempt, setAttempt] = useState(0);

  // another order keeps the photo; another address (Back, Forward) brings another photo
  const shown = useRef<{ place: Place; sequence: Sequence } | null>(null);
  if (shown.current?.sequence !== sequence || told.current !== id) {
    const kept = told.current === id ? shown.current?.place.item : null;
    shown.current = { sequence, place: new Place(sequence, kept ?? gallery.itemOf(id)) };
    told.current = id;
  }
  const { place } = shown.current;
  const known = useAsset(place.item?.id ?? id, place.item !== null, gallery);
  if (!place.item && !place.isFound && known.asset?.id === id) {
    place.item = known.asset;
    place.follow();
  }
  const { item, isFound, index } = place;

  const tellAddress = useCallback(() => {
    clearTimeout(timer.current);
    const current = shown.current?.place.item?.id;
    if (current === undefined || current === told.current) return;
    told.current = current;
    latest.current.show(current);
  }, []);
  const close = useCallback(() => {
    tellAddress();
    latest.current.close();
  }, [tellAddress]);
  const tellSoon = useCallback(() => {
    clearTimeout(timer.current);
    timer.current = setTimeout(tellAddress, ADDRESS_MS);
  }, [tellAddress]);
  // whoever went Back meanwhile is not to find the photo open again
  useEffect(() => () => clearTimeout(timer.current), []);

  const follow = useCallback(() => {
    if (!place.follow(removed.current)) return close();
    tellSoon();
    redraw();
  }, [place, close, tellSoon, redraw]);
  useLayoutEffect(() => sequence.subscribe(follow), [sequence, follow]);

  // what the list shown takes over by itself, a shuffle and a photo beside the order do not
  useLayoutEffect(
    () =>
      gallery.listenToAssets((asset) => {
        if (!place.isFound && place.item?.id === asset.id) {
          place.item = asset;
          redraw();
        }
        sequence.replace(pickItem(asset));
      }),
    [gallery, place, sequence, redraw],
  );

  const fetchAt = useCallback((at: number) => {
    if (at < 0 || at >= sequence.total || sequence.itemAt(at)) return;
    sequence.ensure(at).then(
      () => at === shown.current?.place.index && setFailure(null),
      (reason: unknown) => {
        if (reason instanceof ApiError && at === shown.current?.place.index) setFailure(reason);
      },
    );
  }, [sequence]);

  useEffect(() => {
    if (!isFound) return;
    fetchAt(index);
    for (let distance = 1; distance <= AROUND; distance += 1) {
      fetchAt(index + distance);
      fetchAt(index - distance);
    }
    fetchAt(index + AHEAD);
    fetchAt(index - AHEAD);
    // a search looks further before one comes to the end of what it has found
    const { total, totalIsExact } = sequence;
    if (totalIsExact || index + AHEAD < total) return;
    sequence.ensure(total).catch((reason: unknown) => {
      if (reason instanceof ApiError) setFailure(reason);
    });
  }, [isFound, index, fetchAt, item === null, attempt, sequence.total, sequence.totalIsExact]);

  const moved = useCallback((to: number) => {
    place.goTo(to);
    if (place.item) removed.current.delete(place.item.id);
    setFailure(null);
    tellSoon();
    redraw();
  }, [place, tellSoon, redraw]);

  // opened by its address, or moved to another day: where is it now?
  const isReady = gallery.list.status === "ready";
  useEffect(() => {
    if (!item || isFound || !isReady) return;
    sequence.locate(item).then(
      (rank) => {
        if (rank === null || place.item?.id !== item.id) return;
        place.settle(rank);
        redraw();
      },
      () => undefined, // it is shown, without its neighbours
    );
  }, [item?.id, isFound, isReady, sequence, place, redraw]);

  const retry = (): void => {
    if (known.error) known.retry();
    setFailure(null);
    setAttempt((n) => n + 1);
  };
  useOnline(retry, known.error !== null || failure !== null);

  return {
    place,
    item: item && gallery.withChanges(item),
    asset: item && known.asset?.id === item.id ? known.asset : null,
    hasDetailsFailed: known.error !== null,
    error: item ? null : isFound ? failure : known.error,
    retry,
    moved,
    letGo: (gone) => {
      removed.current.add(gone.id);
      if (!place.isFound) close();
      else sequence.leaveOut(gone.id);
    },
    close,
  };
}

/** Tries again what has failed once there is a connection. */
function useOnline(retry: () => void, hasFailed: boolean): void {
  const latest = useRef(retry);
  latest.current = retry;
  useEffect(() => {
    if (!hasFailed) return undefined;
    const onOnline = (): void => latest.current();
    window.addEventListener("online", onOnline);
    return () => window.removeEventListener("online", onOnline);
  }, [hasFailed]);
}
