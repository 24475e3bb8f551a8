/** Whether the worker may be replaced: not while any page of this origin downloads a zip. */

const LOCK = "contact-sheet-zip";

/** Of this page alone, for browsers without locks. */
let held = 0;

/** Keeps the worker that is active then, until what it resolves to is called. */
export async function holdWorker(): Promise<() => void> {
  held += 1;
  let letGo = (): void => undefined;
  const isOver = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await new Promise<void>((resolve) => {
    if (!navigator.locks) return resolve();
    const hold = (): Promise<void> => {
      resolve();
      return isOver;
    };
    // refused in some private windows: this page's own count is better than no zip
    navigator.locks.request(LOCK, { mode: "shared" }, hold).catch(() => resolve());
  });
  return () => {
    held -= 1;
    letGo();
  };
}

/** Replaces the worker if no page needs it; zips that are asked for meanwhile wait for the next. */
export async function whenFree(replace: () => Promise<void>): Promise<void> {
  if (held > 0) return;
  if (!navigator.locks) return replace();
  await navigator.locks.request(LOCK, { ifAvailable: true }, (lock) =>
    lock ? replace() : undefined,
  );
}
