"""Persons through the deployed API: named, shown with their faces, and merged."""

import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.audit_pages import audit_pages
from chalicelib.bootstrap import Gallery
from chalicelib.curate import create_person
from chalicelib.domain.asset import Face
from chalicelib.domain.person import Person
from chalicelib.domain.places import person_view
from chalicelib.settings import Settings
from tests.aws.site import Site, eventually
from tests.builders import an_asset, wall_clock

FIRST = wall_clock("2024-01-01T12:00")


@pytest.fixture
def parts(gallery_environment: Mapping[str, str]) -> Gallery:
    """The same gallery's parts, as a command has them."""
    return Gallery(Settings.from_environment(gallery_environment), os.environ["AWS_REGION"])


def a_family(site: Site, parts: Gallery, of_ann: range, of_anna: range) -> None:
    """Ann and Anna, each in the photos of these numbers; the first one is put aside."""
    shown = {"ann": of_ann, "anna": of_anna}
    for person in shown:
        create_person(Person(person, site.gallery, person.title()), parts.tables)

    def write(number: int) -> None:
        asset = an_asset(
            f"{site.gallery}-{number}",
            key=f"{site.gallery}/{number}.jpg",
            taken_local=FIRST + timedelta(days=number),
            faces={
                person: Face(person, (1, 2, 30, 40), (400, 300), "test")
                for person, numbers in shown.items()
                if number in numbers
            },
            visibility="timeline" if number else "archive",
        )
        parts.assets.create(asset)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, {*of_ann, *of_anna}))
    expected = {person: len(numbers) - (0 in numbers) for person, numbers in shown.items()}
    eventually(lambda: {p: n for p, (n, _) in counts(site).items()} == expected, 120)


def persons(site: Site) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = site.get(f"/api/gallery/persons?gallery={site.gallery}").json
    return found


def counts(site: Site) -> dict[str, tuple[int, int]]:
    return {person["id"]: (person["assets"], person["faces"]) for person in persons(site)}


def change(site: Site, method: str, address: str, **fields: Any) -> Any:
    body = {"gallery": site.gallery, **fields}
    answer = site.request(method, f"/api/gallery/persons/{address}", body=body)
    assert answer.status == 200, answer.body
    return answer.json


def test_a_merge_whose_asker_went_away_in_the_middle_is_finished_with_exact_counts(
    site: Site, parts: Gallery
):
    """Of 300 photos; and one that comes back from the archive afterwards is the heir's, too."""
    a_family(site, parts, of_ann=range(300), of_anna=range(290, 310))

    half = change(site, "POST", "ann/merge", into="anna")

    assert 0 < half["remaining"] < 299
    assert (half["person"]["id"], half["person"]["name"]) == ("anna", "Anna")
    eventually(lambda: counts(site) == {"anna": (309, 319)}, 120)
    again = change(site, "POST", "ann/merge", into="anna")
    assert (again["remaining"], again["person"]["assets"]) == (0, 309)
    aside = f"{site.gallery}-0"
    assert [face["person_id"] for face in site.asset(aside)["faces"]] == ["anna"]
    address = f"/api/gallery/assets/{aside}/visibility"
    shown = site.request("PUT", address, body={"visibility": "timeline"})
    assert shown.status == 200
    eventually(lambda: counts(site) == {"anna": (310, 320)})
    # tiles of the timeline name her, too, a moment after her own list does
    eventually(lambda: site.gallery not in {key[0] for key in audit_pages(parts.tables).changes})
    audit = audit_pages(parts.tables)
    shown = site.media(limit=500)["items"]
    assert (len(shown), {tuple(item["persons"]) for item in shown}) == (310, {("anna",)})
    assert site.gallery not in {gallery for gallery, _ in audit.wrong_totals}
    assert site.gallery not in {gallery for gallery, _ in audit.unfinished_merges}
    assert parts.pages.counts(site.gallery, person_view("ann")) == []


def test_a_person_is_renamed_hidden_and_shown_with_faces(site: Site, parts: Gallery):
    a_family(site, parts, of_ann=range(1, 3), of_anna=range(2, 6))

    change(site, "PUT", "anna", name="Grandma", is_favorite=True)
    hidden = change(site, "PUT", "ann", is_hidden=True)

    found = site.get(f"/api/gallery/persons/anna/faces?gallery={site.gallery}&limit=3").json

    (grandma,) = persons(site)
    assert (grandma["name"], grandma["is_favorite"], hidden["is_hidden"]) == ("Grandma", True, True)
    assert [face["name"] for face in found["items"]] == [f"{n}.jpg" for n in (5, 4, 3)]
    assert (found["total"], found["has_more"]) == (4, True)
