"""A gallery in memory that other processes work on; they may die, it stays."""

import io
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from types import GeneratorType
from typing import Any, cast
from zoneinfo import ZoneInfo

from botocore.response import StreamingBody

from chalicelib.create_thumbnail import Studio
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.storage.assets import Assets
from chalicelib.storage.media import Media
from chalicelib.storage.table import Table
from tests.builders import BUCKET, MemoryGallery
from tests.memory import Killed


@contextmanager
def served(gallery: MemoryGallery) -> Iterator[str]:
    """Inside, other processes reach the gallery; gives the address."""
    with tempfile.TemporaryDirectory() as folder:
        address = str(Path(folder) / "gallery")
        with Listener(address, "AF_UNIX", backlog=64) as listener:
            threading.Thread(target=_accept, args=(listener, gallery), daemon=True).start()
            yield address


def _accept(listener: Listener, gallery: MemoryGallery) -> None:
    with suppress(OSError):  # closed
        while True:
            arguments = (listener.accept(), gallery)
            threading.Thread(target=_answer, args=arguments, daemon=True).start()


def _answer(connection: Connection, gallery: MemoryGallery) -> None:
    parts = {"table": gallery.assets_table, "bucket": _Bucket(gallery)}
    with connection, suppress(EOFError, OSError, Killed):  # whoever asked is gone
        while True:
            part, method, args, kwargs = connection.recv()
            try:
                answer = getattr(parts[part], method)(*args, **kwargs)
                if isinstance(answer, GeneratorType):
                    answer = list(answer)
                connection.send((answer, None))
            except Exception as error:  # noqa: BLE001 (raised where it was asked)
                connection.send((None, error))


class _Bucket:
    """The bucket, with answers that can be sent."""

    def __init__(self, gallery: MemoryGallery) -> None:
        self._bucket = gallery.bucket

    def __getattr__(self, name: str) -> Any:
        return getattr(self._bucket, name)

    def get_object(self, **asked: Any) -> dict[str, Any]:
        answer = self._bucket.get_object(**asked)
        return {**answer, "Body": answer["Body"].read()}

    def pages(self, operation: str, asked: dict[str, Any]) -> list[dict[str, Any]]:
        return list(self._bucket.get_paginator(operation).paginate(**asked))


def a_studio(address: str, darkroom: Darkroom) -> Studio:
    """What drawing needs, where the rows and the bucket are another process's."""
    ask = _Asking(address)
    table = cast(Table, _Proxy(ask, "table"))
    return Studio(
        Media(_BucketProxy(ask, "bucket"), BUCKET),
        Assets(table, BUCKET),
        ZoneInfo("UTC"),
        darkroom,
    )


class _Asking:
    """Asks over a connection of each thread's own."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._own = threading.local()

    def __call__(self, part: str, method: str, *args: Any, **kwargs: Any) -> Any:
        if not hasattr(self._own, "connection"):
            self._own.connection = Client(self._address, "AF_UNIX")
        self._own.connection.send((part, method, args, kwargs))
        answer, error = self._own.connection.recv()
        if error is not None:
            raise error
        return answer


class _Proxy:
    def __init__(self, ask: _Asking, part: str) -> None:
        self._ask = ask
        self._part = part

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: self._ask(self._part, method, *args, **kwargs)


class _BucketProxy(_Proxy):
    def get_object(self, **asked: Any) -> dict[str, Any]:
        answer: dict[str, Any] = self._ask("bucket", "get_object", **asked)
        body = StreamingBody(io.BytesIO(answer["Body"]), len(answer["Body"]))
        return {**answer, "Body": body}

    def get_paginator(self, operation: str) -> Any:
        ask = self._ask

        class Paginator:
            def paginate(self, **asked: Any) -> Any:
                return ask("bucket", "pages", operation, asked)

        return Paginator()
