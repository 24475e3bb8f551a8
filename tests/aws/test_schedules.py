"""Purging and the audit, by hand and as a schedule would, through the deployed package."""

import json
from typing import Any

import pytest

from infra.local.gallery import Endpoints, local_client
from tests.aws.site import Site, eventually
from tests.builders import a_jpeg
from tests.site import from_file


@pytest.fixture(scope="session")
def rules(endpoints: Endpoints) -> dict[str, str]:
    """What each schedule calls, by its expression."""
    events = local_client("events", endpoints.aws_endpoint)
    found = {}
    for rule in events.list_rules()["Rules"]:
        for target in events.list_targets_by_rule(Rule=rule["Name"])["Targets"]:
            found[rule["ScheduleExpression"]] = target["Arn"].rpartition(":")[2]
    return found


def tick(lambdas: Any, function: str) -> None:
    payload = json.dumps(from_file("schedule.json")).encode()
    answer = lambdas.invoke(FunctionName=function, Payload=payload)
    assert "FunctionError" not in answer, answer["Payload"].read()


def versions(site: Site) -> list[str]:
    pages = site.s3.get_paginator("list_object_versions").paginate(
        Bucket=site.endpoints.bucket, Prefix=f"{site.gallery}/"
    )
    return [
        entry["Key"]
        for page in pages
        for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    ]


def delete(site: Site, id: str) -> None:
    answer = site.request("DELETE", f"/api/gallery/assets/{id}")
    assert answer.status == 200, answer.body


def test_what_was_deleted_long_ago_is_purged_and_no_late_event_brings_it_back(
    site: Site, sqs: Any, dynamodb: Any, lambdas: Any, endpoints: Endpoints
):
    body = a_jpeg(320, 240)
    site.put("old.jpg", a_jpeg(320, 200))
    site.put("old.jpg", body)
    site.put("new.jpg", body)
    old, new = site.item("old.jpg"), site.item("new.jpg")
    for item in (old, new):
        delete(site, item["id"])
    dynamodb.update_item(
        TableName=endpoints.tables["assets"],
        Key={"id": {"S": old["id"]}},
        UpdateExpression="SET deleted_at = :then ADD version :one",
        ExpressionAttributeValues={
            ":then": {"S": "2025-01-01T00:00:00.000+00:00"}, ":one": {"N": "1"}
        },
    )  # fmt: skip
    eventually(lambda: [i["id"] for i in site.media(view="bin")["items"]] == [new["id"], old["id"]])

    tick(lambdas, endpoints.functions["purge_bin"])

    assert {key for key in versions(site) if "old" in key} == set()
    assert site.get(f"/api/gallery/assets/{old['id']}").status == 404
    assert [item["id"] for item in site.media(view="bin")["items"]] == [new["id"]]
    event = {
        "eventVersion": "2.1",
        "eventName": "ObjectCreated:Put",
        "s3": {
            "bucket": {"name": endpoints.bucket},
            "object": {"key": f"{site.gallery}/old.jpg", "sequencer": "00"},
        },
    }
    sqs.send_message(
        QueueUrl=endpoints.queues["uploads"], MessageBody=json.dumps({"Records": [event]})
    )
    site.put("after.jpg", body)  # its turn comes after
    site.item("after.jpg")
    assert [item["local_path"] for item in site.media()["items"]] == ["after.jpg"]
    site.put("old.jpg", body)
    assert site.item("old.jpg")["id"] == old["id"]


def test_the_bin_is_emptied_by_hand_with_every_version(site: Site):
    site.put("a+b c.jpg", a_jpeg(320, 200))
    item = site.item("a+b c.jpg")
    site.put("a+b c.jpg", a_jpeg(320, 240))
    eventually(lambda: site.item("a+b c.jpg")["height"] == 240)
    site.request("GET", f"/api/gallery/thumbnail/{item['id']}?size=large")
    refused = site.request("POST", f"/api/gallery/assets/{item['id']}/purge", {})
    assert (refused.status, refused.json["error"]["code"]) == (409, "conflict")
    delete(site, item["id"])
    assert len(versions(site)) >= 6

    answer = site.request("DELETE", f"/api/gallery/bin?gallery={site.gallery}")

    assert answer.json == {"purged": 1, "failed": [], "remaining": 0}
    assert versions(site) == []
    assert eventually(lambda: site.stats()["bin"] == 0)


def test_the_audit_mends_lists_that_were_lost(
    site: Site, dynamodb: Any, lambdas: Any, endpoints: Endpoints
):
    site.put("a.jpg", a_jpeg())
    site.item("a.jpg")
    table = endpoints.tables["pages"]
    pages = dynamodb.get_paginator("scan").paginate(TableName=table)
    for item in [item for page in pages for item in page["Items"]]:
        if item["pk"]["S"].startswith(f"{site.gallery}#all"):
            dynamodb.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    assert site.media()["items"] == []

    tick(lambdas, endpoints.functions["audit_pages"])

    assert [item["local_path"] for item in site.media()["items"]] == ["a.jpg"]
    assert site.stats()["total"] == 1


def test_each_schedule_calls_its_function(rules: dict[str, str], endpoints: Endpoints):
    assert rules == {
        "cron(0 3 * * ? *)": endpoints.functions["purge_bin"],
        "cron(0 4 ? * SUN *)": endpoints.functions["audit_pages"],
    }


def test_a_batch_of_the_stream_that_fails_for_good_goes_to_a_queue(
    lambdas: Any, endpoints: Endpoints
):
    (source,) = lambdas.list_event_source_mappings(
        FunctionName=endpoints.functions["refresh_pages"]
    )["EventSourceMappings"]

    queue = source["DestinationConfig"]["OnFailure"]["Destination"].rpartition(":")[2]
    assert endpoints.queues["failed_refreshes"].endswith(f"/{queue}")
