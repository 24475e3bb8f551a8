/** Every English word of the page. */

import type { ErrorBody, Failure } from "./api-types";

type ErrorCode = ErrorBody["error"]["code"];

const number = new Intl.NumberFormat("en");
const names = new Intl.ListFormat("en-GB");

function count(n: number, one: string, many: string): string {
  return `${number.format(n)} ${n === 1 ? one : many}`;
}

/** How many uploads ended how. */
type Ended = Record<"done" | "duplicates" | "restored" | "failed" | "unopened", number>;

export const text = {
  title: "Contact Sheet",
  /** Of the window; a list or page other than the timeline first. */
  documentTitle: (place: string, total: number | null) => {
    const title = place === "" ? "Contact Sheet" : `${place} – Contact Sheet`;
    return total === null ? title : `${title} (${number.format(total)})`;
  },
  number: (n: number) => number.format(n),

  photos: (n: number) => count(n, "photo", "photos"),
  videos: (n: number) => count(n, "video", "videos"),
  withoutOriginal: (n: number) => `${number.format(n)} still to arrive`,

  filterLabel: "Show",
  filterAll: "All",
  filterPhotos: "Photos",
  filterVideos: "Videos",
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
  /** What shows somebody; at least one. */
  withPersons: (alt: string, persons: readonly string[]) => `${alt}, with ${names.format(persons)}`,
  favoriteMark: "favourite",
  pending: "Being prepared",
  failed: "No preview",
  missing: "Still to arrive",

  loading: "Loading photos",
  emptyTitle: "No photos yet",
  emptyHint: "Drop photos into the bucket, and they appear here by themselves.",
  addPhotos: "Add photos",
  emptyFilter: "Nothing here passes these filters",
  emptySearch: (words: string) => `Nothing is called “${words}”`,
  emptyView: {
    fav: "No favourites yet",
    archive: "The archive is empty",
    hidden: "Nothing is hidden",
    locked: "Nothing is locked",
    bin: "The bin is empty",
  },
  emptyViewHint: {
    fav: "Press the heart of a photo, and it is here, too.",
    archive: "What you archive leaves the timeline and stays here.",
    hidden: "What you hide is in no other list.",
    locked: "What you lock is in no other list and shown to nobody else.",
    bin: "",
  },
  showAll: "Show everything",
  stillLooking: "Looking further back",
  partFailed: "This part of the page could not be loaded",
  reloadPage: "Reload the page",
  select: (name: string) => `Select ${name}`,
  selectDay: (day: string) => `Select ${day}`,
  daysLeft: (days: number) => (days === 0 ? "the last day" : `${count(days, "day", "days")} left`),
  deletedOn: (day: string, left: string) => `${day} · ${left}`,
  staysInBin: "stays until its original returns",
  listFailed: "The photos could not be loaded",
  moreFailed: "More photos could not be loaded",
  retry: "Retry",

  viewerLabel: (name: string) => `Photo ${name}`,
  position: (n: number, total: number) => `${number.format(n)} of ${number.format(total)}`,
  close: "Close",
  cancel: "Cancel",
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

  items: (n: number) => count(n, "item", "items"),
  movedToBin: (what: string) => `${what} moved to the bin`,
  restored: (what: string, n: number) => `${what} ${n === 1 ? "is" : "are"} back`,
  purged: (n: number) => `${count(n, "item", "items")} deleted for good`,
  madeFavorite: (n: number) => (n === 1 ? "Added to favourites" : `${n} added to favourites`),
  unmadeFavorite: (n: number) =>
    n === 1 ? "Removed from favourites" : `${n} removed from favourites`,
  nowIn: (what: string, where: "timeline" | "archive" | "hidden" | "locked", n: number) => {
    const is = n === 1 ? "is" : "are";
    if (where === "timeline") return `${what} ${is} back in the timeline`;
    return where === "archive" ? `${what} ${is} in the archive` : `${what} ${is} ${where} now`;
  },
  /** Of `many` things asked for, `failed` were not done. */
  notDone: (name: string, failed: number, many: number) =>
    many === 1 || failed === 1
      ? `${name} could not be changed`
      : `${number.format(failed)} of ${number.format(many)} could not be changed, ${name} first`,
  undo: "Undo",
  dismiss: "Dismiss",
  selecting: {
    label: "Selected photos",
    count: (n: number) => `${number.format(n)} selected`,
    collecting: (n: number) => `Selecting ${number.format(n)} …`,
    failed: "Not all of them could be selected",
    clear: "Clear the selection",
    all: (n: number) => `Select all ${number.format(n)}`,
    allFound: "Select everything found",
    favorite: "Add to favourites",
    unfavorite: "Remove from favourites",
    download: "Download",
    correct: "Correct date and description",
    remove: "Move to the bin",
    restore: "Restore",
    purge: "Delete for good",
    purgeTitle: (n: number) => `Delete ${count(n, "item", "items")} for good?`,
    purgeHint: "The originals are destroyed. Nobody can bring them back.",
    more: "More",
    toTimeline: "Show in the timeline",
    toArchive: "Archive",
    toHidden: "Hide",
    toLocked: "Lock away",
  },

  people: {
    title: "People",
    count: (n: number) => count(n, "person", "persons"),
    photosOf: (n: number) => count(n, "photo", "photos"),
    search: "Find a person",
    showHidden: (n: number) => `Show ${number.format(n)} hidden`,
    hideHidden: "Leave out hidden",
    loading: "Loading the people",
    failed: "The people could not be loaded",
    emptyTitle: "Nobody has a name yet",
    emptyHint: "Persons come along with a library that is moved in from Immich.",
    noneFound: (words: string) => `Nobody is called “${words}”`,
    allHidden: "Everybody is hidden",
    open: (name: string, photos: number) => `${name}, ${count(photos, "photo", "photos")}`,
    actions: (name: string) => `What to do with ${name}`,
    choose: (name: string) => `Choose ${name}`,
    chosen: (n: number) => `${number.format(n)} chosen`,
    clear: "Choose nobody",
    rename: "Rename",
    name: "Name",
    nameNeeded: "A person needs a name.",
    favorite: "Add to favourites",
    unfavorite: "Remove from favourites",
    hide: "Hide",
    unhide: "Show again",
    hidden: "hidden",
    renamed: (name: string) => `Renamed to ${name}`,
    madeFavorite: (name: string) => `${name} comes first now`,
    unmadeFavorite: (name: string) => `${name} is no favourite any more`,
    hid: (name: string) => `${name} is hidden`,
    unhid: (name: string) => `${name} is shown again`,
    changeFailed: (name: string) => `${name} could not be changed`,
    merge: "Merge",
    mergeWith: "Merge with …",
    mergeHint: "Choose everyone who is the same person.",
    mergeTitle: (n: number) => `Are these ${number.format(n)} the same person?`,
    mergeAsk: "Which name stays?",
    mergeWarning: "All faces are brought together. This can’t be taken back.",
    merging: (left: number) => `Bringing the faces together, ${count(left, "photo", "photos")} left`,
    mergeStarts: "Bringing the faces together",
    merged: (name: string) => `All of them are ${name} now`,
    mergeStopped: (name: string) => `Not all faces are ${name}’s yet. Merge again to go on.`,
    mergeFailed: "The faces could not all be brought together. Merge again to go on.",
  },

  failures: {
    title: "Failures",
    explained: "Photos of which no preview could be made. Their originals are safe.",
    count: (n: number) => count(n, "photo without preview", "photos without preview"),
    pending: (n: number) => `${count(n, "photo is", "photos are")} still being prepared.`,
    loading: "Loading the failures",
    failed: "The failures could not be loaded",
    noneTitle: "Every photo has its preview",
    noneHint: "What can’t be drawn is listed here, with the reason.",
    more: "Show more",
    moreFailed: "More could not be loaded",
    choose: (name: string) => `Choose ${name}`,
    chosen: (n: number) => `${number.format(n)} chosen`,
    clear: "Choose none",
    retry: "Try again",
    retryOne: (name: string) => `Try ${name} again`,
    retryChosen: (n: number) => `Try ${number.format(n)} again`,
    retryAll: (n: number) => (n === 1 ? "Try again" : `Try all ${number.format(n)} again`),
    retrying: "Being tried again",
    waiting: "Tried again by itself",
    drawn: "Has its preview now",
    stillFailed: "Failed again",
    refused: (name: string) => `${name} could not be tried again`,
    manyRefused: (n: number) => `${count(n, "photo", "photos")} could not be tried again`,
    asked: (n: number) => `${count(n, "photo is", "photos are")} being tried again`,
    download: (name: string) => `Download ${name}`,
    details: "Technical details",
    attempts: (n: number) => `Tried ${n === 1 ? "once" : `${number.format(n)} times`}.`,
    /** Why there is no preview, for a person, and what may help. */
    reasons: {
      "too-large": "The picture has more pixels than can be drawn here.",
      truncated: "The file breaks off: its end is missing. Upload it again from where it came from.",
      unsupported: "This kind of file is not one that can be drawn.",
      corrupt: "The file is damaged. Another copy of it may be whole.",
      empty: "The file is empty. Upload it again from where it came from.",
      timeout: "Drawing it took too long. Another try may succeed.",
      "out-of-memory": "Drawing it took more memory than there is. Another try may succeed.",
      "name-taken": "Another file has the name its preview would get. Rename the photo in the bucket.",
    } satisfies Record<Failure["reason"], string> as Record<string, string>,
    otherReason: "No preview could be made.",
  },

  correcting: {
    titleOne: (name: string) => `Correct ${name}`,
    titleMany: (n: number) => `Correct ${count(n, "item", "items")}`,
    fileStays: "The original file stays as it is.",
    loading: "Reading what is known",
    failed: "It could not be read",
    date: "Date",
    time: "Time",
    zone: "Time zone",
    zoneUnknown: "Not known",
    undated: "Without a date",
    name: "Title",
    description: "Description",
    mode: "Date and time",
    modes: { shift: "Shift", set: "Set to one moment", keep: "Leave as they are" },
    descriptionOfAll: "Description of all of them",
    changeDescription: "Give all of them one description",
    earlier: "Earlier",
    later: "Later",
    direction: "Direction",
    days: "Days",
    hours: "Hours",
    minutes: "Minutes",
    seconds: "Seconds",
    first: "First",
    last: "Last",
    becomes: (before: string, after: string) => `${before} becomes ${after}`,
    undatedStay: (n: number) => `${count(n, "item has", "items have")} no date to shift.`,
    undatedLeft: (n: number) => `${number.format(n)} ${n === 1 ? "has" : "have"} no date to shift`,
    badDate: "This is not a day of the calendar.",
    badRange: "That would leave the years 1 to 9999.",
    nothing: "Nothing changes yet.",
    apply: "Save",
    applyMany: (n: number) => `Correct ${number.format(n)}`,
    applying: (done: number, all: number) => `${number.format(done)} of ${number.format(all)} corrected`,
    done: (name: string) => `${name} is corrected`,
    doneMany: (n: number) => `${count(n, "item is", "items are")} corrected`,
    notDone: (n: number) => `${number.format(n)} could not be corrected`,
    notDoneOne: (name: string) => `${name} could not be corrected`,
    undoing: (done: number, all: number) => `${number.format(done)} of ${number.format(all)} brought back`,
    undone: "Everything is as it was",
    undoFailed: (n: number) => `${count(n, "item", "items")} could not be brought back`,
    refused: (n: number) => `${count(n, "item", "items")} could not be corrected:`,
    refusedOne: (name: string, why: string) => `${name}: ${why}`,
    noWayBack: "Descriptions of so many can’t be brought back afterwards.",
    andMore: (n: number) => `and ${number.format(n)} more`,
  },

  panel: {
    label: "About this photo",
    title: "Info",
    correct: "Correct date or description",
    more: "Show more",
    less: "Show less",
    people: "People",
    date: "Date",
    zone: (offset: string) => `UTC${offset}`,
    undated: "No date",
    megapixels: (n: number) => `${n} MP`,
    stars: (n: number) => `${n} of 5 stars`,
    rating: "Rating",
    resolution: "Resolution",
    size: "Size",
    duration: "Duration",
    path: "Path",
    copyPath: "Copy the path",
    camera: "Camera",
    lens: "Lens",
    exposure: "Exposure",
    seconds: (n: string) => `${n} s`,
    aperture: (n: string) => `f/${n}`,
    focalLength: (n: string) => `${n} mm`,
    iso: (n: number) => `ISO ${n}`,
    place: "Place",
    coordinates: (north: string, south: boolean, east: string, west: boolean) =>
      `${north}° ${south ? "S" : "N"}, ${east}° ${west ? "W" : "E"}`,
    altitude: (metres: string) => `${metres} m above the sea`,
    openMap: "Open the place on OpenStreetMap",
    tags: "Tags",
    albums: "Albums",
    loading: "Reading what is known of it",
    failed: "More could not be read",
  },

  faces: {
    somebody: "Not named",
    confidence: (percent: number) => `${percent} % sure`,
    /** Where a face comes from whose source tells no confidence. */
    source: (source: string) => {
      if (source === "machine-learning") return "from Immich";
      if (source === "manual") return "from Immich, marked by hand";
      return source === "exif" ? "from the file" : `from ${source}`;
    },
    boxes: "Faces on the picture",
    photosOf: (name: string) => `Photos of ${name}`,
  },

  strip: { label: "Photos around this one" },

  slideshow: {
    label: "Slideshow",
    stop: "End the slideshow",
    pause: "Pause",
    resume: "Go on",
    interval: "Seconds for each photo",
    seconds: (n: number) => `${n} s`,
    shuffle: "Shuffle",
  },

  shortcuts: {
    title: "Keyboard shortcuts",
    viewer: "With a photo open",
    page: "On the timeline",
    commands: {
      next: "Next photo",
      previous: "Previous photo",
      close: "Close",
      favorite: "Favourite",
      remove: "Move to the bin",
      download: "Download the original",
      copyPath: "Copy the path",
      correct: "Correct",
      info: "Info panel",
      faces: "Faces on the picture",
      zoom: "Zoom in or out",
      zoomIn: "Closer",
      zoomOut: "Farther",
      zoomReset: "Whole picture",
      fullScreen: "Full screen",
      pictureInPicture: "Picture in picture",
      slideshow: "Slideshow",
      pause: "Pause the slideshow",
      shuffle: "Shuffle",
      help: "This list",
      search: "Search",
      newest: "Newest photo",
      oldest: "Oldest photo",
      select: "Select the photo",
      clear: "Clear the selection",
      selectAll: "Select all",
      undo: "Undo what was done last",
    },
    keys: {
      ArrowLeft: "←",
      ArrowRight: "→",
      Escape: "Esc",
      Delete: "Del",
      Shift: "Shift",
      Control: "Ctrl",
      " ": "Space",
    } as Record<string, string>,
  },

  /** What the codes of errors mean: those of the API, of what stands before it, and of the page. */
  reasons: {
    invalid_parameter: "The server can’t take this.",
    unsupported_media_type: "The server can’t take this.",
    foreign_origin: "Another site asked for this. Reload the page.",
    invalid_request: "The server can’t take this.",
    not_found: "It is not here any more.",
    undated: "It has no date.",
    parts_missing: "Parts of the file are missing. Try again.",
    conflict: "It changed meanwhile. Try again.",
    row_too_large: "There is more to remember than the gallery can.",
    undrawable: "No picture can be made of this file.",
    thumbnail_pending: "Its picture is still being made. Try again soon.",
    busy: "The list is being rewritten. Try again.",
    storage_unavailable: "The storage does not answer. Try again soon.",
    internal: "Something went wrong at the server. Try again.",

    bad_request: "The server can’t take this.",
    internal_error: "Something went wrong at the server. Try again.",
    sign_in_required: "You are signed out.",
    forbidden: "You are not allowed to do this.",
    request_too_large: "This is too much at once for the server.",
    too_many_requests: "The server has too much to do. Try again in a moment.",
    timeout: "The server took too long. Try again.",

    network: "The server does not answer.",
    unreadable: "The server’s answer makes no sense. Try again.",
    http_401: "You are signed out.",
    http_403: "You are not allowed to do this.",
    http_404: "It is not here any more.",
    http_413: "This is too much at once for the server.",
    http_429: "The server has too much to do. Try again in a moment.",
    http_503: "The server does not answer. Try again soon.",
    http_504: "The server took too long. Try again.",
  } satisfies Record<ErrorCode, string> & Record<string, string> as Record<string, string>,
  /** What to tell about an error of the API. */
  reason: (code: string, message: string) => {
    const status = /^http_(\d)/.exec(code)?.[1];
    const known = text.reasons[code] ?? (status === "5" ? text.reasons.internal : undefined);
    return known ?? (message || `The server answers with an error (${code}).`);
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

  header: {
    /** Everything the gallery holds, in one line; on a phone without its size. */
    counts: (
      stats: { images: number; videos: number; bytes: number; without_original: number },
      isPhone: boolean,
    ) =>
      [
        text.photos(stats.images),
        ...(stats.videos > 0 ? [text.videos(stats.videos)] : []),
        ...(stats.bytes > 0 && !isPhone ? [text.fileSize(stats.bytes)] : []),
        ...(stats.without_original > 0 ? [text.withoutOriginal(stats.without_original)] : []),
      ].join(" · "),
    found: (n: number) => `${number.format(n)} found`,
    foundSoFar: (n: number) => `so far ${number.format(n)} found`,
    withNumber: (label: string, n: number) => `${label}, ${number.format(n)}`,

    search: "Search",
    searchHint: "Search by name",
    clearSearch: "Clear the search",
    closeSearch: "Close the search",
    filters: "Filters",
    menu: "Menu",
    upload: "Upload",
    selectAll: "Select all",
    slideshow: "Slideshow",
    shuffle: "Shuffle",
    shortcuts: "Keyboard shortcuts",
    places: "Places",
    views: {
      all: "Timeline",
      fav: "Favourites",
      archive: "Archive",
      hidden: "Hidden",
      locked: "Locked",
      bin: "Bin",
    },
    pages: { people: "People", failures: "Failures" },

    person: "Person",
    anybody: "Anybody",
    anybodyAgain: "Anybody again",
    someone: "Somebody",
    noPersons: "Nobody has a name yet.",
    personsFailed: "The persons could not be loaded.",
    nobodyNamed: (typed: string) => `Nobody is called “${typed}”.`,
    typeForMore: "Type a name to find more.",
    dates: "Dates",
    from: "From",
    to: "To",
    since: (day: string) => `since ${day}`,
    until: (day: string) => `until ${day}`,
    clearFilters: "Clear",
    done: "Done",
    activeFilters: "Filters in use",
    quoted: (words: string) => `“${words}”`,
    removeFilter: (name: string) => `Remove the filter ${name}`,
  },

  scrubber: {
    label: "Go to a month",
    labelOfBin: "Go to a month of deletion",
    empty: "No photos",
  },

  upload: {
    label: "Uploads",
    title: "Add photos and videos",
    drop: "Drop to add to the gallery",
    dropHint: "Folders too, with everything inside",
    hint: "Drop photos, videos or whole folders anywhere on the page.",
    chooseFiles: "Choose files",
    chooseFolder: "Choose a folder",
    moreFiles: "Add files",
    moreFolder: "Add a folder",
    sending: (done: number, all: number) =>
      `Uploading ${number.format(done)} of ${number.format(all)}`,
    ended: ({ done, duplicates, restored, failed, unopened }: Ended) => {
      const said: string[] = [];
      if (done > 0 || duplicates + restored + failed + unopened === 0) {
        said.push(`${number.format(done)} uploaded`);
      }
      if (duplicates > 0) said.push(`${number.format(duplicates)} already here`);
      if (restored > 0) said.push(`${number.format(restored)} restored from the bin`);
      if (failed > 0) said.push(`${number.format(failed)} failed`);
      if (unopened > 0) said.push(text.upload.unopened(unopened));
      return said.join(", ");
    },
    unopened: (n: number) => `${number.format(n)} could not be opened`,
    refused: (n: number) => `${count(n, "file is", "files are")} not for the gallery`,
    cancelledAll: "Cancelled",
    progress: (there: string, all: string) => `${there} of ${all}`,
    left: (seconds: number) => {
      if (seconds < 60) return "less than a minute left";
      const minutes = Math.round(seconds / 60);
      if (minutes < 60) return `about ${minutes} min left`;
      const hours = Math.floor(minutes / 60);
      return `about ${hours} h ${minutes % 60} min left`;
    },
    offline: "Waiting for the network",
    states: {
      waiting: "Waiting",
      hashing: "Reading",
      pausing: "Trying again soon",
      finishing: "Putting the parts together",
      done: "Uploaded",
      duplicate: "Already here",
      restored: "Restored from the bin",
      cancelled: "Cancelled",
    },
    /** Behind these, of a photo that is not in the timeline. */
    where: {
      timeline: "",
      archive: ", in the archive",
      hidden: ", among the hidden",
      locked: ", among the locked",
    },
    percent: (part: number) => `${Math.floor(part * 100)} %`,
    refusals: {
      "not-media": "Not a photo or video",
      sidecar: "Belongs to the photo beside it",
      empty: "An empty file",
      "long-name": "Its name is too long",
      unopened: "Could not be opened",
    },
    unreadable: "Moved or changed since it was chosen",
    unexpected: "Something unexpected went wrong; try again",
    changed: "Changed while it was sent; choose it again",
    noAnswer: "No answer; the connection may be too weak",
    bucketSays: (said: string) => `Refused by the storage: ${said}`,
    interrupted: (n: number) =>
      `${count(n, "upload was", "uploads were")} interrupted. Choose the same ` +
      `${n === 1 ? "file" : "files"} again, and only what is missing is sent.`,
    interruptedPart: (part: number) => `${Math.floor(part * 100)} % sent`,
    forget: "Forget",
    cancel: (name: string) => `Cancel ${name}`,
    retry: (name: string) => `Try ${name} again`,
    show: (name: string) => `Show ${name}`,
    cancelAll: "Cancel all",
    retryFailed: (n: number) => `Try ${number.format(n)} again`,
    collapse: "Fold the list",
    expand: "Unfold the list",
    more: (n: number) => `and ${number.format(n)} more`,
    failedToOpen: "The upload could not be opened; reload the page",
  },

  zip: {
    label: "Downloads",
    archiveName: (day: string) => `Photos ${day}.zip`,
    packing: (done: number, all: number) =>
      `Packing ${number.format(done)} of ${number.format(all)}`,
    packed: (n: number) => `${count(n, "file", "files")} downloaded`,
    left: (n: number) => `${count(n, "file is", "files are")} missing; errors.txt in the zip says why`,
    cancelled: "The download was cancelled",
    failed: "The download broke off",
    failedToBegin: "The download could not begin; try again, or reload the page",
    keepOpen: "Keep this page open until it is done.",
    cancel: "Cancel the download",
    oneByOne: (n: number) =>
      `This window can’t make a zip: ${count(n, "file comes", "files come")} one by one`,
    errorsName: "errors.txt",
    errorsIntro: "These files could not be put into this archive, or only in part:",
    missing: "the server does not have it",
    unreachable: "the server did not send it",
    cut: "only {there} of {all} bytes",
  },

  viewer: {
    info: "Info",
    faces: "Faces",
    copyPath: "Copy the path",
    pathCopied: "Path copied",
    pathNotCopied: "This browser doesn’t let the path be copied",
    correct: "Correct date or description",
    slideshow: "Slideshow",
    shuffle: "Shuffle",
    pictureInPicture: "Picture in picture",
    fullScreen: "Full screen",
    shortcuts: "Keyboard shortcuts",
    more: "More",
    withShortcut: (label: string, key: string) => `${label} (${key})`,
    videoLost: "The connection was lost. The video goes on when it is back.",
    /** Of a search that has not looked at everything yet. */
    positionSoFar: (n: number, total: number) =>
      `${number.format(n)} of ${number.format(total)} or more`,
  },

  offline: {
    gone: "You are offline. The rest comes when you are back.",
    back: "Back online",
  },
};
