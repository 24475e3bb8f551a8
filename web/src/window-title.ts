/** The window's title: of the place one is at, or of what stands over the whole page. */

/** Null while nobody has named it: it is the document's own then. */
let place: string | null = null;
let over: string | null = null;

/** Names the place; shown once nothing stands over it any more. */
export function titlePlace(title: string): void {
  place = title;
  show();
}

/** Names what stands over the page, wherever that leads meanwhile; returns how to take it off. */
export function titleOver(title: string): () => void {
  place ??= document.title;
  over = title;
  show();
  return () => {
    over = null;
    show();
  };
}

function show(): void {
  document.title = over ?? place ?? "";
}
