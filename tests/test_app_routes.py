"""What the routes of `app.py` answer, called with the payloads that AWS sends."""

import subprocess
import sys

import pytest

import app as app_module
from chalicelib import search
from chalicelib.domain.asset import Face
from chalicelib.domain.object_key import dropped_in_id
from chalicelib.domain.person import Person
from chalicelib.errors import StorageUnavailableError
from tests.builders import an_asset
from tests.site import CONTEXT, Site, a_full_site, an_upload_event, answered, from_file


@pytest.fixture
def full(monkeypatch) -> Site:
    return a_full_site(monkeypatch)


@pytest.mark.usefixtures("full")
def test_a_request_as_the_gateway_sends_it_is_answered():
    answer = answered(from_file("http_media.json"))

    assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    assert [item["id"] for item in answer.body["items"]] == ["a2", "a1"]
    assert (answer.body["total"], answer.body["has_more"]) == (4, True)


def test_the_timeline_is_read_to_its_end_by_cursor(full):
    found, query = [], {"limit": ["1"]}
    while True:
        answer = full.ask("/gallery/media", query=query).body
        found += [item["id"] for item in answer["items"]]
        if not answer["has_more"]:
            break
        query["cursor"] = [answer["next_cursor"]]

    assert found == ["a2", "a1", "v1", dropped_in_id("main/drawn.jpg")]


def test_months_days_and_totals_are_answered(full):
    months = full.ask("/gallery/date-range").body
    days = full.ask("/gallery/date-range", query={"by": ["day"]}).body
    stats = full.ask("/gallery/stats").body

    assert [month["count"] for month in months] == [1, 1, 1, 1]
    assert days[0]["days"] == [{"day": 1, "count": 1, "ratio_sum": 1.33333}]
    assert (stats["total"], stats["images"], stats["videos"], stats["bin"]) == (4, 3, 1, 0)


def test_filters_reach_the_list_and_its_months(full):
    days = {"date_from": ["2024-05-17"], "date_to": ["2024-05-31"]}

    def found(**query: str) -> list[str]:
        values = {name: [value] for name, value in query.items()}
        items = full.ask("/gallery/media", query=values).body["items"]
        return [item["id"] for item in items]

    assert found(content_type="video") == ["v1"]
    assert found(search="GRANDMA") == ["a1"]
    assert found(date_from="2024-05-17", date_to="2024-05-31") == ["a1"]
    assert found(date_from="2024-05-18") == ["a2"]
    months = full.ask("/gallery/date-range", query=days).body
    assert [(month["month"], month["count"]) for month in months] == [(5, 1)]


def test_a_shuffle_shows_every_photo_once_and_again_in_the_same_order(full):
    drawn = dropped_in_id("main/drawn.jpg")
    first = full.ask("/gallery/media", query={"shuffle": ["true"], "limit": ["3"]}).body
    seed = str(first["shuffle_seed"])
    cursor = first["next_cursor"]

    rest = full.ask("/gallery/media", query={"shuffle": ["true"], "cursor": [cursor]}).body
    whole = full.ask("/gallery/media", query={"shuffle": ["true"], "shuffle_seed": [seed]}).body

    assert str(rest["shuffle_seed"]) == seed
    assert whole["items"] == first["items"] + rest["items"]
    assert {item["id"] for item in whole["items"]} == {"a1", "a2", "v1", drawn}


