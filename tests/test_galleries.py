"""Whose galleries are whose, beyond what the routes' tests ask."""

import pytest

from chalicelib.domain.owned_gallery import MAX_GALLERIES, MAX_OWNERS, OwnedGallery
from chalicelib.errors import ConflictError, InvalidParameterError, TooManyTriesError
from chalicelib.galleries import (
    MAX_INVITATIONS,
    create_gallery,
    give_gallery,
    invite_owner,
    owned_galleries,
)
from tests.builders import MemoryGallery, a_gallery
from tests.memory_cognito import MemoryPool
from tests.site import an_owner


@pytest.fixture
def gallery() -> MemoryGallery:
    return a_gallery()


def test_a_gallery_is_given_to_somebody_and_again_to_the_same(gallery):
    pool = MemoryPool()

    first = give_gallery("main", " Ann@Example.org ", gallery.access, pool.accounts)
    again = give_gallery("main", "ann@example.org", gallery.access, pool.accounts)
    other = give_gallery("main", "ben@example.org", gallery.access, pool.accounts)

    ann, ben = pool.users["ann@example.org"].id, pool.users["ben@example.org"].id
    assert first == again == OwnedGallery("main", "main", {ann: "ann@example.org"})
    assert other.owners == {ann: "ann@example.org", ben: "ben@example.org"}
    assert gallery.access.galleries_of(ann) == gallery.access.galleries_of(ben) == {"main"}
    assert pool.sent == [("ann@example.org", "invitation"), ("ben@example.org", "invitation")]


def test_somebody_is_given_no_more_galleries_than_they_may_make(gallery):
    pool = MemoryPool()
    ben = pool.add("ben@example.org", "correct Horse 9 battery", "u2")
    for number in range(MAX_GALLERIES):
        give_gallery(f"g{number}", ben.email, gallery.access, pool.accounts)

    with pytest.raises(ConflictError):
        give_gallery("main", ben.email, gallery.access, pool.accounts)
    again = give_gallery("g0", ben.email, gallery.access, pool.accounts)

    assert again.owners == {"u2": "ben@example.org"}
    assert gallery.access.galleries_of("u2") == {f"g{n}" for n in range(MAX_GALLERIES)}


def test_a_gallery_is_given_to_nobody_without_an_e_mail(gallery):
    with pytest.raises(InvalidParameterError):
        give_gallery("main", "nobody", gallery.access, MemoryPool().accounts)

    assert gallery.access_table.items == []


def test_an_ending_that_chance_gave_twice_is_refused(gallery):
    create_gallery("Lake", an_owner(), gallery.access, "aaaaaa")

    with pytest.raises(ConflictError):
        create_gallery("Lake", an_owner(id="u2"), gallery.access, "aaaaaa")

    assert gallery.access.galleries_of("u2") == frozenset()


def test_somebody_who_has_too_many_galleries_is_not_invited_to_one_more(gallery):
    pool = MemoryPool()
    ben = pool.add("ben@example.org", "correct Horse 9 battery", "u2")
    for number in range(MAX_GALLERIES):
        create_gallery("Lake", an_owner(id=ben.id, email=ben.email), gallery.access, f"a{number}")
    made = create_gallery("Sea", an_owner(), gallery.access, "bbbbbb")

    with pytest.raises(ConflictError):
        invite_owner(made.id, ben.email, an_owner(made.id), gallery.access, pool.accounts)

    assert gallery.access.gallery(made.id).owners == {"u1": "ann@example.org"}


def test_a_gallery_has_so_many_owners_and_no_more(gallery):
    owners = {f"u{number}": f"{number}@example.org" for number in range(MAX_OWNERS)}
    gallery.access.create_gallery(OwnedGallery("main", "Ours", owners))

    with pytest.raises(ConflictError):
        invite_owner(
            "main", "one@more.org", an_owner("main"), gallery.access, MemoryPool().accounts
        )


def test_nobody_is_made_to_send_e_mails_without_end(gallery):
    pool = MemoryPool()
    gallery.access.create_gallery(OwnedGallery("main", "Ours", {"u1": "ann@example.org"}))

    def invite() -> None:
        invite_owner("main", "ben@example.org", an_owner("main"), gallery.access, pool.accounts)

    for _ in range(MAX_INVITATIONS):
        invite()
    with pytest.raises(TooManyTriesError):
        invite()


def test_galleries_that_are_gone_are_left_out(gallery):
    made = create_gallery("Lake", an_owner(), gallery.access, "aaaaaa")

    assert owned_galleries(an_owner(made.id, "gone"), gallery.access) == [made]
