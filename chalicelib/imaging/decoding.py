"""The border to the decoders: whatever they raise at a stranger's bytes has a name."""

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, TypeVar

from chalicelib.errors import UndrawableError, UndrawableReason

Result = TypeVar("Result")

_PILLOW = re.compile(r"PIL\.")
_MAX_DETAIL = 200
_SIGNS_OF_AN_UNKNOWN_KIND = ("unknown pixel mode", "cannot handle", "patches welcome")
_SIGNS_OF_TRUNCATION = ("truncat", "end of file", "end-of-file", "eof", "moov atom not found")


@contextmanager
def decoding(what: str) -> Iterator[None]:
    """Turn everything a decoder raises into one error.

    Args:
        what: Whose fault it is, for a person: ``The PNG``.

    Raises:
        UndrawableError: truncated, unsupported, out-of-memory or corrupt.
    """
    _quiet_pillow()
    try:
        yield
    except UndrawableError:
        raise
    except MemoryError as error:
        raise UndrawableError(
            "out-of-memory", f"{what} needs more memory than there is."
        ) from error
    except Exception as error:  # decoders raise anything at hostile bytes, from KeyError to OSError
        said = f"{type(error).__name__}: {error}"[:_MAX_DETAIL]
        raise UndrawableError(
            _reason(error, said.lower()), f"{what} does not decode ({said})."
        ) from error


def _reason(error: Exception, said: str) -> UndrawableReason:
    if isinstance(error, EOFError) or any(sign in said for sign in _SIGNS_OF_TRUNCATION):
        return "truncated"
    return "unsupported" if any(sign in said for sign in _SIGNS_OF_AN_UNKNOWN_KIND) else "corrupt"


class WatchedFile:
    """A file that remembers its own failures.

    A decoder reading through a callback mixes the failures of the network with its
    own; only its own condemn the photo.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._failure: Exception | None = None

    def read(self, size: int = -1) -> bytes:
        """As any file."""
        return self._watch(lambda: self._file.read(size))

    def seek(self, offset: int, whence: int = 0) -> int:
        """As any file."""
        return self._watch(lambda: self._file.seek(offset, whence))

    def tell(self) -> int:
        """As any file."""
        return self._watch(self._file.tell)

    @contextmanager
    def decoding(self, what: str) -> Iterator[None]:
        """As `decoding`, but a failure of the file itself comes through as it is."""
        try:
            with decoding(what):
                yield
        except UndrawableError:
            if self._failure is not None:
                raise self._failure from None
            raise

    def _watch(self, call: Callable[[], Result]) -> Result:
        try:
            return call()
        except Exception as error:
            self._failure = error
            raise


def _quiet_pillow() -> None:
    """Keep Pillow's remarks about odd files from becoming errors under ``-W error``.

    Not `warnings.catch_warnings`: that swaps a list which all threads share.
    """
    if ("ignore", None, Warning, _PILLOW, 0) not in warnings.filters:
        warnings.filterwarnings("ignore", module=_PILLOW.pattern)