@pytest.mark.parametrize("shuffled", [{}, {"shuffle": ["true"]}])
@pytest.mark.parametrize("offset", [0, 1])
def test_a_search_that_looks_at_a_few_names_a_call_is_read_to_its_end(
    full, monkeypatch, shuffled, offset
):
    monkeypatch.setattr(search, "LOOKED_AT", 2)
    monkeypatch.setattr(search, "SHUFFLED_LOOKED_AT", 1)
    full.gallery.add(*(an_asset(f"s{n}", key=f"main/{n % 2}{n}.jpg") for n in range(9)))
    query = {"search": ["1"], "limit": ["2"], **shuffled}

    answer = full.ask("/gallery/media", query={**query, "offset": [str(offset)]})
    answers = [answer]
    while answer.body["has_more"]:
        query["cursor"] = [answer.body["next_cursor"]]
        answer = full.ask("/gallery/media", query=query)
        answers.append(answer)

    found = [item["id"] for answer in answers for item in answer.body["items"]]
    every = {"v1", "s1", "s3", "s5", "s7"}
    assert len(set(found)) == len(found) == len(every) - offset
    assert set(found) <= every
    assert [answer.body["total_is_exact"] for answer in answers][-1] is True
    assert answers[-1].body["total"] == len(every)


def test_hashes_are_answered_where_they_are_asked_for(full):
    drawn = dropped_in_id("main/drawn.jpg")

    items = full.ask("/gallery/media", query={"fields": ["all"]}).body["items"]

    known = full.assets.get(drawn).file_hash
    assert known
    assert {item["id"]: item["file_hash"] for item in items} == {
        "a1": None, "a2": None, "v1": None, drawn: known,
    }  # fmt: skip


def test_months_are_answered_again_only_when_they_changed(full):
    first = full.ask("/gallery/date-range")
    etag = {"If-None-Match": first.headers["etag"]}

    same = full.ask("/gallery/date-range", headers=etag)
    full.change("/gallery/assets/{id}", "DELETE", "a1")
    changed = full.ask("/gallery/date-range", headers=etag)

    assert first.headers["cache-control"] == "private, no-cache"
    assert (same.status, same.body, same.headers) == (304, None, first.headers)
    assert (changed.status, len(changed.body)) == (200, len(first.body) - 1)
    assert changed.headers["etag"] != first.headers["etag"]


def test_a_month_may_be_kept_for_ever_under_its_revision_alone(full):
    may = next(m for m in full.ask("/gallery/date-range").body if m["month"] == 5)

    def bucket(**query: str):
        values = {name: [value] for name, value in query.items()}
        return full.ask("/gallery/buckets/{month}", path={"month": "2024-05"}, query=values)

    kept = bucket(revision=str(may["revision"]))
    assert kept.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert (kept.body["revision"], kept.body["columns"]["id"]) == (may["revision"], ["a1"])
    assert bucket().headers["cache-control"] == "no-store"
    assert bucket(revision="0").headers["cache-control"] == "no-store"
    full.change("/gallery/assets/{id}/favorite", "PUT", "a1")
    later = bucket(revision=str(may["revision"]))
    assert later.headers["cache-control"] == "no-store"
    assert later.body["columns"]["is_favorite"] == [True]


def test_undated_photos_are_a_month_of_their_own(full):
    drawn = dropped_in_id("main/drawn.jpg")

    answer = full.ask("/gallery/buckets/{month}", path={"month": "undated"})

    assert (answer.body["month"], answer.body["columns"]["id"]) == ("undated", [drawn])


@pytest.mark.parametrize("month", ["2024-13", "2024-5", "2024", "", "0000-00", "2024-05%0A", "x"])
def test_what_is_no_month_is_refused_by_its_name(full, month):
    answer = full.ask("/gallery/buckets/{month}", path={"month": month})

    assert (answer.status, answer.body["error"]["parameter"]) == (400, "month")


def test_a_part_that_a_month_does_not_have_is_refused_by_its_name(full):
    answer = full.ask("/gallery/buckets/{month}", path={"month": "2024-05"}, query={"part": ["1"]})

    assert (answer.status, answer.body["error"]["parameter"]) == (400, "part")


