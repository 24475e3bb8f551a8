"""Whatever is sent to whichever route: never a 500, and always an answer that is described."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.api import parameters as p
from chalicelib.api import session_parameters as session
from chalicelib.api import values
from chalicelib.api.cursors import encode_cursor
from chalicelib.api.route import Parameter, Route
from chalicelib.api.routes import ROUTES
from chalicelib.domain.asset import Face
from chalicelib.domain.owned_gallery import OwnedGallery
from chalicelib.domain.person import Person
from chalicelib.domain.query import Cursor, Filter
from chalicelib.domain.share import Share
from chalicelib.domain.visitor import Guest, Visitor
from tests.builders import NOW, an_asset
from tests.documented import problems_of_answer
from tests.site import Site, a_site, an_owner

IDS = (p.ID.example, p.BINNED_ID.example, "a2", "unknown", p.PERSON_ID.example)
WRONG_TEXTS = (
    *("", "\x00", "\ud800", "\udfff\ud800", "%00", "..", "../main", "null", "NaN", "-0", "1e999"),
    *("x" * 10_000, "é" * 10_000, "9" * 5_000, "main/a1.jpg", "2024-05", "2024-05-17", "undated"),
)

texts = st.one_of(
    st.sampled_from(IDS),
    st.sampled_from(WRONG_TEXTS),
    st.text(max_size=8),
    st.text(st.characters(categories=["Cs", "Cc", "Mn", "Lo"]), max_size=8),
)
json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)


def right(kind: values.Kind) -> st.SearchStrategy[Any]:
    """Values that a kind takes, small ones more often."""
    match kind:
        case values.Whole(low, high):
            return st.integers(low, min(high, low + 5)) | st.integers(low, high)
        case values.Choice(choices):
            return st.sampled_from(choices)
        case values.Flag():
            return st.booleans()
        case values.Day():
            return st.dates().map(str)
        case values.Pattern(pattern):
            return st.from_regex(f"\\A({pattern})\\Z")
        case values.WallClock():
            return st.datetimes().map(lambda moment: moment.isoformat(timespec="milliseconds"))
        case values.OrNull(known):
            return st.none() | right(known)
        case values.Texts(each):
            is_any = isinstance(each, values.Text)
            one = st.sampled_from(IDS) | texts if is_any else right(each)
            return st.lists(one, min_size=1, max_size=4, unique=True)
        case values.Text():
            return texts


def seldom(draw: st.DrawFn) -> bool:
    return draw(st.integers(0, 7)) == 7


def value_of(draw: st.DrawFn, known: Parameter, wrong: st.SearchStrategy[Any]) -> Any:
    return draw(wrong if seldom(draw) else st.just(known.example) | right(known.kind))


def as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@st.composite
def requests(draw: st.DrawFn) -> tuple[Route, dict[str, Any]]:
    """A route and what is sent to it: near what it takes, or anything."""
    route = draw(st.sampled_from(list(ROUTES.values())))
    path = {known.name: as_text(value_of(draw, known, texts)) for known in route.segments}
    query = {
        known.name: [as_text(value_of(draw, known, texts))]
        for known in route.query
        if known.is_required or draw(st.integers(0, 3)) == 0
    }
    if seldom(draw):
        query |= draw(st.dictionaries(texts, st.lists(texts, max_size=2), max_size=2))
    fields = {
        known.name: value_of(draw, known, json_values) for known in route.fields if not seldom(draw)
    }
    body = draw(json_values.map(json.dumps) | texts) if seldom(draw) else json.dumps(fields)
    return route, {
        "path": path if seldom(draw) else {name: _quoted(text) for name, text in path.items()},
        "query": query,
        "headers": draw(headers()),
        "body": body if route.is_change else None,
    }


@st.composite
def headers(draw: st.DrawFn) -> dict[str, str]:
    sent = {"Content-Type": "application/json"}
    if seldom(draw):
        name = st.sampled_from(["Content-Type", "Sec-Fetch-Site", "Origin", "X-Forwarded-Host"])
        sent |= draw(st.dictionaries(name | st.just("If-None-Match"), texts, max_size=3))
    return sent


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="replace")


def a_full_site(monkeypatch: pytest.MonkeyPatch) -> Site:
    site = a_site(monkeypatch)
    face = Face(p.PERSON_ID.example, (1, 2, 3, 4), (9, 9), "immich")
    site.gallery.add(
        an_asset(p.ID.example, faces={"f": face}),
        an_asset("a2", taken_local=None, is_favorite=True),
        an_asset(p.BINNED_ID.example, deleted_at=NOW, deleted_reason="trashed"),
    )
    return site


@settings(max_examples=600)
@given(sent=requests())
def test_no_request_is_answered_by_a_500_or_by_what_is_not_described(sent):
    route, request = sent
    with pytest.MonkeyPatch.context() as monkeypatch:
        answer = a_full_site(monkeypatch).ask(route.path, route.method, **request)

    assert answer.status < 500, answer.body
    assert problems_of_answer(route, answer) == []


@settings(max_examples=100)
@given(sent=requests().filter(lambda sent: sent[0].method == "GET"))
def test_head_is_answered_like_get_without_a_body(sent):
    route, request = sent
    with pytest.MonkeyPatch.context() as monkeypatch:
        site = a_full_site(monkeypatch)
        got = site.ask(route.path, "GET", **request)
        headed = site.ask(route.path, "HEAD", **request)

    assert (headed.status, headed.headers, headed.body) == (got.status, got.headers, None)


# What is told to owners of the gallery alone.
SECRET = "s3cr3t-marker"


def a_site_with_secrets(monkeypatch: pytest.MonkeyPatch) -> tuple[Site, list[Visitor]]:
    """One in which only `p.ID.example` is shown to guests; and those who are no owners of it."""
    site = a_site(monkeypatch)
    face = Face(p.PERSON_ID.example, (1, 2, 3, 4), (9, 9), SECRET)
    aside: dict[str, Any] = {"filename": SECRET, "faces": {"f": face}}
    site.people.create(Person(p.PERSON_ID.example, "main", SECRET))
    site.gallery.add(
        an_asset(p.ID.example, faces={"f": face}),
        an_asset("a2", visibility="hidden", is_favorite=True, **aside),
        an_asset("a3", visibility="locked", **aside),
        an_asset(p.BINNED_ID.example, deleted_at=NOW, deleted_reason="trashed", **aside),
        an_asset("b1", key="other/b1.jpg"),
    )
    site.access.create_gallery(OwnedGallery("main", "Ours", {"u1": SECRET}))
    site.access.create_gallery(OwnedGallery("other", "Theirs", {"u2": "ben@example.org"}))
    shares = [
        Share(session.SHARE.example, SECRET, "main", "gallery", NOW, "u1"),
        Share("s" * 32, SECRET, "main", "selection", NOW, "u1", asset_ids=(p.ID.example, "a2")),
    ]
    for share in shares:
        site.access.create_share(share)
    return site, [an_owner("other", id="u2"), *map(Guest, shares)]


def what_is_said_of_photos(site: Site) -> list[tuple[object, ...]]:
    return [
        (row.id, row.filename, row.is_favorite, row.visibility, row.deleted_at, row.taken_local)
        for row in site.assets.scan()
        if row.gallery == "main"
    ]


@settings(max_examples=600)
@given(sent=requests(), who=st.integers(0, 2))
def test_whatever_others_ask_for_they_read_no_secret_and_change_nothing(sent, who):
    route, request = sent
    with pytest.MonkeyPatch.context() as monkeypatch:
        site, visitors = a_site_with_secrets(monkeypatch)
        before = what_is_said_of_photos(site), site.people_table.items
        answer = site.ask(route.path, route.method, visitor=visitors[who], **request)
        after = what_is_said_of_photos(site), site.people_table.items

    assert answer.status < 500, answer.body
    assert problems_of_answer(route, answer) == []
    assert SECRET not in json.dumps([answer.body, answer.headers])
    assert before == after
    assert not (who and route.access == "owner" and answer.status < 400)


wholes = st.integers(0, 5) | st.integers(0, 2**53 - 1)
orders = st.sampled_from(["2024-05-17T09:30:00.000", "2024-05", "0000-00"]) | st.from_regex(
    r"\A[0-9]{4}-[0-9]{2}[-T:.~0-9]{0,16}\Z"
)


@given(
    cursor=st.builds(Cursor, wholes, st.tuples(orders, st.sampled_from(IDS) | st.text()), wholes),
    search=st.none() | st.sampled_from(["a", "x", "\u0301"]),
)
def test_a_forged_cursor_is_never_answered_by_a_500(cursor, search):
    """Its checksum is no secret; it may name any place of the list."""
    query = {} if search is None else {"search": [search]}
    text = encode_cursor(Filter("main", search=search), False, cursor)
    with pytest.MonkeyPatch.context() as monkeypatch:
        site = a_full_site(monkeypatch)
        answer = site.ask("/gallery/media", query={"cursor": [text], **query})

    assert answer.status in (200, 400)


@given(offset=wholes, skip=wholes, seed=wholes, numbers=st.tuples(wholes, wholes).map(sorted))
def test_a_forged_cursor_of_a_shuffle_is_never_answered_by_a_500(offset, skip, seed, numbers):
    step, length = numbers
    sizes = (("2024-05", length), ("2099-01", 1))
    cursor = Cursor(offset, None, skip, seed, sizes, step)
    text = encode_cursor(Filter("main"), True, cursor)
    with pytest.MonkeyPatch.context() as monkeypatch:
        site = a_full_site(monkeypatch)
        answer = site.ask("/gallery/media", query={"cursor": [text], "shuffle": ["true"]})

    assert answer.status == 200
    assert problems_of_answer(ROUTES["GET", "/gallery/media"], answer) == []
