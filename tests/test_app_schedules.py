"""The Lambdas that a schedule calls, with the payload that AWS sends."""

import io
import json
import logging
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

import app as app_module
from chalicelib.domain.asset import TRASHED
from chalicelib.domain.person import Person
from chalicelib.errors import StorageUnavailableError
from tests.builders import NOW, an_asset
from tests.libraries import a_face
from tests.site import CONTEXT, Site, a_site, from_file

TICK = from_file("schedule.json")
OUT_OF_TIME = SimpleNamespace(
    **{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 59_999},
)
IN_TIME = SimpleNamespace(
    **{**vars(CONTEXT), "get_remaining_time_in_millis": lambda: 60_001},
)


@pytest.fixture
def site(monkeypatch) -> Site:
    return a_site(monkeypatch)


@pytest.fixture
def log(monkeypatch) -> io.StringIO:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(app_module.log().registered_formatter)
    monkeypatch.setattr(logging.getLogger("contactsheet"), "handlers", [handler])
    return stream


def told(log: io.StringIO) -> list[dict[str, Any]]:
    own = ("level", "location", "timestamp", "service")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    return [{name: value for name, value in line.items() if name not in own} for line in lines]


def binned(site: Site, id: str, days: int) -> None:
    site.bucket.place(f"main/{id}.jpg", b"photo")
    deleted_at = NOW - timedelta(days=days)
    site.gallery.add(an_asset(id, deleted_at=deleted_at, deleted_reason=TRASHED))


def test_each_night_what_was_deleted_long_ago_is_purged_and_the_log_tells_how_much(site, log):
    binned(site, "a1", 365)
    binned(site, "a2", 366)
    site.bucket.place("main/a3.jpg", b"photo")
    site.gallery.add(an_asset("a3"))

    def fail(request):
        if request.key == ("main/a2.jpg",):
            raise StorageUnavailableError("S3 did not answer")

    site.bucket.before("delete_object", fail, None)

    app_module.purge_bin(TICK, IN_TIME)

    assert sorted(row.id for row in site.assets.scan()) == ["a2", "a3"]
    assert told(log) == [
        {"message": "asset not purged", "asset_id": "a2", "error": "S3 did not answer"},
        {"message": "bin purged", "purged": 1, "is_done": True},
        {"message": "merges finished", "lists": 0, "is_done": True},
    ]


def test_a_purge_without_time_left_begins_nothing(site, log):
    binned(site, "a1", 365)

    app_module.purge_bin(TICK, OUT_OF_TIME)

    assert site.gallery.listed("bin") == ["a1"]
    assert told(log) == [
        {"message": "bin purged", "purged": 0, "is_done": False},
        {"message": "merges finished", "lists": 0, "is_done": True},
    ]


def test_each_night_merges_that_nobody_went_on_with_are_finished(site, log):
    for known in ("ann", "anna"):
        site.gallery.people.create(Person(known, "main", known))
    site.gallery.add(an_asset("a1", faces={"f1": a_face("ann")}))
    site.gallery.people.merge(site.gallery.people.get("main", "ann"), "anna")

    app_module.purge_bin(TICK, OUT_OF_TIME)
    assert site.gallery.listed("p:ann") == ["a1"]
    app_module.purge_bin(TICK, IN_TIME)

    assert (site.gallery.listed("p:ann"), site.gallery.listed("p:anna")) == ([], ["a1"])
    assert told(log)[1::2] == [
        {"message": "merges finished", "lists": 1, "is_done": False},
        {"message": "merges finished", "lists": 1, "is_done": True},
    ]


def test_each_week_lists_are_compared_with_the_rows_and_mended(site, log):
    site.gallery.add(an_asset("a1"))
    site.assets.create(an_asset("a2"))  # its record of the stream got lost
    site.assets_table.stream.clear()

    app_module.audit_pages(TICK, OUT_OF_TIME)
    assert site.gallery.listed() == ["a1"]
    app_module.audit_pages(TICK, IN_TIME)

    assert site.gallery.listed() == ["a1", "a2"]
    assert site.gallery.audit().differences == 0
    found = {"message": "pages audited", "rows": 2, "differences": 1, "stray_leaves": 0}
    found["unfinished_merges"] = 0
    assert told(log) == [
        found,
        {"message": "pages repaired", "is_done": False},
        found,
        {"message": "pages repaired", "is_done": True},
    ]
