/** The list of uploads in the corner: choose files, see how far they are, try again, stop. */

import type { RefObject } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { text } from "../text";
import { CloseIcon, DownIcon } from "../widgets/icons";
import { picked, type Picked } from "./collect";
import type { Summary, Upload, UploadQueue, UploadState } from "./queue";
import type { Unfinished } from "./unfinished";
import { UploadRow } from "./upload-row";

interface Props {
  queue: UploadQueue;
  uploads: readonly Upload[];
  summary: Summary;
  /** What closed tabs left. */
  unfinished: readonly Unfinished[];
  secondsLeft: number | null;
  isOnline: boolean;
  /** How often somebody has asked for the panel; it takes the focus then. */
  opened: number;
  add: (files: readonly Picked[]) => void;
  forget: () => void;
  /** Only while nothing is on its way. */
  close: () => void;
  open: (id: string) => void;
}

/** Rows in the page at once; thousands would make it slow, and nobody reads them. */
const MAX_ROWS = 100;
const ORDER: readonly UploadState[] = [
  ...(["finishing", "sending", "pausing", "hashing"] as const),
  ...(["failed", "refused", "waiting", "restored", "duplicate", "done", "cancelled"] as const),
];

export function UploadPanel(props: Props) {
  const { queue, uploads, summary, unfinished, opened } = props;
  const [isFolded, setFolded] = useState(false);
  const first = useRef<HTMLButtonElement | null>(null);
  const isEmpty = uploads.length === 0;
  const isBusy = summary.open > 0;
  useEffect(() => {
    if (opened > 0) first.current?.focus({ preventScroll: true });
  }, [opened]);

  return (
    <section class="corner-card upload-panel" aria-label={text.upload.label}>
      <header class="corner-head">
        <div class="corner-words">
          <h2>{titleOf(summary, isEmpty)}</h2>
          {isBusy && <p>{paceOf(props)}</p>}
        </div>
        {!isEmpty && (
          <button
            type="button"
            class={isFolded ? "round fold folded" : "round fold"}
            aria-expanded={!isFolded}
            aria-label={isFolded ? text.upload.expand : text.upload.collapse}
            onClick={() => setFolded(!isFolded)}
          >
            <DownIcon />
          </button>
        )}
        {!isBusy && (
          <button type="button" class="round" aria-label={text.close} onClick={props.close}>
            <CloseIcon />
          </button>
        )}
      </header>
      {isBusy && (
        <progress
          class="corner-progress"
          aria-label={text.upload.label}
          max={Math.max(1, summary.bytes)}
          value={summary.bytesThere}
        />
      )}
      {!isFolded && (
        <>
          {unfinished.length > 0 && <Interrupted unfinished={unfinished} forget={props.forget} />}
          {isEmpty && unfinished.length === 0 && <p class="upload-hint">{text.upload.hint}</p>}
          <Rows {...props} />
          <footer class="corner-foot">
            <Choose
              label={isEmpty ? text.upload.chooseFiles : text.upload.moreFiles}
              isMain={isEmpty}
              add={props.add}
              button={first}
            />
            <Choose
              label={isEmpty ? text.upload.chooseFolder : text.upload.moreFolder}
              isFolder
              add={props.add}
            />
            {summary.failed > 0 && (
              <button type="button" class="button quiet" onClick={() => queue.retryFailed()}>
                {text.upload.retryFailed(summary.failed)}
              </button>
            )}
            {isBusy && (
              <button type="button" class="button quiet" onClick={() => queue.cancelAll()}>
                {text.upload.cancelAll}
              </button>
            )}
          </footer>
        </>
      )}
    </section>
  );
}

function titleOf(summary: Summary, isEmpty: boolean): string {
  if (isEmpty) return text.upload.title;
  const { open, files, refused, unopened } = summary;
  if (open > 0) return text.upload.sending(files - open, files);
  if (files + unopened > 0) return text.upload.ended(summary);
  return refused > 0 ? text.upload.refused(refused) : text.upload.cancelledAll;
}

function paceOf({ summary, secondsLeft, isOnline }: Props): string {
  if (!isOnline) return text.upload.offline;
  const { bytes, bytesThere } = summary;
  const there = text.upload.progress(text.fileSize(bytesThere), text.fileSize(bytes));
  return secondsLeft === null ? there : `${there}, ${text.upload.left(secondsLeft)}`;
}

function Rows({ queue, uploads, open }: Props) {
  if (uploads.length === 0) return null;
  const cancel = (key: number): void => queue.cancel(key);
  const retry = (key: number): void => queue.retry(key);
  const rows = inOrder(uploads);
  const hidden = rows.length - MAX_ROWS;
  return (
    <ul class="upload-rows" tabIndex={0} aria-label={text.upload.label}>
      {rows.slice(0, MAX_ROWS).map((upload) => (
        <UploadRow key={upload.key} upload={upload} cancel={cancel} retry={retry} open={open} />
      ))}
      {hidden > 0 && <li class="upload-more">{text.upload.more(hidden)}</li>}
    </ul>
  );
}

/** What moves first, then what needs somebody, then the rest, each as it was added. */
function inOrder(uploads: readonly Upload[]): Upload[] {
  return ORDER.flatMap((state) => uploads.filter((upload) => upload.state === state));
}

interface ChooseProps {
  label: string;
  isFolder?: boolean;
  isMain?: boolean;
  add: (files: readonly Picked[]) => void;
  button?: RefObject<HTMLButtonElement | null>;
}

function Choose({ label, isFolder = false, isMain = false, add, button }: ChooseProps) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.webkitdirectory = isFolder;
  }, [isFolder]);
  return (
    <>
      <button
        type="button"
        ref={button ?? null}
        class={isMain ? "button" : "button quiet"}
        onClick={() => input.current?.click()}
      >
        {label}
      </button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-choose={isFolder ? "folder" : "files"}
        // a folder's other files are named as refused; here the browser may leave them out
        {...(!isFolder && { accept: ACCEPT })}
        onChange={(event) => {
          add(picked(event.currentTarget.files ?? []));
          event.currentTarget.value = ""; // the same file may be chosen again
        }}
      />
    </>
  );
}

/** Chrome on Android opens the photo picker for these; extensions are for what it has no type for. */
const ACCEPT = "image/*,video/*,.heic,.heif,.dng,.cr2,.cr3,.nef,.arw,.raf,.rw2,.orf,.pef,.mts";

function Interrupted({ unfinished, forget }: { unfinished: readonly Unfinished[]; forget: () => void }) {
  return (
    <div class="upload-interrupted">
      <p>{text.upload.interrupted(unfinished.length)}</p>
      <ul>
        {unfinished.slice(0, 5).map(({ name, size, bytes }) => (
          <li key={`${name} ${size}`}>
            <span class="upload-name">{name}</span>
            <span class="upload-state">
              {bytes > 0 ? text.upload.interruptedPart(bytes / size) : text.fileSize(size)}
            </span>
          </li>
        ))}
        {unfinished.length > 5 && <li>{text.upload.more(unfinished.length - 5)}</li>}
      </ul>
      <button type="button" class="button quiet" onClick={forget}>
        {text.upload.forget}
      </button>
    </div>
  );
}
