import { vi } from "vitest";

import type { Item } from "../src/api-types";
import { compareItems, keyOfItem, orderOf } from "../src/months";

type Homed = Item & { home: string; visibility?: string };

/** A server that holds photos, and answers `fetch` as the API does. */
export class Server {
  /** Every photo with the view it lives in. */
  held: Homed[] = [];
  requests: string[] = [];
  /** What to refuse with status 500; ids in a bulk call fail by themselves. */
  refuses: (request: string) => boolean = () => false;
  refusedIds = new Set<string>();
  revision = 1;

  constructor(items: readonly Item[]) {
    this.held = items.map((item) => ({ ...item, home: "all" }));
    vi.stubGlobal("fetch", (url: string, init: RequestInit) => this.answer(url, init));
  }

  async answer(url: string, init: RequestInit): Promise<Response> {
    const method = init.method ?? "GET";
    this.requests.push(`${method} ${url}`);
    if (this.refuses(`${method} ${url}`)) {
      return Response.json({ error: { code: "internal", message: "No." } }, { status: 500 });
    }
    const { pathname, searchParams } = new URL(url, "http://localhost");
    const path = pathname.replace("/api/gallery", "");
    if (path === "/stats") return Response.json(this.stats());
    if (path === "/bulk") return Response.json(this.change(JSON.parse(String(init.body))));
    const found = this.list(searchParams);
    if (path === "/date-range") return Response.json(this.months(found, searchParams));
    if (path.startsWith("/buckets/")) return Response.json(this.bucket(found, path.slice(9)));
    if (path === "/media") return Response.json(this.media(found, searchParams));
    const asset = this.held.find((item) => path === `/assets/${item.id}`);
    return asset ? Response.json(asset)
      : Response.json({ error: { code: "not_found", message: "Nothing." } }, { status: 404 });
  }

  list(asked: URLSearchParams): Homed[] {
    const view = (asked.get("view") ?? "all") as "all";
    const type = asked.get("content_type");
    const [from, to] = [asked.get("date_from"), asked.get("date_to")];
    const search = asked.get("search");
    return this.held
      .filter((item) => {
        const day = orderOf(item, view)?.slice(0, 10) ?? null;
        return (
          ((view as string) === "fav" ? item.home === "all" && item.is_favorite : item.home === view) &&
          (type === null || item.file_type === type) &&
          (search === null || item.name.includes(search)) &&
          ((from === null && to === null) ||
            (day !== null && (from ?? day) <= day && day <= (to ?? day)))
        );
      })
      .sort((a, b) => compareItems(a, b, view));
  }

  months(found: Homed[], asked: URLSearchParams): object[] {
    const view = (asked.get("view") ?? "all") as "all";
    const keys = [...new Set(found.map((item) => keyOfItem(item, view)))];
    return keys.map((key) => {
      const held = found.filter((item) => keyOfItem(item, view) === key);
      const days = [...new Set(held.map((item) => orderOf(item, view)?.slice(8, 10) ?? null))];
      return {
        year: key === "undated" ? null : Number(key.slice(0, 4)),
        month: key === "undated" ? null : Number(key.slice(5)),
        count: held.length,
        revision: this.revision,
        ...(asked.get("by") === "day" && {
          days: days.map((day) => {
            const those = held.filter((item) => (orderOf(item, view)?.slice(8, 10) ?? null) === day);
            return { day: day === null ? null : Number(day), count: those.length, ratio_sum: those.length * 1.5 };
          }),
        }),
      };
    });
  }

  bucket(found: Homed[], month: string): object {
    const held = found.filter((item) => keyOfItem(item, "all") === month);
    const names = Object.keys(held[0] ?? { id: "" }).filter((name) => name !== "home");
    return {
      month, revision: this.revision, part: 0, parts: 1, total: held.length,
      columns: Object.fromEntries(
        names.map((name) => [name, held.map((item) => item[name as keyof Item])]),
      ),
    };
  }

  media(found: Homed[], asked: URLSearchParams): object {
    const limit = Number(asked.get("limit"));
    const offset = Number(asked.get("cursor") ?? asked.get("offset") ?? 0);
    const end = Math.min(offset + limit, found.length);
    return {
      items: found.slice(offset, end), total: found.length, limit, offset, shuffle_seed: null,
      total_is_exact: end >= found.length || asked.get("search") === null,
      has_more: end < found.length, next_cursor: end < found.length ? String(end) : null,
    };
  }

  stats(): object {
    const shown = this.held.filter((item) => item.home === "all");
    return {
      total: shown.length, images: shown.length, videos: 0, bytes: 0,
      bin: this.held.filter((item) => item.home === "bin").length,
      without_thumbnail: 0, without_original: 0, failed: 0, bin_days: 30,
    };
  }

  change({ action, ids, visibility }: { action: string; ids: string[]; visibility?: string }): object {
    const results = ids.map((id) => {
      const item = this.held.find((known) => known.id === id);
      if (!item || this.refusedIds.has(id)) {
        return { id, status: "error", error: { code: "not_found", message: "Nothing." } };
      }
      if (action === "favorite" || action === "unfavorite") item.is_favorite = action === "favorite";
      if (action === "delete") Object.assign(item, { home: "bin", deleted_at: "2026-01-02T03:04:05Z" });
      if (action === "restore") {
        const home = (item.visibility ?? "timeline") === "timeline" ? "all" : item.visibility;
        Object.assign(item, { home, deleted_at: null });
      }
      if (action === "set_visibility") {
        item.visibility = visibility ?? "";
        item.home = visibility === "timeline" ? "all" : (visibility ?? "");
      }
      if (action === "purge") this.held = this.held.filter((known) => known.id !== id);
      const kept = { archive: "archive", hidden: "hidden", locked: "locked" }[item.home];
      const asset = { ...item, visibility: item.visibility ?? kept ?? "timeline" };
      return { id, status: "ok", asset, newly_corrected: [] };
    });
    this.revision += 1;
    return { results };
  }

  /** How many requests went to a path since the last call. */
  asked(path: string): number {
    const count = this.requests.filter((request) => request.includes(path)).length;
    this.requests = [];
    return count;
  }
}
