from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import Asset, Face
from chalicelib.domain.places import VIEWS, person_of, person_view, places
from tests.builders import an_asset, wall_clock

DELETED = datetime(2025, 8, 31, 23, 30, tzinfo=UTC)
EXCLUSIVE = {"all", "bin", "archive", "hidden", "locked"}


def a_face(person: str | None) -> Face:
    return Face(person, (0, 0, 10, 10), (100, 100), "test")


def views(asset: Asset) -> list[str]:
    return [place.view for place in places(asset)]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, ["all"]),
        ({"is_favorite": True}, ["all", "fav"]),
        ({"thumbnail_key": None, "thumbnail_error": "corrupt"}, ["all", "failed"]),
        ({"thumbnail_error": "corrupt"}, ["all"]),  # it has a thumbnail all the same
        ({"thumbnail_key": None}, ["all"]),  # pending, not failed
        ({"faces": {"f": a_face("ann")}}, ["all", "p:ann"]),
        ({"faces": {"f": a_face(None)}}, ["all"]),
        ({"visibility": "archive"}, ["archive"]),
        ({"visibility": "archive", "is_favorite": True}, ["archive"]),
        ({"visibility": "hidden", "faces": {"f": a_face("ann")}}, ["hidden"]),
        ({"visibility": "locked"}, ["locked"]),
        ({"visibility": "locked", "deleted_at": DELETED}, ["locked"]),
        ({"deleted_at": DELETED}, ["bin"]),
        ({"deleted_at": DELETED, "visibility": "archive"}, ["bin"]),
        ({"deleted_at": DELETED, "is_favorite": True, "faces": {"f": a_face("ann")}}, ["bin"]),
        ({"is_live_video": True}, []),
        ({"is_live_video": True, "deleted_at": DELETED}, []),
        ({"is_live_video": True, "visibility": "locked"}, []),
    ],
)
def test_an_asset_appears_in_exactly_the_lists_that_show_it(fields, expected):
    assert views(an_asset(**fields)) == expected


assets = st.builds(
    an_asset,
    visibility=st.sampled_from(["timeline", "archive", "hidden", "locked"]),
    deleted_at=st.sampled_from([None, DELETED]),
    is_favorite=st.booleans(),
    is_live_video=st.booleans(),
    thumbnail_key=st.sampled_from([None, "main/a1_thumb.jpg"]),
    thumbnail_error=st.sampled_from([None, "corrupt"]),
    faces=st.dictionaries(
        st.sampled_from(["f1", "f2", "f3"]), st.sampled_from(["ann", "bob", None]).map(a_face)
    ),
    taken_local=st.none() | st.datetimes(),
)


@given(assets)
def test_an_asset_is_never_in_two_of_the_exclusive_lists(asset):
    found = views(asset)

    assert len(EXCLUSIVE & set(found)) == (0 if asset.is_live_video else 1)
    assert len(set(found)) == len(found)


@given(assets)
def test_what_is_not_in_the_timeline_shows_no_faces_or_favourites_anywhere(asset):
    found = set(views(asset))

    assert "all" in found or len(found) <= 1


def test_a_tile_names_whom_it_shows_once_and_in_order_in_every_list():
    faces = {"f1": a_face("bob"), "f2": a_face("ann"), "f3": a_face("bob"), "f4": a_face(None)}

    found = places(an_asset(faces=faces, is_favorite=True))

    assert [place.view for place in found] == ["all", "fav", "p:ann", "p:bob"]
    assert {place.entry.tile.persons for place in found} == {("ann", "bob")}


@pytest.mark.parametrize("aside", [{"deleted_at": DELETED}, {"visibility": "locked"}])
def test_a_tile_of_what_is_put_aside_names_whom_it_shows(aside):
    (place,) = places(an_asset(faces={"f": a_face("ann")}, **aside))

    assert place.entry.tile.persons == ("ann",)


