"""The page in its bucket: nobody is left without a file that their page asks for."""

from datetime import UTC, datetime, timedelta

import pytest

from infra.aws.publish_page import (
    KEPT_AFTERWARDS,
    PageBuild,
    caching,
    content_type,
    plan_publication,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
FIRST = frozenset({"index.html", "sw.js", "assets/a-1.js", "assets/shared.css"})
SECOND = frozenset({"index.html", "sw.js", "assets/a-2.js", "assets/shared.css"})
THIRD = frozenset({"index.html", "sw.js", "assets/a-3.js", "assets/shared.css"})


def test_what_leads_to_other_files_is_uploaded_after_them():
    plan = plan_publication([], FIRST, NOW)

    assert plan.upload == ("assets/a-1.js", "assets/shared.css", "sw.js", "index.html")
    assert plan.delete == ()
    assert plan.builds == (PageBuild(FIRST),)


def test_files_of_the_build_before_stay_for_two_weeks_after_it_was_replaced():
    second = plan_publication([PageBuild(FIRST)], SECOND, NOW)
    soon = plan_publication(second.builds, SECOND, NOW + timedelta(days=13))
    later = plan_publication(second.builds, SECOND, NOW + KEPT_AFTERWARDS)

    assert second.delete == soon.delete == ()
    assert later.delete == ("assets/a-1.js",)
    assert later.builds == (PageBuild(SECOND),)


def test_a_build_that_was_current_for_long_is_kept_from_the_day_it_was_replaced():
    builds = [PageBuild(SECOND), PageBuild(FIRST, NOW)]

    plan = plan_publication(builds, THIRD, NOW + timedelta(days=100))

    assert plan.delete == ("assets/a-1.js",)
    assert PageBuild(SECOND, NOW + timedelta(days=100)) in plan.builds


def test_going_back_to_an_older_build_keeps_its_files():
    builds = [PageBuild(SECOND), PageBuild(FIRST, NOW - timedelta(days=20))]

    plan = plan_publication(builds, FIRST, NOW)

    assert plan.delete == ()
    assert plan.builds == (PageBuild(FIRST), PageBuild(SECOND, NOW))


def test_publishing_the_same_again_changes_nothing_of_what_is_kept():
    builds = plan_publication([PageBuild(FIRST)], SECOND, NOW).builds

    again = plan_publication(builds, SECOND, NOW + timedelta(hours=1))

    assert again.builds == builds
    assert again.delete == ()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("assets/a-1.js", "text/javascript; charset=utf-8"),
        ("assets/a.css", "text/css; charset=utf-8"),
        ("manifest.webmanifest", "application/manifest+json"),
        ("assets/icon.svg", "image/svg+xml"),
        ("icons/icon-192.png", "image/png"),
        ("assets/unknown.qqq", "application/octet-stream"),
    ],
)
def test_each_file_says_what_it_is(name: str, kind: str):
    assert content_type(name) == kind


def test_only_files_that_are_named_by_their_content_are_kept_for_ever():
    assert caching("assets/a-1.js") == "public, max-age=31536000, immutable"
    assert caching("index.html") == caching("sw.js") == caching("icons/icon-192.png") == "no-cache"
