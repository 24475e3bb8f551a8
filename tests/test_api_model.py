"""The API against a plain list: whatever people do, it answers what the list says."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from chalicelib.curate import create_person
from chalicelib.domain import timeline
from chalicelib.domain.asset import Face
from chalicelib.domain.person import Person
from chalicelib.storage import leaves, rewrite
from tests.builders import an_asset, wall_clock
from tests.plain_list import Asked, Photo
from tests.site import Site, a_site

NAMES = ("Übung.jpg", "ubung 2.JPG", "lake.jpg", "Straße.png", "İstanbul.heic")
MOMENTS = (None, *(f"{m}-{d}T12:00" for m in ("2023-12", "2024-05") for d in ("01", "17", "31")))
DATES = (None, "2023-12-17", "2024-05-01", "2024-05-17", "2024-06-01")
VIEWS = ("all", "bin", "fav", "archive", "hidden", "locked", "failed")
ACTIONS = (
    *("favorite", "unfavorite", "delete", "restore", "set_visibility", "purge"),
    *("shift_date", "set_date", "set_dates"),
)
# A week, a month and an hour.
SHIFTS = (7 * 86_400, -30 * 86_400, 3_600)
VISIBILITIES = ("timeline", "archive", "hidden", "locked")


asked = st.builds(
    Asked,
    view=st.sampled_from(VIEWS),
    kind=st.sampled_from([None, None, "image", "video"]),
    date_from=st.sampled_from(DATES[:3]),
    date_to=st.sampled_from([None, *DATES[3:]]),
    search=st.sampled_from([None, None, "UBUNG", "ü", "strasse", ".jp", "nothing"]),
) | st.builds(Asked, person=st.sampled_from(["ann", "nobody"]), search=st.sampled_from([None, "a"]))
numbers = st.integers(0, 11)


@dataclass(frozen=True)
class Bookmark:
    """How far somebody has come with a list.

    Attributes:
        what: Which list.
        cursor: Where it goes on.
        last: What it went up to: order and id of a photo.
    """

    what: Asked
    cursor: str
    last: tuple[str, str]


class Api(RuleBasedStateMachine):
    """Whatever is done by the API or to the rows is done to `photos` as well."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(leaves, "MOST_ENTRIES", 2)
        self.patch.setattr(timeline, "FEW_ENTRIES", 1)
        self.patch.setattr(rewrite, "SPLIT_ABOVE_LEAVES", 3)
        self.patch.setattr(rewrite, "_JOIN_BELOW_LEAVES", 1)
        self.patch.setattr(rewrite, "_SECTION_LEAVES", 2)
        self.site: Site = a_site(self.patch)
        self.photos: dict[str, Photo] = {}
        self.bookmarks: list[Bookmark] = []
        self.made = 0
        create_person(Person("ann", "main", "Ann"), self.site.gallery.tables)

    def teardown(self) -> None:
        self.patch.undo()

    def listed(self, what: Asked) -> list[str]:
        held = [photo for photo in self.photos.values() if what.has(photo)]
        held.sort(key=lambda photo: (photo.stands_at(what.view), photo.id), reverse=True)
        return [photo.id for photo in held]

    def get(self, route: str, **query: Sequence[str]) -> Any:
        answer = self.site.ask(f"/gallery/{route}", query=query)
        assert answer.status == 200, answer.body
        return answer.body

    def some_id(self, number: int) -> str:
        known = sorted(self.photos)
        return known[number % len(known)] if known and number < 11 else "unknown"

    # --- what is done ----------------------------------------------------------------

    @rule(
        name=st.sampled_from(NAMES),
        is_video=st.booleans(),
        taken=st.sampled_from(MOMENTS),
        faces=st.integers(0, 2),
    )
    def take_in(self, name: str, is_video: bool, taken: str | None, faces: int) -> None:
        self.made += 1
        photo_id = f"x{self.made:03}"
        asset = an_asset(
            photo_id,
            filename=name,
            file_type="video" if is_video else "image",
            taken_local=wall_clock(taken) if taken else None,
            faces={f"f{n}": Face("ann", (0, 1, 0, 1), (9, 9), "test") for n in range(faces)},
        )
        self.site.bucket.place(asset.key, b"bytes")
        self.site.gallery.add(asset)
        order = wall_clock(taken).isoformat(timespec="milliseconds") if taken else None
        self.photos[photo_id] = Photo(photo_id, name, is_video, order, faces)

    @precondition(lambda self: self.photos)
    @rule(number=st.integers(0, 10), taken=st.sampled_from(MOMENTS))
    def date_anew(self, number: int, taken: str | None) -> None:
        photo = self.photos[self.some_id(number)]
        moment = wall_clock(taken) if taken else None
        assets = self.site.gallery.assets
        assets.change(assets.get(photo.id), taken_local=moment)
        self.site.gallery.deliver()
        order = moment.isoformat(timespec="milliseconds") if moment else None
        self.photos[photo.id] = replace(photo, taken=order)

    @precondition(lambda self: self.photos)
    @rule(number=st.integers(0, 10), is_failed=st.booleans())
    def draw(self, number: int, is_failed: bool) -> None:
        photo = self.photos[self.some_id(number)]
        assets = self.site.gallery.assets
        row = assets.get(photo.id)
        known = {"thumbnail_url": row.url, "thumbnail_error": "corrupt"}
        drawn = {"thumbnail_url": f"main/{row.id}_thumb.jpg", "thumbnail_error": None}
        assets.change(row, **(known if is_failed else drawn))
        self.site.gallery.deliver()
        self.photos[photo.id] = replace(photo, is_failed=is_failed)

    @rule(number=numbers, add=st.booleans())
    def set_favorite(self, number: int, add: bool) -> None:
        photo_id = self.some_id(number)
        method = "PUT" if add else "DELETE"
        answer = self.site.change("/gallery/assets/{id}/favorite", method, photo_id)
        self.check(answer, "favorite" if add else "unfavorite", photo_id, None)

    @rule(number=numbers)
    def delete(self, number: int) -> None:
        photo_id = self.some_id(number)
        answer = self.site.change("/gallery/assets/{id}", "DELETE", photo_id)
        self.check(answer, "delete", photo_id, None)

    @rule(number=numbers)
    def restore(self, number: int) -> None:
        photo_id = self.some_id(number)
        answer = self.site.change("/gallery/assets/{id}/restore", "POST", photo_id)
        self.check(answer, "restore", photo_id, None)

    @rule(number=numbers, visibility=st.sampled_from(VISIBILITIES))
    def set_visibility(self, number: int, visibility: str) -> None:
        photo_id = self.some_id(number)
        body = json.dumps({"visibility": visibility})
        answer = self.site.change("/gallery/assets/{id}/visibility", "PUT", photo_id, body)
        self.check(answer, "set_visibility", photo_id, visibility)

    @rule(number=numbers, taken=st.sampled_from(MOMENTS))
    def correct_date(self, number: int, taken: str | None) -> None:
        photo_id = self.some_id(number)
        body = json.dumps({"media_date": taken})
        answer = self.site.change("/gallery/assets/{id}/details", "PUT", photo_id, body)
        self.check(answer, "set_date", photo_id, None)

    @rule(number=numbers)
    def purge(self, number: int) -> None:
        photo_id = self.some_id(number)
        answer = self.site.change("/gallery/assets/{id}/purge", "POST", photo_id)
        self.check(answer, "purge", photo_id, None)

    @rule()
    def empty_the_bin(self) -> None:
        binned = self.listed(Asked("bin"))

        answer = self.site.change("/gallery/bin", "DELETE")

        assert answer.body == {"purged": len(binned), "failed": [], "remaining": 0}
        for photo_id in binned:
            del self.photos[photo_id]

    @rule(
        chosen=st.lists(numbers, min_size=1, max_size=6),
        action=st.sampled_from(ACTIONS),
        visibility=st.sampled_from(VISIBILITIES),
        taken=st.sampled_from(MOMENTS),
        seconds=st.sampled_from(SHIFTS),
    )
    def bulk(
        self, chosen: list[int], action: str, visibility: str, taken: str | None, seconds: int
    ) -> None:
        ids = list(dict.fromkeys(map(self.some_id, chosen)))
        body: dict[str, Any] = {"action": action, "ids": ids}
        if action == "set_visibility":
            body["visibility"] = visibility
        if action == "set_date":
            body["media_date"] = taken
        if action == "set_dates":
            body["media_dates"] = [taken, *[None] * (len(ids) - 1)]
        if action == "shift_date":
            body["seconds"] = seconds

        answer = self.site.change("/gallery/bulk", "POST", body=json.dumps(body))

        assert answer.status == 200
        assert [result["id"] for result in answer.body["results"]] == ids
        for result in answer.body["results"]:
            expected = self.expected_error(action, result["id"])
            assert result.get("error", {}).get("code") == expected
            if expected is None:
                self.note(action, result["id"], visibility, result.get("asset"))

    @rule()
    def let_the_stream_repeat_itself(self) -> None:
        self.site.gallery.deliver()

    def expected_error(self, action: str, photo_id: str) -> str | None:
        photo = self.photos.get(photo_id)
        if photo is None:
            return "not_found"
        if action == "shift_date" and photo.taken is None:
            return "undated"
        return "conflict" if action == "purge" and not photo.deleted else None

    def check(self, answer: Any, action: str, photo_id: str, visibility: str | None) -> None:
        error = self.expected_error(action, photo_id)
        if error is not None:
            assert answer.body["error"]["code"] == error
            return
        assert answer.status == (204 if action == "purge" else 200)
        self.note(action, photo_id, visibility, answer.body)

    def note(self, action: str, photo_id: str, visibility: str | None, asset: Any) -> None:
        photo = self.photos[photo_id]
        match action:
            case "purge":
                del self.photos[photo_id]
                return
            case "favorite" | "unfavorite":
                photo = replace(photo, is_favorite=action == "favorite")
            case "delete" if photo.deleted is None:
                moment = datetime.fromisoformat(asset["deleted_at"]).replace(tzinfo=None)
                photo = replace(photo, deleted=moment.isoformat(timespec="milliseconds"))
            case "restore":
                photo = replace(photo, deleted=None)
            case "set_visibility":
                photo = replace(photo, visibility=visibility or "")
            case "set_date" | "set_dates" | "shift_date":
                photo = replace(photo, taken=asset["media_date"])
        self.photos[photo_id] = photo

    # --- what is read ----------------------------------------------------------------

    @rule(what=asked, limit=st.integers(1, 4), offset=st.integers(0, 6))
    def page_by_offset(self, what: Asked, limit: int, offset: int) -> None:
        expected = self.listed(what)

        page = self.get("media", **what.query, limit=[str(limit)], offset=[str(offset)])

        assert [item["id"] for item in page["items"]] == expected[offset : offset + limit]
        assert (page["total"], page["total_is_exact"]) == (len(expected), True)
        assert page["has_more"] == (len(expected) > offset + limit)

    @rule(what=asked, limit=st.integers(1, 4), shuffle=st.booleans())
    def every_page_by_cursor(self, what: Asked, limit: int, shuffle: bool) -> None:
        expected = self.listed(what)
        found: list[str] = []
        more = {"shuffle": ["true"]} if shuffle else {}

        while True:
            page = self.get("media", **what.query, limit=[str(limit)], **more)
            assert (page["total"], page["offset"]) == (len(expected), len(found))
            found += [item["id"] for item in page["items"]]
            if not page["has_more"]:
                break
            more["cursor"] = [page["next_cursor"]]

        assert (sorted(found) if shuffle else found) == (sorted(expected) if shuffle else expected)

    @rule(what=asked, limit=st.integers(1, 3))
    def begin_a_list(self, what: Asked, limit: int) -> None:
        page = self.get("media", **what.query, limit=[str(limit)])
        if page["has_more"]:
            last = self.photos[page["items"][-1]["id"]]
            at = (last.stands_at(what.view), last.id)
            self.bookmarks.append(Bookmark(what, page["next_cursor"], at))

    @precondition(lambda self: self.bookmarks)
    @rule(number=st.integers(0, 9))
    def go_on_with_it_whatever_happened_meanwhile(self, number: int) -> None:
        mark = self.bookmarks[number % len(self.bookmarks)]
        what = mark.what
        by_now = [self.photos[photo_id] for photo_id in self.listed(what)]
        rest = [photo.id for photo in by_now if (photo.stands_at(what.view), photo.id) < mark.last]

        page = self.get("media", **what.query, limit=["500"], cursor=[mark.cursor])

        assert [item["id"] for item in page["items"]] == rest
        assert page["total"] == len(by_now)

    @rule(what=asked, by=st.sampled_from(["month", "day"]))
    def months(self, what: Asked, by: str) -> None:
        what = replace(what, search=None)
        held = [self.photos[photo_id].stands_at(what.view) for photo_id in self.listed(what)]
        counts: dict[str, int] = {}
        for order in held:
            counts[order[:7]] = counts.get(order[:7], 0) + 1

        found = self.get("date-range", **what.query, by=[by])

        undated = (None, None)
        assert [(m["year"], m["month"], m["count"]) for m in found] == [
            (*(undated if month == "0000-00" else (int(month[:4]), int(month[5:]))), count)
            for month, count in counts.items()
        ]
        if by == "day":
            days = [day for month in found for day in month["days"]]
            assert sum(day["count"] for day in days) == len(held)
            # every photo of these tests is 400 x 300
            assert sum(d["ratio_sum"] for d in days) == pytest.approx(len(held) * 4 / 3, abs=1e-3)

    @rule(view=st.sampled_from(VIEWS), month=st.sampled_from(["2023-12", "2024-05", "undated"]))
    def a_month_in_columns(self, view: str, month: str) -> None:
        order = "0000-00" if month == "undated" else month
        expected = [
            photo_id
            for photo_id in self.listed(Asked(view))
            if self.photos[photo_id].stands_at(view)[:7] == order
        ]

        answer = self.site.ask(
            "/gallery/buckets/{month}", path={"month": month}, query={"view": [view]}
        )

        assert answer.body["columns"]["id"] == expected
        assert answer.body["total"] == len(expected)

    @invariant()
    def totals_and_persons_are_those_of_the_lists(self) -> None:
        stats = self.get("stats")
        (ann,) = self.get("persons")
        of_ann = [self.photos[photo_id] for photo_id in self.listed(Asked(person="ann"))]

        assert stats["total"] == len(self.listed(Asked()))
        assert stats["videos"] == len(self.listed(Asked(kind="video")))
        assert stats["bin"] == len(self.listed(Asked("bin")))
        assert (ann["assets"], ann["faces"]) == (
            len(of_ann),
            sum(photo.faces_of_ann for photo in of_ann),
        )


Api.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestApi = Api.TestCase
