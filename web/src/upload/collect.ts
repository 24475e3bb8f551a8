/** The files that somebody dropped or picked, those inside folders too. */

/** A file, and the folder it came in: `Italy/Rome`, or empty. */
export interface Picked {
  file: File;
  folder: string;
}

/** Whether something dragged holds files (and not a text or a picture of this very page). */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && transfer.types.includes("Files");
}

/** Everything dropped, folders opened to the bottom.
 *
 * Reads `transfer` before it returns: a browser empties it when the event is over.
 */
export function dropped(transfer: DataTransfer): Promise<Picked[]> {
  const entries: FileSystemEntry[] = [];
  const loose: File[] = [];
  for (const item of transfer.items) {
    if (item.kind !== "file") continue;
    const entry = item.webkitGetAsEntry();
    const file = entry ? null : item.getAsFile();
    if (entry) entries.push(entry);
    if (file) loose.push(file);
  }
  return opened(entries, loose);
}

/** What an `<input type="file">` holds, a picked folder's files included. */
export function picked(files: Iterable<File>): Picked[] {
  return [...files].map((file) => ({ file, folder: folderOf(file.webkitRelativePath) }));
}

async function opened(entries: FileSystemEntry[], loose: File[]): Promise<Picked[]> {
  const found: Picked[] = loose.map((file) => ({ file, folder: "" }));
  const waiting = [...entries];
  for (let entry = waiting.shift(); entry; entry = waiting.shift()) {
    if (isFile(entry)) {
      const file = await fileOf(entry);
      if (file) found.push({ file, folder: folderOf(entry.fullPath.slice(1)) });
    } else if (isDirectory(entry)) {
      waiting.unshift(...(await childrenOf(entry)));
    }
  }
  return found;
}

/** Chrome hands out a hundred entries at a time, and none when there are no more. */
async function childrenOf(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([])); // a folder we may not open has nothing for us
    });
    if (some.length === 0) return children.sort((a, b) => a.name.localeCompare(b.name));
    children.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File | null> {
  return new Promise((resolve) => entry.file(resolve, () => resolve(null)));
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
