"""Rows and pictures of releases before and after this one: deployments, and their rollback."""

import dataclasses
import itertools
from typing import Any

import pytest

from chalicelib import create_thumbnail
from chalicelib.curate import set_favorite
from chalicelib.domain import asset
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.storage import media
from chalicelib.storage.rows import parse_item, to_item
from chalicelib.storage.table import Item
from chalicelib.take_in import take_in
from tests.builders import BUCKET, MemoryGallery, a_gallery, a_jpeg, an_asset

KEY = "main/a.jpg"


def test_f80_a_row_of_a_later_release_is_read_and_keeps_what_is_not_understood():
    """New attributes, new types of old ones, a new word for a visibility or an error."""
    gallery = a_gallery()
    gallery.add(an_asset("a", key=KEY, details={"title": "Ours"}))
    gallery.bucket.place(KEY, a_jpeg())
    later: dict[str, Any] = {
        "album_ids": {"L": [{"S": "x"}]},
        "edits": {"L": [{"M": {"crop": {"L": [{"N": "1"}]}}}]},
        "thumbnail_recipe": {"N": "99"},
        "thumbnail_error": {"S": "quarantined"},
        "rating": {"M": {"stars": {"N": "5"}}},
        "sequencer": {"B": b"\0"},
    }
    (row,) = gallery.assets_table.items
    gallery.assets_table.put({**row, **later})

    set_favorite("a", True, gallery.tables)
    take_in(KEY, gallery.studio)

    (kept,) = gallery.assets_table.items
    for name in ("album_ids", "edits", "rating"):
        assert kept[name] == later[name]
    assert (kept["is_favorite"], kept["title"]) == ({"BOOL": True}, {"S": "Ours"})
    assert "rating" not in gallery.assets.get("a").details


# A row as the first release wrote it.
OF_THE_FIRST_RELEASE: Item = {
    "id": {"S": "a1"},
    "url": {"S": KEY},
    "thumbnail_url": {"S": "main/a_thumb.jpg"},
    "filename": {"S": "Beach.jpg"},
    "local_path": {"S": "a.jpg"},
    "file_type": {"S": "video"},
    "mime_type": {"S": "video/mp4"},
    "width": {"N": "160"},
    "height": {"N": "120"},
    "duration": {"N": "1.5"},
    "file_size": {"N": "825"},
    "file_hash": {"S": "ab" * 32},
    "taken_at": {"S": "2024-05-17T07:30:00.000+00:00"},
    "taken_local": {"S": "2024-05-17T09:30:00.000"},
    "utc_offset_minutes": {"N": "120"},
    "is_favorite": {"BOOL": True},
    "visibility": {"S": "archive"},
    "deleted_at": {"S": "2026-03-01T12:00:00.000+00:00"},
    "deleted_reason": {"S": "trashed"},
    "thumbhash": {"B": b"\x07\x08"},
    "is_damaged": {"BOOL": True},
    "thumbnail_error": {"S": "truncated"},
    "thumbnail_error_detail": {"S": "Its end is missing."},
    "source_etag": {"S": "0123456789abcdef"},
    "live_video_id": {"S": "b1"},
    "is_live_video": {"BOOL": True},
    "faces": {
        "M": {
            "f1": {
                "M": {
                    "person_id": {"S": "p1"},
                    "box": {"L": [{"N": "1"}, {"N": "2"}, {"N": "30"}, {"N": "40"}]},
                    "image_size": {"L": [{"N": "160"}, {"N": "120"}]},
                    "source": {"S": "machine-learning"},
                    "confidence": {"N": "0.5"},
                }
            }
        }
    },
    "camera_make": {"S": "Canon"},
    "latitude": {"N": "52.5"},
    "tags": {"L": [{"S": "sea"}, {"S": "sand"}]},
    "gallery_id": {"S": "main"},
    "version": {"N": "1"},
    "created_at": {"S": "2026-03-01T12:00:00.000+00:00"},
    "updated_at": {"S": "2026-03-01T12:00:00.000+00:00"},
}


def test_f80_a_row_of_the_first_release_is_read_and_written_as_it_was():
    """Whoever returns to it finds each attribute under its name and in its type."""
    row = parse_item(OF_THE_FIRST_RELEASE, BUCKET)

    assert to_item(row) == OF_THE_FIRST_RELEASE
    unread = [
        field.name
        for field in dataclasses.fields(row)
        if field.name in OF_THE_FIRST_RELEASE and getattr(row, field.name) == field.default
    ]
    assert unread == []


def test_f80_what_a_later_release_adds_leaves_the_rest_of_a_row_as_it_was():
    row = parse_item(OF_THE_FIRST_RELEASE, BUCKET)

    today = to_item(
        dataclasses.replace(
            row, sequencer="photos:1", thumbnail_recipe=2, thumbnail_attempts=1, purging="v1"
        )
    )

    assert {name: today[name] for name in OF_THE_FIRST_RELEASE} == OF_THE_FIRST_RELEASE


def test_x04_two_releases_at_work_during_a_deployment_end_with_the_later_one_s_pictures(
    monkeypatch: pytest.MonkeyPatch,
):
    """The old one is overtaken before each of its requests: its picture is never the last."""

    def release(recipe: int) -> None:
        for module in (asset, create_thumbnail, media):
            monkeypatch.setattr(module, "RECIPE", recipe)

    for number in itertools.count():
        gallery = a_gallery()
        gallery.bucket.place(KEY, a_jpeg())
        came: list[bool] = []

        def overtake(gallery: MemoryGallery = gallery, came: list[bool] = came) -> None:
            came.append(True)
            release(7)
            _, row = gallery.take_in(KEY)
            gallery.studio.create_thumbnail_of(row.id, remake=True)
            release(6)

        release(6)
        gallery.wire.at(number, overtake)
        gallery.take_in(KEY)
        if not came:
            break
        for key in (thumbnail_key(KEY), small_key(KEY)):
            assert (gallery.bucket.objects[key].metadata or {})["recipe"] == "7"
        assert gallery.assets_table.items[0]["thumbnail_recipe"] == {"N": "7"}
    assert number >= 5
