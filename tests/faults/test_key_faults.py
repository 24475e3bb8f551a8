"""Any key that S3 may have: opaque text, from the event to the row, and never a path."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.domain.object_key import MAX_KEY_BYTES, dropped_in_id
from chalicelib.domain.thumbnail import preview_key, small_key, thumbnail_key
from chalicelib.errors import ForeignKeyRefusedError
from chalicelib.take_in import take_in
from tests.builders import a_gallery, a_jpeg, an_s3_record, an_sqs_event
from tests.faults.deliveries import failed_messages
from tests.imaging.pictures import saved

PHOTO = a_jpeg(40, 30)

characters = st.characters(codec="utf-8")
segments = st.one_of(
    st.text(characters, max_size=12),
    st.sampled_from(["..", ".", "", "~", "%2e%2e", "a+b %2B", "C:", "nul", "\0", "\u202e", "́"]),
)
keys = st.one_of(
    st.lists(segments, min_size=1, max_size=5).map("/".join),
    st.integers(970, 1030).map(lambda length: "é" * (length // 2)),
).map("main/".__add__)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(keys)
def test_f08_f09_f10_any_key_is_taken_in_as_it_is_or_refused_before_it_is_looked_at(key: str):
    """Encoded by S3 as a form; never normalised, cut short, or cleaned."""
    gallery = a_gallery()
    gallery.bucket.place(key, PHOTO)
    (message,) = an_sqs_event({"Records": [an_s3_record(key)]})["Records"]

    assert failed_messages(gallery, message) == []

    renditions = [thumbnail_key(key), small_key(key)]
    if not gallery.wire.requests:
        with pytest.raises(ForeignKeyRefusedError):
            take_in(key, gallery.studio)
        return
    row = gallery.assets.get(dropped_in_id(key))
    assert (row.key, row.url) == (key, key)
    assert gallery.bucket.objects.keys() == {key, *renditions}
    longest = max(len(name.encode()) for name in (key, *renditions, preview_key(key)))
    assert longest <= MAX_KEY_BYTES


def test_f09_a_name_composed_and_the_same_decomposed_are_two_photos():
    gallery = a_gallery()
    keys = {"main/\u00e9.jpg", "main/e\u0301.jpg"}
    for key in keys:
        gallery.bucket.place(key, PHOTO)
        (message,) = an_sqs_event({"Records": [an_s3_record(key)]})["Records"]
        failed_messages(gallery, message)

    assert {row["url"]["S"] for row in gallery.assets_table.items} == keys
    assert len(gallery.bucket.objects) == 6


_listening: list[list[str]] = []


@cache  # a hook stays for as long as the process lives
def _listen() -> None:
    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if _listening and event.startswith(("open", "os.", "subprocess.", "shutil.")):
            _listening[-1].append(f"{event} {arguments!r}")

    sys.addaudithook(note)


@contextmanager
def file_system_calls() -> Iterator[list[str]]:
    """Everything that is asked of the file system inside, with the names that it is asked for."""
    _listen()
    _listening.append([])
    try:
        yield _listening[-1]
    finally:
        _listening.pop()


@pytest.mark.parametrize(
    "key", ["main//etc/zq7.jpg", "main/~/zq7.jpg", "main/a/%2e%2e/zq7.jpg", "main/zq7\0.tif"]
)
def test_f10_no_file_is_ever_named_for_a_key(key: str):
    """Neither where a photo waits on disk nor where another process decodes it."""
    photo = PHOTO
    if key.endswith(".tif"):
        photo = saved(Image.new("RGB", (400, 300), "teal"), "TIFF")
    gallery = a_gallery()
    gallery.bucket.place(key, photo + b"\0" * (9 << 20))

    with file_system_calls() as calls:
        take_in(key, gallery.studio)
    gallery.studio.darkroom.close()

    assert calls
    assert not [call for call in calls if "zq7" in call]
