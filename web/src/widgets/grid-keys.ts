/** Arrow keys among the tiles. */

/**
 * Moves the focus from tile to tile; whether the key was one for that.
 *
 * Where nothing has the focus, left and right begin with the first tile in sight.
 */
export function moveFocus(event: KeyboardEvent, grid: HTMLElement | null): boolean {
  if (grid && event.target === document.body && /^Arrow(Left|Right)$/.test(event.key)) {
    const header = parseFloat(getComputedStyle(grid).getPropertyValue("--header")) || 0;
    const first = [...grid.querySelectorAll<HTMLElement>(".tile-link")].find(
      (tile) => tile.getBoundingClientRect().top >= header,
    );
    first?.focus({ preventScroll: true });
    return first !== undefined;
  }
  const here = event.target instanceof Element ? event.target.closest(".tile-link") : null;
  if (!grid || !(here instanceof HTMLElement) || !grid.contains(here)) return false;
  const next = nextTile(event.key, here, [...grid.querySelectorAll<HTMLElement>(".tile-link")]);
  if (next === undefined) return false;
  if (next) {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest", behavior: "instant" });
  }
  return true;
}

/** The tile that a key leads to; null where there is none, undefined for another key. */
function nextTile(
  key: string,
  here: HTMLElement,
  tiles: readonly HTMLElement[],
): HTMLElement | null | undefined {
  const rank = Number(here.dataset["rank"]);
  const withRank = (wanted: number): HTMLElement | null =>
    tiles.find((tile) => Number(tile.dataset["rank"]) === wanted) ?? null;
  if (key === "ArrowLeft") return withRank(rank - 1);
  if (key === "ArrowRight") return withRank(rank + 1);
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  return inNextRow(key === "ArrowDown" ? 1 : -1, here, tiles);
}

function inNextRow(
  down: 1 | -1,
  here: HTMLElement,
  tiles: readonly HTMLElement[],
): HTMLElement | null {
  const from = here.getBoundingClientRect();
  const middle = (from.left + from.right) / 2;
  let best: HTMLElement | null = null;
  let least = Infinity;
  for (const tile of tiles) {
    const box = tile.getBoundingClientRect();
    const away = down === 1 ? box.top - from.bottom : from.top - box.bottom;
    if (away < -1) continue;
    const aside = Math.max(box.left - middle, middle - box.right, 0);
    // the nearest row first, in it the one that stands most nearly above or below
    const cost = away * 10 + aside;
    if (cost < least) [best, least] = [tile, cost];
  }
  return best;
}
