/** Files dropped on the page, and the corner that shows uploads and downloads once there are any. */

import { useEffect, useState } from "preact/hooks";

import { downloads } from "../download/downloads";
import type { Gallery } from "../gallery";
import type { Picked } from "../upload/collect";
import { hasUnfinished } from "../upload/unfinished";
import { DropTarget } from "./drop-target";
import { Lazy, partOf } from "./lazy";

const cornerPart = partOf(async () => (await import("../upload/corner")).Corner);

interface Props {
  gallery: Gallery;
  /** Whether files may be added. */
  canUpload: boolean;
  /** How often somebody has asked for the panel of uploads. */
  opened: number;
  /** Opens a photo in the viewer. */
  open: (id: string) => void;
}

export function Dock({ gallery, canUpload, opened, open }: Props) {
  const [given, setGiven] = useState<readonly Picked[]>([]);
  // files that were on their way when the page was closed are asked for again
  const [isNeeded, setNeeded] = useState(() => canUpload && hasUnfinished());
  useEffect(() => downloads.subscribe(() => setNeeded(true)), []);

  const isAsked = opened > 0 || given.length > 0;
  return (
    <>
      {canUpload && (
        <DropTarget
          onOver={() => void cornerPart().catch(() => undefined)}
          // the corner may not be there yet: a second drop must not take the place of the first
          add={(files) => setGiven((before) => [...before, ...files])}
        />
      )}
      {(isNeeded || isAsked) && (
        <Lazy part={cornerPart} props={{ gallery, opened, given, open }} isQuiet={!isAsked} />
      )}
    </>
  );
}
