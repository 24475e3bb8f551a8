"""The steps of docs/operations.md that bring something back, done as they stand there."""

from typing import Any, cast

import pytest

from infra.local.gallery import Endpoints
from migrations.restore_rows import main
from tests.aws.site import Site, eventually
from tests.builders import a_jpeg


def versions(site: Site, path: str) -> dict[str, Any]:
    answer = site.s3.list_object_versions(
        Bucket=site.endpoints.bucket, Prefix=f"{site.gallery}/{path}"
    )
    return cast("dict[str, Any]", answer)


def test_a_photo_that_a_program_deleted_comes_back_without_its_marker(site: Site):
    key = site.put("lake.jpg", a_jpeg())
    site.item("lake.jpg")
    site.remove("lake.jpg")
    site.item("lake.jpg", view="bin")

    (marker,) = (m for m in versions(site, "lake.jpg")["DeleteMarkers"] if m["IsLatest"])
    site.s3.delete_object(Bucket=site.endpoints.bucket, Key=key, VersionId=marker["VersionId"])
    # the embedded S3 tells nobody that a marker was removed; the command that stands there does
    site.s3.copy_object(
        Bucket=site.endpoints.bucket,
        Key=key,
        CopySource={"Bucket": site.endpoints.bucket, "Key": key},
        MetadataDirective="REPLACE",
        ContentType="image/jpeg",
    )

    assert site.item("lake.jpg")["thumbnail_state"] == "ready"
    assert site.media(view="bin")["total"] == 0


def test_a_photo_that_was_replaced_comes_back_by_its_older_version(site: Site):
    wanted, other = a_jpeg(80, 60, "teal"), a_jpeg(80, 60, "maroon")
    key = site.put("lake.jpg", wanted)
    site.item("lake.jpg")
    site.put("lake.jpg", other)

    (older,) = (v for v in versions(site, "lake.jpg")["Versions"] if not v["IsLatest"])
    source = {"Bucket": site.endpoints.bucket, "Key": key, "VersionId": older["VersionId"]}
    site.s3.copy_object(Bucket=site.endpoints.bucket, Key=key, CopySource=source)

    assert site.stored(key) == wanted


@pytest.mark.usefixtures("gallery_environment")
def test_rows_that_were_lost_come_back_from_a_table_of_an_earlier_moment(
    site: Site, endpoints: Endpoints, dynamodb: Any, capsys: pytest.CaptureFixture[str]
):
    for name in ("a.jpg", "b.jpg"):
        site.put(name, a_jpeg())
    lost, kept = (site.item(name)["id"] for name in ("a.jpg", "b.jpg"))
    table, copied = endpoints.tables["assets"], f"before-{site.gallery}"
    dynamodb.create_table(
        TableName=copied,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for known in (lost, kept):
        row = dynamodb.get_item(TableName=table, Key={"id": {"S": known}})["Item"]
        dynamodb.put_item(TableName=copied, Item=row)
    dynamodb.delete_item(TableName=table, Key={"id": {"S": lost}})
    eventually(lambda: site.media()["total"] == 1)

    status = main(["--from", copied, "--migrate"])

    assert status == 0
    assert capsys.readouterr().out.splitlines()[-1] == "brought 1 row back"
    assert eventually(lambda: site.media()["total"] == 2)
    assert site.asset(lost)["id"] == lost
    dynamodb.delete_table(TableName=copied)
