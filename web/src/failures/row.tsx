/** One photo without a preview: which, why, and what can be done. */

import type { Failure } from "../api-types";
import { momentTitle } from "../days";
import { text } from "../text";
import { CheckIcon, DownloadIcon, PictureIcon, RestoreIcon } from "../widgets/icons";
import type { Try } from "./failure-list";

const words = text.failures;

interface Props {
  failure: Failure;
  attempt: Try | null;
  href: string;
  isChosen: boolean;
  onOpen: () => void;
  onChoose: () => void;
  onRetry: () => void;
}

export function Row({ failure, attempt, href, isChosen, onOpen, onChoose, onRetry }: Props) {
  const canRetry = attempt !== "asked" && attempt !== "drawn";
  const facts = [
    momentTitle(failure.media_date),
    failure.file_size === null ? null : text.fileSize(failure.file_size),
    failure.local_path === failure.name ? null : failure.local_path,
  ].filter((fact) => fact !== null);
  return (
    <li class={`failure${isChosen ? " chosen" : ""}`} data-failure={failure.id}>
      <button
        type="button"
        class="failure-check"
        role="checkbox"
        aria-checked={isChosen}
        aria-label={words.choose(failure.name)}
        onClick={onChoose}
      >
        {isChosen ? <CheckIcon /> : <PictureIcon />}
      </button>
      <div class="failure-words">
        <a
          class="row-name failure-name"
          href={href}
          onClick={(event) => {
            if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
            event.preventDefault();
            onOpen();
          }}
        >
          {failure.name}
        </a>
        <p class="failure-reason">{words.reasons[failure.reason] ?? words.otherReason}</p>
        <p class="failure-facts">{facts.join(" · ")}</p>
        <details class="failure-details">
          <summary>{words.details}</summary>
          <p>
            <code>{failure.reason}</code> {failure.detail}
            {failure.attempts !== null && ` ${words.attempts(failure.attempts)}`}
          </p>
        </details>
      </div>
      <p class={`failure-state ${attempt ?? ""}`} role="status">
        {stateOf(failure, attempt)}
      </p>
      <div class="failure-deeds">
        <button
          type="button"
          class="round"
          aria-label={words.retryOne(failure.name)}
          title={words.retry}
          disabled={!canRetry}
          onClick={onRetry}
        >
          <RestoreIcon />
        </button>
        <a
          class="round"
          href={failure.url}
          download={failure.name}
          aria-label={words.download(failure.name)}
          title={text.download}
        >
          <DownloadIcon />
        </a>
      </div>
    </li>
  );
}

function stateOf(failure: Failure, attempt: Try | null): string {
  if (attempt === "asked") return words.retrying;
  if (attempt === "drawn") return words.drawn;
  if (attempt === "failed") return words.stillFailed;
  return failure.is_final ? "" : words.waiting;
}
