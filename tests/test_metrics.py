"""The numbers that functions tell by their logs, and the alarms that watch them.

Each alarm rings of the fault that it is there for: here those of our own numbers, in
tests/aws/test_alarms.py those of AWS's.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest

import app as app_module
from chalicelib import metrics
from chalicelib.errors import StorageUnavailableError
from chalicelib.storage.pages import Pages
from tests.builders import a_jpeg
from tests.infra.alarms import Alarm, alarms
from tests.migrations.foreign import put_photos
from tests.site import CONTEXT, Site, a_site, an_upload_event

Told = Callable[[], dict[str, list[float]]]
SESSION = "/session"


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return a_site(monkeypatch)


@pytest.fixture
def told(capsys: pytest.CaptureFixture[str]) -> Told:
    """The values of each metric that the log has told since it was last asked."""

    def read() -> dict[str, list[float]]:
        found: dict[str, list[float]] = {}
        for line in capsys.readouterr().out.splitlines():
            said = json.loads(line)
            for directive in said.get("_aws", {}).get("CloudWatchMetrics", ()):
                assert directive["Namespace"] == "ContactSheet"
                assert directive["Dimensions"] == [["environment"]]
                assert said["environment"] == "test"
                for metric in directive["Metrics"]:
                    assert metric["Unit"] == "Count"
                    found.setdefault(metric["Name"], []).extend(said[metric["Name"]])
        return found

    return read


def put(site: Site, key: str, body: bytes) -> None:
    site.bucket.place(key, body)
    app_module.thumbnail_uploads(an_upload_event(key), CONTEXT)


def watched(name: str) -> Alarm:
    """An alarm, which watches a number of this gallery's own."""
    alarm = alarms()[name]
    assert alarm.dimensions == {metrics.DIMENSION: {"Ref": "Environment"}}
    assert alarm.metric[0] == metrics.NAMESPACE
    return alarm


def test_a_thumbnail_that_is_made_is_told_and_so_is_one_that_can_t_be(site: Site, told: Told):
    put(site, "main/a.jpg", a_jpeg())
    assert told() == {"ThumbnailsMade": [1]}

    put(site, "main/b.jpg", b"no photo")
    assert told() == {"ThumbnailsFailed": [1]}

    app_module.thumbnail_uploads(an_upload_event("main/a.jpg"), CONTEXT)  # it is there already
    assert told() == {}


def test_what_was_given_up_is_told_as_failed(site: Site, told: Told):
    site.bucket.place("main/a.jpg", a_jpeg())

    app_module.failed_uploads(an_upload_event("main/a.jpg"), CONTEXT)

    assert told() == {"ThumbnailsFailed": [1]}


def test_of_a_batch_each_is_counted_though_another_one_fails(site: Site, told: Told):
    def break_down(_: Any) -> None:
        raise StorageUnavailableError("out of reach")

    both = an_upload_event("main/a.jpg")
    both["Records"] += an_upload_event("main/b.jpg")["Records"]
    for key in ("main/a.jpg", "main/b.jpg"):
        site.bucket.place(key, a_jpeg())
    site.bucket.before("head_object", break_down)

    app_module.thumbnail_uploads(both, CONTEXT)

    assert told() == {"ThumbnailsMade": [1]}


def test_a_backfill_tells_what_each_call_made_and_the_sum_of_all_is_not_told_again(
    site: Site, told: Told
):
    put_photos(site.gallery, 3)
    site.bucket.place("Older/p001.jpg", b"Dear Anna,")
    begun = app_module.backfill_thumbnails({"plan": {"migrate": True, "segments": 1}}, CONTEXT)
    assert told() == {}

    answer = app_module.backfill_thumbnails(begun["parts"][0], CONTEXT)
    assert told() == {"ThumbnailsMade": [2], "ThumbnailsFailed": [1]}

    app_module.backfill_thumbnails(answer, CONTEXT)
    app_module.backfill_thumbnails({"merge": [answer]}, CONTEXT)
    assert told() == {}


def test_a_request_that_goes_well_tells_no_number(site: Site, told: Told):
    assert site.ask("/gallery/stats").status == 200
    assert site.ask("/gallery/assets/{id}", path={"id": "none"}).status == 404

    assert told() == {}


def test_the_alarm_of_refused_sign_ins_rings_when_somebody_guesses(site: Site, told: Told):
    site.pool.add("ann@example.org", "the right password")
    alarm = watched("sign-ins-refused")

    def sign_in(email: str, password: str) -> int:
        body = json.dumps({"email": email, "password": password})
        return int(site.change(SESSION, "POST", body=body).status)

    assert sign_in("ann@example.org", "the right password") == 200
    assert told() == {}
    tried = [sign_in(f"{name}@example.org", "123456") for name in "abc" for _ in range(10)]
    guessed = told()["SignInsRefused"]
    tried += [sign_in("a@example.org", "123457")]
    guessed_on = guessed + told()["SignInsRefused"]

    assert (set(tried[:30]), tried[30]) == ({401}, 429)
    assert not alarm.rings(guessed)
    assert alarm.rings(guessed_on)


def test_the_alarm_of_page_conflicts_rings_when_others_always_save_first(
    site: Site, told: Told, monkeypatch: pytest.MonkeyPatch
):
    alarm = watched("page-conflicts")
    save = Pages.save
    others = 0

    def save_after_another(pages: Pages, node: Any, runs: Any) -> Any:
        nonlocal others
        if others:
            others -= 1
            there = pages.whole(pages.node(node.gallery, node.view, node.bucket, consistent=True))
            assert there is not None
            save(pages, there, [])
        return save(pages, node, runs)

    monkeypatch.setattr(Pages, "save", save_after_another)

    def refresh(conflicts: int) -> list[float]:
        nonlocal others
        put(site, f"main/{conflicts}.jpg", a_jpeg(40 + conflicts, 30))
        told()
        others = conflicts
        app_module.refresh_pages({"Records": site.assets_table.stream[-1:]}, CONTEXT)
        return told().get("PageConflicts", [])

    assert refresh(0) == []
    conflicts = [refresh(some) for some in (3, 40, 41, 42, 43, 44)]
    assert conflicts == [[3], [40], [41], [42], [43], [44]]
    assert not alarm.rings(conflicts[0])
    assert alarm.rings([some for call in conflicts for some in call])


def test_what_is_nought_is_not_told_and_of_nothing_there_is_no_line(
    capsys: pytest.CaptureFixture[str],
):
    metrics.tell("live")
    metrics.tell("live", thumbnails_made=0)
    assert capsys.readouterr().out == ""

    metrics.tell("live", thumbnails_made=2, page_conflicts=0)

    said = json.loads(capsys.readouterr().out)
    (directive,) = said["_aws"]["CloudWatchMetrics"]
    assert directive["Metrics"] == [{"Name": "ThumbnailsMade", "Unit": "Count"}]
    assert "PageConflicts" not in said
