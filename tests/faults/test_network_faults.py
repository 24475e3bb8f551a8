"""S3 over a network that cuts, stalls, resets, loses and alters: real sockets, the real client."""

import json
import random
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partialmethod
from zoneinfo import ZoneInfo

import pytest

from chalicelib import bootstrap
from chalicelib.bootstrap import Gallery
from chalicelib.create_thumbnail import Studio
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.settings import Settings
from chalicelib.storage.media import Media
from chalicelib.take_in import take_in
from tests.builders import BUCKET, MemoryGallery, a_gallery, a_jpeg
from tests.faults.mortal_function import ROOT
from tests.faults.network import (
    Fault,
    Network,
    a_network,
    cut_after,
    flip_a_bit,
    lose_the_answer,
    refuse,
    reset,
    stall,
)
from tests.imaging.pictures import a_video

KEY = "main/a.jpg"
PHOTO = a_jpeg(640, 480)
VIDEO = a_video(seconds=1) + b"\0" * 3_000_000


READ_SECONDS = 0.3
ATTEMPTS = 4


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)


@dataclass
class Behind:
    """A gallery whose bucket lies behind a network."""

    gallery: MemoryGallery
    network: Network
    media: Media

    @property
    def studio(self) -> Studio:
        return replace(self.gallery.studio, media=self.media)


def wired(address: str, patch: pytest.MonkeyPatch) -> Gallery:
    """A gallery as a Lambda has it, but for its patience with S3."""
    impatient = partialmethod(Gallery._client, read_seconds=READ_SECONDS)
    patch.setattr(Gallery, "_client", impatient)
    patch.setenv("AWS_ENDPOINT_URL", address)
    patch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    patch.delenv("AWS_PROFILE", raising=False)
    settings = Settings(BUCKET, "assets", "pages", "people", "draw", ZoneInfo("UTC"))
    return Gallery(settings, "eu-central-1")


@pytest.fixture(scope="module")
def there() -> Iterator[tuple[Network, Gallery]]:
    """A network, and the gallery on this side of it."""
    with a_network() as network, pytest.MonkeyPatch.context() as patch:
        yield network, wired(network.address, patch)


@pytest.fixture
def behind(there: tuple[Network, Gallery]) -> Iterator[Behind]:
    """One photo that nobody has taken in yet, and a client that has not been disappointed yet."""
    network, wired_gallery = there
    gallery = a_gallery()
    gallery.bucket.place(KEY, PHOTO)
    network.connect(gallery.bucket)
    yield Behind(gallery, network, wired_gallery.media)
    wired_gallery.media.client.close()
    del wired_gallery.media


def taken_in(key: str = KEY, data: bytes = PHOTO) -> MemoryGallery:
    """As it ends where nothing goes wrong."""
    gallery = a_gallery()
    gallery.bucket.place(key, data)
    take_in(key, gallery.studio)
    return gallery


# The requests of taking a photo in: HEAD, HEAD, GET, PUT, PUT, HEAD.
PASSING: list[Fault] = [
    refuse(503, "SlowDown"),
    refuse(500, "InternalError"),
    stall,
    reset,
    lose_the_answer,
    cut_after(700),
    flip_a_bit,
]


@pytest.mark.parametrize("fault", PASSING, ids=lambda fault: fault.__name__)
@pytest.mark.parametrize("number", range(6))
def test_f50_f51_f52_f54_f62_a_passing_fault_of_any_request_is_survived(
    behind: Behind, fault: Fault, number: int
):
    behind.network.faults.extend([*[None] * number, fault])

    assert take_in(KEY, behind.studio)[0] == "drawn"

    assert not behind.network.faults
    assert behind.gallery.state() == taken_in().state()


@pytest.mark.parametrize("seed", range(5))
def test_f50_f51_f52_f54_f62_a_network_that_fails_all_the_time_is_survived_in_the_end(
    behind: Behind, seed: int
):
    """All but one request in eight has some fault; messages that fail are delivered again."""
    chance = random.Random(seed)
    behind.network.faults.extend(chance.choice([None, *PASSING]) for _ in range(30))
    for _ in range(30):
        try:
            take_in(KEY, behind.studio)
            break
        except StorageUnavailableError:
            continue

    assert behind.gallery.state() == taken_in().state()


def test_f50_more_than_four_refusals_are_an_error_that_says_where(behind: Behind):
    behind.network.faults.extend([refuse(503, "SlowDown")] * ATTEMPTS)

    with pytest.raises(StorageUnavailableError, match=r"bucket photos, main/a\.jpg: (503|SlowD)"):
        behind.media.head(KEY)
    assert len(behind.network.requests) == ATTEMPTS


def test_f50_between_attempts_the_client_waits_longer_each_time_by_chance(
    behind: Behind, monkeypatch: pytest.MonkeyPatch
):
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    behind.network.faults.extend([refuse(503, "SlowDown")] * (ATTEMPTS - 1))

    behind.media.head(KEY)

    assert all(0 <= pause <= 2**number for number, pause in enumerate(waited))
    assert len(set(waited)) == len(waited) == ATTEMPTS - 1


@pytest.mark.parametrize("length", [0, 1, 4000])
def test_f51_a_body_that_is_cut_every_time_is_an_error_and_no_truncated_photo(
    behind: Behind, length: int
):
    behind.network.faults.extend([None, None, *[cut_after(length)] * 40])

    with pytest.raises(StorageUnavailableError):
        take_in(KEY, behind.studio)
    behind.network.faults.clear()

    assert behind.gallery.assets_table.items == []
    assert take_in(KEY, behind.studio)[0] == "drawn"
    assert behind.gallery.state() == taken_in().state()


