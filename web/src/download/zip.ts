/** Takes originals home: one as it is, many as a zip that is made while it arrives. */

import type { Item } from "../api-types";
import { text } from "../text";
import { holdWorker } from "../worker/hold";
import { activeWorker } from "../worker/register";
import { browserMeans } from "./browser-means";
import { downloads } from "./downloads";
import { ZIP_PATH, type Order, type ZipNews } from "./order";
import { zipFiles, type ZipFile } from "./zip-names";
import type { ZipWords } from "./zip-stream";
import { watchZip } from "./zip-watch";

/** A worker that does not answer for so long is none. */
const READY_MS = 3_000;
/** Between files that come one by one; browsers drop downloads that come all at once. */
const ONE_BY_ONE_MS = 400;

interface Archive {
  name: string;
  files: readonly ZipFile[];
  words: ZipWords;
}

/** Downloads the original of one item, or a zip of many; whether that has begun.
 *
 * Args:
 *   tell: Gets words about what happens instead where no zip can be made.
 */
export async function download(
  items: readonly Item[],
  tell: (words: string) => void,
): Promise<boolean> {
  const [first] = items;
  if (!first) return false;
  if (items.length === 1) {
    save(first.url, first.name);
    return true;
  }
  const { errorsName, errorsIntro, missing, unreachable, cut } = text.zip;
  const archive: Archive = {
    name: text.zip.archiveName(localDay(new Date())),
    files: zipFiles(items, [errorsName]),
    words: { errorsName, errorsIntro, missing, unreachable, cut },
  };
  if (await byWorker(archive)) return true;
  const picked = await byPicker(archive);
  if (picked !== "impossible") return picked === "begun";
  tell(text.zip.oneByOne(items.length));
  void saveAll(items);
  return true;
}

/** The worker makes the zip, and the browser takes it as any download; false when it does not. */
async function byWorker(archive: Archive): Promise<boolean> {
  const release = await holdWorker();
  const worker = await activeWorker();
  const token = `${crypto.randomUUID()}.zip`;
  const port = worker && (await ordered(worker, { kind: "zip", token, ...archive }));
  if (!port) {
    release();
    return false;
  }
  // not a link: browsers let those pass by a worker
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = ZIP_PATH + token;
  const stop = watchZip(worker, token, port, (progress) => {
    downloads.change(key, progress);
    if (progress.state === "running") return;
    frame.remove();
    release();
  });
  const key = begin(archive, stop);
  document.body.append(frame);
  return true;
}

/** Gives an order; where the worker tells of it, or null when it says nothing. */
async function ordered(worker: ServiceWorker, order: Order): Promise<MessagePort | null> {
  const { port1: port, port2 } = new MessageChannel();
  const isReady = new Promise<boolean>((resolve) => {
    port.onmessage = ({ data }: MessageEvent<ZipNews>) => resolve(data.state === "ready");
    setTimeout(() => resolve(false), READY_MS);
  });
  worker.postMessage(order, [port2]);
  if (await isReady) return port;
  port.close();
  return null;
}

/** The page makes the zip and writes it where somebody says, if they do and the browser can. */
async function byPicker(archive: Archive): Promise<"begun" | "unwanted" | "impossible"> {
  const pick = (window as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  if (!pick) return "impossible";
  // before anybody is asked: it may fail to load, and an empty file would be left
  const { zipStream } = await import("./zip-stream");
  let target: WritableStream<Uint8Array>;
  try {
    const handle = await pick({ suggestedName: archive.name });
    target = await handle.createWritable();
  } catch (error) {
    const isUnwanted = error instanceof DOMException && error.name === "AbortError";
    return isUnwanted ? "unwanted" : "impossible";
  }
  const { files, words } = archive;
  const stop = new AbortController();
  const { signal } = stop;
  const key = begin(archive, () => stop.abort());
  const report = (progress: object): void => downloads.change(key, progress);
  zipStream(files, words, browserMeans, report, signal)
    .pipeTo(target, { signal })
    .then(
      () => downloads.change(key, { state: "done" }),
      () => downloads.change(key, { state: signal.aborted ? "cancelled" : "failed" }),
    );
  return "begun";
}

/** https://wicg.github.io/file-system-access/#api-showsavefilepicker */
type SavePicker = (options: { suggestedName: string }) => Promise<{
  createWritable(): Promise<WritableStream<Uint8Array>>;
}>;

function begin({ files }: Archive, cancel: () => void): number {
  const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  return downloads.begin(files.length, size, cancel);
}

/** Every file by itself. */
async function saveAll(items: readonly Item[]): Promise<void> {
  for (const { url, name } of items) {
    save(url, name);
    await new Promise((resolve) => setTimeout(resolve, ONE_BY_ONE_MS));
  }
}

function save(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
}

function localDay(now: Date): string {
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
}
