"""Dates and descriptions that a person corrects, through every function."""

from typing import Any

from tests.aws.site import Site, eventually
from tests.imaging.pictures import an_exif, four_corners, saved

MAY = "2024-05-17T09:30:00.000"


def a_photo(taken: str = "2024:05:17 09:30:00", **options: Any) -> bytes:
    exif = an_exif({0x010E: "as scanned"}, {0x9003: taken})
    return saved(four_corners(), "JPEG", exif=exif, **options)


def change(site: Site, method: str, address: str, body: Any) -> Any:
    answer = site.request(method, address, body)
    assert answer.status == 200, answer.body
    return answer.json


def correct(site: Site, id: str, **said: Any) -> Any:
    return change(site, "PUT", f"/api/gallery/assets/{id}/details", said)


def months(site: Site) -> list[tuple[int | None, int | None, int]]:
    found = site.get(f"/api/gallery/date-range?gallery={site.gallery}").json
    return [(month["year"], month["month"], month["count"]) for month in found]


def test_a_corrected_date_moves_a_photo_to_another_month_at_once(site: Site):
    site.put("a.jpg", a_photo())
    site.put("b.jpg", a_photo("2024:05:18 10:00:00"))
    first = site.item("a.jpg")
    site.item("b.jpg")
    assert (first["media_date"], months(site)) == (MAY, [(2024, 5, 2)])

    asset = correct(site, first["id"], media_date="1999-12-31T23:30", utc_offset_minutes=60)

    assert months(site) == [(2024, 5, 1), (1999, 12, 1)]
    assert [item["local_path"] for item in site.media()["items"]] == ["b.jpg", "a.jpg"]
    assert (asset["taken_at"], asset["corrected"]) == ("1999-12-31T22:30:00+00:00", ["date"])
    (found,) = site.media(date_from="1999-12-31", date_to="1999-12-31")["items"]
    assert found["id"] == first["id"]


def test_what_was_corrected_stays_when_the_photo_is_replaced_and_drawn_again(site: Site):
    key = site.put("a.jpg", a_photo())
    item = site.item("a.jpg")
    before = site.stored(key)
    correct(site, item["id"], media_date="2001-02-03T04:05", description="The first swim")
    assert site.stored(key) == before

    replacement = a_photo("2020:01:01 00:00:00", quality=50)
    site.put("a.jpg", replacement)

    def drawn_again() -> Any:
        asset = site.asset(item["id"])
        return asset if asset["file_size"] == len(replacement) else None

    asset = eventually(drawn_again)
    assert asset["thumbnail_state"] == "ready"
    assert asset["media_date"] == "2001-02-03T04:05:00.000"
    assert asset["description"] == "The first swim"
    assert months(site) == [(2001, 2, 1)]


def test_a_wrong_clock_is_put_right_for_many_photos_once(site: Site):
    ids = []
    for name in ("a.jpg", "b.jpg"):
        site.put(name, a_photo())
        ids.append(site.item(name)["id"])
    correct(site, ids[1], media_date=None)
    body = {"action": "shift_date", "ids": ids, "seconds": 15 * 86_400, "shift_id": "summer"}

    results = change(site, "POST", "/api/gallery/bulk", body)["results"]
    again = change(site, "POST", "/api/gallery/bulk", body)["results"]

    assert results[0]["asset"]["media_date"] == "2024-06-01T09:30:00.000"
    assert results[1]["error"]["code"] == "undated"
    assert results[0]["newly_corrected"] == ["date"]
    assert again == [{**results[0], "newly_corrected": []}, results[1]]
    assert months(site) == [(2024, 6, 1), (None, None, 1)]


def test_one_date_and_one_description_are_said_of_many_photos(site: Site):
    ids = []
    for name in ("a.jpg", "b.jpg"):
        site.put(name, a_photo())
        ids.append(site.item(name)["id"])

    dated = {"action": "set_date", "ids": ids, "media_date": "2010-07-04T12:00"}
    change(site, "POST", "/api/gallery/bulk", dated)
    told = {"action": "set_description", "ids": ids, "description": None}
    results = change(site, "POST", "/api/gallery/bulk", told)["results"]

    assert months(site) == [(2010, 7, 2)]
    assert not any("description" in site.asset(name) for name in ids)
    assert {tuple(result["asset"]["corrected"]) for result in results} == {("date", "description")}


def test_many_photos_of_one_moment_get_their_own_dates_again_by_one_call(site: Site):
    ids = []
    for name, taken in (("a.jpg", "2024:05:17 09:30:00"), ("b.jpg", "2023:04:16 08:29:00")):
        site.put(name, a_photo(taken))
        ids.append(site.item(name)["id"])
    former = [site.asset(name)["media_date"] for name in ids]
    dated = {"action": "set_date", "ids": ids, "media_date": "2010-07-04T12:00"}
    change(site, "POST", "/api/gallery/bulk", dated)
    assert months(site) == [(2010, 7, 2)]

    own = {"action": "set_dates", "ids": [*ids, "0000"], "media_dates": [*former, None]}
    *results, unknown = change(site, "POST", "/api/gallery/bulk", own)["results"]

    assert [result["asset"]["media_date"] for result in results] == former
    assert unknown["error"]["code"] == "not_found"
    assert months(site) == [(2024, 5, 1), (2023, 4, 1)]

    undated = {"action": "set_dates", "ids": ids, "media_dates": [None, former[0]]}
    change(site, "POST", "/api/gallery/bulk", undated)
    assert months(site) == [(2024, 5, 1), (None, None, 1)]
