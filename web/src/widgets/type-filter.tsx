/** All, photos or videos of the list shown, each with how many there are. */

import { useEffect, useRef, useState } from "preact/hooks";

import * as api from "../api";
import { ApiError } from "../api";
import type { FileType } from "../api-types";
import { countsFrom, isWholeTimeline, withTotal, type Counts } from "../counts";
import type { Gallery } from "../gallery";
import { keyOf, queryOf, type Route } from "../route";
import { text } from "../text";
import { Link } from "./link";

interface Props {
  route: Route;
  gallery: Gallery;
  go: (route: Partial<Route>) => void;
}

const UNKNOWN: Counts = { all: null, image: null, video: null };

export function TypeFilter({ route, gallery, go }: Props) {
  const counts = useCounts(route, gallery);
  const choices: { type: FileType | null; label: string; count: number | null }[] = [
    { type: null, label: text.filterAll, count: counts.all },
    { type: "image", label: text.filterPhotos, count: counts.image },
    { type: "video", label: text.filterVideos, count: counts.video },
  ];
  return (
    <nav class="filter" aria-label={text.filterLabel}>
      {choices.map(({ type, label, count }) => (
        <Link
          key={label}
          class="filter-choice"
          to={{ ...route, photo: null, type }}
          go={go}
          current={route.type === type}
        >
          {label}{" "}
          {/* its line is there before the number is: nothing moves when it comes */}
          <span class="filter-count">{count !== null && text.number(count)}</span>
        </Link>
      ))}
    </nav>
  );
}

/** Of the whole timeline from the counts of the gallery, of other lists from their totals. */
function useCounts(route: Route, gallery: Gallery): Counts {
  const { list, stats } = gallery;
  // guests are told no counts
  const isWhole = isWholeTimeline(route) && !gallery.guest;
  /** The list whatever its type. */
  const key = keyOf({ ...route, type: null });
  /** At its present length. */
  const state = `${key} ${list.total}`;
  const { isSettled } = gallery;
  const isKnown = list.status === "ready" && list.totalIsExact && keyOf(list.query) === keyOf(route);
  const [other, setOther] = useState<{ key: string; counts: Counts } | null>(null);
  const asked = useRef("");

  useEffect(() => {
    if (isWhole || !isKnown || route.search !== null) return;
    // the server does not count yet what was changed here: what it says now is nothing to keep
    if (!isSettled) asked.current = "";
    if (!isSettled || asked.current === state) return;
    asked.current = state;
    const { total } = list;
    // one more number tells the third
    const type = route.type === null ? "image" : null;
    void totalOf({ ...queryOf(route), type }).then((number) => {
      if (number === null || asked.current !== state) return;
      setOther({ key, counts: countsFrom(route.type, total, number) });
    });
  }, [isWhole, isKnown, isSettled, state]);

  if (isWhole) {
    return stats ? { all: stats.total, image: stats.images, video: stats.videos } : UNKNOWN;
  }
  const known = other?.key === key ? other.counts : UNKNOWN;
  return isKnown ? withTotal(known, route.type, list.total) : known;
}

/** Length of a list; null when nobody answers, which leaves a number out and no more. */
async function totalOf(query: Parameters<typeof api.getMedia>[0]): Promise<number | null> {
  try {
    return (await api.getMedia(query, 1, { offset: 0 })).total;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return null;
  }
}
