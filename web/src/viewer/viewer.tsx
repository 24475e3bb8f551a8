/** One photo or video over the whole window, and the way through all others. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Asset, Item, Person } from "../api-types";
import type { Deeds } from "../deeds";
import type { Gallery } from "../gallery";
import { hasOriginal } from "../rendition";
import { text } from "../text";
import { NextIcon, PreviousIcon } from "../widgets/icons";
import { actionsOf } from "./actions-of";
import { Bar } from "./bar";
import { coverWith, type Fade } from "./cross-fade";
import { FaceBoxes } from "./face-boxes";
import { useFullScreen } from "./full-screen";
import { HelpDialog } from "./help-dialog";
import { useIdle } from "./idle";
import { InfoPanel } from "./info-panel";
import { useKeys } from "./keys";
import { useLeafing } from "./leafing";
import { Missing } from "./missing";
import { preload } from "./preload";
import { useOrder } from "./shuffle";
import { SlideshowControls } from "./slideshow-controls";
import { useSlideshow } from "./slideshow";
import { Strip } from "./strip";
import { useBars } from "./use-bars";
import { useFrame, useStage, type Framing } from "./use-stage";
import "../style/viewer.css";
import "../style/panel.css";

interface Props {
  id: string;
  gallery: Gallery;
  deeds: Deeds;
  /** Tells the address another photo, in place of this one. */
  show: (id: string) => void;
  /** One Back. */
  close: () => void;
  startWith: "nothing" | "slideshow" | "shuffle";
  /** The notice, which must be reachable while the page behind is not. */
  children: ComponentChildren;
}

