"""What each function may do is what it does, no less and no more, at a judging embedded AWS.

One gallery lives through what makes its functions do all that they may do; then it is asked what
they were refused, and which of their rights nobody saw them use. A right that is taken away is
refused here, or is missing where Lambda itself needs it; one that is given for nothing is unused.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.bootstrap import Gallery as Parts
from chalicelib.curate import create_person
from chalicelib.domain.asset import Face
from chalicelib.domain.person import Person
from chalicelib.errors import GalleryError
from chalicelib.settings import Settings
from infra.local.emulator import ACCOUNT, REGION
from tests.aws.judged import PREFIX, Judged, Right, judged_gallery
from tests.aws.site import Site, eventually
from tests.aws.test_multipart import Browser, a_long_picture
from tests.builders import an_asset
from tests.imaging.pictures import a_jpeg, a_video
from tests.site import from_file

# Rights of the moment in which somebody else changes the same row (chalicelib/commit.py), which no
# test can make come: function and action, of the rows.
OF_RACES = {("audit-pages", "dynamodb:GetItem"), ("refresh-pages", "dynamodb:GetItem")}
# Persons who are merged into Anna: by the API, by the stream, at night, and by the audit.
LEFT = ("ann", "amy", "anne", "annie")
TOO_OLD = datetime.now(UTC) - timedelta(days=60)


class Life:
    """What happens in the judged gallery."""

    def __init__(self, judged: Judged, parts: Parts) -> None:
        self.judged = judged
        self.parts = parts
        self.s3 = judged.client("s3")
        self.site = Site(judged.endpoints, self.s3, "judged")

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """Have a function run on an event, as its source would."""
        answer = self.judged.client("lambda").invoke(
            FunctionName=PREFIX + function, Payload=json.dumps(event).encode()
        )
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, (function, body)
        return body

    def deliver(self, function: str, *bodies: Mapping[str, Any]) -> None:
        """Have a function handle messages of its queue."""
        records = [
            {"messageId": str(n), "body": json.dumps(body), "attributes": {}, "eventSource": "x"}
            for n, body in enumerate(bodies)
        ]
        answer = self.invoke(function, {"Records": records})
        assert answer == {"batchItemFailures": []}

    def ask(self, method: str, address: str, body: Any = None, status: int = 200) -> Any:
        """Ask the API as the owner."""
        answer = self.site.request(method, address, body)
        assert answer.status == status, (method, address, answer.status, answer.body)
        return answer.json if answer.body else None

    def happened(self, path: str) -> dict[str, Any]:
        """What S3 tells of an object of the gallery."""
        record = {
            "eventVersion": "2.1",
            "eventName": "ObjectCreated:Put",
            "s3": {
                "bucket": {"name": self.judged.endpoints.bucket},
                "object": {"key": f"{self.site.gallery}/{path}"},
            },
        }
        return {"Records": [record]}

    def add_older(self, id: str, body: bytes | None) -> None:
        """A photo that was there before: by capitals, outside galleries; no event takes it in."""
        key, endpoints = f"Older/{id}", self.judged.endpoints
        if body is not None:
            self.s3.put_object(Bucket=endpoints.bucket, Key=key, Body=body)
        row = {"id": id, "url": key, "thumbnail_url": key, "gallery_id": self.site.gallery}
        item = {field: {"S": value} for field, value in row.items()}
        dynamodb = self.judged.client("dynamodb")
        dynamodb.put_item(TableName=endpoints.tables["assets"], Item=item)

    def replace_older(self, id: str, body: bytes | None) -> None:
        key, bucket = f"Older/{id}", self.judged.endpoints.bucket
        if body is None:
            self.s3.delete_object(Bucket=bucket, Key=key)
        else:
            self.s3.put_object(Bucket=bucket, Key=key, Body=body)

    def lose_row(self, id: str) -> None:
        table = self.judged.endpoints.tables["assets"]
        self.judged.client("dynamodb").delete_item(TableName=table, Key={"id": {"S": id}})


# --- what happens, by whom it is done


def photos_come_and_go(life: Life) -> dict[str, str]:
    """thumbnail_uploads, heavy_uploads, refresh_pages; returns ids by path."""
    site = life.site
    for path, body in {
        **{f"{n}.jpg": a_jpeg(200 + n, 150) for n in range(4)},
        "clip.mp4": a_video(),
        "emptied.jpg": a_jpeg(),
        "gone.jpg": a_jpeg(),
    }.items():
        site.put(path, body)
    ids = {path: site.item(path)["id"] for path in ("0.jpg", "1.jpg", "2.jpg", "3.jpg", "clip.mp4")}
    ids["gone.jpg"] = site.item("gone.jpg")["id"]
    site.item("emptied.jpg")
    # another original in its place, of which there is no picture
    site.put("emptied.jpg", b"")
    site.put("clip.mp4", a_video()[:200])
    site.remove("gone.jpg")
    site.item("emptied.jpg", "failed")
    site.item("clip.mp4", "failed")
    eventually(lambda: life.site.asset(ids["gone.jpg"])["deleted_at"])
    # a wish of somebody's, and one who died of it
    life.deliver("uploads", {"retry": {"id": ids["0.jpg"]}})
    life.deliver("heavy-uploads", {"retry": {"id": ids["0.jpg"]}}, life.happened("nothing.jpg"))
    return ids


def what_nobody_could_draw_is_given_up(life: Life, ids: Mapping[str, str]) -> None:
    """failed_uploads."""
    site = life.site
    site.put("lost.jpg", a_jpeg())
    lost = site.item("lost.jpg")["id"]
    life.lose_row(lost)
    life.deliver("failed-uploads", life.happened("lost.jpg"), life.happened("nothing.jpg"))
    assert site.asset(lost)["thumbnail_state"] == "failed"
    life.add_older("dead", a_jpeg())
    life.deliver("failed-uploads", {"retry": {"id": "dead"}}, {"retry": {"id": ids["1.jpg"]}})


def pictures_are_drawn_when_asked_for(life: Life, ids: Mapping[str, str]) -> None:
    """draw, draw_heavy."""
    life.ask("GET", f"/api/gallery/thumbnail/{ids['0.jpg']}?size=large", status=302)
    for older, body, function in (
        ("old.jpg", a_jpeg(), "draw"),
        ("film.mp4", a_video(), "draw-heavy"),
    ):
        life.add_older(older, body)
        life.ask("GET", f"/api/gallery/thumbnail/{older}?size=small", status=302)
        # another original in its place, of which there is no picture
        life.replace_older(older, b"")
        assert "error" in life.invoke(function, {"id": older, "size": "small"})
        life.replace_older(older, None)
        assert life.invoke(function, {"id": older, "size": "small"}) == {"state": "gone"}


def the_past_is_filled_in(life: Life) -> None:
    """backfill."""
    life.add_older("past.jpg", a_jpeg())
    life.add_older("never-there.jpg", None)
    options = {"migrate": True, "gallery": life.site.gallery}
    (part,) = life.invoke("backfill", {"plan": options})["parts"]
    assert life.invoke("backfill", part)["report"]["migrated"] > 0
    assert life.invoke("draw", {"id": "past.jpg", "size": "large"}) == {"state": "ready"}
    life.judged.client("dynamodb").update_item(
        TableName=life.judged.endpoints.tables["assets"],
        Key={"id": {"S": "past.jpg"}},
        UpdateExpression="REMOVE thumbnail_recipe ADD version :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
    )
    assert life.invoke("backfill", {**options, "remake": True})["report"]["migrated"] > 0


def persons_are_named_and_merged(life: Life) -> None:
    """api, refresh_pages, purge_bin."""
    gallery = life.site.gallery
    for person in (*LEFT, "anna"):
        create_person(Person(person, gallery, person.title()), life.parts.tables)
    for n in range(120):
        shown = [LEFT[n % 4], "anna"]
        faces = {p: Face(p, (1, 2, 30, 40), (400, 300), "test") for p in shown}
        life.parts.assets.create(
            an_asset(f"{gallery}-{n}", key=f"{gallery}/face-{n}.jpg", faces=faces)
        )
    persons = f"/api/gallery/persons?gallery={gallery}"
    eventually(lambda: {p["assets"] for p in life.ask("GET", persons)} == {30, 120}, 120)
    at = "/api/gallery/persons/"
    life.ask("GET", f"{at}ann/faces?gallery={gallery}")
    life.site.asset(f"{gallery}-0")
    life.ask("PUT", f"{at}anna", {"gallery": gallery, "name": "Grandma"})
    life.ask("POST", f"{at}ann/merge", {"gallery": gallery, "into": "anna"})
    people = life.parts.people
    people.merge(people.get(gallery, "amy"), "anna")
    # whose photo changes: the stream sees it, and goes on with what is in her list
    life.ask("PUT", f"/api/gallery/assets/{gallery}-1/favorite", {})
    eventually(lambda: people.get(gallery, "amy").assets == 0)


def owners_look_and_change(life: Life, ids: Mapping[str, str]) -> None:
    """api."""
    gallery, one = life.site.gallery, ids["0.jpg"]
    of = f"gallery={gallery}"
    for address in (
        *("media?fields=all&", "media?shuffle=true&", "date-range?", "date-range?by=day&"),
        *("stats?", "failures?", "serve?path=0.jpg&"),
    ):
        life.site.get(f"/api/gallery/{address}{of}")
    life.ask("GET", f"/api/gallery/buckets/2024-05?{of}")
    life.ask("PUT", f"/api/gallery/assets/{one}/favorite", {})
    life.ask("DELETE", f"/api/gallery/assets/{one}/favorite")
    life.ask("POST", "/api/gallery/bulk", {"ids": [one, ids["1.jpg"]], "action": "favorite"})
    failed = life.ask("GET", f"/api/gallery/failures?{of}")["items"][0]["id"]
    life.ask("POST", f"/api/gallery/failures/{failed}/retry", {}, status=202)
    life.ask("DELETE", f"/api/gallery/assets/{one}")
    life.ask("POST", f"/api/gallery/assets/{one}/restore", {})
    life.ask("DELETE", f"/api/gallery/assets/{ids['2.jpg']}")
    life.ask("POST", f"/api/gallery/assets/{ids['2.jpg']}/purge", {}, status=204)
    life.ask("POST", f"/api/gallery/assets/{ids['gone.jpg']}/restore", {}, status=409)


def owners_upload(life: Life) -> None:
    """api."""
    browser = Browser(life.site, a_long_picture())
    begun = browser.start()
    assert browser.put(begun["parts"], 1, 2, 3) == [200] * 3
    browser.start()
    assert browser.complete(begun).status == 200


def owners_share(life: Life) -> None:
    """api, authorizer."""
    gallery = life.site.gallery
    life.ask("GET", "/api/session")
    life.ask("POST", "/api/galleries", {"name": "Another"}, status=201)
    life.ask("GET", "/api/galleries")
    for _ in range(2):  # the second time they are there
        life.ask("POST", f"/api/galleries/{gallery}/owners", {"email": "friend@owners.test"})
    share = {"gallery": gallery, "name": "All", "password": "teaspoon"}
    made = life.ask("POST", "/api/shares", share, status=201)["id"]
    life.ask("GET", f"/api/shares?gallery={gallery}")
    life.ask("PUT", f"/api/shares/{made}", {"name": "Some"})
    life.ask("POST", "/api/session/share", {"token": made, "password": "teaspoon"})
    life.ask("DELETE", f"/api/shares/{made}", status=204)


def the_night_comes(life: Life, ids: Mapping[str, str]) -> None:
    """purge_bin, audit_pages."""
    site = life.site
    life.ask("DELETE", f"/api/gallery/assets/{ids['3.jpg']}")
    life.parts.assets.change(life.parts.assets.get(ids["3.jpg"]), deleted_at=TOO_OLD)
    eventually(lambda: life.parts.pages.node(site.gallery, "bin", f"{TOO_OLD:%Y-%m}").counts.total)
    # begun, and left by whoever began
    people = life.parts.people
    people.merge(people.get(site.gallery, "anne"), "anna")
    life.invoke("purge-bin", from_file("schedule.json"))
    with pytest.raises(GalleryError):
        life.parts.assets.get(ids["3.jpg"])
    table, dynamodb = site.endpoints.tables["pages"], life.judged.client("dynamodb")
    for item in dynamodb.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith(f"{site.gallery}#all"):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    people.merge(people.get(site.gallery, "annie"), "anna")
    life.invoke("audit-pages", from_file("schedule.json"))


@pytest.fixture(scope="module")
def judged(emulator_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    """A gallery that has lived."""
    with (
        judged_gallery(emulator_python, tmp_path_factory.mktemp("judged")) as judged,
        pytest.MonkeyPatch.context() as patched,
    ):
        for name, value in judged.endpoints.environment().items():
            patched.setenv(name, value)
        life = Life(judged, Parts(Settings.from_environment(), judged.endpoints.region))
        try:
            live(life)
        except Exception as error:
            if refused := sorted(judged.deeds(were_allowed=False)):
                raise AssertionError(f"functions were refused: {refused}") from error
            raise
        yield judged


def live(life: Life) -> None:
    ids = photos_come_and_go(life)
    what_nobody_could_draw_is_given_up(life, ids)
    pictures_are_drawn_when_asked_for(life, ids)
    the_past_is_filled_in(life)
    persons_are_named_and_merged(life)
    owners_look_and_change(life, ids)
    owners_upload(life)
    owners_share(life)
    the_night_comes(life, ids)


def test_no_function_is_refused_anything(judged: Judged):
    assert judged.deeds(were_allowed=False) == set()


def test_every_right_is_missed_when_it_is_taken_away(judged: Judged):
    deeds = judged.deeds(were_allowed=True) | judged.of_lambda_itself()
    rights = judged.rights()

    def is_missed(taken: Right) -> bool:
        left = rights - {taken}
        done = (deed for deed in deeds if taken.allows(deed))
        return any(not any(right.allows(deed) for right in left) for deed in done)

    unmissed = {right for right in rights if not is_missed(right)}

    rows = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{judged.endpoints.tables['assets']}"
    assert sorted(unmissed) == sorted(Right(*raced, rows) for raced in OF_RACES)


def test_lambda_itself_may_do_what_runs_a_function(judged: Judged):
    rights = judged.rights()

    refused = {
        deed
        for deed in judged.of_lambda_itself()
        if not any(right.allows(deed) for right in rights)
    }

    assert sorted(refused) == []
