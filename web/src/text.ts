/** Every English word of the page. */

const number = new Intl.NumberFormat("en");

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

export const text = {
  title: "Contact Sheet",
  documentTitle: (total: number | null) =>
    total === null ? "Contact Sheet" : `Contact Sheet (${number.format(total)})`,
  number: (n: number) => number.format(n),

  photos: (n: number) => count(n, "photo", "photos"),
  videos: (n: number) => count(n, "video", "videos"),
  withoutOriginal: (n: number) => `${number.format(n)} still to arrive`,
  withoutThumbnail: (n: number) => `${number.format(n)} without thumbnail`,

  filterLabel: "Show",
  filterAll: "All",
  filterPhotos: "Photos",
  filterVideos: "Videos",
  bin: "Bin",
  binCount: (n: number) => (n === 0 ? "Bin" : `Bin, ${count(n, "item", "items")}`),
  backToTimeline: "Back to the timeline",
  binExplained: "Deleted photos wait here. Restore returns one to its day.",

  today: "Today",
  yesterday: "Yesterday",
  undated: "Undated",
  weekdays: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
  months: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],

  photoAlt: (name: string, date: string) => `${name}, ${date}`,
  videoAlt: (name: string, date: string, length: string) => `Video ${name}, ${length}${date}`,
  favoriteMark: "favourite",
  pending: "Being prepared",
  failed: "No preview",
  missing: "Still to arrive",

  loading: "Loading photos",
  emptyTitle: "No photos yet",
  emptyHint: "Drop photos into the bucket, and they appear here by themselves.",
  emptyPhotos: "No photos here, only videos",
  emptyVideos: "No videos yet",
  emptyBin: "The bin is empty",
  showAll: "Show everything",
  listFailed: "The photos could not be loaded",
  moreFailed: "More photos could not be loaded",
  retry: "Retry",

  viewerLabel: (name: string) => `Photo ${name}`,
  position: (n: number, total: number) => `${number.format(n)} of ${number.format(total)}`,
  close: "Close",
  previous: "Previous",
  next: "Next",
  addFavorite: "Add to favourites",
  removeFavorite: "Remove from favourites",
  delete: "Delete",
  restore: "Restore",
  download: "Download the original",
  unknownPhoto: "This photo is not here",
  unknownPhotoHint: "It may have been deleted for good, or the address is wrong.",
  photoFailed: "This photo could not be loaded",
  noPreview: "There is no preview of this file",
  pendingPreview: "A preview is being prepared",
  missingPreview: "The original of this photo is still to arrive",
  videoFailed: "This browser can’t play this video",
  resolution: (width: number, height: number) => `${width}\u00a0×\u00a0${height}`,

  movedToBin: (name: string) => `${name} is in the bin`,
  restored: (name: string) => `${name} is back`,
  undo: "Undo",
  dismiss: "Dismiss",
  deleteFailed: (name: string) => `${name} could not be deleted`,
  restoreFailed: (name: string) => `${name} could not be restored`,
  favoriteFailed: (name: string) => `The favourite of ${name} could not be changed`,

  /** What to tell about an error of the API. */
  reason: (code: string, message: string) => {
    if (code === "network") return "The server does not answer.";
    if (code === "http_401" || code === "unauthorized") return "You are signed out.";
    return message;
  },

  /** Length of a video, `1:05` or `1:02:03`. */
  duration: (seconds: number) => {
    const whole = Math.max(0, Math.round(seconds));
    const pad = (n: number) => String(n).padStart(2, "0");
    const hours = Math.floor(whole / 3600);
    const minutes = Math.floor(whole / 60) % 60;
    return hours > 0
      ? `${hours}:${pad(minutes)}:${pad(whole % 60)}`
      : `${minutes}:${pad(whole % 60)}`;
  },

  /** Size of a file in decimal units, `3.4 MB`. */
  fileSize: (bytes: number) => {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let size = bytes;
    let unit = 0;
    while (size >= 999.5 && unit < units.length - 1) {
      size /= 1000;
      unit += 1;
    }
    const digits = unit === 0 || size >= 99.95 ? 0 : 1;
    return `${size.toFixed(digits)} ${units[unit]}`;
  },
};
