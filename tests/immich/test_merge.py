"""What an import takes over, and what stays as it was changed here."""

import dataclasses
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import TRASHED, Asset, Face
from chalicelib.domain.person import Person
from chalicelib.storage.rows import parse_item, to_item
from migrations.immich.merge import ASSET_GROUPS, CURATED, PERSON_GROUPS, Merge, digests, merge
from tests.builders import BUCKET, NOW, an_asset

FACE = Face("p1", (1, 2, 3, 4), (400, 300), "machine-learning")
# Of each group: what Immich said first, what it says now, what a person said here.
SAID: dict[str, list[dict[str, Any]]] = {
    "name": [{"filename": name} for name in ("a.jpg", "b.jpg", "c.jpg")],
    "file": [{"width": width} for width in (400, 500, 600)],
    "placeholder": [{"thumbhash": said} for said in (b"one", b"two", b"three")],
    "date": [{"taken_local": datetime(2024, month, 1)} for month in (1, 2, 3)],  # noqa: DTZ001
    "favourite": [{"is_favorite": said} for said in (False, True, False)],
    "visibility": [{"visibility": said} for said in ("timeline", "archive", "locked")],
    "bin": [
        {"deleted_at": None, "deleted_reason": None},
        {"deleted_at": NOW, "deleted_reason": TRASHED},
        {"deleted_at": NOW.replace(year=2020), "deleted_reason": TRASHED},
    ],
    "motion photo": [{"live_video_id": said} for said in (None, "b", "c")],
    "faces": [
        {"faces": {"f1": FACE}},
        {"faces": {}},
        {"faces": {"f1": dataclasses.replace(FACE, person_id=None)}},
    ],
    "camera": [{"details": {"iso": iso}} for iso in (100, 200, 300)],
    "place": [{"details": {"latitude": 1.5, "city": city}} for city in ("Rome", "Bari", "Pisa")],
    "description": [{"details": {"description": said}} for said in ("one", "two", "three")],
    "rating": [{"details": said} for said in ({}, {"rating": 4}, {"rating": 5})],
    "tags": [{"details": {"tags": said}} for said in (("a",), ("a", "b"), ())],
    "albums": [{"details": {"albums": said}} for said in (("a",), (), ("c",))],
}


def imported(**said) -> Asset:
    """A row as an import made it, as it comes out of the table."""
    asset = an_asset(**said)
    noted = dataclasses.replace(asset, imported=digests(ASSET_GROUPS, asset), version=1)
    return parse_item(to_item(noted), BUCKET)


def merged(row: Asset, wanted: Asset, *, is_measured: bool = False):
    return merge(ASSET_GROUPS, row, wanted, is_measured=is_measured)


def test_every_group_is_tried():
    assert SAID.keys() == {group.name for group in ASSET_GROUPS}
    assert SAID.keys() >= CURATED


@pytest.mark.parametrize("name", SAID)
def test_what_immich_says_as_before_is_not_written_whatever_it_is_here(name):
    first, _, here = SAID[name]
    row = imported(**first)

    assert merged(row, an_asset(**first)).changes == {}
    assert merged(dataclasses.replace(row, **here), an_asset(**first)).changes == {}


@pytest.mark.parametrize("name", SAID)
def test_what_immich_says_anew_is_taken_over_once(name):
    first, anew, _ = SAID[name]
    row = imported(**first)

    found = merged(row, an_asset(**anew))

    assert found.kept == ()
    changed = dataclasses.replace(row, **found.changes)
    assert changes_but_imported(changed, row).keys() == anew.keys() & found.changes.keys()
    for attribute, value in anew.items():
        assert getattr(changed, attribute) == value
    assert merged(parse_item(to_item(changed), BUCKET), an_asset(**anew)).changes == {}


@pytest.mark.parametrize("name", SAID.keys() - {"favourite"})
def test_what_changed_there_and_here_stays_as_it_is_here(name):
    first, anew, here = SAID[name]
    row = dataclasses.replace(imported(**first), **here)

    found = merged(row, an_asset(**anew))

    assert (found.changes, found.kept) == ({}, (name,))


def test_the_favourite_of_a_person_stays_when_immich_says_the_same_by_now():
    row = dataclasses.replace(imported(is_favorite=False), is_favorite=True)

    found = merged(row, an_asset(is_favorite=True))

    assert found.changes.keys() == {"imported"}
    changed = dataclasses.replace(row, **found.changes)
    assert merged(changed, an_asset(is_favorite=True)).changes == {}


def changes_but_imported(after: Asset, before: Asset) -> dict[str, object]:
    return {
        field.name: getattr(after, field.name)
        for field in dataclasses.fields(after)
        if field.name != "imported" and getattr(after, field.name) != getattr(before, field.name)
    }


def test_a_photo_that_was_here_first_takes_over_what_its_file_does_not_say():
    row = an_asset(source_etag="e1", details={"iso": 100, "altitude": 3.0}, thumbhash=b"ours")
    wanted = an_asset(
        filename="holiday.jpg",
        width=1,
        thumbhash=b"theirs",
        is_favorite=True,
        visibility="archive",
        deleted_at=NOW,
        deleted_reason=TRASHED,
        faces={"f1": FACE},
        details={"iso": 200, "description": "the lake"},
    )

    changed = dataclasses.replace(row, **merged(row, wanted, is_measured=True).changes)

    assert changed == dataclasses.replace(
        wanted,
        width=row.width,
        thumbhash=b"ours",
        source_etag="e1",
        imported=digests(ASSET_GROUPS, wanted),
        details={"iso": 200, "altitude": 3.0, "description": "the lake"},
    )


