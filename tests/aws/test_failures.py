"""A photo that could not be drawn: listed, asked for once its cause is gone, and shown."""

from tests.aws.site import Site, eventually
from tests.builders import a_jpeg


def test_what_failed_is_listed_and_drawn_when_it_is_asked_for_once_its_cause_is_gone(site: Site):
    """Somebody's own file lies where its thumbnail belongs."""
    in_the_way = site.put("lake_thumb.jpg", b"a file of somebody's")
    site.put("lake.jpg", a_jpeg())
    site.item("lake.jpg", view="failed")

    (failure,) = site.get(f"/api/gallery/failures?gallery={site.gallery}").json["items"]
    assert (failure["local_path"], failure["reason"]) == ("lake.jpg", "name-taken")
    site.s3.delete_object(Bucket=site.endpoints.bucket, Key=in_the_way)

    asked = site.request("POST", f"/api/gallery/failures/{failure['id']}/retry", {})
    assert (asked.status, asked.json["status"]) == (202, "queued")

    assert eventually(lambda: site.item("lake.jpg")["thumbnail_state"] == "ready")
    assert site.get(f"/api/gallery/failures?gallery={site.gallery}").json["items"] == []
