"""Who shows which cookies; and the authorizer as the gateway calls it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import app as app_module
from chalicelib.authorize import guest_of, owner_of, told_of, told_owner
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.visitor import Guest
from chalicelib.errors import SignInRequiredError, StorageUnavailableError
from tests.builders import NOW, a_gallery
from tests.domain.test_id_token import FORGERIES
from tests.domain.test_share import a_share
from tests.memory_cognito import MemoryPool, a_token
from tests.site import CONTEXT, Site, a_site, an_owner

ARN = "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/api/GET/gallery/media"


@pytest.fixture
def site(monkeypatch) -> Site:
    site = a_site(monkeypatch)
    site.access.create_gallery(OwnedGallery("main", "Ours", {"u1": "ann@example.org"}))
    site.access.create_share(a_share())
    return site


def let_in(cookie: str) -> dict[str, Any]:
    """What the authorizer says of cookies."""
    event = {"type": "TOKEN", "authorizationToken": cookie, "methodArn": ARN}
    answer: dict[str, Any] = app_module.authorizer(event, CONTEXT)
    return answer


def is_nobody(cookie: str) -> bool:
    """Whether these cookies open nothing at all."""
    answer = let_in(cookie)
    (statement,) = answer["policyDocument"]["Statement"]
    return not statement["Resource"] and not answer["context"]


def test_an_owner_is_let_in_to_everything_with_their_galleries(site):  # noqa: ARG001
    answer = let_in(f"theme=dark; __Host-session={a_token('u1')}")

    (statement,) = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Resource"] == ["arn:aws:execute-api:eu-central-1:123456789012:a1b2c3/api/*/*"]
    owner = told_owner(answer["context"]["visitor"])
    assert owner is not None
    assert (owner.id, owner.email) == ("u1", "ann@example.org")
    assert owner.galleries == {"main"}


def test_what_the_gateway_is_told_is_one_text(site):  # noqa: ARG001
    """https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html."""
    context = let_in(f"__Host-session={a_token('u1')}")["context"]

    assert list(map(type, context.values())) == [str]


def test_somebody_without_a_gallery_is_let_in_and_owns_none(site):  # noqa: ARG001
    owner = told_owner(let_in(f"__Host-session={a_token('u9')}")["context"]["visitor"])

    assert owner is not None
    assert owner.galleries == frozenset()


def test_a_guest_is_let_in_and_their_link_is_not_told(site):  # noqa: ARG001
    answer = let_in("__Host-share=s1.k")

    assert json.loads(answer["context"]["visitor"]) == {"kind": "guest"}
    assert told_owner(answer["context"]["visitor"]) is None


def test_whoever_is_signed_in_is_an_owner_though_they_have_a_link_open(site):  # noqa: ARG001
    told = let_in(f"__Host-share=s1.k; __Host-session={a_token('u1')}")["context"]["visitor"]

    assert told_owner(told) is not None


def test_whose_session_is_over_may_still_be_a_guest(site):  # noqa: ARG001
    told = let_in(f"__Host-share=s1.k; __Host-session={a_token('u1', exp=1)}")["context"]["visitor"]

    assert told_owner(told) is None


@pytest.mark.parametrize("token", FORGERIES.values(), ids=FORGERIES)
def test_no_forged_token_is_let_in(site, token):  # noqa: ARG001
    assert is_nobody(f"__Host-session={token}")


def test_a_token_of_a_sign_in_before_the_password_was_set_lets_nobody_in(site):
    known = int(NOW.timestamp())
    site.access.end_sessions("u1", NOW)

    assert is_nobody(f"__Host-session={a_token('u1', auth_time=known - 1)}")
    assert not is_nobody(f"__Host-session={a_token('u1', auth_time=known)}")
    assert not is_nobody(f"__Host-session={a_token('u2', auth_time=known - 1)}")


def test_whoever_is_let_in_costs_one_request_more_than_a_cookie(site):
    site.access.end_sessions("u1", NOW)
    site.wire.requests.clear()

    let_in(f"__Host-session={a_token('u1')}")

    assert [(r.service, r.operation) for r in site.wire.requests] == [("access", "get")]


GUESSES = (
    *("", ".", "s1", "s1.", ".k", "s1.K", "s1.kk", "s1.k.", "s1.k.k", "S1.k", "s2.k", "s1 .k"),
    *(
        "s1.k ; x",
        "x" * 5000,
        "s1.\u00e9",
        "gallery#main.k",
        "share#s1.k",
        "owner#u1.k",
        "..",
        "s1,k",
    ),
)


@pytest.mark.parametrize("shown", GUESSES)
def test_no_guess_at_a_link_is_let_in(site, shown):  # noqa: ARG001
    with pytest.raises(SignInRequiredError):
        guest_of(shown, app_module.gallery().access, NOW)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "__Host-session=",
        "session=TOKEN",
        "__host-session=TOKEN",
        "__Host-session=TOKEN; __Host-session=x",
        "__Secure-session=TOKEN",
        "x=__Host-session=TOKEN",
        "__Host-share=s1.k; __Host-share=s1.x",
    ],
)
def test_a_token_elsewhere_than_in_its_one_cookie_is_none(site, cookie):  # noqa: ARG001
    assert is_nobody(cookie.replace("TOKEN", a_token("u1")))


def test_a_link_that_ended_lets_nobody_in(site):
    site.access.change_share(site.access.share("s1"), revoked_at=NOW)
    site.access.create_share(a_share(id="s2", expires_at=datetime.now(UTC) - timedelta(seconds=1)))

    assert is_nobody("__Host-share=s1.k")
    assert is_nobody("__Host-share=s2.k")


def test_a_fault_is_no_refusal(site):
    def away(_: object) -> None:
        raise StorageUnavailableError("table access: Throttling")

    site.access_table.before("get", away)

    with pytest.raises(StorageUnavailableError):
        let_in(f"__Host-session={a_token('u1')}")


def test_an_owner_is_told_and_read_as_they_are():
    owner = an_owner("main", "other")

    assert told_owner(told_of(owner)) == owner
    assert told_owner(told_of(Guest(a_share()))) is None


def test_galleries_are_those_of_now_and_not_of_the_token():
    gallery, keys = a_gallery(), MemoryPool().token_keys()
    gallery.access.create_gallery(OwnedGallery("main", "Ours", {"u1": "a@x", "u2": "b@x"}))
    token = a_token("u2")

    before = owner_of(token, keys, gallery.access).galleries
    gallery.access.remove_owner("main", "u2")

    assert before == {"main"}
    assert owner_of(token, keys, gallery.access).galleries == frozenset()
