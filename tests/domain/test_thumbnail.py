import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.domain.thumbnail import (
    PREVIEW_BOX,
    SMALL_BOX,
    THUMB_BOX,
    fit,
    is_rendition,
    preview_key,
    rendition_keys,
    small_key,
    thumbnail_key,
)

# Names that come close to each other and to our own.
words = st.sampled_from(
    ["a", "b", ".", "..", "_thumb", "_thumb.jpg", ".jpg", "jpg", ".png", ".JPG", "é", " ", "%", "+"]
)
names = st.lists(words, min_size=1, max_size=6).map("".join)
keys = st.lists(names, min_size=1, max_size=3).map(lambda parts: "/".join(["main", *parts]))
anything = st.text(min_size=1, max_size=30).map(lambda text: f"main/{text}")


@pytest.mark.parametrize(
    ("original", "thumbnail"),
    [
        ("main/a.jpg", "main/a_thumb.jpg"),
        ("main/a.png", "main/a_thumb.png.jpg"),
        ("main/a.JPG", "main/a_thumb.JPG.jpg"),
        ("main/a.jpeg", "main/a_thumb.jpeg.jpg"),
        ("main/a", "main/a_thumb..jpg"),
        ("main/a.", "main/a._thumb..jpg"),
        ("main/.jpg", "main/.jpg_thumb..jpg"),
        ("main/v1.2/IMG", "main/v1.2/IMG_thumb..jpg"),
        ("main/a.jpg/b.png", "main/a.jpg/b_thumb.png.jpg"),
        ("main/archive.tar.gz", "main/archive.tar_thumb.gz.jpg"),
        ("main/ü + %41.heic", "main/ü + %41_thumb.heic.jpg"),
    ],
)
def test_a_thumbnail_lies_beside_its_original(original, thumbnail):
    assert thumbnail_key(original) == thumbnail


@given(keys | anything, keys | anything)
def test_no_two_originals_share_a_rendition(one, other):
    assume(one != other and not is_rendition(one) and not is_rendition(other))

    assert set(rendition_keys(one).values()).isdisjoint(rendition_keys(other).values())


@given(keys | anything)
def test_what_we_make_is_told_from_originals_by_its_key(original):
    for key in rendition_keys(original).values():
        assert is_rendition(key)
        assert key.endswith(".jpg")


@given(keys | anything)
def test_an_original_s_renditions_have_keys_of_their_own(original):
    assert len({original, *rendition_keys(original).values()}) == 4


@pytest.mark.parametrize(
    "key",
    [
        "main/holiday_thumb.jpg",
        "main/holiday_thumb.png.jpg",
        "main/holiday_thumb..jpg",
        "main/_thumb.jpg",
        "main/.small/holiday.jpg.jpg",
        "main/.preview/a/b.jpg.jpg",
    ],
)
def test_a_person_s_file_that_looks_like_ours_is_recognised(key):
    assert is_rendition(key)


@pytest.mark.parametrize(
    "key",
    [
        "main/holiday_thumb.png",
        "main/holiday_thumb.JPG",
        "main/holiday_thumbs.jpg",
        "main/_thumb/a.jpg",
        "main/thumb.jpg",
        "main/a_thumb.x/b.jpg",
        "main/a/.small/b.jpg",
        "main/.small",
        "main/.smaller/a.jpg",
    ],
)
def test_what_only_resembles_ours_is_an_original(key):
    assert not is_rendition(key)


def test_small_and_preview_have_folders_of_their_own():
    assert small_key("main/a/b.png") == "main/.small/a/b.png.jpg"
    assert preview_key("main/a/b.png") == "main/.preview/a/b.png.jpg"


@pytest.mark.parametrize(
    ("size", "box", "expected"),
    [
        ((4000, 3000), THUMB_BOX, (800, 600)),
        ((3000, 4000), THUMB_BOX, (450, 600)),
        ((4000, 1000), THUMB_BOX, (800, 200)),
        ((800, 600), THUMB_BOX, (800, 600)),
        ((799, 1), THUMB_BOX, (799, 1)),
        ((20_000, 1), THUMB_BOX, (800, 1)),
        ((4000, 3000), SMALL_BOX, (320, 240)),
        ((4000, 3000), PREVIEW_BOX, (2048, 1536)),
        ((1, 1), PREVIEW_BOX, (1, 1)),
    ],
)
def test_fit_gives_the_largest_size_inside_the_box(size, box, expected):
    width, height = size

    assert fit(width, height, box) == expected


@given(st.integers(1, 100_000), st.integers(1, 100_000))
def test_fit_never_enlarges_never_vanishes_and_stays_inside(width, height):
    fitted = fit(width, height)

    assert 1 <= fitted[0] <= min(width, 800)
    assert 1 <= fitted[1] <= min(height, 600)
