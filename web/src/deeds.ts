/** What a person asks for, told in words, with a way to take it back. */

import type { Item, Visibility } from "./api-types";
import type { Gallery } from "./gallery";
import { text } from "./text";

export interface Deeds {
  favorite(items: readonly Item[], favorite: boolean): Promise<void>;
  remove(items: readonly Item[]): Promise<void>;
  restore(items: readonly Item[]): Promise<void>;
  purge(items: readonly Item[]): Promise<void>;
  setVisibility(items: readonly Item[], visibility: Visibility): Promise<void>;
  /** The original of one; a zip of many. Whether it has begun. */
  download(items: readonly Item[]): Promise<boolean>;
  /** Opens the dialog that corrects date, time and description. */
  correct(items: readonly Item[]): void;
  /** Opens the dialog that makes a link: to these, or to the whole gallery. */
  share(items: readonly Item[] | null): void;
  /** A notice, perhaps with a way to take back what it tells of. */
  tell(words: string, undo?: (() => void) | null): void;
  /** For those who hear the page only. */
  announce(words: string): void;
}

type Telling = Pick<Deeds, "tell" | "announce" | "download" | "correct" | "share">;

export function deedsOf(gallery: Gallery, telling: Telling): Deeds {
  const { tell, announce } = telling;

  const complain = (failed: readonly string[], items: readonly Item[], many: number): void => {
    const first = items.find((item) => item.id === failed[0]);
    if (first) tell(text.notDone(first.name, failed.length, many));
  };

  const deeds: Deeds = {
    ...telling,

    async favorite(items, favorite) {
      announce(favorite ? text.madeFavorite(items.length) : text.unmadeFavorite(items.length));
      complain(await gallery.setFavorite(items, favorite), items, items.length);
    },

    async remove(items) {
      const done = gallery.delete(items);
      tell(text.movedToBin(subject(items)), () => void deeds.restore(items));
      complain(await done, items, items.length);
    },

    async restore(items) {
      const done = gallery.restore(items);
      tell(text.restored(subject(items), items.length));
      complain(await done, items, items.length);
    },

    async purge(items) {
      const failed = await gallery.purge(items);
      if (failed.length < items.length) tell(text.purged(items.length - failed.length));
      complain(failed, items, items.length);
    },

    async setVisibility(items, visibility) {
      const { view } = gallery.list.query;
      const former: Visibility =
        view === "archive" || view === "hidden" || view === "locked" ? view : "timeline";
      const done = gallery.setVisibility(items, visibility);
      tell(
        text.nowIn(subject(items), visibility, items.length),
        () => void deeds.setVisibility(items, former),
      );
      complain(await done, items, items.length);
    },
  };
  return deeds;
}

/** Its name, or how many they are. */
function subject(items: readonly Item[]): string {
  return items.length === 1 && items[0] ? items[0].name : text.items(items.length);
}
