"""Upload functions that are killed, run out of memory, or fail until they are given up."""

import json
import os
import random
import signal
import threading
import time
import zlib
from contextlib import suppress
from io import BytesIO

import pytest
from PIL import Image

import app as app_module
from chalicelib.errors import StorageUnavailableError
from chalicelib.reconcile import Tally, find_differences
from tests.builders import MemoryGallery, a_gallery, a_jpeg, an_s3_record, an_sqs_event
from tests.faults.deliveries import ATTEMPTS, Deliveries
from tests.faults.killed_backfill import state
from tests.faults.mortal_function import a_mortal_function
from tests.faults.served import served
from tests.memory import Killed, Request
from tests.site import CONTEXT, Site, a_site

KEY = "main/a.jpg"


def a_large_jpeg() -> bytes:
    """One that takes some time to decode."""
    file = BytesIO()
    noise = Image.effect_noise((2000, 1500), 60)
    Image.merge("RGB", (noise, noise, noise)).save(file, "JPEG", quality=95)
    return file.getvalue()


# --- killed --------------------------------------------------------------------------


def test_f21_killed_at_ten_moments_of_its_drawing_and_delivered_again_it_ends_as_one_that_was_not():
    photo = a_large_jpeg()
    clean = a_gallery()
    clean.bucket.place(KEY, photo)
    clean.take_in(KEY)
    chance = random.Random(21)
    gallery = a_gallery()
    with served(gallery) as address, a_mortal_function(address) as function:
        began: list[float] = []
        gallery.wire.after("get_object", lambda _: began.append(time.monotonic()), None)
        gallery.wire.before("put_object", lambda _: began.append(time.monotonic()), None)
        gallery.bucket.place(KEY, photo)
        function.begin(KEY)
        assert function.end() == 0
        drawing_seconds = began[1] - began[0]
        killed = 0
        for _ in range(100):
            empty(gallery)
            gallery.bucket.place(KEY, photo)
            pid: list[int] = []
            delay = chance.uniform(0, drawing_seconds)

            def kill(_: Request, pid: list[int] = pid, delay: float = delay) -> None:
                threading.Timer(delay, lambda: kill_now(pid[0])).start()

            gallery.wire.clear()
            gallery.wire.after("get_object", kill)
            pid.append(function.begin(KEY))
            if function.end() != -signal.SIGKILL:
                drawing_seconds *= 0.8  # the machine is quicker than when it was measured
                continue
            killed += 1
            if "_thumb" not in str(gallery.bucket.objects.keys()):
                assert gallery.assets_table.items == []  # nothing half done is to be seen

            gallery.wire.clear()
            function.begin(KEY)
            assert function.end() == 0

            assert state(gallery) == state(clean)
            if killed == 10:
                break
    assert killed == 10


def kill_now(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def empty(gallery: MemoryGallery) -> None:
    """Take away all that is there."""
    gallery.bucket.objects.clear()
    gallery.assets_table.delete_many([(row["id"]["S"],) for row in gallery.assets_table.items])


def test_f23_a_photo_that_gets_its_function_killed_each_time_ends_as_a_row_that_can_be_retried(
    monkeypatch: pytest.MonkeyPatch,
):
    """As the kernel does it for want of memory, at each of the five attempts."""
    site = a_site(monkeypatch)
    gallery = site.gallery
    gallery.bucket.place(KEY, a_jpeg())
    with served(gallery) as address, a_mortal_function(address) as function:
        for _ in range(ATTEMPTS):
            pid: list[int] = []

            def kill(_: Request, pid: list[int] = pid) -> None:
                kill_now(pid[0])

            gallery.wire.before("get_object", kill)
            pid.append(function.begin(KEY))
            assert function.end() == -signal.SIGKILL
    assert gallery.assets_table.items == []

    (message,) = an_sqs_event({"Records": [an_s3_record(KEY)]})["Records"]
    assert app_module.failed_uploads({"Records": [message]}, CONTEXT) == {"batchItemFailures": []}
    gallery.deliver()

    (row,) = gallery.assets_table.items
    assert (row["thumbnail_error"], gallery.listed("failed")) == (
        {"S": "timeout"},
        [row["id"]["S"]],
    )
    wish = an_sqs_event({"retry": {"id": row["id"]["S"]}})
    assert app_module.thumbnail_uploads(wish, CONTEXT) == {"batchItemFailures": []}
    gallery.deliver()
    assert (gallery.listed("failed"), len(gallery.bucket.objects)) == ([], 3)


def a_bomb(side: int) -> bytes:
    """A valid PNG of one colour, of a few hundred kilobytes."""
    pack, row = zlib.compressobj(1), b"\0" * (1 + 3 * side)
    pixels = b"".join(pack.compress(row) for _ in range(side)) + pack.flush()
    header = side.to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunks = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")
        for name, data in chunks
    )


def test_f23_a_function_with_little_memory_survives_a_photo_that_needs_more():
    """529 MB decoded, as much as is tried at all, where a process has 500 MB for everything."""
    gallery = a_gallery()
    gallery.bucket.place("main/bomb.png", a_bomb(11_500))
    gallery.bucket.place(KEY, a_jpeg())
    with served(gallery) as address, a_mortal_function(address, 500 << 20) as function:
        for key in ("main/bomb.png", KEY):
            function.begin(key)
            assert function.end() == 0

    bomb, photo = sorted(gallery.assets_table.items, key=lambda row: row["url"]["S"], reverse=True)
    assert bomb["thumbnail_error"] == {"S": "out-of-memory"}
    assert photo["thumbnail_url"] == {"S": "main/a_thumb.jpg"}


# --- given up ------------------------------------------------------------------------


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return a_site(monkeypatch)


def test_f24_what_fails_at_every_attempt_is_a_row_with_its_reason_and_drawn_when_asked_for(
    site: Site,
):
    def die(_: Request) -> None:
        raise Killed

    site.bucket.place(KEY, a_jpeg())
    site.wire.before("get_object", die, None)
    queue = Deliveries(KEY)
    for _ in range(ATTEMPTS):
        queue.deliver(queue.waiting[:1], app_module.thumbnail_uploads)
        del queue.waiting[:1]
    assert (queue.waiting, len(queue.dead)) == ([], 1)
    queue.deliver(queue.dead[:1], app_module.failed_uploads)
    site.gallery.deliver()

    (failure,) = site.ask("/gallery/failures").body["items"]
    assert failure["local_path"] == "a.jpg"
    assert "timeout" in json.dumps(failure)
    site.wire.clear()
    app_module.thumbnail_uploads(an_sqs_event({"retry": {"id": failure["id"]}}), CONTEXT)
    site.gallery.deliver()

    assert site.ask("/gallery/failures").body["items"] == []


def test_f24_an_event_that_never_came_is_found_by_the_reconciliation(site: Site):
    site.bucket.place(KEY, a_jpeg())

    (found,) = find_differences(site.assets, site.media, Tally())

    assert found.key == KEY


def test_x05_a_dead_letter_that_can_t_be_recorded_now_is_kept_for_later(site: Site):
    def out_of_reach(_: Request) -> None:
        raise StorageUnavailableError("table assets did not answer")

    site.bucket.place(KEY, a_jpeg())
    (message,) = Deliveries(KEY).waiting
    site.wire.before("assets.put", out_of_reach)

    answer = app_module.failed_uploads({"Records": [message]}, CONTEXT)

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}
    assert app_module.failed_uploads({"Records": [message]}, CONTEXT) == {"batchItemFailures": []}
    assert len(site.assets_table.items) == 1
