/** What the API answers: made from its description by `python -m infra.generate_types`. */

export type Months = Month[];
export type Persons = Person[];
export type BulkResult =
  | {
      id: string;
      status: "ok";
      asset: BulkAsset | null;
      /**
       * What a person said by this, of what nobody had said before.
       */
      newly_corrected: ("date" | "title" | "description")[];
    }
  | {
      id: string;
      status: "error";
      error: ErrorDetail;
    };
export type RetryResult =
  | {
      id: string;
      /**
       * `unchanged` where it has its thumbnail by now.
       */
      status: "queued" | "unchanged";
    }
  | {
      id: string;
      status: "error";
      error: ErrorDetail;
    };
export type UploadTicket =
  | {
      id: string;
      duplicate: true;
      /**
       * Whether it was in the bin, and came back by this.
       */
      restored: boolean;
      asset: Asset;
    }
  | {
      id: string;
      duplicate: false;
      form: UploadForm;
    }
  | {
      id: string;
      duplicate: false;
      parts: UploadParts;
    };
export type Shares = Share[];
export type Galleries = Gallery[];

export interface Item {
  id: string;
  /**
   * Path inside the gallery.
   */
  local_path: string;
  /**
   * What a person calls it.
   */
  name: string;
  file_type: "image" | "video";
  /**
   * Pixels, upright; null where nobody could read them.
   */
  width: number | null;
  /**
   * Pixels, upright.
   */
  height: number | null;
  /**
   * Seconds, of a video.
   */
  duration: number | null;
  /**
   * Bytes of the original.
   */
  file_size: number | null;
  /**
   * The place's wall clock, without a zone; null when undated.
   */
  media_date: string | null;
  is_favorite: boolean;
  /**
   * missing: it was moved in from elsewhere, and its original is still to arrive.
   */
  thumbnail_state: "ready" | "pending" | "failed" | "missing";
  /**
   * At most 800x600; null where there is none.
   */
  thumbnail_url: string | null;
  /**
   * At most 320x240; null where there is none.
   */
  small_url: string | null;
  /**
   * The original; for a guest who is given none, the largest picture of it.
   */
  url: string;
  /**
   * Base64 of a ThumbHash.
   */
  thumbhash: string | null;
  /**
   * Ids of those whose faces it shows, at most fifty.
   */
  persons: string[];
  /**
   * SHA-256 of the original, hex; null where it is not known.
   */
  file_hash?: string | null;
  /**
   * When it went to the bin.
   */
  deleted_at?: string | null;
  /**
   * From when on the bin destroys it; null while nothing does, as its original is missing.
   */
  expires_at?: string | null;
}
export interface MediaPage {
  items: Item[];
  /**
   * Items of the whole list.
   */
  total: number;
  /**
   * False while a search has not looked at everything.
   */
  total_is_exact: boolean;
  limit: number;
  /**
   * Items before these.
   */
  offset: number;
  has_more: boolean;
  next_cursor: string | null;
  /**
   * Null when newest first.
   */
  shuffle_seed: number | null;
}
export interface Day {
  /**
   * Of the month.
   */
  day: number | null;
  count: number;
  /**
   * Sum of width over height.
   */
  ratio_sum: number;
}
export interface Month {
  /**
   * Null for undated.
   */
  year: number | null;
  month: number | null;
  count: number;
  /**
   * Moves when the month's content changes.
   */
  revision: number;
  days?: Day[];
}
export interface Bucket {
  month: string;
  revision: number;
  part: number;
  parts: number;
  /**
   * Items of the whole month.
   */
  total: number;
  columns: {
    id: string[];
    /**
     * Items: Path inside the gallery.
     */
    local_path: string[];
    /**
     * Items: What a person calls it.
     */
    name: string[];
    file_type: ("image" | "video")[];
    /**
     * Items: Pixels, upright; null where nobody could read them.
     */
    width: (number | null)[];
    /**
     * Items: Pixels, upright.
     */
    height: (number | null)[];
    /**
     * Items: Seconds, of a video.
     */
    duration: (number | null)[];
    /**
     * Items: Bytes of the original.
     */
    file_size: (number | null)[];
    /**
     * Items: The place's wall clock, without a zone; null when undated.
     */
    media_date: (string | null)[];
    is_favorite: boolean[];
    /**
     * Items: missing: it was moved in from elsewhere, and its original is still to arrive.
     */
    thumbnail_state: ("ready" | "pending" | "failed" | "missing")[];
    /**
     * Items: At most 800x600; null where there is none.
     */
    thumbnail_url: (string | null)[];
    /**
     * Items: At most 320x240; null where there is none.
     */
    small_url: (string | null)[];
    /**
     * Items: The original; for a guest who is given none, the largest picture of it.
     */
    url: string[];
    /**
     * Items: Base64 of a ThumbHash.
     */
    thumbhash: (string | null)[];
    /**
     * Absent where nobody is shown.
     */
    persons?: string[][];
    /**
     * Items: When it went to the bin.
     */
    deleted_at?: (string | null)[];
    /**
     * Items: From when on the bin destroys it; null while nothing does, as its original is missing.
     */
    expires_at?: (string | null)[];
  };
}
export interface Stats {
  total: number;
  images: number;
  videos: number;
  /**
   * Of the originals.
   */
  bytes: number;
  /**
   * Assets in the bin; not in the other numbers.
   */
  bin: number;
  /**
   * For how many days the bin keeps what is put there.
   */
  bin_days: number;
  /**
   * Photos that can't be drawn; see failures.
   */
  failed: number;
  /**
   * Of these, and of those that wait for theirs.
   */
  without_thumbnail: number;
  /**
   * Moved in, with the originals still to arrive.
   */
  without_original: number;
}
export interface Person {
  id: string;
  name: string;
  faces: number;
  assets: number;
  is_favorite: boolean;
  is_hidden: boolean;
  thumbnail_url: string | null;
  created_at: string | null;
}
export interface Face {
  id: string;
  /**
   * Null while nobody said who it is.
   */
  person_id: string | null;
  /**
   * Left, top, right, bottom in pixels of `image_size`.
   *
   * @minItems 4
   * @maxItems 4
   */
  box: [number, number, number, number];
  /**
   * Width and height.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number];
  /**
   * Who found it.
   */
  source: string;
  /**
   * From 0 to 1; null where the source gives none.
   */
  confidence: number | null;
}
export interface FoundFace {
  id: string;
  /**
   * Null while nobody said who it is.
   */
  person_id: string | null;
  /**
   * Left, top, right, bottom in pixels of `image_size`.
   *
   * @minItems 4
   * @maxItems 4
   */
  box: [number, number, number, number];
  /**
   * Width and height.
   *
   * @minItems 2
   * @maxItems 2
   */
  image_size: [number, number];
  /**
   * Who found it.
   */
  source: string;
  /**
   * From 0 to 1; null where the source gives none.
   */
  confidence: number | null;
  /**
   * What shows it.
   */
  asset_id: string;
  /**
   * What a person calls it.
   */
  name: string;
  /**
   * The place's wall clock, without a zone; null when undated.
   */
  media_date: string | null;
  /**
   * At most 800x600; null where there is none.
   */
  thumbnail_url: string | null;
  /**
   * At most 320x240; null where there is none.
   */
  small_url: string | null;
}
export interface FacePage {
  items: FoundFace[];
  /**
   * Photos and videos that show the person.
   */
  total: number;
  limit: number;
  has_more: boolean;
  next_cursor: string | null;
}
export interface Merge {
  person: Person;
  /**
   * Photos and videos that are still to follow.
   */
  remaining: number;
}
export interface Asset {
  id: string;
  /**
   * Path inside the gallery.
   */
  local_path: string;
  /**
   * What a person calls it.
   */
  name: string;
  file_type: "image" | "video";
  /**
   * Pixels, upright; null where nobody could read them.
   */
  width: number | null;
  /**
   * Pixels, upright.
   */
  height: number | null;
  /**
   * Seconds, of a video.
   */
  duration: number | null;
  /**
   * Bytes of the original.
   */
  file_size: number | null;
  /**
   * The place's wall clock, without a zone; null when undated.
   */
  media_date: string | null;
  is_favorite: boolean;
  /**
   * missing: it was moved in from elsewhere, and its original is still to arrive.
   */
  thumbnail_state: "ready" | "pending" | "failed" | "missing";
  /**
   * At most 800x600; null where there is none.
   */
  thumbnail_url: string | null;
  /**
   * At most 320x240; null where there is none.
   */
  small_url: string | null;
  /**
   * The original; for a guest who is given none, the largest picture of it.
   */
  url: string;
  /**
   * Base64 of a ThumbHash.
   */
  thumbhash: string | null;
  /**
   * Ids of those whose faces it shows, at most fifty.
   */
  persons: string[];
  gallery: string;
  mime_type: string | null;
  /**
   * SHA-256 of the original, hex; null where it is not known.
   */
  file_hash: string | null;
  /**
   * The moment.
   */
  taken_at: string | null;
  utc_offset_minutes: number | null;
  visibility: "timeline" | "archive" | "hidden" | "locked";
  /**
   * When it went to the bin.
   */
  deleted_at: string | null;
  /**
   * From when on the bin destroys it; null while nothing does, as its original is missing.
   */
  expires_at: string | null;
  deleted_reason: string | null;
  /**
   * Whether part of the file is missing.
   */
  is_damaged: boolean;
  /**
   * Why there can be no picture.
   */
  thumbnail_error:
    | "too-large"
    | "truncated"
    | "unsupported"
    | "corrupt"
    | "empty"
    | "timeout"
    | "out-of-memory"
    | "name-taken"
    | null;
  thumbnail_error_detail: string | null;
  /**
   * The video half of a motion photo.
   */
  live_video_id: string | null;
  /**
   * The lists that show it.
   */
  views: string[];
  faces: Face[];
  /**
   * What a person said here; no file is asked for it any more.
   */
  corrected: ("date" | "title" | "description")[];
  camera_make?: string;
  camera_model?: string;
  lens_model?: string;
  iso?: number;
  orientation?: number;
  rating?: number;
  f_number?: number;
  exposure_seconds?: number;
  focal_length_mm?: number;
  /**
   * Degrees north.
   */
  latitude?: number;
  /**
   * Degrees east.
   */
  longitude?: number;
  /**
   * Metres above the sea.
   */
  altitude?: number;
  city?: string;
  state?: string;
  country?: string;
  title?: string;
  artist?: string;
  description?: string;
  tags?: string[];
  /**
   * Of the library that it was moved in from.
   */
  albums?: string[];
}
/**
 * An asset without its texts, faces and lists, which may be long.
 */
