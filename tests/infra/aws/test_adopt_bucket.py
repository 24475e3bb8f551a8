"""A bucket that was there before: what is added to it, and what of its owner's stays."""

import dataclasses
import json
from typing import Any

import pytest

from infra.aws.adopt_bucket import BucketNeeds, plan_bucket, plan_release
from infra.aws.adoption import Adoption, AdoptionError, check_obstacles
from infra.aws.bucket_state import BLOCKS, BucketState, read_bucket
from tests.infra.aws.clients import stubbed

QUEUE = "arn:aws:sqs:eu-central-1:123456789012:contactsheet-live-uploads"
EDGE = "arn:aws:cloudfront::123456789012:distribution/E1"
NEEDS = BucketNeeds("eu-central-1", QUEUE)
WITH_EDGE = BucketNeeds("eu-central-1", QUEUE, "https://d1.cloudfront.net", EDGE)
PLAIN = BucketState("photos", "eu-central-1", blocks=frozenset(BLOCKS))
OWN_STATEMENT = {
    "Sid": "Partner",
    "Effect": "Allow",
    "Principal": {"AWS": "1"},
    "Action": "s3:Get*",
}
OWN_RULE = {"ID": "theirs", "AllowedOrigins": ["https://a.example"], "AllowedMethods": ["GET"]}
OWN_QUEUE = {"Id": "theirs", "QueueArn": "arn:aws:sqs:x:1:q", "Events": ["s3:ObjectRestore:*"]}


def asked(plan: Adoption, operation: str) -> Any:
    """What one of its requests is told."""
    (step,) = (step for step in plan.steps if step.operation == operation)
    return step.arguments


def after(state: BucketState, plan: Adoption) -> BucketState:
    """The bucket once the plan was carried out, as S3 would tell it."""
    changes: dict[str, Any] = {}
    for step in plan.steps:
        told = step.arguments
        match step.operation:
            case "put_bucket_versioning":
                changes["versioning"] = told["VersioningConfiguration"]["Status"]
            case "put_public_access_block":
                changes["blocks"] = frozenset(told["PublicAccessBlockConfiguration"])
            case "put_bucket_lifecycle_configuration":
                changes["lifecycle"] = told["LifecycleConfiguration"]["Rules"]
            case "put_bucket_policy":
                changes["policy"] = json.loads(told["Policy"])
            case "put_bucket_cors":
                changes["cors"] = told["CORSConfiguration"]["CORSRules"]
            case "delete_bucket_cors":
                changes["cors"] = []
            case "put_bucket_notification_configuration":
                changes["notifications"] = told["NotificationConfiguration"]
    return dataclasses.replace(state, **changes)


def test_a_bare_bucket_gets_versions_privacy_and_a_way_to_tell_the_gallery():
    plan = plan_bucket(BucketState("photos", "eu-central-1"), NEEDS)

    assert [step.operation for step in plan.steps] == [
        *("put_bucket_versioning", "put_public_access_block"),
        *("put_bucket_lifecycle_configuration", "put_bucket_policy"),
        "put_bucket_notification_configuration",
    ]
    assert plan.obstacles == ()


@pytest.mark.parametrize("needs", [NEEDS, WITH_EDGE])
@pytest.mark.parametrize(
    "state",
    [
        PLAIN,
        BucketState("photos", "eu-central-1"),
        dataclasses.replace(
            PLAIN,
            versioning="Suspended",
            policy={"Version": "2008-10-17", "Statement": OWN_STATEMENT},
            cors=[OWN_RULE],
            notifications={"QueueConfigurations": [OWN_QUEUE], "EventBridgeConfiguration": {}},
        ),
    ],
)
def test_a_second_look_finds_nothing_left_to_do(state: BucketState, needs: BucketNeeds):
    once = plan_bucket(state, needs)

    again = plan_bucket(after(state, once), needs)

    assert once.steps
    assert again.steps == ()


def test_what_its_owner_had_set_stays():
    state = dataclasses.replace(
        PLAIN,
        versioning="Enabled",
        policy={"Version": "2012-10-17", "Statement": [OWN_STATEMENT]},
        cors=[OWN_RULE],
        notifications={"QueueConfigurations": [OWN_QUEUE], "EventBridgeConfiguration": {}},
        lifecycle=[{"ID": "theirs", "Status": "Enabled"}],
    )

    plan = plan_bucket(state, WITH_EDGE)

    policy = json.loads(asked(plan, "put_bucket_policy")["Policy"])
    assert policy["Statement"][0] == OWN_STATEMENT
    assert OWN_RULE in asked(plan, "put_bucket_cors")["CORSConfiguration"]["CORSRules"]
    told = asked(plan, "put_bucket_notification_configuration")["NotificationConfiguration"]
    assert OWN_QUEUE in told["QueueConfigurations"]
    assert told["EventBridgeConfiguration"] == {}
    rules = asked(plan, "put_bucket_lifecycle_configuration")["LifecycleConfiguration"]["Rules"]
    assert rules[0] == {"ID": "theirs", "Status": "Enabled"}


