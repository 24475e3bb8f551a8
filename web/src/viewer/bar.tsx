/** The upper edge of the viewer: what is shown, and what can be done with it. */

import type { Ref } from "preact";

import type { Asset, Item } from "../api-types";
import { momentTitle } from "../days";
import { text } from "../text";
import { CloseIcon } from "../widgets/icons";
import { Actions, MoreActions, type Action } from "./actions";

interface Props {
  bar: Ref<HTMLElement>;
  item: Item | null;
  asset: Asset | null;
  /** Counted from 1; null for a photo whose neighbours are not known. */
  position: { n: number; total: number } | null;
  isExact: boolean;
  actions: readonly Action[];
  close: () => void;
}

export function Bar({ bar, item, asset, position, isExact, actions, close }: Props) {
  const minor = actions.filter((action) => action.isMinor);
  return (
    <header ref={bar} class="viewer-bar">
      <div class="viewer-title" aria-live="polite" aria-atomic="true">
        {item && <p class="viewer-name">{asset?.title || item.name}</p>}
        <p class="viewer-facts">
          {position && (
            <span class="viewer-position">
              {(isExact ? text.position : text.viewer.positionSoFar)(position.n, position.total)}
            </span>
          )}
          {item && <span class="viewer-moment">{momentTitle(item.media_date)}</span>}
        </p>
      </div>
      <Actions actions={actions} />
      {minor.length > 0 && <MoreActions actions={minor} />}
      <Actions
        actions={[{ label: text.close, shortcut: "Esc", icon: CloseIcon, act: close }]}
      />
    </header>
  );
}
