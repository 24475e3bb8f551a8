/** A video on the stage: its poster, and the player once somebody rests on it. */

import { hasFile } from "../api";
import type { Item } from "../api-types";
import { text } from "../text";
import { label } from "./label";
import { drawNoPicture } from "./no-picture";
import { firstLayerOf, layerOf, thumbnailOf, type SlideContent, type SlideListener, type SlideState } from "./slide";
import { canFeedParts, streamUrlOf, type Stream } from "./stream";

export class VideoSlide implements SlideContent {
  readonly element = document.createElement("div");
  readonly canZoom = false;
  state: SlideState = "empty";
  video: HTMLVideoElement | null = null;
  #stream: Stream | null = null;
  #noPicture: (() => void) | null = null;
  #unlabel: (() => void) | null = null;
  #isResting = false;
  /** Where it broke off, seconds. */
  #brokeOffAt = 0;

  constructor(
    private readonly item: Item,
    private readonly listener: SlideListener,
  ) {
    this.element.className = "photo is-video";
    this.#drawPoster();
    window.addEventListener("online", this.#tryAgain);
  }

  rest(): void {
    this.#isResting = true;
    if (this.video || this.state === "failed") return;
    const video = document.createElement("video");
    video.className = "video";
    video.controls = true;
    video.autoplay = true;
    video.playsInline = true;
    video.preload = "metadata";
    this.#unlabel = label(video, this.item);
    const poster = thumbnailOf(this.item);
    if (poster !== null) video.poster = poster;
    video.addEventListener("loadedmetadata", () => {
      if (!this.item.width) this.listener.sized(video.videoWidth, video.videoHeight);
    });
    video.addEventListener("loadeddata", () => this.#become("sharp"));
    video.addEventListener("error", () => void this.#failed(video));
    this.video = video;
    if (this.#brokeOffAt > 0) video.currentTime = this.#brokeOffAt;
    this.element.append(video);
    this.listener.changed();
    void this.#begin(video);
  }

  leave(): void {
    this.#isResting = false;
    this.#brokeOffAt = 0;
    this.#stop();
  }

  #stop(): void {
    const { video } = this;
    if (!video) return;
    this.video = null;
    this.#unlabel?.();
    if (document.pictureInPictureElement === video) void document.exitPictureInPicture();
    // leaving stops the sound and the transfer
    video.pause();
    this.#stream?.destroy();
    this.#stream = null;
    video.removeAttribute("src");
    video.load();
    video.remove();
    if (this.state === "sharp") this.state = "thumbnail";
    this.listener.changed();
  }

  show(): void {
    // the file is what it is, however large it is shown
  }

  destroy(): void {
    this.leave();
    window.removeEventListener("online", this.#tryAgain);
    this.#noPicture?.();
  }

  /** Plays the stream that lies beside the file, else the file itself. */
  async #begin(video: HTMLVideoElement): Promise<void> {
    const stream = streamUrlOf(this.item.url);
    const isThere = stream !== null && (await hasFile(stream));
    if (this.video !== video) return; // left meanwhile
    if (!isThere) return this.#playFile(video);
    if (canFeedParts()) return this.#playParts(video, stream);
    // phones without play streams by themselves
    video.src = stream;
    this.#play(video);
  }

  async #playParts(video: HTMLVideoElement, stream: string): Promise<void> {
    try {
      const { openStream } = await import("./hls-stream");
      if (this.video !== video) return;
      this.#stream = openStream(stream, video, () => this.#playFile(video));
      this.#play(video);
    } catch {
      this.#playFile(video); // offline, before its player was ever needed
    }
  }

  #playFile(video: HTMLVideoElement): void {
    if (this.video !== video) return;
    this.#stream?.destroy();
    this.#stream = null;
    const { currentTime } = video;
    video.src = this.item.url;
    // where the stream broke off
    if (currentTime > 0) video.currentTime = currentTime;
    this.#play(video);
  }

  #play(video: HTMLVideoElement): void {
    video.play().catch((error: unknown) => {
      // a browser may forbid sound before the first touch, but not the picture
      if (!(error instanceof DOMException) || error.name !== "NotAllowedError") return;
      video.muted = true;
      video.play().catch(() => undefined); // the controls are there to start it
    });
  }

  #failed(video: HTMLVideoElement): void {
    if (this.video !== video || !video.error) return;
    const isFile = video.src === new URL(this.item.url, location.href).href;
    if (!isFile) return this.#playFile(video);
    const isLost = !navigator.onLine || video.error.code === MediaError.MEDIA_ERR_NETWORK;
    this.#brokeOffAt = video.currentTime;
    this.#stop();
    const words = isLost ? text.viewer.videoLost : text.videoFailed;
    this.#noPicture = drawNoPicture(this.element, this.item, words);
    this.#become("failed");
  }

  readonly #tryAgain = (): void => {
    if (this.state !== "failed") return;
    this.#noPicture?.();
    this.#noPicture = null;
    this.element.replaceChildren();
    this.state = "empty";
    this.#drawPoster();
    this.listener.changed();
    if (this.#isResting) this.rest();
  };

  #drawPoster(): void {
    const first = firstLayerOf(this.item);
    if (first) {
      this.state = "thumbnail";
      this.element.append(first);
    }
    const url = thumbnailOf(this.item);
    if (url === null) return;
    const layer = layerOf(url);
    layer.onload = () => {
      if (this.state === "empty") this.#become("thumbnail");
    };
    this.element.append(layer);
  }

  #become(state: SlideState): void {
    this.state = state;
    this.listener.changed();
  }
}