@pytest.mark.parametrize("versioning", ["Enabled", "Suspended"])
def test_older_versions_that_are_there_are_never_dropped(versioning: str):
    plan = plan_bucket(dataclasses.replace(PLAIN, versioning=versioning), NEEDS)

    rules = asked(plan, "put_bucket_lifecycle_configuration")["LifecycleConfiguration"]["Rules"]
    assert all("NoncurrentVersionExpiration" not in rule for rule in rules)
    assert any("older versions are kept for ever" in note for note in plan.notes)


def test_the_edge_is_let_in_once_it_is_known_and_another_one_takes_its_place():
    first = plan_bucket(PLAIN, WITH_EDGE)
    other = dataclasses.replace(WITH_EDGE, distribution_arn=f"{EDGE}2")

    second = plan_bucket(after(PLAIN, first), other)

    policy = json.loads(asked(second, "put_bucket_policy")["Policy"])
    assert [s["Condition"] for s in policy["Statement"] if s["Effect"] == "Allow"] == [
        {"StringEquals": {"aws:SourceArn": f"{EDGE}2"}}
    ]


def test_a_bucket_that_anybody_may_read_is_closed_and_that_is_said_aloud():
    state = dataclasses.replace(PLAIN, blocks=frozenset(), is_public=True)

    plan = plan_bucket(state, NEEDS)

    (told,) = (step.told for step in plan.steps if step.operation == "put_public_access_block")
    assert "ITS POLICY LETS ANYBODY READ NOW" in told


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"region": "eu-west-1"}, "export AWS_DEFAULT_REGION=eu-west-1"),
        ({"name": "my.photos"}, "its name has a dot"),
        ({"encryption": "aws:kms"}, "encrypted with aws:kms"),
        (
            {
                "notifications": {
                    "LambdaFunctionConfigurations": [
                        {"LambdaFunctionArn": "arn:f", "Events": ["s3:ObjectCreated:Put"]}
                    ]
                }
            },
            "arn:f is told of its objects already",
        ),
    ],
)
def test_a_bucket_that_cannot_be_used_is_refused_with_the_reason(
    changes: dict[str, Any], said: str
):
    plan = plan_bucket(dataclasses.replace(PLAIN, **changes), NEEDS)

    with pytest.raises(AdoptionError, match=said):
        check_obstacles([plan])


def test_what_may_surprise_is_said():
    state = dataclasses.replace(
        PLAIN,
        lifecycle=[
            {"ID": "old", "Expiration": {"Days": 365}, "Transitions": [{"StorageClass": "GLACIER"}]}
        ],
        owner_enforced=False,
        folders=["main", "My Album"],
    )

    notes = "\n".join(plan_bucket(state, NEEDS).notes)

    assert "DELETES objects by age" in notes
    assert "Glacier" in notes
    assert "another account" in notes
    assert "My Album" in notes
    assert state.galleries == ["main"]


def test_a_gallery_that_goes_takes_its_own_along_and_leaves_what_protects():
    state = dataclasses.replace(
        PLAIN,
        policy={"Version": "2012-10-17", "Statement": [OWN_STATEMENT]},
        cors=[OWN_RULE],
        notifications={"QueueConfigurations": [OWN_QUEUE]},
    )
    used = after(state, plan_bucket(state, WITH_EDGE))

    left = after(used, plan_release(used))

    assert left.cors == [OWN_RULE]
    assert left.notifications["QueueConfigurations"] == [OWN_QUEUE]
    assert left.policy is not None
    assert [s["Sid"] for s in left.policy["Statement"]] == ["Partner", "ContactSheetTlsOnly"]
    assert left.versioning == "Enabled"
    assert left.lifecycle == used.lifecycle
    assert plan_release(left).steps == ()


def test_no_folder_is_missed_behind_many_objects_that_lie_in_none():
    s3, answers = stubbed("s3")
    answers.add_response("head_bucket", {})
    answers.add_response("get_bucket_location", {})
    answers.add_client_error(
        "get_bucket_encryption", "ServerSideEncryptionConfigurationNotFoundError"
    )
    answers.add_client_error("get_bucket_ownership_controls", "OwnershipControlsNotFoundError")
    answers.add_client_error("get_bucket_policy", "NoSuchBucketPolicy")
    answers.add_client_error("get_public_access_block", "NoSuchPublicAccessBlockConfiguration")
    answers.add_response("get_bucket_notification_configuration", {})
    answers.add_response("list_objects_v2", {"IsTruncated": True, "NextContinuationToken": "on"})
    answers.add_response("list_objects_v2", {"CommonPrefixes": [{"Prefix": "zoo/"}]})
    answers.add_response("get_bucket_versioning", {})
    answers.add_client_error("get_bucket_cors", "NoSuchCORSConfiguration")
    answers.add_client_error("get_bucket_lifecycle_configuration", "NoSuchLifecycleConfiguration")

    state = read_bucket(s3, "photos", "111122223333")

    assert state.folders == ["zoo"]
    answers.assert_no_pending_responses()
