/** The stage of a viewer, as long as there is something to show. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

import { Stage, type Frame, type StageListener } from "./stage";
import type { Place } from "./place";
import type { SlideState } from "./slide";

/** Where the picture is: read while it moves, many times a second. */
export interface Framing {
  readonly frame: Frame | null;
  subscribe(listener: () => void): () => void;
}

export interface Shown {
  host: { current: HTMLDivElement | null };
  stage: { current: Stage | null };
  state: SlideState;
  video: HTMLVideoElement | null;
  framing: Framing;
}

type Heard = Pick<StageListener, "moved" | "closed" | "tapped">;

/** @param isReady Whether it is known what to show. */
export function useStage(place: Place, isReady: boolean, heard: Heard): Shown {
  const host = useRef<HTMLDivElement>(null);
  const stage = useRef<Stage | null>(null);
  const latest = useRef(heard);
  latest.current = heard;
  const [now, setNow] = useState<{ state: SlideState; video: HTMLVideoElement | null }>({
    state: "empty",
    video: null,
  });
  const framing = useRef(new MovingFrame());

  useLayoutEffect(() => {
    if (!host.current || !isReady) return undefined;
    let opened: Stage | null = null;
    const look = (): void => {
      if (!opened) return;
      const { state, video } = opened;
      setNow((was) => (was.state === state && was.video === video ? was : { state, video }));
    };
    opened = new Stage(host.current, place, {
      moved: (index) => latest.current.moved(index),
      closed: () => latest.current.closed(),
      tapped: () => latest.current.tapped(),
      changed: look,
      framed: (frame) => framing.current.set(frame),
    });
    stage.current = opened;
    look();
    return () => {
      opened?.destroy();
      stage.current = null;
    };
  }, [isReady]);

  // after every change of the order or of the place in it; what is the same stays as it is
  const { item, index, total } = place;
  useLayoutEffect(() => stage.current?.follow(place), [place, item, index, total]);

  return { host, stage, ...now, framing: framing.current };
}

class MovingFrame implements Framing {
  frame: Frame | null = null;
  readonly #listeners = new Set<() => void>();

  set(frame: Frame | null): void {
    this.frame = frame;
    for (const listener of this.#listeners) listener();
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** The frame itself, for what is drawn over the picture. */
export function useFrame(framing: Framing): Frame | null {
  const [frame, setFrame] = useState(framing.frame);
  useEffect(() => {
    setFrame(framing.frame);
    return framing.subscribe(() => setFrame(framing.frame));
  }, [framing]);
  return frame;
}
