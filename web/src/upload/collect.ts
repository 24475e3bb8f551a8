/** The files that somebody dropped or picked, those inside folders too. */

/** A file, and the folder it came in: `Italy/Rome`, or empty. */
export interface Picked {
  file: File;
  folder: string;
  /** Whether the system would not open it: `file` has its name alone, a folder's name too. */
  isUnopened?: boolean;
}

/** Whether something dragged holds files (and not a text or a picture of this very page). */
export function holdsFiles(transfer: DataTransfer | null): boolean {
  return transfer !== null && transfer.types.includes("Files");
}

/** Everything dropped, folders opened to the bottom; what can't be opened is named as such.
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
      found.push(file ? { file, folder: homeOf(entry) } : unopened(entry));
    } else if (isDirectory(entry)) {
      const { children, isWhole } = await childrenOf(entry);
      waiting.unshift(...children);
      if (!isWhole) found.push(unopened(entry));
    }
  }
  return found;
}

/** Stands for what is there and can't be had, so that nobody takes it for uploaded. */
function unopened(entry: FileSystemEntry): Picked {
  return { file: new File([], entry.name), folder: homeOf(entry), isUnopened: true };
}

/** What a folder holds, as far as it can be read.
 *
 * Chrome hands out a hundred entries at a time, and none when there are no more.
 */
async function childrenOf(
  directory: FileSystemDirectoryEntry,
): Promise<{ children: FileSystemEntry[]; isWhole: boolean }> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[] | null>((resolve) => {
      reader.readEntries(resolve, () => resolve(null));
    });
    if (!some || some.length === 0) {
      children.sort((a, b) => a.name.localeCompare(b.name));
      return { children, isWhole: some !== null };
    }
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

function homeOf(entry: FileSystemEntry): string {
  return folderOf(entry.fullPath.slice(1));
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
