/** Takes originals home: one as it is, many as a zip that is made while it arrives. */

import type { Item } from "../api-types";
import { text } from "../text";
import { activeWorker, waitWhile } from "../worker/register";
import { downloads } from "./downloads";
import { ZIP_PATH, type Order, type ZipNews } from "./order";
import { zipFiles, type ZipFile } from "./zip-names";
import type { ZipWords } from "./zip-stream";

/** A worker that does not answer for so long is none. */
const READY_MS = 3_000;
/** Browsers stop a worker that hears nothing for half a minute. */
const PING_MS = 10_000;
/** Between files that come one by one; browsers drop downloads that come all at once. */
const ONE_BY_ONE_MS = 400;

interface Archive {
  name: string;
  files: readonly ZipFile[];
  words: ZipWords;
}

/** Downloads the original of one item, or a zip of many.
 *
 * Args:
 *   tell: Gets words about what happens instead where no zip can be made.
 */
export async function download(items: readonly Item[], tell: (words: string) => void): Promise<void> {
  const [first] = items;
  if (!first) return;
  if (items.length === 1) return save(first.url, first.name);
  const { errorsName, errorsIntro, missing, unreachable, cut } = text.zip;
  const archive: Archive = {
    name: text.zip.archiveName(localDay(new Date())),
    files: zipFiles(items, [errorsName]),
    words: { errorsName, errorsIntro, missing, unreachable, cut },
  };
  const worker = await activeWorker();
  if (worker && (await byWorker(worker, archive))) return;
  if (await byPicker(archive)) return;
  tell(text.zip.oneByOne(items.length));
  for (const { url, name } of items) {
    save(url, name);
    await new Promise((resolve) => setTimeout(resolve, ONE_BY_ONE_MS));
  }
}

/** The worker makes the zip, and the browser takes it as any download; false when it does not. */
async function byWorker(worker: ServiceWorker, archive: Archive): Promise<boolean> {
  waitWhile(() => downloads.isBusy);
  const token = `${crypto.randomUUID()}.zip`;
  const { port1: port, port2 } = new MessageChannel();
  const ready = new Promise<boolean>((resolve) => {
    port.onmessage = ({ data }: MessageEvent<ZipNews>) => resolve(data.state === "ready");
    setTimeout(() => resolve(false), READY_MS);
  });
  const order = (words: Order, ports: Transferable[] = []): void => worker.postMessage(words, ports);
  order({ kind: "zip", token, ...archive }, [port2]);
  if (!(await ready)) {
    port.close();
    return false;
  }
  const key = begin(archive, () => order({ kind: "cancel", token }));
  const ping = setInterval(() => order({ kind: "ping" }), PING_MS);
  // not a link: browsers let those pass by a worker
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = ZIP_PATH + token;
  port.onmessage = ({ data }: MessageEvent<ZipNews>) => {
    if (data.state === "ready") return;
    downloads.change(key, data);
    if (data.state === "running") return;
    clearInterval(ping);
    port.close();
    frame.remove();
  };
  document.body.append(frame);
  return true;
}

/** The page makes the zip and writes it where somebody says; false where browsers can't. */
async function byPicker({ name, files, words }: Archive): Promise<boolean> {
  const pick = (window as { showSaveFilePicker?: SavePicker }).showSaveFilePicker;
  if (!pick) return false;
  let target: WritableStream<Uint8Array>;
  try {
    const handle = await pick({ suggestedName: name });
    target = await handle.createWritable();
  } catch {
    return true; // nobody wanted it after all
  }
  const stop = new AbortController();
  const { zipStream } = await import("./zip-stream");
  const means = {
    fetch: (url: string, init: RequestInit) => fetch(url, init),
    wait: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
  };
  const key = begin({ name, files, words }, () => stop.abort());
  const report = (progress: object): void => downloads.change(key, progress);
  try {
    await zipStream(files, words, means, report, stop.signal).pipeTo(target, { signal: stop.signal });
    downloads.change(key, { state: "done" });
  } catch {
    downloads.change(key, { state: stop.signal.aborted ? "cancelled" : "failed" });
  }
  return true;
}

/** https://wicg.github.io/file-system-access/#api-showsavefilepicker */
type SavePicker = (options: { suggestedName: string }) => Promise<{
  createWritable(): Promise<WritableStream<Uint8Array>>;
}>;

function begin({ files }: Archive, cancel: () => void): number {
  const size = files.reduce((sum, file) => sum + (file.size ?? 0), 0);
  return downloads.begin(files.length, size, cancel);
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
