/** The slideshow: goes on by itself to the next photo once this one has been seen. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";

import { isDialogOpen } from "../widgets/dialog";
import { intervalFrom, SlideClock, type Interval } from "./slide-clock";

export interface Slideshow {
  isOn: boolean;
  /** By the person; it is held, too, in a tab that nobody sees. */
  isPaused: boolean;
  seconds: Interval;
  start(): void;
  stop(): void;
  togglePause(): void;
  setSeconds(seconds: Interval): void;
}

interface Props {
  startsOn: boolean;
  /** What is shown now. */
  id: string | null;
  /** Whether it is there to be seen, as sharp as it will be, or failed. */
  isShown: boolean;
  /** The video that is shown; null for a photo, and for a video that can't be played. */
  video: HTMLVideoElement | null;
  hasNext: boolean;
  /** Whether nothing more will come; a search may find more. */
  isLast: boolean;
  next(): void;
}

const KEY = "contact-sheet.slideshow-seconds";
/** How often it looks whether a dialog that has the person's attention is gone. */
const DIALOG_MS = 500;

export function useSlideshow(props: Props): Slideshow {
  const { id, isShown, video, hasNext, isLast } = props;
  const [isOn, setOn] = useState(props.startsOn);
  const [isPaused, setPaused] = useState(false);
  const [seconds, setSecondsOf] = useState(() => intervalFrom(stored()));
  const isUnseen = useIsUnseen();
  const isHeld = !isOn || isPaused || isUnseen;

  // a new photo begins at nothing, also when one leafs by hand
  const clock = useRef<{ id: string | null; clock: SlideClock } | null>(null);
  if (clock.current?.id !== id) {
    clock.current = { id, clock: new SlideClock(seconds * 1000) };
    clock.current.clock.begin();
  }
  const current = clock.current.clock;

  const latest = useRef(props);
  latest.current = props;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const schedule = useCallback((): void => {
    clearTimeout(timer.current);
    const due = current.dueIn(performance.now());
    if (due === null) return;
    const goOn = (): void => {
      if (isDialogOpen()) timer.current = setTimeout(goOn, DIALOG_MS);
      else if (latest.current.hasNext) latest.current.next();
      else if (latest.current.isLast) setPaused(true); // all were shown
    };
    timer.current = setTimeout(goOn, due);
  }, [current]);

  useEffect(() => {
    current.setInterval(seconds * 1000);
    if (isShown && !video) current.show(performance.now());
    if (isHeld) current.hold(performance.now());
    else current.goOn(performance.now());
    schedule();
    return () => clearTimeout(timer.current);
  }, [current, schedule, seconds, isShown, video, isHeld, hasNext, isLast]);

  useEffect(() => {
    if (!video || !isOn) return undefined;
    const onEnd = (): void => {
      current.finish();
      schedule();
    };
    video.addEventListener("ended", onEnd);
    if (video.ended) onEnd();
    return () => video.removeEventListener("ended", onEnd);
  }, [video, isOn, current, schedule]);

  useEffect(() => {
    if (!video || !isOn || video.ended) return undefined;
    if (isHeld) video.pause();
    // one that can't be played says so itself
    else video.play().catch(() => undefined);
    return undefined;
  }, [video, isOn, isHeld]);

  return {
    isOn,
    isPaused,
    seconds,
    start: () => {
      setOn(true);
      setPaused(false);
    },
    stop: () => setOn(false),
    togglePause: () => setPaused((paused) => !paused),
    setSeconds: (chosen) => {
      setSecondsOf(chosen);
      store(chosen);
    },
  };
}

/** Whether the tab is in the background. */
function useIsUnseen(): boolean {
  const [isUnseen, setUnseen] = useState(document.hidden);
  useEffect(() => {
    const look = (): void => setUnseen(document.hidden);
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, []);
  return isUnseen;
}

function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser that keeps nothing begins with the default
  }
}

function store(seconds: Interval): void {
  try {
    localStorage.setItem(KEY, String(seconds));
  } catch {
    // it lasts as long as the page
  }
}