def test_named_persons_are_answered_and_hidden_ones_where_they_are_asked_for(full):
    for person in (
        Person("p1", "main", "Zoe"),
        Person("p2", "main", "Ann", is_hidden=True),
        Person("p3", "main", None),
    ):
        full.people.create(person)
    faces = {"f1": Face("p1", (1, 2, 3, 4), (9, 9), "immich")}
    full.gallery.add(an_asset("f", faces=faces))

    shown = full.ask("/gallery/persons").body
    every = full.ask("/gallery/persons", query={"hidden": ["true"]}).body
    of_zoe = full.ask("/gallery/media", query={"person_id": ["p1"]}).body

    assert [(person["id"], person["faces"], person["assets"]) for person in shown] == [("p1", 1, 1)]
    assert [person["id"] for person in every] == ["p2", "p1"]
    assert [item["id"] for item in of_zoe["items"]] == ["f"]


@pytest.mark.parametrize(
    ("resource", "path"),
    [
        ("/gallery/media", None),
        ("/gallery/date-range", None),
        ("/gallery/assets/{id}", {"id": "a1"}),
        ("/gallery/assets/{id}", {"id": "unknown"}),
        ("/gallery/assets/{id}/original", {"id": "a1"}),
        ("/gallery/buckets/{month}", {"month": "x"}),
    ],
)
def test_head_is_answered_as_get_without_a_body(full, resource, path):
    got = full.ask(resource, path=path)

    headed = full.ask(resource, "HEAD", path=path)

    assert (headed.status, headed.headers, headed.body) == (got.status, got.headers, None)


def test_one_asset_is_answered_and_its_original_is_a_redirect(full):
    assert full.ask("/gallery/assets/{id}", path={"id": "a2"}).body["local_path"] == "trip/a2.jpg"
    original = full.ask("/gallery/assets/{id}/original", path={"id": "a2"})
    served = full.ask("/gallery/serve", query={"path": ["trip/a2.jpg"]})

    assert original.status == served.status == 302
    assert original.headers["location"] == served.headers["location"] == "/photos/main/trip/a2.jpg"


def test_a_thumbnail_that_is_there_is_a_redirect_without_drawing(full):
    drawn = dropped_in_id("main/drawn.jpg")

    medium = full.ask("/gallery/thumbnail/{id}", path={"id": drawn})
    small = full.ask("/gallery/thumbnail/{id}", path={"id": drawn}, query={"size": ["small"]})

    assert (medium.status, small.status) == (302, 302)
    assert medium.headers["location"] == "/photos/main/drawn_thumb.jpg"
    assert small.headers["location"] == "/photos/main/.small/drawn.jpg.jpg"
    assert full.drawn == []


def test_a_rendition_that_is_missing_is_drawn_first(full):
    drawn = dropped_in_id("main/drawn.jpg")

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": drawn}, query={"size": ["large"]})

    assert (answer.status, full.drawn) == (302, [{"id": drawn, "size": "large"}])
    assert answer.headers["location"] == "/photos/main/.preview/drawn.jpg.jpg"


def test_a_photo_that_can_t_be_drawn_says_why(full):
    full.bucket.place("main/bad.jpg", b"no photo")
    app_module.thumbnail_uploads(an_upload_event("main/bad.jpg"), CONTEXT)

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": dropped_in_id("main/bad.jpg")})

    assert (answer.status, answer.body["error"]["code"]) == (422, "undrawable")
    assert answer.body["error"]["reason"] == "unsupported"


def test_a_drawing_function_that_is_away_is_503_with_a_time_to_come_back(full, monkeypatch):
    def be_away(_):
        raise StorageUnavailableError("the drawing function did not answer")

    monkeypatch.setattr(full, "draw", be_away)
    full.gallery.add(an_asset("p1", thumbnail_key=None, thumbnail_url="main/p1.jpg"))

    answer = full.ask("/gallery/thumbnail/{id}", path={"id": "p1"})

    assert (answer.status, answer.headers["retry-after"]) == (503, "2")


# --- what is not there ---------------------------------------------------------------

