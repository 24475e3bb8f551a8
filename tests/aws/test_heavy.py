"""RAW and videos: the functions for pictures leave them to those with every decoder."""

import uuid
from typing import Any

import pytest

from infra.local.gallery import Endpoints
from tests.aws.site import Site
from tests.imaging.pictures import a_dng, a_jpeg, a_video


@pytest.mark.parametrize(("name", "make"), [("clip.mp4", a_video), ("raw.dng", a_dng)])
def test_a_thumbnail_that_somebody_waits_for_is_drawn_by_whoever_can(
    site: Site, endpoints: Endpoints, s3: Any, dynamodb: Any, name: str, make: Any
):
    # by capitals, outside galleries: no event takes it in
    key, row_id = f"Older-{uuid.uuid4().hex[:8]}/{name}", uuid.uuid4().hex
    s3.put_object(Bucket=endpoints.bucket, Key=key, Body=make())
    row = {
        "id": row_id,
        "url": key,
        "thumbnail_url": key,
        "filename": name,
        "gallery_id": site.gallery,  # else it would be in `main`, whose pictures others count
    }
    dynamodb.put_item(
        TableName=endpoints.tables["assets"],
        Item={field: {"S": value} for field, value in row.items()},
    )

    drawn = site.request("GET", f"/api/gallery/thumbnail/{row_id}?size=small", follow=True)

    assert max(drawn.picture().size) == 320


def test_an_uploaded_video_is_sent_on_and_appears_with_its_poster(site: Site):
    site.put("clip.mp4", a_video())

    item = site.item("clip.mp4")

    assert (item["thumbnail_state"], item["file_type"]) == ("ready", "video")


def test_an_uploaded_photo_that_is_broken_is_condemned_by_whoever_has_every_decoder(site: Site):
    broken = a_jpeg(400, 300)[:300]
    site.put("broken.jpg", broken)

    item = site.item("broken.jpg", view="failed")

    assert item["thumbnail_state"] == "failed"
    (failure,) = site.get(f"/api/gallery/failures?gallery={site.gallery}").json["items"]
    assert failure["reason"] == "truncated"
