/** What the HTTP API answers, by the names that the page uses; made from its description. */

import type { Asset, Item } from "./api-schema";

export type {
  Asset,
  Bucket,
  BulkAsset,
  BulkResult,
  BulkResults,
  Day,
  Error as ErrorBody,
  Face,
  FacePage as PersonFaces,
  Failure,
  FailurePage,
  FoundFace as PersonFace,
  Gallery as OwnedGallery,
  Item,
  MediaPage,
  Merge as Merged,
  Month,
  OpenedShare,
  Person,
  RetryResult,
  RetryResults,
  Session,
  Share,
  SignIn,
  Stats,
  UploadForm,
  UploadParts,
  UploadTicket,
} from "./api-schema";

export type FileType = Item["file_type"];
export type ThumbnailState = Item["thumbnail_state"];
export type Visibility = Asset["visibility"];
/** Lists that the page shows by themselves. */
export type View = "all" | "fav" | "archive" | "hidden" | "locked" | "bin";
