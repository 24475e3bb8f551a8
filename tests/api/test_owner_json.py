"""Which addresses an owner's cookies open, and what stands in place of the others."""

from typing import Any

import pytest

from chalicelib.api.owner_json import opens, owner_items


def an_item(url: str, thumbnail: str | None, id: str = "a1") -> dict[str, Any]:
    return {"id": id, "url": url, "thumbnail_url": thumbnail, "small_url": thumbnail, "name": "a"}


@pytest.mark.parametrize(
    ("address", "opened"),
    [
        ("/photos/main/a.jpg", True),
        ("/photos/main/.small/a.jpg.jpg", True),
        ("/photos/lake-1/a.jpg", True),
        ("/photos/mainly/a.jpg", False),
        ("/photos/Older/a.jpg", False),
        ("/photos/a.jpg", False),
        ("/photos/main", False),
        ("https://elsewhere.example/photos/a.jpg", True),
    ],
)
def test_cookies_open_the_folders_of_their_galleries(address: str, opened: bool):
    assert opens(address, {"main", "lake-1"}) is opened


def test_nothing_opens_for_who_has_no_gallery():
    assert not opens("/photos/main/a.jpg", frozenset())


@pytest.mark.parametrize("thumbnail", ["/photos/main/a_thumb.jpg", None])
def test_a_photo_in_its_gallery_s_folder_keeps_its_addresses(thumbnail: str | None):
    item = an_item("/photos/main/a.jpg", thumbnail)

    assert owner_items({"main"})(item) == item


def test_a_photo_that_lies_elsewhere_is_had_by_the_api():
    told = owner_items({"main"})(an_item("/photos/Older/a.jpg", "/photos/Older/t.jpg", "a/1"))

    assert told == {
        "id": "a/1",
        "name": "a",
        "url": "/api/gallery/assets/a%2F1/original",
        "thumbnail_url": "/api/gallery/thumbnail/a%2F1?size=medium",
        "small_url": "/api/gallery/thumbnail/a%2F1?size=small",
    }


def test_only_what_lies_elsewhere_is():
    told = owner_items({"main"})(an_item("/photos/main/a.jpg", "/photos/thumbs/a.jpg"))

    assert told["url"] == "/photos/main/a.jpg"
    assert told["thumbnail_url"].startswith("/api/")


def test_what_has_no_picture_gets_none():
    told = owner_items({"main"})(an_item("/photos/Older/a.jpg", None))

    assert (told["thumbnail_url"], told["small_url"]) == (None, None)
    assert told["url"] == "/api/gallery/assets/a1/original"


def test_a_face_is_opened_by_the_photo_that_shows_it():
    face = {"id": "f1", "asset_id": "a/1", "thumbnail_url": "/photos/Older/t.jpg"}

    told = owner_items({"main"})(face | {"small_url": None})

    assert told == {
        "id": "f1",
        "asset_id": "a/1",
        "thumbnail_url": "/api/gallery/thumbnail/a%2F1?size=medium",
        "small_url": None,
    }


def test_what_failed_has_an_original_and_no_pictures():
    told = owner_items({"main"})({"id": "a1", "url": "/photos/a.jpg"})

    assert told == {"id": "a1", "url": "/api/gallery/assets/a1/original"}
    assert owner_items({"main"})({"id": "a1", "url": "/photos/main/a.jpg"}) == {
        "id": "a1", "url": "/photos/main/a.jpg",
    }  # fmt: skip
