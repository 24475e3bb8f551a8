import pytest

from chalicelib.draw import draw_rendition
from chalicelib.errors import AssetNotFoundError, ThumbnailPendingError, UndrawableError
from chalicelib.render_on_demand import rendition_key
from chalicelib.take_in import take_in
from tests.builders import MemoryGallery, a_gallery, a_jpeg, an_asset

KEY = "main/a1.jpg"


@pytest.fixture
def gallery() -> MemoryGallery:
    found = a_gallery()
    found.assets.create(an_asset("a1", key=KEY, thumbnail_key=None, thumbnail_url=KEY))
    found.bucket.place(KEY, a_jpeg(3000, 2000))
    return found


def rendition(gallery: MemoryGallery, size="medium", draw=None, id: str = "a1") -> str:
    def drawn(payload):
        return draw_rendition(payload, gallery.studio)

    return rendition_key(id, size, gallery.assets, gallery.media, draw or drawn)


def never(_):
    raise AssertionError("nothing was to be drawn")


@pytest.mark.parametrize(
    ("size", "key"),
    [
        ("small", "main/.small/a1.jpg.jpg"),
        ("medium", "main/a1_thumb.jpg"),
        ("large", "main/.preview/a1.jpg.jpg"),
    ],
)
def test_a_rendition_is_drawn_once_and_found_from_then_on(gallery, size, key):
    assert rendition(gallery, size) == key
    assert key in gallery.bucket.objects
    assert rendition(gallery, size, never) == key


def test_a_preview_of_an_older_original_is_drawn_anew(gallery):
    rendition(gallery, "large")
    gallery.bucket.place(KEY, a_jpeg(2500, 2500, "red"))
    take_in(KEY, gallery.studio)
    before = gallery.bucket.objects["main/.preview/a1.jpg.jpg"]

    rendition(gallery, "large")

    assert gallery.bucket.objects["main/.preview/a1.jpg.jpg"] != before


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_what_can_t_be_drawn_says_why_and_is_not_tried_twice(gallery, size):
    gallery.bucket.place(KEY, b"no photo")

    with pytest.raises(UndrawableError, match="unsupported"):
        rendition(gallery, size)
    with pytest.raises(UndrawableError, match="unsupported"):
        rendition(gallery, size, never)


def test_one_that_is_not_ready_in_time_is_pending(gallery):
    with pytest.raises(ThumbnailPendingError, match="medium rendition of a1 is not ready"):
        rendition(gallery, draw=lambda _: {"state": "ready"})


def test_an_unknown_photo_is_not_found_without_drawing(gallery):
    with pytest.raises(AssetNotFoundError):
        rendition(gallery, draw=never, id="unknown")


def test_a_photo_whose_original_is_gone_is_not_found_instead_of_pending_for_ever(gallery):
    gallery.bucket.remove(KEY)

    with pytest.raises(AssetNotFoundError, match="original of asset a1 is missing"):
        rendition(gallery)