export function Viewer({ id, gallery, deeds, show, startWith, children, ...props }: Props) {
  const root = useRef<HTMLDivElement>(null);
  const order = useOrder(gallery.list, startWith === "shuffle", gallery.itemOf(id));
  const { sequence } = order;
  const leafing = useLeafing({ id, gallery, sequence, show, close: props.close });
  const { place, item, asset, error, close } = leafing;
  const [isInfoOpen, setInfoOpen] = useState(false);
  const [areFacesShown, setFacesShown] = useState(false);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [isBare, setBare] = useState(false);
  const fullScreen = useFullScreen();

  const isReady = item !== null || place.isFound;
  const { host, stage, state, video, framing } = useStage(place, isReady, {
    moved: leafing.moved,
    closed: close,
    tapped: () => setBare((bare) => !bare),
  });
  const hasNext = place.index < place.total - 1;
  const goTo = (index: number): void => stage.current?.goTo(index);
  const step = (by: number): void => {
    fade.current?.reveal();
    stage.current?.settle();
    goTo(place.index + by);
  };

  const fade = useRef<Fade | null>(null);
  const isShown = state === "sharp" || state === "failed";
  const slideshow = useSlideshow({
    startsOn: startWith !== "nothing",
    id: item?.id ?? null,
    isShown,
    video,
    hasNext,
    isLast: !hasNext && sequence.totalIsExact,
    next: () => {
      const picture = pictureIn(host.current);
      fade.current = picture && host.current ? coverWith(picture, host.current) : null;
      goTo(place.index + 1);
    },
  });
  useEffect(() => {
    if (isShown || video) fade.current?.reveal();
  }, [isShown, video, item?.id]);
  const isIdle = useIdle(slideshow.isOn && !slideshow.isPaused);

  useEffect(() => preload((index) => place.itemAt(index), place.index), [place, place.index]);
  const isPending = item?.thumbnail_state === "pending";
  useEffect(
    () => (item && isPending ? gallery.watch(item.id) : undefined),
    [isPending, item?.id, gallery],
  );
  const hasFaces = (asset?.faces.length ?? 0) > 0;
  useEffect(() => {
    // without their names the faces are shown all the same
    if (hasFaces) gallery.loadPersons().catch(() => undefined);
  }, [hasFaces, gallery]);

  const { bar, foot } = useBars((bars) => stage.current?.setBars(bars), isReady);
  // of what the list does not hold, such as a photo just uploaded, only the photo itself tells
  const view = place.isFound ? gallery.list.query.view : null;
  const isInBin = view === "bin" || Boolean((asset ?? item)?.deleted_at);
  const isLocked = view === "locked" || asset?.visibility === "locked";
  /** The photo in sight, also where a swipe has only just brought it. */
  const inSight = (): Item | null => {
    stage.current?.settle();
    return place.item && gallery.withChanges(place.item);
  };
  const withShown = (deed: (shown: Item) => unknown) => (): void => {
    const shown = inSight();
    if (shown) deed(shown);
  };
  const setShuffled = (isShuffled: boolean): void => order.setShuffled(isShuffled, inSight());
  const copyPath = withShown((shown) => {
    navigator.clipboard.writeText(shown.local_path).then(
      () => deeds.tell(text.viewer.pathCopied),
      () => deeds.tell(text.viewer.pathNotCopied),
    );
  });
  const goesWith = (deed: (items: readonly Item[]) => Promise<void>) =>
    withShown((shown) => {
      // first: whoever is deleted goes, whoever is no favourite any more stays in sight
      leafing.letGo(shown);
      void deed([shown]);
    });
  const correct = withShown((shown) => deeds.correct([shown]));
  const isGuest = gallery.guest !== null;
  const isShared = !isGuest && !isInBin && (asset?.visibility ?? "timeline") === "timeline";
  const isStill = item?.file_type === "video" && !hasOriginal(item);
  const { commands, actions } = actionsOf({
    item,
    isInBin,
    isLocked,
    video,
    hasFaces,
    isInfoOpen,
    areFacesShown,
    fullScreen,
    next: () => step(1),
    previous: () => step(-1),
    close: () => (slideshow.isOn ? slideshow.stop() : close()),
    favorite: withShown((shown) => deeds.favorite([shown], !shown.is_favorite)),
    remove: goesWith((items) => deeds.remove(items)),
    restore: goesWith((items) => deeds.restore(items)),
    download: withShown((shown) => deeds.download([shown])),
    copyPath,
    correct,
    share: isShared ? withShown((shown) => deeds.share([shown])) : null,
    isGuest,
    hasOriginal: item !== null && hasOriginal(item),
    info: () => setInfoOpen(!isInfoOpen),
    faces: () => setFacesShown(!areFacesShown),
    zoom: () => stage.current?.toggleZoom(),
    zoomIn: () => stage.current?.zoom(1),
    zoomOut: () => stage.current?.zoom(-1),
    zoomReset: () => stage.current?.zoom(0),
    slideshow: () => (slideshow.isOn ? slideshow.stop() : slideshow.start()),
    pause: slideshow.isOn ? slideshow.togglePause : null,
    shuffle: () => setShuffled(!order.isShuffled),
    help: () => setHelpOpen(true),
  });
  useKeys(root, commands, () => setBare(false));

  return (
    <div
      ref={root}
      class={classOf({ "is-bare": isBare, "is-idle": isIdle, "has-panel": isInfoOpen })}
      role="dialog"
      aria-modal="true"
      aria-label={item ? text.viewerLabel(item.name) : text.loading}
      tabIndex={-1}
    >
      <div class="viewer-main">
        <div ref={host} class="stage" data-state={state}>
          {areFacesShown && asset && (
            <FacesOver framing={framing} asset={asset} persons={gallery.allPersons} />
          )}
        </div>
        {!item && (
          <div class="viewer-words">
            {error ? (
              <Missing error={error} retry={leafing.retry} close={close} />
            ) : (
              <span class="spinner" role="status" aria-label={text.loading} />
            )}
          </div>
        )}
        <Bar
          bar={bar}
          item={item}
          asset={asset}
          position={place.position}
          isExact={sequence.totalIsExact}
          actions={item ? actions : []}
          close={close}
        />
        {place.index > 0 && (
          <button
            type="button"
            class="viewer-step previous"
            aria-label={text.previous}
            title={`${text.previous} (←)`}
            onClick={() => step(-1)}
          >
            <PreviousIcon />
          </button>
        )}
        {hasNext && (
          <button
            type="button"
            class="viewer-step next"
            aria-label={text.next}
            title={`${text.next} (→)`}
            onClick={() => step(1)}
          >
            <NextIcon />
          </button>
        )}
        <footer ref={foot} class="viewer-foot">
          {isStill && <p class="viewer-note">{text.guest.noVideo}</p>}
          {place.position && !slideshow.isOn && (
            <Strip
              sequence={{
                total: place.total,
                itemAt: (index) => place.itemAt(index),
                ensure: (index) => sequence.ensure(place.rankAt(index) ?? index),
              }}
              index={place.index}
              onShow={goTo}
            />
          )}
        </footer>
        {slideshow.isOn && (
          <SlideshowControls
            slideshow={slideshow}
            isShuffled={order.isShuffled}
            onShuffle={setShuffled}
          />
        )}
      </div>
      {isInfoOpen && item && (
        <InfoPanel
          item={item}
          asset={asset}
          hasFailed={leafing.hasDetailsFailed}
          persons={gallery.allPersons}
          onClose={() => setInfoOpen(false)}
          onCopyPath={copyPath}
          onCorrect={isInBin || isGuest ? null : correct}
        />
      )}
      {isHelpOpen && <HelpDialog guest={gallery.guest} onClose={() => setHelpOpen(false)} />}
      {children}
    </div>
  );
}

interface FacesProps {
  framing: Framing;
  asset: Asset;
  persons: readonly Person[] | null;
}

function FacesOver({ framing, asset, persons }: FacesProps) {
  const frame = useFrame(framing);
  return frame && <FaceBoxes asset={asset} frame={frame} persons={persons} />;
}

function classOf(states: Record<string, boolean>): string {
  return ["viewer", ...Object.keys(states).filter((name) => states[name])].join(" ");
}

/** The picture in sight, without what still comes. */
function pictureIn(host: HTMLElement | null): HTMLImageElement | null {
  const layers = host?.querySelectorAll<HTMLImageElement>("[aria-hidden='false'] img.photo-layer");
  return layers?.[layers.length - 1] ?? null;
}
