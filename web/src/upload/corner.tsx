/** The corner of the page where uploads and downloads show how far they are. */

import { useEffect, useRef, useState } from "preact/hooks";

import { DownloadCards } from "../download/download-cards";
import type { Gallery } from "../gallery";
import type { Picked } from "./collect";
import { browserMeans } from "./means";
import { Memory } from "./memory";
import { UploadQueue } from "./queue";
import { browserStorage, type Unfinished } from "./unfinished";
import { UploadWork } from "./upload-work";

interface Props {
  gallery: Gallery;
  /** How often somebody has asked for the panel of uploads. */
  opened: number;
  /** All files that were dropped on the page until now. */
  given: readonly Picked[];
  /** Opens a photo in the viewer. */
  open: (id: string) => void;
}

export function Corner({ gallery, opened, given, open }: Props) {
  const queue = useRef<UploadQueue | null>(null);
  queue.current ??= new UploadQueue(browserMeans());
  const [isShown, setShown] = useState(false);
  const [unfinished, setUnfinished] = useState<readonly Unfinished[]>([]);
  const memory = useRef<Memory | null>(null);
  memory.current ??= new Memory(queue.current, browserStorage(), navigator.locks, (left) => {
    setUnfinished(left);
    if (left.length > 0) setShown(true);
  });
  const taken = useRef(0);
  const galleryId = gallery.list.query.gallery;
  useEffect(() => {
    if (opened > 0) setShown(true);
  }, [opened]);
  useEffect(() => {
    if (given.length === taken.current) return;
    setShown(true);
    queue.current?.add(given.slice(taken.current), galleryId);
    taken.current = given.length;
  }, [given]);
  useEffect(() => {
    const keep = (): void => memory.current?.keep();
    void memory.current?.takeOver();
    window.addEventListener("pagehide", keep);
    return () => window.removeEventListener("pagehide", keep);
  }, []);

  return (
    <div class="corner">
      <DownloadCards />
      {isShown && (
        <UploadWork
          queue={queue.current}
          gallery={galleryId}
          unfinished={unfinished}
          forget={() => memory.current?.forget()}
          opened={opened}
          refresh={() => gallery.refresh()}
          close={() => setShown(false)}
          open={open}
        />
      )}
    </div>
  );
}
