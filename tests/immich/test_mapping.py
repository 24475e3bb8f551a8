"""Whatever Immich says becomes a row; what each oddity becomes is worked out in `photos`."""

import dataclasses
import json
from datetime import UTC, datetime
from decimal import Decimal
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
from tests.immich.assets import OF_PATH, SHA1, an_immich_asset

NOW = datetime(2026, 3, 1, tzinfo=UTC)


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


@given(assets)
def test_every_number_is_one_that_dynamodb_holds(source: SourceAsset):
    """As its documentation has it: 38 digits, from 1e-130 to 1e126."""
    values = wanted(source, (), NOW).values

    for number in [*values.values(), *values["details"].values()]:
        if isinstance(number, int | float) and number:
            assert len(Decimal(repr(number)).as_tuple().digits) <= 38
            assert 1e-130 <= abs(number) < 1e126


def test_the_longest_of_everything_has_room_in_a_row():
    long = "🎂" * 20_000
    names = tuple(f"{number:04}{long}" for number in range(1000))
    texts: dict[str, Any] = {
        field.name: long
        for field in dataclasses.fields(SourceExif)
        if "str" in str(field.type) and field.name not in ("date_time_original", "exposure_time")
    }
    source = an_immich_asset(
        original_filename=long, exif=SourceExif(**texts), tags=names, albums=names
    )
    key = "main/" + "x" * 1000
    values = wanted(source, (), NOW).values
    row = Asset(id="a", key=key, url=key, thumbnail_url=key, gallery_id="main", **values)

    text = json.dumps(to_item(row), ensure_ascii=False, default=len)
    assert len(text.encode()) < 400 * 1024  # of which DynamoDB counts no braces and quotes


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


@pytest.mark.parametrize(
    ("told", "in_exif", "orientation", "upright"),
    [
        ((3000, 4000), (4000, 3000), "6", (3000, 4000)),
        ((None, None), (4000, 3000), "1", (4000, 3000)),
        ((None, None), (4000, 3000), None, (4000, 3000)),
        ((None, None), (4000, 3000), "3", (4000, 3000)),
        ((None, None), (4000, 3000), "180", (4000, 3000)),
        *(((None, None), (4000, 3000), turned, (3000, 4000)) for turned in "5678"),
        *(((None, None), (1920, 1080), turned, (1080, 1920)) for turned in ("90", "-90", "270")),
        ((0, 0), (4000, 3000), "1", (4000, 3000)),
        ((4000, None), (None, 3000), "1", (None, None)),
    ],
)
def test_width_and_height_are_of_the_upright_picture(told, in_exif, orientation, upright):
    row = a_row(
        an_immich_asset(
            width=told[0],
            height=told[1],
            exif=SourceExif(width=in_exif[0], height=in_exif[1], orientation=orientation),
        )
    )

    assert (row.width, row.height) == upright
