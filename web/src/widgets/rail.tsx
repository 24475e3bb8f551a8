/** The scrubber in its place, drawn by itself when the place changes. */

import { useCallback, useRef, useState } from "preact/hooks";

import type { PhotoList } from "../photo-list";
import { Scrubber } from "./scrubber";

interface Props {
  list: PhotoList;
  /** Others than before once the list has changed. */
  months: PhotoList["months"];
  /** Goes to a rank; the one it landed on. */
  seek: (rank: number, isFinal: boolean) => number;
  /** To be called with the rank of the first photo in sight. */
  tellRank: { current: (rank: number) => void };
}

export function Rail({ list, months, seek, tellRank }: Props) {
  const [rank, setRank] = useState(0);
  const latest = useRef(seek);
  latest.current = seek;
  tellRank.current = setRank;
  const onSeek = useCallback(
    (to: number, isFinal: boolean): number => latest.current(to, isFinal),
    [],
  );
  return (
    <Scrubber
      months={months}
      total={list.total}
      query={list.query}
      position={{ rank }}
      onSeek={onSeek}
    />
  );
}
