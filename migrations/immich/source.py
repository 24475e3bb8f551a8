"""What an Immich database says of an asset, a face and a person: as it is, of any release.

Moments are PostgreSQL's own text in UTC (``2019-05-12 10:11:12.123+00``, also ``infinity`` and
``0044-03-15 00:00:00 BC``): a date that Python can't hold must not end a run.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SourceFace:
    """A face that was found in an asset and not deleted.

    Attributes:
        id: UUID.
        person_id: Whose, a `SourcePerson`'s id; None while nobody's.
        box: (x1, y1, x2, y2) in pixels of an image of `image_size`, the preview's.
        image_size: (width, height) in pixels.
        source: ``machine-learning``, ``exif``, ``manual``.
    """

    id: str
    person_id: str | None
    box: tuple[int, int, int, int]
    image_size: tuple[int, int]
    source: str


@dataclass(frozen=True, slots=True)
class SourcePerson:
    """A person.

    Attributes:
        id: UUID, of the person's group where the release has groups.
        owner_id: UUID of the user.
        name: Empty while nobody gave one.
        is_hidden: Left out of lists.
        is_favorite: Shown first.
        birth_date: ISO date.
    """

    id: str
    owner_id: str
    name: str
    is_hidden: bool
    is_favorite: bool
    birth_date: str | None


@dataclass(frozen=True, slots=True)
class SourceExif:
    """What the file said of itself, as Immich read it; all None where it has no such row."""

    file_size: int | None = None
    width: int | None = None
    height: int | None = None
    orientation: str | None = None
    date_time_original: str | None = None
    time_zone: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    make: str | None = None
    model: str | None = None
    lens_model: str | None = None
    iso: int | None = None
    f_number: float | None = None
    focal_length: float | None = None
    exposure_time: str | None = None
    description: str | None = None
    rating: int | None = None


@dataclass(frozen=True, slots=True)
class SourceAsset:
    """An asset.

    Attributes:
        id: UUID.
        owner_id: UUID of the user.
        type: ``IMAGE``, ``VIDEO``, ``AUDIO``, ``OTHER``.
        status: ``active``, ``trashed``, ``deleted``.
        original_path: As Immich's container sees it; relative up to v1.135.
        original_filename: Any text.
        sidecar_path: Of its XMP file; None for none.
        deleted_at: When it went to the bin; None for an active one.
        is_offline: Whether the file of an external library was missing.
        is_external: Whether it lies in an external library.
        is_favorite: Whether it is a favourite.
        visibility: ``timeline``, ``archive``, ``hidden``, ``locked``; told by the booleans
            of releases before v1.133.
        live_video_id: UUID of the video half of a motion photo.
        file_created_at: The moment it was taken.
        local_date_time: The camera's wall clock, written as if it were UTC.
        duration: Text up to v2, milliseconds from v3; None for none.
        checksum: 20 bytes as a rule.
        checksum_algorithm: ``sha1`` or ``sha1-path``; None before v2.7.
        thumbhash: Bytes of the placeholder.
        width: Pixels, upright, from v2.5; None for not known.
        height: Pixels, upright, from v2.5.
        exif: What the file said.
        faces: Not deleted ones, by id.
        tags: Their values, sorted.
        albums: Names of those not deleted, sorted; a name twice where two albums share it.
    """

    id: str
    owner_id: str
    type: str
    status: str
    original_path: str
    original_filename: str
    sidecar_path: str | None
    deleted_at: str | None
    is_offline: bool
    is_external: bool
    is_favorite: bool
    visibility: str
    live_video_id: str | None
    file_created_at: str | None
    local_date_time: str | None
    duration: str | int | None
    checksum: bytes | None
    checksum_algorithm: str | None
    thumbhash: bytes | None
    width: int | None
    height: int | None
    exif: SourceExif
    faces: tuple[SourceFace, ...]
    tags: tuple[str, ...]
    albums: tuple[str, ...]
