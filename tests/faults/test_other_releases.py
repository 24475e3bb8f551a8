"""Rows and pictures of releases before and after this one: deployments, and their rollback."""

import dataclasses
from typing import Any

import pytest

from chalicelib import create_thumbnail
from chalicelib.curate import set_favorite
from chalicelib.domain.thumbnail import small_key, thumbnail_key
from chalicelib.storage import media
from chalicelib.storage.rows import parse_item, to_item
from chalicelib.storage.table import Item
from chalicelib.take_in import take_in
from tests.builders import BUCKET, a_gallery, a_jpeg, an_asset

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
    "filename": {"S": "a.jpg"},
    "local_path": {"S": "a.jpg"},
    "file_type": {"S": "image"},
    "mime_type": {"S": "image/jpeg"},
    "width": {"N": "160"},
    "height": {"N": "120"},
    "file_size": {"N": "825"},
    "visibility": {"S": "timeline"},
    "thumbhash": {"B": b"\x07\x08"},
    "source_etag": {"S": "0123456789abcdef"},
    "version": {"N": "1"},
    "created_at": {"S": "2026-03-01T12:00:00.000+00:00"},
    "updated_at": {"S": "2026-03-01T12:00:00.000+00:00"},
}


def test_f80_a_row_of_the_first_release_is_read_and_written_as_it_was():
    row = parse_item(OF_THE_FIRST_RELEASE, BUCKET)

    assert (row.thumbnail_state, row.thumbnail_recipe, row.sequencer) == ("ready", None, None)
    assert to_item(row) == OF_THE_FIRST_RELEASE


def test_f80_a_release_that_is_rolled_back_reads_every_attribute_that_it_knew():
    """What later releases write keeps its names and types: the old reader finds all it needs."""
    row = parse_item(OF_THE_FIRST_RELEASE, BUCKET)

    today = to_item(
        dataclasses.replace(row, sequencer="photos:1", thumbnail_recipe=2, is_favorite=True)
    )

    assert {name: today[name] for name in OF_THE_FIRST_RELEASE} == OF_THE_FIRST_RELEASE


def test_x04_two_releases_at_work_during_a_deployment_end_with_the_later_one_s_pictures(
    monkeypatch: pytest.MonkeyPatch,
):
    """The old one may come last: it never replaces what the new one drew."""
    gallery = a_gallery()
    gallery.bucket.place(KEY, a_jpeg())
    for recipe in (7, 6):
        for module in (create_thumbnail, media):
            monkeypatch.setattr(module, "RECIPE", recipe)
        _, row = gallery.take_in(KEY)
        gallery.studio.create_thumbnail_of(row.id, remake=True)

    for key in (thumbnail_key(KEY), small_key(KEY)):
        assert (gallery.bucket.objects[key].metadata or {})["recipe"] == "7"
    assert gallery.assets_table.items[0]["thumbnail_recipe"] == {"N": "7"}
