/** One file of the upload list. */

import type { ComponentChildren } from "preact";

import { text } from "../text";
import { CheckIcon, CloseIcon, RestoreIcon, WarningIcon } from "../widgets/icons";
import { isOpen, isThere, type Upload } from "./queue";
import { stateOf } from "./words";

interface Props {
  upload: Upload;
  cancel: (key: number) => void;
  retry: (key: number) => void;
  open: (id: string) => void;
}

export function UploadRow({ upload, cancel, retry, open }: Props) {
  const { key, file, folder, state, id } = upload;
  const { name } = file;
  const isBad = state === "failed" || state === "refused";
  return (
    <li class={`upload-row ${state}`} data-state={state}>
      <Mark upload={upload} />
      <span class="upload-words">
        <span class="upload-name" title={folder ? `${folder}/${name}` : name}>
          {id ? (
            <button type="button" class="upload-show" title={text.upload.show(name)} onClick={() => open(id)}>
              {name}
            </button>
          ) : (
            name
          )}
        </span>
        <span class={isBad ? "upload-state bad" : "upload-state"}>{stateOf(upload)}</span>
      </span>
      {isOpen(upload) && (
        <RowButton label={text.upload.cancel(name)} onClick={() => cancel(key)}>
          <CloseIcon />
        </RowButton>
      )}
      {(state === "failed" || state === "cancelled") && (
        <RowButton label={text.upload.retry(name)} onClick={() => retry(key)}>
          <RestoreIcon />
        </RowButton>
      )}
    </li>
  );
}

function RowButton(props: { label: string; onClick: () => void; children: ComponentChildren }) {
  return (
    <button type="button" class="round" aria-label={props.label} title={props.label} onClick={props.onClick}>
      {props.children}
    </button>
  );
}

/** A ring that fills while the file goes, and what became of it afterwards. */
function Mark({ upload }: { upload: Upload }) {
  const { state, bytes, file } = upload;
  if (isThere(upload)) {
    return (
      <span class="upload-mark good">
        <CheckIcon />
      </span>
    );
  }
  if (state === "failed" || state === "refused") {
    return (
      <span class="upload-mark bad">
        <WarningIcon />
      </span>
    );
  }
  const isMoving = state === "sending" || state === "finishing" || state === "pausing";
  const part = isMoving && file.size > 0 ? bytes / file.size : 0;
  return (
    <svg class="upload-mark ring" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="9" />
      <circle cx="12" cy="12" r="9" pathLength={1} stroke-dasharray={`${part} 1`} />
    </svg>
  );
}
