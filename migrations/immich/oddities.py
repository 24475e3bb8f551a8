"""Everything odd that a library may have, and the rule by which it is taken."""

from collections.abc import Callable, Mapping

# Notes that an asset is odd, by a name of `ODDITIES`.
Odd = Callable[[str], None]

ODDITIES: Mapping[str, str] = {
    "outside-map": "no --map begins its path: left out",
    "key-refused": "the gallery takes in no such key: left out",
    "key-collision": "another file has the same key by another --map: left out",
    "key-taken": "the photo that had its path before has its key here: left out",
    "duplicate-path": "several assets have one file: each has its row, and they name each other",
    "moved-in-immich": "its path changed in Immich: its row and its original stay where they are",
    "dangling-video-half": "its video half is not there: a photo without one",
    "shared-video-half": "several photos name one video half: the first of them has it",
    "offline": "its file was missing in Immich: in the bin, unless its original is here",
    "unreadable-deletion": "no calendar holds when it was deleted: in the bin, as of 1970",
    "status-differs": "status and date of deletion differ: in the bin where there is a date",
    "unknown-visibility": "its visibility is a word of another release: hidden",
    "other-type": "no photo and no video: shown with the reason why it can't be drawn",
    "no-filename": "it has no name: called as its file",
    "long-filename": "its name is longer than 1,000 characters: cut off",
    "odd-duration": "its duration can't be read: without one",
    "unreadable-date": "one of its dates is in no calendar: told by the others, if there are any",
    "no-date": "no date that a calendar holds: among the undated",
    "no-local-date": "no wall clock: taken from the moment, by its zone or in UTC",
    "no-offset": "its wall clock fits no zone: kept, with the offset that its file names, if any",
    "odd-date": "before photography, at the computer's epoch or in the future: kept as it is",
    "no-exif": "Immich has read nothing of its file",
    "no-size": "its width and height are not known: until its thumbnail is made",
    "odd-thumbhash": "its placeholder is none: without one",
    "odd-place": "its coordinates are half ones or none on earth: without them",
    "zero-place": "0°, 0°, as devices write that know no place: kept",
    "odd-rating": "its rating is none of 1 to 5: without one",
    "odd-number": "a number of its file or its camera is none: left out",
    "path-checksum": "its checksum is of the path, not of the content: not compared",
    "odd-checksum": "its checksum is no SHA-1: not compared",
    "long-text": "a text or a list is longer than a row has room for: cut off",
    "unnamed-album": "one of its albums has no name: left out",
    "repeated-album": "two of its albums have one name: named once",
    "unnamed-face": "a face of somebody without a name, or who was not chosen: kept as nobody's",
    "face-outside": "a face's box reaches out of the photo: cut off at its edge",
    "face-without-size": "a face's box has no image to refer to: kept without a box",
    "face-unscaled": "a face in a photo of unknown size: kept in pixels of its preview",
}