UNKNOWN_IDS = ["unknown", "..", "%2e%2e", "a%2F1", "%00", "main%2Fa1.jpg", "x" * 3000, "a1%20"]
UNKNOWN_PATHS = [
    "unknown.jpg",
    "",
    "..",
    "../main/a1.jpg",
    "trip/../a1.jpg",
    "%2e%2e/a1.jpg",
    "/etc/passwd",
    "trip%2Fa2.jpg",
    "main/a1.jpg",
    "a1_thumb.jpg",
    "A1.jpg",
    "a1.jpg/",
    "https://example.org/a1.jpg",
    "x" * 3000,
]


def test_whatever_is_not_there_is_answered_in_the_same_words(full):
    by_id = [
        full.ask(resource, path={"id": unknown})
        for resource in (
            "/gallery/assets/{id}",
            "/gallery/assets/{id}/original",
            "/gallery/thumbnail/{id}",
        )
        for unknown in UNKNOWN_IDS
    ]
    by_path = [full.ask("/gallery/serve", query={"path": [path]}) for path in UNKNOWN_PATHS]
    by_gallery = [
        full.ask(resource, path=path, query={"gallery": ["beach"], **query})
        for resource, path, query in (
            ("/gallery/media", None, {}),
            ("/gallery/media", None, {"search": ["a"]}),
            ("/gallery/media", None, {"shuffle": ["true"]}),
            ("/gallery/date-range", None, {}),
            ("/gallery/date-range", None, {"by": ["day"]}),
            ("/gallery/buckets/{month}", {"month": "2024-05"}, {}),
            ("/gallery/stats", None, {}),
            ("/gallery/persons", None, {}),
            ("/gallery/serve", None, {"path": ["a1.jpg"]}),
        )
    ]

    for answer in (*by_id, *by_path, *by_gallery):
        assert answer.status == 404
        assert answer.body == {"error": {"code": "not_found", "message": "nothing is here"}}


@pytest.mark.parametrize(
    ("resource", "query", "parameter"),
    [
        ("/gallery/media", {"limit": ["1", "2"]}, "limit"),
        ("/gallery/media", {"colour": ["red"]}, "colour"),
        ("/gallery/media", {"limit": ["many"]}, "limit"),
        ("/gallery/media", {"cursor": ["forged"]}, "cursor"),
        ("/gallery/date-range", {"by": ["week"]}, "by"),
        ("/gallery/stats", {"limit": ["1"]}, "limit"),
        ("/gallery/serve", None, "path"),
        ("/gallery/assets/{id}", {"size": ["small"]}, "size"),
        ("/gallery/thumbnail/{id}", {"size": ["huge"]}, "size"),
    ],
)
def test_a_parameter_that_is_wrong_is_400_with_its_name(full, resource, query, parameter):
    answer = full.ask(resource, query=query, path={"id": "a1"})

    assert (answer.status, answer.body["error"]["code"]) == (400, "invalid_parameter")
    assert answer.body["error"]["parameter"] == parameter


def test_an_owner_s_photos_are_answered_without_what_signs_and_checks_tokens():
    """Each start of the API would pay for it: https://docs.python.org/3/library/sys.html#sys.modules."""
    script = (
        "import sys, app, chalicelib.authorize, chalicelib.visit\n"
        "slow = ('jwt', 'cryptography')\n"
        "assert not [n for n in sys.modules if n in slow]\n"
        "import pytest\n"
        "from tests.site import a_full_site\n"  # whose user pool needs both
        "with pytest.MonkeyPatch.context() as patch:\n"
        "    site = a_full_site(patch)\n"
        "    for name in [n for n in sys.modules if n.partition('.')[0] in slow]:\n"
        "        del sys.modules[name]\n"
        "    assert site.ask('/gallery/media').status == 200\n"
        "    assert site.ask('/session').status == 200\n"
        "    assert site.ask('/gallery/assets/{id}/original', path={'id': 'a1'}).status == 302\n"
        "print([n for n in sys.modules if n in slow])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert done.stdout.strip().splitlines()[-1:] == ["[]"], done.stderr
