/** The upload queue at work: kept going, announced, and shown as a panel. */

import { useEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { announce } from "../widgets/live";
import type { Picked } from "./collect";
import { Pace } from "./pace";
import type { Summary, UploadQueue } from "./queue";
import type { Unfinished } from "./unfinished";
import { UploadPanel } from "./upload-panel";

interface Props {
  queue: UploadQueue;
  /** Where files that are added go. */
  gallery: string;
  /** What closed tabs left. */
  unfinished: readonly Unfinished[];
  forget: () => void;
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

export function UploadWork(props: Props) {
  const { queue, gallery, unfinished, forget, opened, refresh, close, open } = props;
  useChanges(queue);
  const summary = queue.summary();
  const pace = useRef(new Pace(Date.now)).current;
  if (summary.open > 0) pace.note(summary.bytesThere);
  const isOnline = useOnline();
  useLeaveQuestion(summary.open > 0);
  useArrivals(summary.done + summary.restored, refresh);
  useAnnouncement(summary);

  return (
    <UploadPanel
      queue={queue}
      uploads={queue.uploads}
      summary={summary}
      unfinished={unfinished}
      secondsLeft={pace.secondsFor(summary.bytes - summary.bytesThere)}
      isOnline={isOnline}
      opened={opened}
      add={(files: readonly Picked[]) => queue.add(files, gallery)}
      forget={forget}
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
  const { open, refused, unopened } = summary;
  const wasBusy = useRef(false);
  useEffect(() => {
    if (open === 0 && wasBusy.current) announce(text.upload.ended(summary));
    wasBusy.current = open > 0;
  }, [open]);
  useEffect(() => {
    const said: string[] = [];
    if (refused > 0) said.push(text.upload.refused(refused));
    if (unopened > 0) said.push(text.upload.unopened(unopened));
    if (said.length > 0) announce(said.join(", "));
  }, [refused, unopened]);
}