def test_of_a_crowd_a_tile_names_fifty():
    faces = {f"f{number}": a_face(f"p{number:03}") for number in range(200)}

    tile = places(an_asset(faces=faces))[0].entry.tile

    assert tile.persons == tuple(f"p{number:03}" for number in range(50))


@given(assets)
def test_every_list_is_a_person_s_or_one_of_seven(asset):
    assert all(view in VIEWS or person_of(view) for view in views(asset))


@given(assets)
def test_a_place_lies_in_the_bucket_of_its_own_order(asset):
    for place in places(asset):
        assert place.bucket == place.entry.bucket
        assert place.key == (asset.gallery, place.view, place.bucket)


def test_a_photo_lies_in_the_month_of_the_camera_s_wall_clock_not_of_utc():
    """Half past midnight on 1 June in Berlin is still May in UTC."""
    asset = an_asset(
        taken_local=wall_clock("2024-06-01T00:30"),
        utc_offset_minutes=120,
        taken_at=datetime(2024, 5, 31, 22, 30, tzinfo=UTC),
    )

    (place,) = places(asset)

    assert (place.bucket, place.entry.day) == ("2024-06", "01")


def test_an_undated_photo_lies_in_a_bucket_of_its_own_before_all_others():
    (undated,) = places(an_asset(taken_local=None))
    (oldest,) = places(an_asset(taken_local=wall_clock("0001-01-01")))

    assert (undated.bucket, undated.entry.day) == ("0000-00", "00")
    assert undated.entry.tile.taken is None
    assert undated.entry.position < oldest.entry.position


def test_the_bin_is_ordered_by_when_things_went_there():
    (place,) = places(an_asset(deleted_at=DELETED))

    assert place.bucket == "2025-08"
    assert place.entry.order == "2025-08-31T23:30:00.000"
    assert place.entry.tile.taken == "2024-05-17T09:30:00.000"


def test_two_faces_of_one_person_are_one_place_that_counts_two():
    faces = {"f1": a_face("ann"), "f2": a_face("ann"), "f3": a_face("bob"), "f4": a_face(None)}

    counted = {place.view: place.entry.faces for place in places(an_asset(faces=faces))}

    assert counted == {"all": 0, "p:ann": 2, "p:bob": 1}


def test_a_tile_names_a_file_only_where_its_path_does_not():
    (plain,) = places(an_asset(key="main/trip/beach.jpg", filename="beach.jpg"))
    (renamed,) = places(an_asset(key="main/0a1b.jpg", filename="beach.jpg"))

    assert (plain.entry.tile.path, plain.entry.tile.name) == ("trip/beach.jpg", None)
    assert (renamed.entry.tile.path, renamed.entry.tile.name) == ("0a1b.jpg", "beach.jpg")


def test_a_row_without_a_gallery_belongs_where_its_key_lies():
    (beach,) = places(an_asset(key="beach-2024/a.jpg"))
    (loose,) = places(an_asset(key="loose.jpg"))

    assert (beach.gallery, beach.entry.tile.path) == ("beach-2024", "a.jpg")
    assert (loose.gallery, loose.entry.tile.path) == ("main", "loose.jpg")


PERSON_IDS = [
    *("ann", "Ann", "ann#2024-05", "ann/1", "ann%231", "ann%2523", "ann 1", "ann+1", "ann~"),
    *("all", "p:ann", "#", "%", "/", " ", "", "\N{GRINNING FACE}", "e\u0301", "\u00e9", "\x00"),
]


@given(st.lists(st.sampled_from(PERSON_IDS) | st.text(max_size=5), unique=True))
def test_persons_lists_are_told_apart_whatever_their_ids(person_ids):
    found = [person_view(person_id) for person_id in person_ids]

    assert len(set(found)) == len(person_ids)
    assert [person_of(view) for view in found] == person_ids
    assert not set(found) & set(VIEWS)
    assert not set("#/ ") & set("".join(found))


@pytest.mark.parametrize("view", VIEWS)
def test_the_other_lists_are_nobody_s(view):
    assert person_of(view) is None
