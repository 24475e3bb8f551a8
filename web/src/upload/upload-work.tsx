/** The upload queue at work: kept going, remembered, announced, and shown as a panel. */

import { useEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { announce } from "../widgets/live";
import type { Picked } from "./collect";
import { Pace } from "./pace";
import { isOpen, type Summary, type UploadQueue } from "./queue";
import { recall, remember, without } from "./unfinished";
import { UploadPanel } from "./upload-panel";

interface Props {
  queue: UploadQueue;
  /** Where files that are added go. */
  gallery: string;
  /** How often somebody has asked for the panel. */
  opened: number;
  /** Looks for photos that have arrived. */
  refresh: () => Promise<void>;
  close: () => void;
  /** Opens a photo in the viewer. */
  open: (id: string) => void;
}

/** Progress comes with every packet; nobody sees more than this. */
const DRAW_MS = 120;
/** How often, and for how long after the last arrival, to look for new photos. */
const LOOK_MS = 2_000;
const LOOK_FOR_MS = 20_000;
const REMEMBER_MS = 1_000;

export function UploadWork({ queue, gallery, opened, refresh, close, open }: Props) {
  useChanges(queue);
  const summary = queue.summary();
  const pace = useRef(new Pace(Date.now)).current;
  if (summary.open > 0) pace.note(summary.bytesThere);
  const [unfinished, setUnfinished] = useState(() => recall(localStorage));
  const isOnline = useOnline();
  useLeaveQuestion(summary.open > 0);
  useArrivals(summary.done + summary.restored, refresh);
  useAnnouncement(summary);
  useMemory(queue, unfinished, summary.open > 0);

  return (
    <UploadPanel
      queue={queue}
      uploads={queue.uploads}
      summary={summary}
      unfinished={unfinished}
      secondsLeft={pace.secondsFor(summary.bytes - summary.bytesThere)}
      isOnline={isOnline}
      opened={opened}
      add={(files: readonly Picked[]) => {
        setUnfinished(without(unfinished, files.map(({ file }) => file)));
        queue.add(files, gallery);
      }}
      forget={() => setUnfinished([])}
      close={() => {
        queue.dismissEnded();
        close();
      }}
      open={open}
    />
  );
}

/** Draws anew after changes, a few times a second at most. */
function useChanges(queue: UploadQueue): void {
  const [, setCount] = useState(0);
  useEffect(() => {
    let timer = 0;
    const draw = (): void => {
      timer = 0;
      setCount((n) => n + 1);
    };
    draw(); // what changed since the first drawing, before anybody listened
    const stop = queue.subscribe(() => {
      timer ||= window.setTimeout(draw, DRAW_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queue]);
}

function useOnline(): boolean {
  const [isOnline, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const look = (): void => setOnline(navigator.onLine);
    window.addEventListener("online", look);
    window.addEventListener("offline", look);
    return () => {
      window.removeEventListener("online", look);
      window.removeEventListener("offline", look);
    };
  }, []);
  return isOnline;
}

/** Has the browser ask before the page is closed while something is on its way. */
function useLeaveQuestion(isBusy: boolean): void {
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isBusy]);
}

/** Looks for photos every other second until those that arrived last had time to be drawn. */
function useArrivals(done: number, refresh: () => Promise<void>): void {
  const latest = useRef(refresh);
  latest.current = refresh;
  const arrivedAt = useRef(0);
  const timer = useRef(0);
  useEffect(() => {
    if (done === 0) return;
    arrivedAt.current = Date.now();
    timer.current ||= window.setInterval(() => {
      void latest.current();
      if (Date.now() - arrivedAt.current < LOOK_FOR_MS) return;
      clearInterval(timer.current);
      timer.current = 0;
    }, LOOK_MS);
  }, [done]);
  useEffect(() => () => clearInterval(timer.current), []);
}

/** Says once that all is done, for those who don't see the panel. */
function useAnnouncement(summary: Summary): void {
  const { open, refused } = summary;
  const wasBusy = useRef(false);
  useEffect(() => {
    if (open === 0 && wasBusy.current) announce(text.upload.ended(summary));
    wasBusy.current = open > 0;
  }, [open]);
  useEffect(() => {
    if (refused > 0) announce(text.upload.refused(refused));
  }, [refused]);
}

/** Keeps the names of what has not arrived, for when the page is closed meanwhile. */
function useMemory(
  queue: UploadQueue,
  unfinished: ReturnType<typeof recall>,
  isBusy: boolean,
): void {
  useEffect(() => {
    const keep = (): void => {
      const left = queue.uploads.filter(isOpen).map(({ gallery, file, state, bytes }) => ({
        gallery,
        name: file.name,
        size: file.size,
        bytes: state === "sending" || state === "pausing" ? bytes : 0,
      }));
      remember(localStorage, [...left, ...unfinished]);
    };
    keep();
    if (!isBusy) return undefined;
    const timer = setInterval(keep, REMEMBER_MS);
    window.addEventListener("pagehide", keep);
    return () => {
      clearInterval(timer);
      window.removeEventListener("pagehide", keep);
    };
  }, [queue, unfinished, isBusy]);
}
