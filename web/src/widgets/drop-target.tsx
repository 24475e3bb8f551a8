/** Files dropped anywhere on the page, and the sign that they may be. */

import { useEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { dropped, holdsFiles, type Picked } from "../upload/collect";
import { UploadIcon } from "./icons";

/** While no word of the drag comes for so long, it is over: not every browser says so. */
const GONE_MS = 1_000;

interface Props {
  /** Told when files come over the page, before they are dropped. */
  onOver: () => void;
  add: (files: readonly Picked[]) => void;
}

export function DropTarget(props: Props) {
  const [isOver, setOver] = useState(false);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (isOver) latest.current.onOver();
  }, [isOver]);

  useEffect(() => {
    let isOwn = false; // a picture of the page itself that somebody drags
    let timer = 0;
    const leave = (): void => setOver(false);
    const onStart = (): void => {
      isOwn = true;
    };
    const onEnd = (): void => {
      isOwn = false;
      leave();
    };
    const onOver = (event: DragEvent): void => {
      if (isOwn || !event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault(); // or the browser would open the file instead
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
      clearTimeout(timer);
      timer = window.setTimeout(leave, GONE_MS);
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) leave(); // out of the window
    };
    const onDrop = (event: DragEvent): void => {
      if (isOwn || !event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      clearTimeout(timer);
      leave();
      void dropped(event.dataTransfer).then((files) => latest.current.add(files));
    };
    window.addEventListener("dragstart", onStart);
    window.addEventListener("dragend", onEnd);
    window.addEventListener("dragenter", onOver);
    window.addEventListener("dragover", onOver);
    window.addEventListener("dragleave", onLeave);
    window.addEventListener("drop", onDrop);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("dragstart", onStart);
      window.removeEventListener("dragend", onEnd);
      window.removeEventListener("dragenter", onOver);
      window.removeEventListener("dragover", onOver);
      window.removeEventListener("dragleave", onLeave);
      window.removeEventListener("drop", onDrop);
    };
  }, []);

  if (!isOver) return null;
  return (
    <div class="drop-target">
      <div class="drop-sign">
        <UploadIcon />
        <strong>{text.upload.drop}</strong>
        <span>{text.upload.dropHint}</span>
      </div>
    </div>
  );
}
