"""A file in parts, from the first request to its photo, as a browser sends it."""

import hashlib
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.aws.site import HTTP, Answer, Site
from tests.builders import a_jpeg

PART = 16 << 20


@cache
def a_long_picture() -> bytes:
    """A JPEG that takes three parts, most of them after its end."""
    picture = a_jpeg(333, 222)
    return picture + random.Random(11).randbytes(2 * PART + 1000 - len(picture))


@dataclass(frozen=True)
class Browser:
    """Sends one file.

    Attributes:
        site: Where to.
        body: Its bytes.
    """

    site: Site
    body: bytes

    def part(self, number: int) -> bytes:
        return self.body[(number - 1) * PART : number * PART]

    def start(self, **fields: Any) -> Any:
        count = -(-len(self.body) // PART)
        asked = {
            "gallery": self.site.gallery,
            "filename": "Wände.JPG",
            "size_bytes": len(self.body),
            "sha256": hashlib.sha256(self.body).hexdigest(),
            "content_type": "image/jpeg",
            "part_sha256": [hashlib.sha256(self.part(n)).hexdigest() for n in range(1, count + 1)],
        }
        answer = self.site.request("POST", "/api/gallery/uploads", asked | fields)
        assert answer.status == 200, answer.body
        return answer.json

    def put(self, parts: Any, *numbers: int, body: bytes | None = None) -> list[int]:
        """Send parts to their addresses; the statuses of the answers."""
        known = {part["number"]: part for part in parts["urls"]}
        return [
            HTTP.request(
                "PUT",
                known[number]["url"],
                body=self.part(number) if body is None else body,
                headers={**known[number]["headers"], "Origin": self.site.endpoints.page},
            ).status
            for number in numbers
        ]

    def complete(self, ticket: Any, **fields: Any) -> Answer:
        asked = {
            "gallery": self.site.gallery,
            "filename": "Wände.JPG",
            "size_bytes": len(self.body),
            "upload_id": ticket["parts"]["upload_id"],
        }
        address = f"/api/gallery/uploads/{ticket['id']}/complete"
        return self.site.request("POST", address, asked | fields)


def test_a_file_whose_middle_part_is_missing_goes_on_with_it_and_becomes_a_photo(site: Site):
    browser = Browser(site, a_long_picture())

    begun = browser.start()
    sent = browser.put(begun["parts"], 1, 3)
    too_early = browser.complete(begun)
    resumed = browser.start()
    rest = browser.put(resumed["parts"], 2)
    longer = browser.complete(resumed, size_bytes=len(browser.body) + 1)
    done = browser.complete(resumed)
    again = browser.complete(resumed)

    assert [part["number"] for part in begun["parts"]["urls"]] == [1, 2, 3]
    assert sent == [200, 200]
    assert (too_early.status, too_early.json["error"]["code"]) == (409, "parts_missing")
    assert [part["number"] for part in resumed["parts"]["done"]] == [1, 3]
    assert [part["number"] for part in resumed["parts"]["urls"]] == [2]
    assert resumed["parts"]["upload_id"] == begun["parts"]["upload_id"]
    assert rest == [200]
    assert (longer.status, longer.json["error"]["parameter"]) == (400, "size_bytes")
    assert done.json == {"id": begun["id"], "status": "completed"}
    assert again.json == {"id": begun["id"], "status": "there"}

    item = site.item(f"{begun['id']}.jpg")
    assert (item["id"], item["name"]) == (begun["id"], "Wände.JPG")
    assert item["file_size"] == len(browser.body)
    assert site.stored(f"{site.gallery}/{begun['id']}.jpg") == browser.body
    asset = site.asset(item["id"])
    assert asset["file_hash"] == hashlib.sha256(browser.body).hexdigest()
    duplicate = browser.start(filename="other.png")
    assert (duplicate["duplicate"], duplicate["asset"]["id"]) == (True, item["id"])


def test_a_part_that_is_not_what_was_told_is_refused(site: Site):
    browser = Browser(site, bytes(PART) + b"the end")
    begun = browser.start()

    refused = browser.put(begun["parts"], 2, body=b"another")

    assert refused == [400]
    assert [part["number"] for part in browser.start()["parts"]["urls"]] == [1, 2]


def test_what_lies_in_its_place_is_not_written_over(site: Site):
    browser = Browser(site, bytes(PART) + b"film")
    begun = browser.start(filename="film.mov")
    assert browser.put(begun["parts"], 1, 2) == [200, 200]
    key = site.put(f"{begun['id']}.mov", b"somebody's")

    answer = browser.complete(begun, filename="film.mov")

    assert (answer.status, answer.json["error"]["code"]) == (409, "conflict")
    assert site.stored(key) == b"somebody's"