export interface BulkAsset {
  id: string;
  /**
   * Path inside the gallery.
   */
  local_path: string;
  /**
   * What a person calls it.
   */
  name: string;
  file_type: "image" | "video";
  /**
   * Pixels, upright; null where nobody could read them.
   */
  width: number | null;
  /**
   * Pixels, upright.
   */
  height: number | null;
  /**
   * Seconds, of a video.
   */
  duration: number | null;
  /**
   * Bytes of the original.
   */
  file_size: number | null;
  /**
   * The place's wall clock, without a zone; null when undated.
   */
  media_date: string | null;
  is_favorite: boolean;
  /**
   * missing: it was moved in from elsewhere, and its original is still to arrive.
   */
  thumbnail_state: "ready" | "pending" | "failed" | "missing";
  /**
   * At most 800x600; null where there is none.
   */
  thumbnail_url: string | null;
  /**
   * At most 320x240; null where there is none.
   */
  small_url: string | null;
  /**
   * The original; for a guest who is given none, the largest picture of it.
   */
  url: string;
  /**
   * Base64 of a ThumbHash.
   */
  thumbhash: string | null;
  /**
   * Ids of those whose faces it shows, at most fifty.
   */
  persons: string[];
  /**
   * The moment.
   */
  taken_at: string | null;
  utc_offset_minutes: number | null;
  visibility: "timeline" | "archive" | "hidden" | "locked";
  /**
   * When it went to the bin.
   */
  deleted_at: string | null;
  deleted_reason: string | null;
  /**
   * From when on the bin destroys it; null while nothing does, as its original is missing.
   */
  expires_at: string | null;
  /**
   * What a person said here; no file is asked for it any more.
   */
  corrected: ("date" | "title" | "description")[];
}
export interface ErrorDetail {
  /**
   * Stable; for programs.
   */
  code:
    | "busy"
    | "conflict"
    | "forbidden"
    | "foreign_origin"
    | "internal"
    | "invalid_parameter"
    | "invalid_request"
    | "not_found"
    | "parts_missing"
    | "password_required"
    | "password_set"
    | "row_too_large"
    | "sign_in_refused"
    | "sign_in_required"
    | "storage_unavailable"
    | "thumbnail_pending"
    | "too_many_tries"
    | "undated"
    | "undrawable"
    | "unsupported_media_type";
  /**
   * For a person.
   */
  message: string;
  /**
   * Which one is wrong.
   */
  parameter?: string;
  /**
   * Why there can be no picture.
   */
  reason?:
    | "too-large"
    | "truncated"
    | "unsupported"
    | "corrupt"
    | "empty"
    | "timeout"
    | "out-of-memory"
    | "name-taken";
}
export interface BulkResults {
  results: BulkResult[];
}
export interface EmptiedBin {
  /**
   * How many are gone for good.
   */
  purged: number;
  failed: {
    id: string;
    error: ErrorDetail;
  }[];
  /**
   * How many are still in the bin.
   */
  remaining: number;
}
export interface Failure {
  id: string;
  /**
   * Path inside the gallery.
   */
  local_path: string;
  /**
   * What a person calls it.
   */
  name: string;
  file_type: "image" | "video";
  /**
   * Bytes of the original.
   */
  file_size: number | null;
  /**
   * The place's wall clock, without a zone; null when undated.
   */
  media_date: string | null;
  /**
   * The original; for a guest who is given none, the largest picture of it.
   */
  url: string;
  /**
   * Why there can be no picture.
   */
  reason:
    | "too-large"
    | "truncated"
    | "unsupported"
    | "corrupt"
    | "empty"
    | "timeout"
    | "out-of-memory"
    | "name-taken";
  /**
   * The same in a sentence.
   */
  detail: string;
  /**
   * Of those that time or memory ended; null for other reasons.
   */
  attempts: number | null;
  /**
   * Whether it is tried again only when somebody asks for it.
   */
  is_final: boolean;
  /**
   * When its row last changed; it failed by then.
   */
  updated_at: string | null;
}
export interface FailurePage {
  items: Failure[];
  /**
   * Of the whole list.
   */
  total: number;
  /**
   * Photos of the timeline that have neither a thumbnail nor a reason yet.
   */
  pending: number;
  limit: number;
  has_more: boolean;
  next_cursor: string | null;
}
export interface Retry {
  id: string;
  /**
   * `unchanged` where it has its thumbnail by now.
   */
  status: "queued" | "unchanged";
}
export interface RetryResults {
  results: RetryResult[];
}
export interface UploadForm {
  /**
   * Where to POST, as multipart/form-data.
   */
  url: string;
  /**
   * To send before the field `file`.
   */
  fields: {
    [k: string]: string;
  };
}
export interface UploadParts {
  /**
   * Length of each part but the last.
   */
  part_bytes: number;
  /**
   * Of how many the file is made.
   */
  count: number;
  /**
   * Empty where the whole file is in the bucket by now.
   */
  upload_id: string;
  /**
   * Those that are there.
   */
  done: {
    number: number;
    size_bytes: number;
  }[];
  /**
   * Of the first that are missing; ask again once they were sent.
   *
   * @maxItems 100
   */
  urls: {
    /**
     * From 1.
     */
    number: number;
    /**
     * Where to PUT it.
     */
    url: string;
    /**
     * To be sent with it.
     */
    headers: {
      [k: string]: string;
    };
  }[];
}
export interface CompletedUpload {
  /**
   * The asset's; its row is made within seconds.
   */
  id: string;
  /**
   * `there`: it was in the bucket already.
   */
  status: "completed" | "there";
}
export interface SignIn {
  /**
   * `new_password`: the one that was given is for once; send `session` and their own.
   */
  state: "signed_in" | "new_password";
  /**
   * To be sent back with the new password.
   */
  session: string | null;
}
export interface Session {
  kind: "owner" | "guest";
  /**
   * An owner's.
   */
  id: string | null;
  /**
   * An owner's.
   */
  email: string | null;
  galleries: {
    id: string;
    name: string;
    role: "owner" | "guest";
  }[];
  /**
   * A guest's link.
   */
  share: OpenedShare | null;
  /**
   * Until when, unless the session is refreshed; null for ever.
   */
  expires_at: string | null;
}
export interface OpenedShare {
  /**
   * Whose photos it shows.
   */
  gallery: string;
  /**
   * The whole timeline, or some photos.
   */
  kind: "gallery" | "selection";
  name: string;
  /**
   * Whether it gives originals and videos out.
   */
  may_download: boolean;
  /**
   * Photos of a selection, at most.
   */
  count: number | null;
  /**
   * From when on it shows nothing any more.
   */
  expires_at: string | null;
}
export interface Share {
  /**
   * What the link ends with: whoever knows it has the link.
   */
  id: string;
  /**
   * Whose photos it shows.
   */
  gallery: string;
  /**
   * The whole timeline, or some photos.
   */
  kind: "gallery" | "selection";
  name: string;
  /**
   * Whether it gives originals and videos out.
   */
  may_download: boolean;
  /**
   * Photos of a selection, at most.
   */
  count: number | null;
  /**
   * From when on it shows nothing any more.
   */
  expires_at: string | null;
  /**
   * Whether it shows anything now.
   */
  is_open: boolean;
  has_password: boolean;
  revoked_at: string | null;
  created_at: string;
  /**
   * The id of the owner who made it.
   */
  created_by: string;
  /**
   * How often it was opened.
   */
  views: number;
  /**
   * When it was last opened.
   */
  seen_at: string | null;
}
export interface Gallery {
  /**
   * What `gallery` means everywhere else.
   */
  id: string;
  name: string;
  owners: {
    id: string;
    email: string;
  }[];
}
export interface Error {
  error: ErrorDetail;
}
