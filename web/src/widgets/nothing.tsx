/** A list without photos: not yet, none at all, or not now. */

import type { Gallery } from "../gallery";
import { timelineOf, type Route } from "../route";
import { text } from "../text";
import type { Ownership } from "../use-own-gallery";
import { Message } from "./message";

interface Props {
  gallery: Gallery;
  /** Whether it is a gallery of whoever is signed in. */
  ownership: Ownership;
  /** Back to the whole timeline. */
  onAll: () => void;
  /** To a gallery of their own. */
  onOwn: (route: Route) => void;
  onUpload: () => void;
}

export function Nothing({ gallery, ownership, onAll, onOwn, onUpload }: Props) {
  const { status, error, query, totalIsExact } = gallery.list;
  if (status === "loading" || !totalIsExact || (status === "ready" && ownership.state === "unknown")) {
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
  if (ownership.state === "none") {
    return <Message title={text.account.noGallery} hint={text.account.noGalleryHint} />;
  }
  if (ownership.state === "other") {
    const { own } = ownership;
    return (
      <Message
        title={text.account.notYours}
        hint={text.account.notYoursHint}
        action={text.account.toYours}
        onAction={() => onOwn(timelineOf(own))}
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
  if (gallery.guest) return <Message title={text.guest.emptyTitle} hint={text.guest.emptyHint} />;
  return (
    <Message
      title={text.emptyTitle}
      hint={text.emptyHint}
      action={text.addPhotos}
      onAction={onUpload}
    />
  );
}
