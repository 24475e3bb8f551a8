/** What one can do while the slideshow runs. */

import { useLayoutEffect, useRef } from "preact/hooks";

import { text } from "../text";
import { CloseIcon, PauseIcon, PlayIcon, ShuffleIcon } from "../widgets/icons";
import { useGiveBack } from "./give-back";
import { INTERVALS } from "./slide-clock";
import type { Slideshow } from "./slideshow";

const words = text.slideshow;

interface Props {
  slideshow: Slideshow;
  isShuffled: boolean;
  onShuffle: (isShuffled: boolean) => void;
}

export function SlideshowControls({ slideshow, isShuffled, onShuffle }: Props) {
  const { isPaused, seconds } = slideshow;
  const controls = useRef<HTMLDivElement>(null);
  const pause = useRef<HTMLButtonElement>(null);
  useGiveBack(controls);

  // whatever started it has the focus, and Space would press that instead of pausing
  useLayoutEffect(() => pause.current?.focus({ preventScroll: true }), []);

  /** What a mouse has pressed gives the focus back, so that Space pauses. */
  const pressed = (event: MouseEvent, deed: () => void): void => {
    deed();
    if (event.detail > 0) pause.current?.focus({ preventScroll: true });
  };

  const pauseWords = isPaused ? words.resume : words.pause;
  return (
    <div ref={controls} class="slideshow-controls" role="group" aria-label={words.label}>
      <button
        ref={pause}
        type="button"
        class="slideshow-button"
        aria-label={pauseWords}
        title={`${pauseWords} (Space)`}
        onClick={slideshow.togglePause}
      >
        {isPaused ? <PlayIcon /> : <PauseIcon />}
      </button>
      <div class="slideshow-intervals" role="group" aria-label={words.interval}>
        {INTERVALS.map((interval) => (
          <button
            key={interval}
            type="button"
            class="slideshow-interval"
            aria-pressed={interval === seconds}
            onClick={(event) => pressed(event, () => slideshow.setSeconds(interval))}
          >
            {words.seconds(interval)}
          </button>
        ))}
      </div>
      <button
        type="button"
        class="slideshow-button"
        aria-label={words.shuffle}
        title={`${words.shuffle} (r)`}
        aria-pressed={isShuffled}
        onClick={(event) => pressed(event, () => onShuffle(!isShuffled))}
      >
        <ShuffleIcon />
      </button>
      <button
        type="button"
        class="slideshow-button"
        aria-label={words.stop}
        title={`${words.stop} (Esc)`}
        onClick={slideshow.stop}
      >
        <CloseIcon />
      </button>
    </div>
  );
}
