/** What the server answers when a file wants in. */

import type { Asset } from "../api-types";
import type { PartAddress, PostForm } from "./transport";

/** What the server has to know of a file before it says how to send it. */
export interface FileFacts {
  gallery: string;
  filename: string;
  size_bytes: number;
  /** 64 lowercase hex digits. */
  sha256: string;
  content_type: string;
  /** Of a file that goes in parts, the SHA-256 of each: S3 checks them one by one. */
  part_sha256?: readonly string[];
}

/** Larger files go in parts of this length; what is smaller goes whole. */
export const PART_BYTES = 16 * 1024 * 1024;

/** Parts of a large file: those that are there, and where to put those that are missing. */
export interface Parts {
  /** Empty when the whole file is in the bucket and only its row is on its way. */
  upload_id: string;
  /** Bytes of each part but the last. */
  part_bytes: number;
  count: number;
  done: readonly { number: number; size_bytes: number }[];
  /** Of missing parts, some only when many are missing: ask again for more. */
  urls: readonly ({ number: number } & PartAddress)[];
}

/** The file is there already (or again, out of the bin), or a form to post it by, or parts to put one by one. */
export type Ticket =
  | { id: string; duplicate: true; restored: boolean; asset: Pick<Asset, "visibility"> }
  | { id: string; duplicate: false; form: PostForm }
  | { id: string; duplicate: false; parts: Parts };
