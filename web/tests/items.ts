import type { Item } from "../src/api-types";

/** An item that says only what matters. */
export function anItem(given: Partial<Item> = {}): Item {
  const id = given.id ?? "a1";
  return {
    id,
    local_path: `${id}.jpg`,
    name: `${id}.jpg`,
    file_type: "image",
    width: 400,
    height: 300,
    duration: null,
    file_size: 1000,
    media_date: "2024-05-01T12:03:00",
    is_favorite: false,
    thumbnail_state: "ready",
    thumbnail_url: `/photos/main/${id}_thumb.jpg`,
    small_url: `/photos/main/.small/${id}.jpg`,
    url: `/photos/main/${id}.jpg`,
    thumbhash: null,
    persons: [],
    ...given,
  };
}
