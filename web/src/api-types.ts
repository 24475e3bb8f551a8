/** What the HTTP API answers, as the page uses it. */

export type FileType = "image" | "video";
export type ThumbnailState = "ready" | "pending" | "failed" | "missing";
export type View = "all" | "bin";

/** One photo or video, as lists give it. */
export interface Item {
  id: string;
  /** Path inside the gallery. */
  local_path: string;
  name: string;
  file_type: FileType;
  /** Upright pixels; null when nobody could read them yet. */
  width: number | null;
  height: number | null;
  /** Seconds; null for images. */
  duration: number | null;
  /** Bytes. */
  file_size: number | null;
  /** Wall clock of the place, without zone: `2024-05-01T12:03:00`; null when undated. */
  media_date: string | null;
  is_favorite: boolean;
  thumbnail_state: ThumbnailState;
  thumbnail_url: string | null;
  small_url: string | null;
  /** The original. */
  url: string;
  /** Base64 of a ThumbHash. */
  thumbhash: string | null;
}

/** One photo or video with everything known about it. */
export interface Asset extends Item {
  camera_make?: string | null;
  camera_model?: string | null;
  lens_model?: string | null;
  taken_at?: string | null;
  title?: string | null;
  description?: string | null;
  artist?: string | null;
  thumbnail_error?: string | null;
  thumbnail_error_detail?: string | null;
  deleted_at?: string | null;
}

export interface MediaPage {
  items: Item[];
  total: number;
  total_is_exact: boolean;
  limit: number;
  offset: number;
  has_more: boolean;
  next_cursor: string | null;
}

export interface Stats {
  total: number;
  images: number;
  videos: number;
  bytes: number;
  bin: number;
  without_thumbnail: number;
  without_original: number;
}

export interface ErrorBody {
  error: { code: string; message: string; parameter?: string | null };
}