@pytest.mark.parametrize("fault", [reset, stall, refuse(503, "SlowDown")])
def test_f51_a_video_read_by_range_over_a_bad_network_is_drawn(behind: Behind, fault: Fault):
    key = "main/clip.mp4"
    behind.gallery.bucket.remove(KEY)
    behind.gallery.bucket.place(key, VIDEO)
    behind.network.faults.extend([None, None, None, fault, None, fault])

    assert take_in(key, behind.studio)[0] == "drawn"

    assert not behind.network.faults
    assert behind.gallery.state() == taken_in(key, VIDEO).state()


def test_f51_a_range_that_is_cut_is_a_passing_fault_and_not_the_video_s(behind: Behind):
    key = "main/clip.mp4"
    behind.gallery.bucket.place(key, VIDEO)
    behind.network.faults.extend([None, None, None, cut_after(100)])

    with pytest.raises(StorageUnavailableError):
        take_in(key, behind.studio)

    assert behind.gallery.assets_table.items == []
    assert take_in(key, behind.studio)[0] == "drawn"


def test_f52_a_bucket_that_stalls_is_waited_for_no_longer_than_was_said(behind: Behind):
    behind.network.faults.extend([stall] * ATTEMPTS)
    began = time.monotonic()

    with pytest.raises(StorageUnavailableError, match="did not answer"):
        behind.media.head(KEY)

    assert time.monotonic() - began < 3 * ATTEMPTS * READ_SECONDS


def test_f52_every_attempt_of_a_stalled_request_ends_before_the_function_does():
    stage = json.loads((ROOT / ".chalice/config.json").read_text())["stages"]["gallery"]
    patience = ATTEMPTS * (bootstrap._S3_CONNECT_SECONDS + bootstrap._S3_READ_SECONDS)

    for name in ("thumbnail_uploads", "heavy_uploads", "create_thumbnail", "draw_heavy"):
        assert patience < stage["lambda_functions"][name]["lambda_timeout"]


@pytest.mark.parametrize("code", ["AccessDenied", "KMS.DisabledException", "AllAccessDisabled"])
def test_f53_a_photo_that_may_not_be_read_is_no_missing_one_and_not_asked_for_again(
    behind: Behind, code: str
):
    """Its row was drawn before: it neither goes to the bin nor loses its pictures."""
    take_in(KEY, behind.studio)
    behind.gallery.bucket.place(KEY, a_jpeg(colour="red"))
    state = behind.gallery.state()
    behind.network.requests.clear()
    behind.network.faults.extend([None, refuse(403, code)])

    with pytest.raises(SetupError, match="photos"):
        take_in(KEY, behind.studio)

    assert behind.gallery.state() == state
    assert behind.network.requests == [f"HEAD /{BUCKET}/{KEY}", f"GET /{BUCKET}/{KEY}"]


def test_f28_a_bucket_that_refuses_a_wrong_clock_is_told_as_that(behind: Behind):
    behind.network.faults.extend([None, None, refuse(403, "RequestTimeTooSkewed")])

    with pytest.raises(SetupError, match="this computer's clock is wrong; set it"):
        take_in(KEY, behind.studio)


def test_f54_a_rendition_whose_answer_was_lost_is_written_once(behind: Behind):
    """The second attempt finds the first one's object, which is its own, and is content."""
    behind.network.faults.extend([None, None, None, lose_the_answer])

    take_in(KEY, behind.studio)

    puts = [request for request in behind.network.requests if request.startswith("PUT")]
    assert puts == [f"PUT /{BUCKET}/{key}" for key in (thumbnail_key(KEY),) * 2 + (small_key(KEY),)]
    assert len(behind.gallery.bucket.versions[thumbnail_key(KEY)]) == 1


def test_x01_a_bit_that_flips_on_its_way_every_time_is_never_drawn(behind: Behind):
    behind.network.faults.extend([None, None, *[flip_a_bit] * 40])

    with pytest.raises(StorageUnavailableError):
        take_in(KEY, behind.studio)

    assert behind.gallery.bucket.objects.keys() == {KEY}


# --- nobody there --------------------------------------------------------------------


def nobody_listens() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


UNREACHABLE: dict[str, Callable[[Network], str]] = {
    "a refused connection": lambda _: nobody_listens(),
    "a name that DNS does not know": lambda _: "http://s3.invalid",
    "a TLS handshake that fails": lambda network: network.address.replace("http", "https"),
}


@pytest.mark.parametrize("how", UNREACHABLE)
def test_f62_whatever_is_out_of_reach_is_a_passing_fault_whose_text_holds_no_secret(
    behind: Behind, how: str, monkeypatch: pytest.MonkeyPatch
):
    gallery = wired(UNREACHABLE[how](behind.network), monkeypatch)

    with pytest.raises(StorageUnavailableError, match="bucket photos did not answer") as bucket:
        gallery.media.head(KEY)
    with pytest.raises(StorageUnavailableError, match="table assets did not answer") as table:
        gallery.assets.get("a1")

    gallery.media.client.close()
    gallery.connection.client.close()
    for said in (str(bucket.value), str(table.value)):
        assert "not-a-secret" not in said
        assert "AKIAEXAMPLE" not in said
