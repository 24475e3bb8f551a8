/** A list's item out of everything known about an asset. No DOM. */

import type { BulkAsset, Item } from "./api-types";

/** The fields of a list's item out of everything known about an asset. */
export function pickItem(asset: BulkAsset): Item {
  return {
    id: asset.id,
    local_path: asset.local_path,
    name: asset.name,
    file_type: asset.file_type,
    width: asset.width,
    height: asset.height,
    duration: asset.duration,
    file_size: asset.file_size,
    media_date: asset.media_date,
    is_favorite: asset.is_favorite,
    thumbnail_state: asset.thumbnail_state,
    thumbnail_url: asset.thumbnail_url,
    small_url: asset.small_url,
    url: asset.url,
    thumbhash: asset.thumbhash,
    persons: asset.persons,
    deleted_at: asset.deleted_at,
    expires_at: asset.expires_at,
  };
}
