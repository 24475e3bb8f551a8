"""All that is done with an original in one go: read what it says, and draw it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from typing import BinaryIO

from chalicelib.errors import DecoderMissingError, UndrawableError
from chalicelib.imaging.develop import Drawing, Rendition, develop, draw_preview
from chalicelib.imaging.facts import Facts, read_facts
from chalicelib.imaging.sniff import Format, Kind, sniff_file

_DECODERS: dict[Kind, str] = {"image": "PIL", "raw": "rawpy", "video": "av"}
# What one decoder says of a file that another one may still draw.
_OPEN_TO_APPEAL = ("corrupt", "truncated", "unsupported")


@dataclass(frozen=True)
class Examined:
    """What came of one original.

    Attributes:
        facts: What the file says about itself.
        picture: Its renditions, or why there can be none.
    """

    facts: Facts
    picture: Drawing | UndrawableError


def has_decoder(found: Format) -> bool:
    """Whether a file of this format can be drawn by this deployment at all."""
    return find_spec(_DECODERS[found.kind]) is not None


def examine(file: BinaryIO, size_bytes: int, *, ask_others: bool = True) -> Examined:
    """Read the facts of an original and draw its thumbnail, its small one and its placeholder.

    Args:
        file: Seekable. What it raises itself comes through as it is.
        size_bytes: Of the file.
        ask_others: Whether other decoders are tried where the format's own gives up; else that
            counts as if they were missing.

    Raises:
        DecoderMissingError: This deployment can't tell; one with every decoder can.
    """
    facts = examine_facts(file, size_bytes)
    try:
        return Examined(facts, examine_picture(file, size_bytes, ask_others=ask_others))
    except UndrawableError as error:
        return Examined(facts, error)


def examine_facts(file: BinaryIO, size_bytes: int) -> Facts:
    """What an original says about itself.

    Raises:
        DecoderMissingError: This deployment can't tell; one with every decoder can.
    """
    file.seek(0)
    with _all_decoders_asked(file):
        return read_facts(file, size_bytes)


def examine_picture(file: BinaryIO, size_bytes: int, *, ask_others: bool = True) -> Drawing:
    """Draw an original's renditions.

    Raises:
        UndrawableError: There can be none.
        DecoderMissingError: This deployment can't tell; one with every decoder can.
    """
    file.seek(0)
    with _all_decoders_asked(file, ask_others=ask_others):
        return develop(file, size_bytes, ask_others=ask_others)


def examine_preview(file: BinaryIO, size_bytes: int, *, ask_others: bool = True) -> Rendition:
    """Draw an original's large rendition.

    Raises:
        UndrawableError, DecoderMissingError: As above.
    """
    file.seek(0)
    with _all_decoders_asked(file, ask_others=ask_others):
        return draw_preview(file, size_bytes, ask_others=ask_others)


@contextmanager
def _all_decoders_asked(file: BinaryIO, *, ask_others: bool = True) -> Iterator[None]:
    """Condemn nothing that a decoder knows which is not here: no answer depends on its door."""
    try:
        yield
    except ImportError as error:
        raise DecoderMissingError(f"no decoder here: {error}") from error
    except UndrawableError as error:
        is_final = ask_others and all(map(find_spec, _DECODERS.values()))
        if is_final or error.reason not in _OPEN_TO_APPEAL or sniff_file(file) is None:
            raise
        raise DecoderMissingError(f"not every decoder is here: {error}") from error
