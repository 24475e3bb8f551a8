/** The title with its counts, and which list is shown. */

import type { ComponentChildren } from "preact";

import type { ListQuery } from "../api";
import type { FileType, Stats } from "../api-types";
import { formatRoute } from "../route";
import { text } from "../text";
import { BackIcon, BinIcon } from "./icons";

interface Props {
  query: ListQuery;
  stats: Stats | null;
  /** Whether the filter has its final width: until then it is not shown. */
  isSettled: boolean;
  /** Of the bin's list, when that is shown. */
  binTotal: number | null;
  go: (query: ListQuery) => void;
}

export function Header({ query, stats, isSettled, binTotal, go }: Props) {
  if (query.view === "bin") {
    return (
      <header class="header">
        <ListLink
          class="round"
          query={{ view: "all", type: null }}
          go={go}
          label={text.backToTimeline}
        >
          <BackIcon />
        </ListLink>
        <div class="title">
          <h1>{text.bin}</h1>
          <p class="counts">
            {binTotal ? `${text.number(binTotal)} · ${text.binExplained}` : text.binExplained}
          </p>
        </div>
      </header>
    );
  }
  return (
    <header class="header">
      <div class="title">
        <h1>{text.title}</h1>
        <p class="counts one-line">
          {stats ? <Counts stats={stats} /> : "\u00a0"}
        </p>
      </div>
      <nav class={`filter${isSettled ? "" : " unsettled"}`} aria-label={text.filterLabel}>
        {filters(stats).map(({ type, label, count }) => (
          <ListLink
            key={label}
            class="filter-choice"
            query={{ view: "all", type }}
            go={go}
            current={query.type === type}
          >
            {label}
            {count !== null && <span class="filter-count">{text.number(count)}</span>}
          </ListLink>
        ))}
      </nav>
      <ListLink
        class="round"
        query={{ view: "bin", type: null }}
        go={go}
        label={text.binCount(stats?.bin ?? 0)}
      >
        <BinIcon />
        {stats && stats.bin > 0 && <span class="badge">{text.number(stats.bin)}</span>}
      </ListLink>
    </header>
  );
}

function Counts({ stats }: { stats: Stats }) {
  return (
    <>
      {text.photos(stats.images)}
      {stats.videos > 0 && ` · ${text.videos(stats.videos)}`}
      <span class="counts-bytes">{` · ${text.fileSize(stats.bytes)}`}</span>
      {stats.without_thumbnail > 0 && ` · ${text.withoutThumbnail(stats.without_thumbnail)}`}
      {stats.without_original > 0 && ` · ${text.withoutOriginal(stats.without_original)}`}
    </>
  );
}

function filters(
  stats: Stats | null,
): { type: FileType | null; label: string; count: number | null }[] {
  return [
    { type: null, label: text.filterAll, count: stats?.total ?? null },
    { type: "image", label: text.filterPhotos, count: stats?.images ?? null },
    { type: "video", label: text.filterVideos, count: stats?.videos ?? null },
  ];
}

interface LinkProps {
  query: ListQuery;
  go: (query: ListQuery) => void;
  class: string;
  label?: string;
  current?: boolean;
  children: ComponentChildren;
}

function ListLink({ query, go, label, current, children, ...rest }: LinkProps) {
  return (
    <a
      class={rest.class}
      href={formatRoute({ ...query, photo: null })}
      aria-label={label}
      title={label}
      aria-current={current ? "page" : undefined}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        go(query);
      }}
    >
      {children}
    </a>
  );
}
