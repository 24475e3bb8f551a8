from datetime import timedelta

import pytest

from chalicelib.domain.share import Share
from tests.builders import NOW, an_asset


def a_share(**said) -> Share:
    usual = {"kind": "gallery", "gallery": "main", "created_at": NOW, "created_by": "u1"}
    return Share(**{"id": "s1", "key": "k", **usual, **said})


def test_a_link_to_a_gallery_shows_its_timeline_and_nothing_of_another():
    share = a_share()

    assert share.shows(an_asset("a1"))
    assert not share.shows(an_asset("a1", key="other/a1.jpg"))


def test_a_link_to_a_selection_shows_these_photos_of_its_gallery_alone():
    share = a_share(kind="selection", asset_ids=("a1", "b1"))

    assert share.shows(an_asset("a1"))
    assert not share.shows(an_asset("a2"))
    assert not share.shows(an_asset("b1", key="other/b1.jpg"))


@pytest.mark.parametrize("kind", ["gallery", "selection"])
@pytest.mark.parametrize(
    "aside",
    [
        {"visibility": "archive"},
        {"visibility": "hidden"},
        {"visibility": "locked"},
        {"deleted_at": NOW, "deleted_reason": "trashed"},
        {"deleted_at": NOW, "visibility": "locked"},
        {"is_live_video": True},
    ],
)
def test_no_link_shows_what_is_put_aside(kind, aside):
    share = a_share(kind=kind, asset_ids=("a1",) if kind == "selection" else ())

    assert not share.shows(an_asset("a1", **aside))


def test_a_link_is_open_until_it_ends_or_is_revoked():
    ends = a_share(expires_at=NOW)

    assert a_share().is_open(NOW)
    assert ends.is_open(NOW - timedelta(microseconds=1))
    assert not ends.is_open(NOW)
    assert not a_share(revoked_at=NOW + timedelta(days=1)).is_open(NOW)
