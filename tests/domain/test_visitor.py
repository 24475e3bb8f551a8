from datetime import timedelta

from chalicelib.domain.visitor import Guest, Owner
from tests.builders import NOW, an_asset
from tests.domain.test_share import a_share

OWNER = Owner("u1", "ann@example.org", frozenset({"main"}), NOW)


def test_an_owner_sees_their_galleries_with_all_that_is_in_them():
    binned = an_asset("a1", deleted_at=NOW, visibility="locked")

    assert OWNER.may_see("main")
    assert not OWNER.may_see("other")
    assert OWNER.may_open(binned)
    assert OWNER.may_download(binned)
    assert not OWNER.may_open(an_asset("a1", key="other/a1.jpg"))
    assert not OWNER.may_download(an_asset("a1", key="other/a1.jpg"))


def test_a_row_belongs_where_it_says_and_not_where_its_key_lies():
    assert not OWNER.may_open(an_asset("a1", gallery_id="other"))


def test_a_guest_sees_what_the_link_shows_and_downloads_where_it_says_so():
    guest = Guest(a_share())

    assert guest.may_see("main")
    assert not guest.may_see("other")
    assert guest.may_open(an_asset("a1"))
    assert not guest.may_open(an_asset("a1", visibility="hidden"))
    assert not guest.may_download(an_asset("a1"))
    assert Guest(a_share(may_download=True)).may_download(an_asset("a1"))
    assert not Guest(a_share(may_download=True)).may_download(an_asset("a1", deleted_at=NOW))


def test_routes_of_owners_are_not_for_guests():
    guest = Guest(a_share())

    assert (OWNER.may_ask("owner"), OWNER.may_ask("guest")) == (True, True)
    assert (guest.may_ask("owner"), guest.may_ask("guest")) == (False, True)


def test_both_are_known_for_as_long_as_their_token_or_link_says():
    just_before = NOW - timedelta(microseconds=1)

    assert (OWNER.is_known(just_before), OWNER.is_known(NOW)) == (True, False)
    guest = Guest(a_share(expires_at=NOW))
    assert (guest.is_known(just_before), guest.is_known(NOW)) == (True, False)
