"""What is wired together: which function draws on demand, and where files are sent."""

import json
import os
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from botocore.exceptions import ReadTimeoutError

from chalicelib.bootstrap import Gallery
from chalicelib.errors import StorageUnavailableError
from chalicelib.settings import Settings
from chalicelib.storage.originals import LargeUpload

SETTINGS = Settings(
    "photos", "assets", "pages", "people", "draw", ZoneInfo("UTC"), heavy_function="draw-heavy"
)
PAYLOAD = {"id": "a1", "size": "small"}
READY, HEAVY = {"state": "ready"}, {"state": "heavy"}


class Functions(Gallery):
    """A gallery whose functions answer as they are told to.

    Attributes:
        called: Which functions were called, and how long each was waited for, seconds.
    """

    def __init__(self, **answers: Any) -> None:
        super().__init__(SETTINGS)
        self.answers = answers
        self.called: dict[str, float] = {}

    def _client(
        self,
        service: str,
        attempts: int,
        read_seconds: float = 0,
        connect_seconds: float = 0,  # noqa: ARG002 (as the real one has it)
        **_: Any,
    ) -> "Functions":
        assert (service, attempts) == ("lambda", 1)
        self.read_seconds = read_seconds
        return self

    def invoke(self, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - AWS's names
        self.called[FunctionName] = self.read_seconds
        assert json.loads(Payload) == PAYLOAD
        answer = self.answers[FunctionName.replace("-", "_")]
        if isinstance(answer, Exception):
            raise answer
        return {"Payload": BytesIO(json.dumps(answer).encode())}


def test_the_heavy_function_is_not_called_for_what_the_other_one_draws():
    gallery = Functions(draw=READY)

    assert gallery.draw(PAYLOAD) == READY
    assert list(gallery.called) == ["draw"]


def test_what_needs_every_decoder_is_drawn_by_the_heavy_function_in_the_time_that_is_left():
    gallery = Functions(draw=HEAVY, draw_heavy=READY)

    assert gallery.draw(PAYLOAD) == READY
    assert list(gallery.called) == ["draw", "draw-heavy"]
    assert 19 < gallery.called["draw-heavy"] < gallery.called["draw"] == 20


@pytest.fixture
def region(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """An account of AWS's own in a region that is not the first, of a person without settings."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    return "eu-central-1"


def hosts(region: str) -> set[str]:
    """Where a browser is told to send a file, whole or in parts."""
    media = Gallery(SETTINGS, region).media
    form = media.presigned_post("main/a.jpg", {}, 10, 60)
    part, _ = LargeUpload(media, "main/a.mov", "u1", 10).presigned_part(1, "ab" * 32, 60)
    media.client.close()
    return {urlsplit(form["url"]).netloc, urlsplit(part).netloc}


def test_files_are_sent_to_the_host_of_the_bucket_s_own_region(region: str):
    """The other one redirects to it for hours, and no browser follows that before an upload."""
    assert hosts(region) == {"photos.s3.eu-central-1.amazonaws.com"}


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3"])
def test_another_s3_than_aws_s_is_asked_by_its_own_name(
    region: str, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(name, "http://localhost:4566")

    assert hosts(region) == {"localhost:4566"}


def test_another_s3_that_the_profile_names_is_asked_by_its_own_name(region: str, tmp_path: Path):
    (tmp_path / "config").write_text("[default]\nendpoint_url = http://localhost:4566\n")

    assert hosts(region) == {"localhost:4566"}


def test_a_function_that_does_not_answer_is_named():
    gallery = Functions(draw=HEAVY, draw_heavy=ReadTimeoutError(endpoint_url="x"))

    with pytest.raises(StorageUnavailableError, match="function draw-heavy did not answer"):
        gallery.draw(PAYLOAD)