def test_what_a_person_decided_about_a_photo_that_was_here_first_stays():
    row = an_asset(is_favorite=True, visibility="locked", deleted_at=NOW, deleted_reason=TRASHED)

    changes = merged(row, an_asset()).changes

    assert changes.keys() == {"imported"}


def test_digests_of_another_format_say_nothing():
    row = dataclasses.replace(imported(), imported=b"\x00 of another release")

    assert merged(row, an_asset(filename="b.jpg")).changes["filename"] == "b.jpg"


def test_a_person_renamed_here_keeps_that_name():
    ada = Person("p1", "main", "Ada", birth_date=date(1815, 12, 10))
    row = dataclasses.replace(ada, imported=digests(PERSON_GROUPS, ada), name="Grandma")

    def after(**said: Any) -> Merge:
        return merge(PERSON_GROUPS, row, dataclasses.replace(ada, **said), is_measured=False)

    assert after().changes == {}
    assert after(name="Ada L.").kept == ("name",)
    assert after(is_favorite=True).changes["is_favorite"] is True


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False), st.integers(0, 10**9))
def test_a_row_says_after_its_way_through_the_table_what_it_said_before(text, number, whole):
    details = {"description": text, "latitude": number, "iso": whole, "tags": (text or "a", "b")}
    asset = an_asset(
        details={name: value for name, value in details.items() if value != ""},
        faces={"f1": FACE},
        duration=number if number >= 0 else None,
        file_size=whole,
        taken_at=NOW.replace(microsecond=123_456),
    )

    again = parse_item(to_item(asset), BUCKET)

    assert digests(ASSET_GROUPS, again) == digests(ASSET_GROUPS, asset)


CORRECTED: dict[str, list[dict[str, Any]]] = {
    # what a person said here: nothing, too
    "date": [*SAID["date"], {"taken_local": None}],
    "description": [*SAID["description"], {"details": {}}],
}


@pytest.mark.parametrize("name", CORRECTED)
def test_what_a_person_corrected_stays_whatever_immich_says_anew(name):
    first, anew, here, nothing = CORRECTED[name]
    row = dataclasses.replace(imported(**first), corrected=(name,))

    for said in (first, here, nothing):
        kept = merged(dataclasses.replace(row, **said), an_asset(**anew))

        assert kept == Merge({}, (name,))


@pytest.mark.parametrize("name", CORRECTED)
def test_a_first_import_leaves_what_was_corrected_before_it(name):
    first, anew, here, nothing = CORRECTED[name]

    for said in (here, nothing):
        row = an_asset(**said, corrected=(name,))
        found = merged(row, an_asset(**first))
        changed = dataclasses.replace(row, **found.changes)

        assert changes_but_imported(changed, row) == {}
        assert merged(changed, an_asset(**anew)).kept == (name,)


# --- faces of persons that were merged here ---------------------------------------------

HEIRS = {"ann": "anna", "annie": "anna", "bobby": "bob"}


def faces(**persons: str | None) -> dict[str, Any]:
    return {
        "faces": {name: dataclasses.replace(FACE, person_id=who) for name, who in persons.items()}
    }


@pytest.mark.parametrize(
    "anew",
    [
        {"f1": "anna", "f2": "anna", "f3": "cleo", "f4": "bob"},  # another face was found
        {"f1": "anna", "f2": "anna"},  # one was none
        {"f1": "bob", "f2": "anna", "f3": "cleo"},  # one is somebody else's
    ],
)
@pytest.mark.parametrize("before", ["ann", "annie", "anna"])
def test_faces_that_a_merge_named_anew_are_taken_over_when_they_change_in_immich(before, anew):
    row = imported(**faces(f1=before, f2="ann", f3="cleo"))
    named = dataclasses.replace(row, **faces(f1="anna", f2="anna", f3="cleo"))
    wanted = an_asset(**faces(**anew))

    found = merge(ASSET_GROUPS, named, wanted, is_measured=True, heir_of=HEIRS)

    assert (found.kept, found.changes["faces"]) == ((), wanted.faces)
    changed = dataclasses.replace(named, **found.changes)
    assert merge(ASSET_GROUPS, changed, wanted, is_measured=True, heir_of=HEIRS).changes == {}


def test_faces_that_changed_otherwise_here_stay_when_persons_were_merged():
    row = imported(**faces(f1="ann", f2="cleo"))
    here = dataclasses.replace(row, **faces(f1="anna", f2="dora"))

    found = merge(ASSET_GROUPS, here, an_asset(**faces(f1="anna")), is_measured=True, heir_of=HEIRS)

    assert (found.changes, found.kept) == ({}, ("faces",))


def test_a_crowd_of_merged_persons_takes_no_more_than_a_moment():
    crowd = {f"f{number}": "anna" for number in range(60)}
    row = dataclasses.replace(imported(**faces(f1="cleo")), **faces(**crowd))

    found = merge(ASSET_GROUPS, row, an_asset(**faces()), is_measured=True, heir_of=HEIRS)

    assert found.kept == ("faces",)
