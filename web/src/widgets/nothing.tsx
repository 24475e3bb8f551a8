/** A list without photos: not yet, none at all, or not now. */

import type { Gallery } from "../gallery";
import { text } from "../text";
import { Message } from "./message";

interface Props {
  gallery: Gallery;
  /** Back to the whole timeline. */
  onAll: () => void;
  onUpload: () => void;
}

export function Nothing({ gallery, onAll, onUpload }: Props) {
  const { status, error, query, totalIsExact } = gallery.list;
  if (status === "loading" || !totalIsExact) {
    return (
      <div class="skeleton" role="status" aria-label={text.loading}>
        {Array.from({ length: 12 }, (_, index) => (
          <span key={index} />
        ))}
      </div>
    );
  }
  if (status === "failed") {
    return (
      <Message
        title={text.listFailed}
        hint={error && text.reason(error.code, error.message)}
        action={text.retry}
        onAction={() => void gallery.reload()}
      />
    );
  }
  const isFiltered = query.person ?? query.from ?? query.to ?? query.search ?? query.type;
  if (isFiltered !== null) {
    return (
      <Message
        title={query.search === null ? text.emptyFilter : text.emptySearch(query.search)}
        action={text.showAll}
        onAction={onAll}
      />
    );
  }
  if (query.view !== "all") {
    return (
      <Message
        title={text.emptyView[query.view]}
        hint={text.emptyViewHint[query.view]}
        action={text.backToTimeline}
        onAction={onAll}
      />
    );
  }
  return (
    <Message
      title={text.emptyTitle}
      hint={text.emptyHint}
      action={text.addPhotos}
      onAction={onUpload}
    />
  );
}
