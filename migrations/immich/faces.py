"""A face of Immich's in pixels of the original."""

from collections.abc import Container

from chalicelib.domain.asset import Face
from migrations.immich.oddities import Odd
from migrations.immich.source import SourceFace

Box = tuple[int, int, int, int]
Size = tuple[int, int]


def face_of(face: SourceFace, original: Size | None, persons: Container[str], odd: Odd) -> Face:
    """A face as a row has it: its box scaled from the preview to the upright original.

    Args:
        face: As Immich's database has it.
        original: (width, height) of the upright original; None where it is not known.
        persons: Ids of those whose faces are named.
        odd: Told what is odd.
    """
    person = face.person_id if face.person_id in persons else None
    if person != face.person_id:
        odd("unnamed-face")
    if min(face.image_size) <= 0:
        odd("face-without-size")
        return Face(person, (0, 0, 0, 0), original or (0, 0), face.source)
    if original is None:
        odd("face-unscaled")
    size = original or face.image_size
    return Face(person, _scaled(face, size, odd), size, face.source)


def _scaled(face: SourceFace, size: Size, odd: Odd) -> Box:
    """A face's box in an image of another size, within it."""
    width, height = face.image_size
    left, right = sorted((face.box[0], face.box[2]))
    top, bottom = sorted((face.box[1], face.box[3]))
    if min(left, top) < 0 or right > width or bottom > height:
        odd("face-outside")
    return (
        _along(left, width, size[0]),
        _along(top, height, size[1]),
        _along(right, width, size[0]),
        _along(bottom, height, size[1]),
    )


def _along(pixel: int, of: int, length: int) -> int:
    return min(max(round(pixel * length / of), 0), length)
