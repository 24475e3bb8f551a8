/** The corner of the page where uploads and downloads show how far they are. */

import { useEffect, useRef, useState } from "preact/hooks";

import { DownloadCards } from "../download/download-cards";
import type { Gallery } from "../gallery";
import type { Picked } from "./collect";
import { browserMeans } from "./means";
import { UploadQueue } from "./queue";
import { hasUnfinished } from "./unfinished";
import { UploadWork } from "./upload-work";

interface Props {
  gallery: Gallery;
  /** How often somebody has asked for the panel of uploads. */
  opened: number;
  /** Files dropped on the page; another list for every drop. */
  given: readonly Picked[];
  /** Opens a photo in the viewer. */
  open: (id: string) => void;
}

export function Corner({ gallery, opened, given, open }: Props) {
  const queue = useRef<UploadQueue | null>(null);
  queue.current ??= new UploadQueue(browserMeans());
  const [isShown, setShown] = useState(hasUnfinished);
  const galleryId = gallery.list.query.gallery;
  useEffect(() => {
    if (opened > 0) setShown(true);
  }, [opened]);
  useEffect(() => {
    if (given.length === 0) return;
    setShown(true);
    queue.current?.add(given, galleryId);
  }, [given]);

  return (
    <div class="corner">
      <DownloadCards />
      {isShown && (
        <UploadWork
          queue={queue.current}
          gallery={galleryId}
          opened={opened}
          refresh={() => gallery.refresh()}
          close={() => setShown(false)}
          open={open}
        />
      )}
    </div>
  );
}
