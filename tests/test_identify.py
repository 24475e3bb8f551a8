"""The faces of a person, and what people say of a person."""

import pytest

from chalicelib.api.queries import faces_query
from chalicelib.api.serializers import faces_json
from chalicelib.curate import delete
from chalicelib.domain.person import Person
from chalicelib.errors import InvalidParameterError, NotFoundError
from chalicelib.identify import Faces, change_person, faces_page
from tests.builders import MemoryGallery, a_gallery, an_asset, wall_clock
from tests.libraries import a_face


@pytest.fixture
def gallery() -> MemoryGallery:
    """Ann in three photos, twice in one of them; Bob in one of hers."""
    gallery = a_gallery()
    gallery.people.create(Person("ann", "main", "Ann"))
    gallery.people.create(Person("bob", "main", "Bob"))
    gallery.people.create(Person("unnamed", "main"))
    ann, bob = a_face("ann"), a_face("bob")
    gallery.add(
        an_asset("a1", taken_local=wall_clock("2023-12-24"), faces={"f1": ann}),
        an_asset("a2", faces={"f3": ann, "f2": bob, "f1": ann}),
        an_asset("a3", taken_local=wall_clock("2024-06-01"), faces={"f9": ann}),
        an_asset("nobody"),
    )
    return gallery


def faces(gallery: MemoryGallery, id: str, limit: int = 50, of: str = "main") -> Faces:
    return faces_page(gallery.tables, faces_query(id=id, gallery=of, limit=limit, cursor=None))


def named(found: Faces) -> list[tuple[str, str]]:
    return [(face.asset.id, face.id) for face in found.faces]


# --- faces -------------------------------------------------------------------------------


def test_faces_are_the_person_s_alone_of_the_newest_photo_first(gallery):
    found = faces(gallery, "ann")

    assert named(found) == [("a3", "f9"), ("a2", "f1"), ("a2", "f3"), ("a1", "f1")]
    assert (found.page.total, found.page.next) == (3, None)
    assert {face.face for face in found.faces} == {a_face("ann")}


def test_faces_are_read_to_their_end_by_cursor(gallery):
    query = faces_query(id="ann", gallery="main", limit=1, cursor=None)
    found = []
    while True:
        answer = faces_json(query, faces_page(gallery.tables, query))
        found += [(item["asset_id"], item["id"]) for item in answer["items"]]
        if not answer["has_more"]:
            break
        query = faces_query(id="ann", gallery="main", limit=1, cursor=answer["next_cursor"])

    assert found == [("a3", "f9"), ("a2", "f1"), ("a2", "f3"), ("a1", "f1")]


def test_a_face_that_its_row_has_no_more_is_left_out(gallery):
    gallery.assets.change(gallery.assets.get("a3"), faces={"f9": a_face("bob")})

    assert named(faces(gallery, "ann", limit=1)) == []
    assert faces(gallery, "ann", limit=1).page.next is not None


def test_faces_of_what_is_in_the_bin_are_not_shown(gallery):
    delete("a3", gallery.tables)

    assert named(faces(gallery, "ann", limit=1)) == [("a2", "f1"), ("a2", "f3")]


def test_somebody_without_photos_has_no_faces(gallery):
    assert named(faces(gallery, "unnamed")) == []


@pytest.mark.parametrize("id", ["nobody", "all", "x" * 128])
def test_faces_of_somebody_whom_nobody_made_are_not_found(gallery, id):
    with pytest.raises(NotFoundError):
        faces(gallery, id)


def test_a_gallery_that_is_none_has_no_faces(gallery):
    with pytest.raises(NotFoundError):
        faces(gallery, "ann", of="beach")


# --- what people say ---------------------------------------------------------------------


def change(
    gallery: MemoryGallery,
    id: str,
    name: str | None = None,
    is_favorite: bool | None = None,
    is_hidden: bool | None = None,
) -> Person:
    return change_person("main", id, name, is_favorite, is_hidden, gallery.people)


def test_what_is_said_is_changed_and_nothing_else(gallery):
    renamed = change(gallery, "ann", name="  Grandma Ann ")
    liked = change(gallery, "ann", is_favorite=True)
    hidden = change(gallery, "ann", is_hidden=True)
    shown = change(gallery, "ann", is_hidden=False)

    assert renamed == Person("ann", "main", "Grandma Ann", faces=4, assets=3)
    assert (liked.name, liked.is_favorite) == ("Grandma Ann", True)
    assert (hidden.is_hidden, hidden.is_favorite) == (True, True)
    assert shown == liked == gallery.people.get("main", "ann")


def test_nothing_said_writes_nothing(gallery):
    writes = gallery.wire.writes

    assert change(gallery, "ann") == gallery.people.get("main", "ann")
    assert change(gallery, "ann", name="Ann", is_hidden=False).name == "Ann"

    assert gallery.wire.writes == writes


def test_somebody_without_a_name_gets_one_first(gallery):
    with pytest.raises(InvalidParameterError, match="name"):
        change(gallery, "unnamed", is_favorite=True)

    named = change(gallery, "unnamed", name="Zoe", is_favorite=True)
    assert (named.name, named.is_favorite) == ("Zoe", True)


@pytest.mark.parametrize(
    "name", [" \t\u3000", "\u200b", "\x00", "\u202e \u2066", "\ue000\u2028", "\U000e0001"]
)
def test_a_name_that_shows_nothing_is_none(gallery, name):
    with pytest.raises(InvalidParameterError, match="name"):
        change(gallery, "ann", name=name)

    assert gallery.people.get("main", "ann").name == "Ann"


@pytest.mark.parametrize("name", ["Ann\x00", "An\nn", "A\x9fnn"])
def test_a_name_with_control_characters_is_refused(gallery, name):
    with pytest.raises(InvalidParameterError, match="name: must not have control characters"):
        change(gallery, "ann", name=name)


@pytest.mark.parametrize(
    "name", ["\u0645\u06cc\u200c\u0646\u0627", "👩\u200d👧", "\u202b\u05d0\u05df\u202c", "?"]
)
def test_a_name_may_have_what_joins_characters_and_turns_them(gallery, name):
    assert change(gallery, "ann", name=name).name == name


@pytest.mark.parametrize("id", ["nobody", "", "merged"])
def test_nobody_is_changed_who_is_not_there(gallery, id):
    gallery.people.create(Person("merged", "main", "Bobby", merged_into="bob"))

    with pytest.raises(NotFoundError):
        change(gallery, id, name="Eve")

    assert gallery.people.get("main", "merged").name == "Bobby"


def test_a_person_who_goes_meanwhile_is_not_found(gallery):
    gallery.people_table.before(
        "update", lambda _: gallery.people_table.delete_many([("main", "ann")])
    )

    with pytest.raises(NotFoundError):
        change(gallery, "ann", name="Eve")


def test_of_a_circle_the_one_who_is_shown_can_be_changed(gallery):
    gallery.people.merge(gallery.people.get("main", "ann"), "bob")
    gallery.people.merge(gallery.people.get("main", "bob"), "ann")

    assert change(gallery, "ann", name="Anna").name == "Anna"
    with pytest.raises(NotFoundError):
        change(gallery, "bob", name="Anna")
