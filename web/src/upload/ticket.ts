/** What the server answers when a file wants in. */

import type { Asset, UploadParts, UploadTicket } from "../api-types";

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
export type Parts = UploadParts;

/** The file is there already (or again, out of the bin); or a form to post it by; or parts. */
export type Ticket =
  | (Omit<Here, "asset"> & { asset: Pick<Asset, "visibility"> })
  | Exclude<UploadTicket, Here>;

type Here = Extract<UploadTicket, { duplicate: true }>;
