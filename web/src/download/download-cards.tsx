/** How far each zip is, in the corner of the page. */

import { useEffect, useState } from "preact/hooks";

import { text } from "../text";
import { CloseIcon } from "../widgets/icons";
import { announce } from "../widgets/live";
import { downloads, type Download } from "./downloads";

/** One that ended well goes by itself. */
const SHOWN_MS = 8_000;

export function DownloadCards() {
  const [, setCount] = useState(0);
  useEffect(() => {
    const draw = (): void => setCount((n) => n + 1);
    draw(); // what changed since the first drawing, before anybody listened
    return downloads.subscribe(draw);
  }, []);
  const isBusy = downloads.isBusy;
  useEffect(() => {
    if (!isBusy) return undefined;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isBusy]);
  return (
    <>
      {downloads.all.map((download) => (
        <Card key={download.key} download={download} />
      ))}
    </>
  );
}

function Card({ download }: { download: Download }) {
  const { key, state, files, count, bytes, size, failed } = download;
  const isRunning = state === "running";
  useEffect(() => {
    if (isRunning) return undefined;
    announce(titleOf(download));
    if (state !== "done" || failed > 0) return undefined;
    const timer = setTimeout(() => downloads.dismiss(key), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isRunning]);

  return (
    <section class="corner-card download-card" aria-label={text.zip.label} data-state={state}>
      <header class="corner-head">
        <div class="corner-words">
          <h2>{titleOf(download)}</h2>
          {isRunning && size > 0 && (
            <p>{text.upload.progress(text.fileSize(bytes), text.fileSize(size))}</p>
          )}
          {isRunning && <p>{text.zip.keepOpen}</p>}
          {failed > 0 && <p class="bad">{text.zip.left(failed)}</p>}
        </div>
        <button
          type="button"
          class="round"
          aria-label={isRunning ? text.zip.cancel : text.dismiss}
          title={isRunning ? text.zip.cancel : text.dismiss}
          onClick={() => (isRunning ? download.cancel() : downloads.dismiss(key))}
        >
          <CloseIcon />
        </button>
      </header>
      {isRunning && (
        <progress
          class="corner-progress"
          aria-label={text.zip.label}
          max={size > 0 ? size : count}
          value={size > 0 ? Math.min(bytes, size) : files}
        />
      )}
    </section>
  );
}

function titleOf({ state, files, count, failed }: Download): string {
  if (state === "running") return text.zip.packing(files, count);
  if (state === "done") return text.zip.packed(count - failed);
  return state === "cancelled" ? text.zip.cancelled : text.zip.failed;
}
