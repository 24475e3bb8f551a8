/** One link of the list. */

import type { Share } from "../api-types";
import { text } from "../text";
import { BinIcon, CopyIcon, LinkIcon, PencilIcon } from "../widgets/icons";
import { factsOf, linkOf, titleOf } from "./words";

const words = text.sharing;

interface Props {
  share: Share;
  onCopy: () => void;
  onChange: () => void;
  onEnd: () => void;
}

export function Row({ share, onCopy, onChange, onEnd }: Props) {
  const title = titleOf(share);
  const facts = factsOf(share).join(" · ");
  const deeds = [
    { label: words.copyOf(title), icon: CopyIcon, act: onCopy },
    { label: words.changeOf(title), icon: PencilIcon, act: onChange },
    { label: words.revokeOf(title), icon: BinIcon, act: onEnd },
  ];
  return (
    <li class={share.is_open ? "share" : "share is-over"} data-share={share.id}>
      <span class="share-mark">
        <LinkIcon />
      </span>
      <div class="share-words">
        {share.is_open ? (
          <a
            class="row-name share-name"
            href={linkOf(share, "")}
            target="_blank"
            rel="noreferrer"
            title={words.openOf(title)}
          >
            {title}
          </a>
        ) : (
          <span class="row-name share-name">{title}</span>
        )}
        <p class="share-facts">{facts}</p>
      </div>
      {share.is_open && (
        <div class="share-deeds">
          {deeds.map(({ label, icon: Icon, act }) => (
            <button key={label} type="button" class="round" aria-label={label} title={label} onClick={act}>
              <Icon />
            </button>
          ))}
        </div>
      )}
    </li>
  );
}
