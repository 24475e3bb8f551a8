import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.object_key import (
    MAX_KEY_BYTES,
    candidate_ids,
    dropped_in_id,
    gallery_of,
    is_sidecar,
    new_id,
    sidecar_key,
    split_key,
    stem,
    upload_id,
)
from chalicelib.domain.thumbnail import rendition_keys
from chalicelib.errors import ForeignKeyRefusedError

HEX = "0123456789abcdef" * 2


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("main/a.jpg", ("main", "a.jpg")),
        ("beach-2024/a/b.jpg", ("beach-2024", "a/b.jpg")),
        ("main/a b+c%20d.jpg", ("main", "a b+c%20d.jpg")),
        ("main/no extension", ("main", "no extension")),
        ("main/🏔️.jpg", ("main", "🏔️.jpg")),
        ("main//a.jpg", ("main", "/a.jpg")),
        ("main/a..b/.hidden/...", ("main", "a..b/.hidden/...")),
        ("main/a\x00b\n.jpg", ("main", "a\x00b\n.jpg")),
        ("main/\u202egpj.jpg", ("main", "\u202egpj.jpg")),
    ],
)
def test_a_key_is_its_gallery_and_its_path_as_they_are(key, expected):
    assert split_key(key) == expected


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a.jpg",
        "/main/a.jpg",
        "//a.jpg",
        "main",
        "main/",
        "main/folder/",
        "Main/a.jpg",
        "my gallery/a.jpg",
        f"{'g' * 41}/a.jpg",
        "../main/a.jpg",
        "main/../other/a.jpg",
        "main/./a.jpg",
        "main/a/..",
        "main/.",
        "main/holiday_thumb.jpg",
        "main/.small/a.jpg.jpg",
        "main/a.jpg.xmp",
        "main/2019/a.XMP",
    ],
)
def test_a_key_that_no_gallery_takes_in_is_refused(key):
    with pytest.raises(ForeignKeyRefusedError):
        split_key(key)


@pytest.mark.parametrize("letter", ["x", "é", "🏔"])
def test_a_key_is_refused_before_its_thumbnail_s_name_would_be_too_long(letter):
    size = len(letter.encode())
    longest = "main/" + letter * ((MAX_KEY_BYTES - len("main/.preview/.jpg.jpg")) // size)

    split_key(longest + ".jpg")

    assert all(len(key.encode()) <= MAX_KEY_BYTES for key in rendition_keys(longest).values())
    with pytest.raises(ForeignKeyRefusedError, match="shorten it by"):
        split_key(longest + letter * 4 + ".jpg")


def test_two_spellings_of_one_name_stay_two_photos():
    composed, decomposed = (
        f"main/{unicodedata.normalize(form, 'é')}.jpg" for form in ("NFC", "NFD")
    )

    assert split_key(composed) != split_key(decomposed)
    assert dropped_in_id(composed) != dropped_in_id(decomposed)
    assert rendition_keys(composed) != rendition_keys(decomposed)


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("main/a.jpg.xmp", True),
        ("main/a.Xmp", True),
        ("main/a.xmp.jpg", False),
        ("main/xmp", False),
        ("main/a.xmp/b.jpg", False),
        ("main/a.m3u8", True),
        ("main/a.hls/720p.M3U8", True),
        ("main/a.hls/720p_0001.ts", True),
        ("main/part.m4s", True),
        ("main/recording.ts", False),
        ("main/a.hls.mp4", False),
    ],
)
def test_a_sidecar_is_told_by_how_its_name_ends(key, expected):
    assert is_sidecar(key) == expected


def test_the_sidecar_of_one_original_is_named_like_all_of_it():
    assert sidecar_key("main/a.jpg") == "main/a.jpg.xmp"
    assert is_sidecar(sidecar_key("main/no extension"))


@pytest.mark.parametrize(
    ("key", "gallery"),
    [("beach/a.jpg", "beach"), ("a.jpg", "main"), ("Photos/a.jpg", "main"), ("/a.jpg", "main")],
)
def test_a_row_s_key_belongs_to_the_default_gallery_unless_it_names_one(key, gallery):
    assert gallery_of(key) == gallery


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("main/a.b.jpg", "a.b"),
        ("main/x/a", "a"),
        ("main/.jpg", ".jpg"),
        ("main/a.", "a"),
        ("main.d/a", "a"),
    ],
)
def test_a_stem_is_the_name_without_its_extension(key, expected):
    assert stem(key) == expected


def test_the_same_file_has_the_same_id_and_another_one_in_another_gallery():
    first, again, elsewhere = (upload_id(g, "ab" * 32) for g in ("main", "main", "beach"))

    assert first == again != elsewhere
    assert len(first) == 32


def test_an_uploaded_object_takes_its_stem_for_its_id():
    assert new_id(f"main/{HEX}.jpg") == HEX


@pytest.mark.parametrize(
    "key",
    [f"main/sub/{HEX}.jpg", f"main/{HEX.upper()}.jpg", f"main/{HEX}0.jpg", "main/IMG_0001.jpg"],
)
def test_an_object_dropped_in_has_the_id_of_its_whole_key(key):
    assert new_id(key) == dropped_in_id(key)


def test_an_id_that_is_taken_by_another_object_is_not_used_again():
    key = f"main/{HEX}.png"

    assert new_id(key, frozenset({HEX})) == dropped_in_id(key)


@given(st.text(min_size=1, max_size=40).filter(lambda path: not path.endswith("/")))
def test_a_new_id_is_one_of_those_that_are_looked_up(path):
    key = f"main/{path}"

    assert new_id(key) in candidate_ids(key)
    assert all(candidate_ids(key))
