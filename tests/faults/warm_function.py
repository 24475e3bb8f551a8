"""One upload function that is called again and again, and what it has grown by in the end.

python -m tests.faults.warm_function CALLS
"""

import json
import sys
from io import BytesIO

import psutil  # type: ignore[import-untyped]  # only here
import pytest
from PIL import Image

import app as app_module
from chalicelib.storage.table import Item
from tests.builders import MemoryGallery, a_gallery, an_s3_record, an_sqs_event
from tests.site import CONTEXT, Site

# Two people's galleries in turn; the TIFF is decoded in a process of its own.
_PHOTOS = {
    "main/a.jpg": "JPEG",
    "anna/a.jpg": "JPEG",
    "main/b.png": "PNG",
    "anna/b.webp": "WEBP",
    "main/c.tif": "TIFF",
    "anna/letter.jpg": None,
}
_WARM_CALLS = 100


def main(calls: int) -> None:
    """Print what so many calls, after a hundred that warm up, have added."""
    site = Site(a_gallery())
    pytest.MonkeyPatch().setattr(app_module, "gallery", lambda: site)
    process = psutil.Process()
    for number in range(_WARM_CALLS):
        _call(site.gallery, number)
    before = _used(process)
    for number in range(calls):
        _call(site.gallery, number)
    after = _used(process)
    grown = {name: after[name] - before[name] for name in before}
    states = {row["id"]["S"]: _state(row) for row in site.gallery.assets_table.items}
    print(json.dumps({"grown": grown, "states": states}))


def _call(gallery: MemoryGallery, number: int) -> None:
    key = sorted(_PHOTOS)[number % len(_PHOTOS)]
    gallery.bucket.place(key, _photo(_PHOTOS[key], number))
    event = an_sqs_event({"Records": [an_s3_record(key)]})
    assert app_module.thumbnail_uploads(event, CONTEXT) == {"batchItemFailures": []}
    # What the stand-ins remember is no memory of the function's.
    gallery.wire.requests.clear()
    gallery.bucket.events.clear()
    gallery.bucket.versions.clear()
    gallery.assets_table.stream.clear()


def _photo(kind: str | None, number: int) -> bytes:
    if kind is None:
        return b"Dear Anna, " * (number + 1)
    file = BytesIO()
    shade = number * 37 % 256
    Image.new("RGB", (400, 300), (shade, 255 - shade, 99)).save(file, kind)
    return file.getvalue()


def _state(row: Item) -> str:
    said: str = row.get("thumbnail_error", row["thumbnail_url"])["S"]
    return said


def _used(process: psutil.Process) -> dict[str, int]:
    """Memory, files, threads and processes, those that decode included."""
    everyone = [process, *process.children(recursive=True)]
    return {
        "bytes": sum(each.memory_info().rss for each in everyone),
        "files": sum(each.num_fds() for each in everyone),
        "threads": sum(each.num_threads() for each in everyone),
        "processes": len(everyone),
    }


if __name__ == "__main__":
    main(int(sys.argv[1]))
