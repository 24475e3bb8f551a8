"""A photo dropped into the bucket, until it is seen: through the deployed package."""

import struct
import time
import zlib
from io import BytesIO

import pillow_heif
import pytest
from PIL import Image

from tests.aws.site import Site, eventually
from tests.builders import a_jpeg


def quarters(width: int, height: int, orientation: int = 1) -> bytes:
    """A JPEG whose upper left quarter is red and whose lower right one is blue."""
    picture = Image.new("RGB", (width, height), "white")
    picture.paste("red", (0, 0, width // 2, height // 2))
    picture.paste("blue", (width // 2, height // 2, width, height))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8769)[0x9003] = "2024:05:17 23:30:00"
    exif.get_ifd(0x8769)[0x9011] = "+09:00"
    exif[0x0110] = "Test Camera"
    buffer = BytesIO()
    picture.save(buffer, "JPEG", exif=exif, quality=92)
    return buffer.getvalue()


def huge_png() -> bytes:
    """A valid PNG header of 64,000 x 64,000 pixels, and almost nothing behind it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data)
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)

    header = struct.pack(">IIBBBBB", 64_000, 64_000, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


def is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, colour, strict=True))


def test_a_dropped_photo_is_listed_with_an_upright_thumbnail_on_its_local_day(site: Site):
    # Turned a quarter clockwise to be upright: what is stored 1600x1200 is shown 1200x1600.
    key = site.put("2024/summer.jpg", quarters(1600, 1200, orientation=6))

    item = site.item("2024/summer.jpg")

    assert (item["width"], item["height"]) == (1200, 1600)
    assert item["media_date"] == "2024-05-17T23:30:00.000"
    assert item["thumbnail_state"] == "ready"
    thumbnail = site.get(item["thumbnail_url"]).picture()
    assert thumbnail.size == (450, 600)
    # By hand: turning clockwise takes the red quarter from upper left to upper right.
    assert is_near(thumbnail.getpixel((400, 50)), (254, 0, 0))
    assert is_near(thumbnail.getpixel((50, 550)), (0, 0, 254))
    assert site.get(item["small_url"]).picture().size == (180, 240)
    asset = site.asset(item["id"])
    assert asset["taken_at"] == "2024-05-17T14:30:00+00:00"
    assert asset["utc_offset_minutes"] == 540
    assert asset["camera_model"] == "Test Camera"
    assert site.stored(key) == quarters(1600, 1200, orientation=6)


def test_months_and_totals_follow(site: Site):
    site.put("a.jpg", quarters(400, 300))
    site.put("undated.jpg", a_jpeg())
    site.item("a.jpg")
    site.item("undated.jpg")

    months = site.get(f"/api/gallery/date-range?gallery={site.gallery}").json
    days = site.get(f"/api/gallery/date-range?by=day&gallery={site.gallery}").json
    stats = site.stats()

    assert [(month["year"], month["month"], month["count"]) for month in months] == [
        (2024, 5, 1),
        (None, None, 1),
    ]
    assert days[0]["days"] == [{"day": 17, "count": 1, "ratio_sum": 1.33333}]
    sizes = len(quarters(400, 300)) + len(a_jpeg())
    assert stats == {
        "total": 2,
        "images": 2,
        "videos": 0,
        "bytes": sizes,
        "bin": 0,
        "bin_days": 30,
        "failed": 0,
        "without_thumbnail": 0,
        "without_original": 0,
    }


@pytest.mark.parametrize(
    "name",
    [
        "with space.jpg",
        "plus+plus.jpg",
        "100%.jpg",
        "%2B%25.jpg",
        "Käse & Brot; (1) #2?=x.jpg",
        "emoji 🏔️.jpg",
        "no-extension",
        "e\u0301 decomposed.jpg",
        "deep/er/and 'quoted'/x.JPG",
        "a.jpg.png",
        "two//slashes.jpg",
        "/leading slash.jpg",
        "new\nline.jpg",
    ],
)
def test_any_name_is_taken_in_and_served_byte_for_byte(site: Site, name: str):
    body = quarters(320, 240)
    site.put(name, body)

    item = site.item(name)

    assert item["thumbnail_state"] == "ready"
    assert site.get(item["thumbnail_url"]).picture().size == (320, 240)
    assert site.get(item["url"]).body == body


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("empty.jpg", b"", "empty"),
        ("letter.jpg", b"Dear Grandma,\nthis is no photo.\n", "unsupported"),
        ("bomb.png", huge_png(), "too-large"),
        ("torn.jpg", quarters(1600, 1200)[:300], "truncated"),
    ],
)
def test_what_cannot_be_drawn_stays_visible_with_its_reason(
    site: Site, name: str, body: bytes, reason: str
):
    site.put(name, body)

    item = site.item(name)

    assert item["thumbnail_state"] == "failed"
    assert item["thumbnail_url"] is None
    assert site.asset(item["id"])["thumbnail_error"] == reason
    assert site.stats()["without_thumbnail"] == 1
    answer = site.get(f"/api/gallery/thumbnail/{item['id']}")
    assert (answer.status, answer.json["error"]["reason"]) == (422, reason)
    assert site.get(item["url"]).body == body


def test_a_photo_whose_end_is_missing_is_shown_as_far_as_it_goes(site: Site):
    whole = quarters(1600, 1200)
    site.put("cut.jpg", whole[: len(whole) * 3 // 4])

    item = site.item("cut.jpg")

    assert item["thumbnail_state"] == "ready"
    assert site.asset(item["id"])["is_damaged"]
    assert is_near(site.get(item["thumbnail_url"]).picture().getpixel((50, 50)), (254, 0, 0))


def test_a_heic_photo_gets_a_thumbnail_and_on_demand_a_preview_that_browsers_show(site: Site):
    picture = Image.new("RGB", (3000, 2000), "green")
    buffer = BytesIO()
    pillow_heif.from_pillow(picture).save(buffer)
    site.put("phone.heic", buffer.getvalue())
    item = site.item("phone.heic")

    preview = site.request(
        "GET", f"/api/gallery/thumbnail/{item['id']}?size=large", follow=True
    ).picture()

    assert site.get(item["thumbnail_url"]).picture().size == (800, 533)
    assert (preview.format, preview.size) == ("JPEG", (2048, 1365))


def test_two_files_that_differ_by_their_ending_have_two_thumbnails(site: Site):
    site.put("a.jpg", quarters(320, 240))
    png = BytesIO()
    Image.new("RGB", (100, 100), "lime").save(png, "PNG")
    site.put("a.png", png.getvalue())

    first, second = site.item("a.jpg"), site.item("a.png")

    assert site.get(first["thumbnail_url"]).picture().size == (320, 240)
    assert site.get(second["thumbnail_url"]).picture().size == (100, 100)


def test_duplicate_and_late_events_change_nothing(site: Site, sqs, endpoints):
    site.put("once.jpg", quarters(320, 240))
    item = site.item("once.jpg")
    before = site.asset(item["id"])
    event = (
        '{"Records":[{"eventVersion":"2.1","eventName":"ObjectCreated:Put","s3":'
        f'{{"bucket":{{"name":"{endpoints.bucket}"}},'
        f'"object":{{"key":"{site.gallery}/once.jpg","sequencer":"00"}}}}}}]}}'
    )
    removal = event.replace("ObjectCreated:Put", "ObjectRemoved:Delete")

    for body in (event, event, removal, event):
        sqs.send_message(QueueUrl=endpoints.queues["uploads"], MessageBody=body)

    site.put("after.jpg", quarters(330, 240))  # its turn comes after theirs
    site.item("after.jpg")
    time.sleep(1)
    assert site.asset(item["id"]) == before
    assert site.stats()["total"] == 2


def test_a_vanished_original_goes_to_the_bin_and_returns_with_its_object(site: Site):
    body = quarters(320, 240)
    site.put("gone.jpg", body)
    item = site.item("gone.jpg")

    site.remove("gone.jpg")

    binned = site.item("gone.jpg", view="bin")
    assert site.asset(binned["id"])["deleted_reason"] == "original-missing"
    assert site.media()["total"] == 0
    refused = site.request("POST", f"/api/gallery/assets/{item['id']}/restore", {})
    assert (refused.status, refused.json["error"]["code"]) == (409, "conflict")

    site.put("gone.jpg", body)

    assert site.item("gone.jpg")["id"] == item["id"]
    assert eventually(lambda: site.stats()["bin"] == 0)


def test_a_replaced_original_gets_the_thumbnail_of_its_new_picture(site: Site):
    site.put("x.jpg", a_jpeg(320, 240, "red"))
    item = site.item("x.jpg")

    site.put("x.jpg", a_jpeg(320, 240, "blue"))

    def is_blue() -> bool:
        thumbnail = site.get(item["thumbnail_url"]).picture().convert("RGB")
        return is_near(thumbnail.getpixel((100, 100)), (0, 0, 254))

    eventually(is_blue)
    assert site.item("x.jpg")["id"] == item["id"]
    assert site.media()["total"] == 1


def test_own_output_and_refused_keys_never_become_photos(site: Site):
    site.put("real.jpg", quarters(320, 240))
    site.item("real.jpg")
    site.put("holiday_thumb.jpg", quarters(320, 240))
    site.put("a/../b.jpg", quarters(320, 240))
    site.put("folder/", b"")
    site.put("last.jpg", quarters(320, 240))
    site.item("last.jpg")

    time.sleep(1)

    assert sorted(i["local_path"] for i in site.media()["items"]) == ["last.jpg", "real.jpg"]


def test_a_row_written_by_hand_is_listed(site: Site, dynamodb, endpoints):
    key = site.put("hand_thumb.jpg", a_jpeg(200, 100))  # named so that no event takes it in
    dynamodb.put_item(
        TableName=endpoints.tables["assets"],
        Item={
            "id": {"S": f"hand-{site.gallery}"},
            "url": {"S": key},
            "thumbnail_url": {"S": key},
            "filename": {"S": "By hand.jpg"},
        },
    )

    item = site.item("hand_thumb.jpg")

    assert (item["name"], item["thumbnail_state"]) == ("By hand.jpg", "pending")
    thumbnail = site.request("GET", f"/api/gallery/thumbnail/{item['id']}", follow=True)
    assert thumbnail.picture().size == (200, 100)
