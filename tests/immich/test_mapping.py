"""Whatever Immich says becomes a row; what each oddity becomes is worked out in `photos`."""

import dataclasses
import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import Asset
from chalicelib.storage.rows import parse_item, to_item
from migrations.immich.mapping import content_sha1, wanted
from migrations.immich.oddities import ODDITIES
from migrations.immich.source import SourceAsset, SourceExif, SourceFace
from tests.builders import BUCKET

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PATH = "/mnt/media/a.jpg"
SHA1 = hashlib.sha1(b"content", usedforsecurity=False).digest()
OF_PATH = hashlib.sha1(f"path:{PATH}".encode(), usedforsecurity=False).digest()


def an_immich_asset(**said: Any) -> SourceAsset:
    """A photo of an upload library, about which nothing is odd."""
    defaults: dict[str, Any] = {
        "id": "a1",
        "owner_id": "alice",
        "type": "IMAGE",
        "status": "active",
        "original_path": PATH,
        "original_filename": "a.jpg",
        "sidecar_path": None,
        "deleted_at": None,
        "is_offline": False,
        "is_external": False,
        "is_favorite": False,
        "visibility": "timeline",
        "live_video_id": None,
        "file_created_at": "2019-05-12 10:00:00+00",
        "local_date_time": "2019-05-12 12:00:00+00",
        "duration": None,
        "checksum": SHA1,
        "checksum_algorithm": None,
        "thumbhash": bytes(20),
        "width": 4000,
        "height": 3000,
        "exif": SourceExif(file_size=1000),
        "faces": (),
        "tags": (),
        "albums": (),
    }
    return SourceAsset(**(defaults | said))


def a_row(source: SourceAsset) -> Asset:
    """The asset as it is in the table."""
    values = wanted(source, {"p1"}, NOW).values
    key = "main/a.jpg"
    asset = Asset(id="a", key=key, url=key, thumbnail_url=key, gallery_id="main", **values)
    return parse_item(to_item(asset), BUCKET)


def test_a_photo_about_which_nothing_is_odd_has_no_oddity():
    assert wanted(an_immich_asset(), (), NOW).oddities == ()


texts = st.text(max_size=20)
whole = st.none() | st.integers(-(2**31), 2**31 - 1)
real = st.none() | st.floats()
moments = (
    st.none()
    | texts
    | st.sampled_from(
        [
            "infinity",
            "0044-03-15 00:00:00+00 BC",
            "0001-01-01 00:00:00+00",
            "9999-12-31 23:59:59+00",
        ]
    )
)
boxes = st.tuples(*[st.integers(-(2**31), 2**31 - 1)] * 4)
faces = st.builds(
    SourceFace,
    id=st.uuids().map(str),
    person_id=st.sampled_from(["p1", "p2", None]),
    box=boxes,
    image_size=st.tuples(st.integers(-1, 5000), st.integers(-1, 5000)),
    source=texts,
)
exifs = st.builds(
    SourceExif,
    **{
        field.name: {"int": whole, "float": real}.get(
            str(field.type).split(" ")[0], st.none() | texts
        )
        for field in dataclasses.fields(SourceExif)
    },
)
assets = st.builds(
    an_immich_asset,
    type=texts,
    status=texts,
    original_filename=texts,
    deleted_at=moments,
    is_offline=st.booleans(),
    is_external=st.booleans(),
    visibility=texts,
    file_created_at=moments,
    local_date_time=moments,
    duration=st.none() | texts | st.integers(-(2**31), 2**31 - 1),
    checksum=st.none() | st.binary(max_size=24),
    checksum_algorithm=st.none() | texts,
    thumbhash=st.none() | st.binary(max_size=30),
    width=whole,
    height=whole,
    exif=exifs,
    faces=st.lists(faces, max_size=3, unique_by=lambda face: face.id).map(tuple),
    tags=st.lists(texts, max_size=3).map(tuple),
    albums=st.lists(texts, max_size=3).map(tuple),
)


@given(assets)
def test_whatever_immich_says_becomes_a_row_that_says_the_same(source: SourceAsset):
    found = wanted(source, {"p1"}, NOW)

    assert set(found.oddities) <= ODDITIES.keys()
    row = a_row(source)
    assert row.faces.keys() == {face.id for face in source.faces}
    assert (row.deleted_at is None) == (source.deleted_at is None)
    for face in row.faces.values():
        left, top, right, bottom = face.box
        if row.width and row.height and face.image_size == (row.width, row.height):
            assert 0 <= left <= right <= row.width
            assert 0 <= top <= bottom <= row.height
        assert face.person_id in ("p1", None)


@pytest.mark.parametrize(
    ("said", "sha1"),
    [
        ({}, SHA1),
        ({"is_external": True}, None),
        ({"is_external": True, "checksum_algorithm": "sha1"}, SHA1),
        ({"checksum_algorithm": "sha1-path"}, None),
        ({"checksum": OF_PATH}, None),
        ({"checksum": OF_PATH, "checksum_algorithm": "sha1"}, None),
        ({"checksum": b"twelve bytes"}, None),
        ({"checksum": None}, None),
    ],
)
def test_a_hash_of_the_path_is_never_taken_for_one_of_the_content(said, sha1):
    assert content_sha1(an_immich_asset(**said)) == sha1


@pytest.mark.parametrize(
    ("exposure", "seconds"),
    [("1/250", 0.004), ("0.004", 0.004), ("2", 2), ("1/3", 0.3333333), ("1/0", None), ("x", None)],
)
def test_exposures_are_seconds(exposure, seconds):
    row = a_row(an_immich_asset(exif=SourceExif(exposure_time=exposure)))

    assert row.details.get("exposure_seconds") == seconds
