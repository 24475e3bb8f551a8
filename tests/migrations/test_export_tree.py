import unicodedata
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migrations.export.tree import (
    MAX_NAME_BYTES,
    Names,
    folded,
    folder_of,
    name_of,
    names,
    safe_name,
    sidecar_names,
)
from tests.builders import NOW, an_asset, wall_clock


@pytest.mark.parametrize(
    ("fields", "folder"),
    [
        ({}, "main/2024/2024-05"),
        ({"key": "family/x/a.jpg"}, "family/2024/2024-05"),
        ({"gallery_id": "work"}, "work/2024/2024-05"),
        ({"taken_local": None}, "main/undated"),
        ({"taken_local": wall_clock("0987-01-01")}, "main/0987/0987-01"),
        (
            {"taken_local": None, "taken_at": datetime(1999, 12, 31, tzinfo=UTC)},
            "main/1999/1999-12",
        ),
        ({"deleted_at": NOW}, "bin/main/2024/2024-05"),
        ({"visibility": "archive"}, "archive/main/2024/2024-05"),
        ({"visibility": "hidden"}, "hidden/main/2024/2024-05"),
        ({"visibility": "hidden", "deleted_at": NOW}, "bin/main/2024/2024-05"),
        ({"visibility": "locked"}, "locked/main/2024/2024-05"),
        ({"visibility": "locked", "deleted_at": NOW}, "locked/main/2024/2024-05"),
        ({"key": "bin/a.jpg"}, "bin_/2024/2024-05"),
        ({"key": "nul/a.jpg"}, "nul_/2024/2024-05"),
    ],
)
def test_a_photo_lies_by_gallery_and_month_and_apart_where_it_is_not_shown(
    fields: dict[str, Any], folder: str
):
    assert folder_of(an_asset(**fields)) == folder


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("IMG_1.jpg", "IMG_1.jpg"),
        ("Zoë's 2nd “day” (1).jpg", "Zoë's 2nd “day” (1).jpg"),
        ("Zoe\u0308.jpg", "Zoë.jpg"),
        ('a<b>:"c|d?*.jpg', "a_b___c_d__.jpg"),
        ("../../etc/passwd", "_._._etc_passwd"),
        ("a\\b/c.jpg", "a_b_c.jpg"),
        ("tab\tand\nline.jpg", "tab_and_line.jpg"),
        ("CON", "CON_"),
        ("con.jpg", "con_.jpg"),
        ("Lpt1.tar.gz", "Lpt1_.tar.gz"),
        ("console.jpg", "console.jpg"),
        ("trailing. . ", "trailing"),
        ("stem .jpg", "stem.jpg"),
        (".hidden.jpg", "_hidden.jpg"),
        ("", "_"),
        ("...", "_"),
    ],
)
def test_names_are_such_as_every_disk_takes(text: str, name: str):
    assert safe_name(text) == name


@given(st.text(max_size=300))
def test_any_name_becomes_one_that_every_disk_takes_and_stays_so(text: str):
    name = safe_name(text)

    assert 0 < len(name.encode()) <= MAX_NAME_BYTES
    assert not set(name) & set('"*/:<>?\\|')
    assert name.isprintable() or not any(unicodedata.category(c) in ("Cc", "Cs") for c in name)
    assert name[-1] not in ". "
    assert name[0] not in ". "
    assert name.split(".")[0].lower() not in ("con", "prn", "aux", "nul", "com1", "lpt1")
    assert safe_name(name) == name


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=300))
def test_any_name_can_be_written(text: str, tmp_path: Path):
    path = tmp_path / safe_name(text)

    path.write_bytes(b"photo")

    assert path.read_bytes() == b"photo"
    path.unlink()


def test_a_long_name_keeps_its_extension():
    assert safe_name("ü" * 300 + ".jpeg") == "ü" * 42 + ".jpeg"


def test_a_name_without_an_extension_gets_that_of_its_key():
    assert name_of(an_asset(key="main/0f3a.HEIC", filename="Anna at sea")) == "Anna at sea.HEIC"
    assert name_of(an_asset(key="main/0f3a.HEIC", filename="IMG_1.jpg")) == "IMG_1.jpg"


def test_of_a_taken_name_the_next_ones_have_the_id_in_them():
    found = list(names("IMG.jpg", "0f3a5c7e-1111"))

    assert found[:2] == [Names("IMG.jpg"), Names("IMG (0f3a5c7e).jpg")]
    assert len(found) == len(set(found)) == 3


def test_a_motion_photo_and_its_video_have_one_stem():
    assert list(names("IMG.HEIC", "0f3a5c7e-1111", ".MOV"))[:2] == [
        Names("IMG.HEIC", "IMG.MOV"),
        Names("IMG (0f3a5c7e).HEIC", "IMG (0f3a5c7e).MOV"),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [("IMG.jpg", "img.JPG"), ("Zoë.jpg", "Zoe\u0308.jpg"), ("straße.jpg", "STRASSE.jpg")],
)
def test_names_that_some_disk_takes_for_one_are_one(one: str, other: str):
    assert folded(one) == folded(other)


def test_only_raw_photos_have_the_sidecar_that_lightroom_looks_for():
    assert sidecar_names("IMG.jpg") == ("IMG.jpg.xmp",)
    assert sidecar_names("IMG.CR2") == ("IMG.CR2.xmp", "IMG.xmp")
