/** Somebody without an account who opened a link, and what it lets them do. */

export interface Guest {
  /** What the link ends with. */
  token: string;
  /** Id of the gallery of what it shows. */
  gallery: string;
  /** What its owner called it; may be empty. */
  name: string;
  /** Whether originals and videos are given out. */
  mayDownload: boolean;
}
