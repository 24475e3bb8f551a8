"""An existing bucket of photos, taken into use where it lies."""

import json
from dataclasses import dataclass
from typing import Any

from infra.aws.adoption import Adoption, Findings, Step
from infra.aws.bucket_state import BLOCKS, BucketState

OURS = "contactsheet-"
"""What the ids of our own rules begin with, on a bucket that may have others."""
TLS_ONLY, EDGE_READS = "ContactSheetTlsOnly", "ContactSheetEdgeReads"
WATCHED = ("ObjectCreated", "ObjectRemoved")
ABANDONED_DAYS = 7
"""After which parts of uploads are removed that nobody completed; others may be uploading, too."""
NONCURRENT_DAYS = 30
"""As in data.yaml."""


@dataclass(frozen=True)
class BucketNeeds:
    """What the gallery needs of it.

    Attributes:
        region: The gallery's.
        queue_arn: Who is told of its objects.
        page_origin: Whose page uploads into it; empty while nobody knows.
        distribution_arn: Who reads it; empty while nobody knows.
    """

    region: str
    queue_arn: str
    page_origin: str = ""
    distribution_arn: str = ""


def plan_bucket(state: BucketState, needs: BucketNeeds) -> Adoption:
    """Decide what a bucket needs to be the gallery's."""
    found = Findings()
    _look_for_obstacles(found, state, needs)
    if state.versioning != "Enabled":
        found.steps.append(
            Step(
                "keep what is replaced or deleted as an older version (versioning)",
                "put_bucket_versioning",
                {"Bucket": state.name, "VersioningConfiguration": {"Status": "Enabled"}},
            )
        )
    if missing := [block for block in BLOCKS if block not in state.blocks]:
        told = f"let nobody in without signing in ({', '.join(missing)})"
        if state.is_public:
            told += ": ITS POLICY LETS ANYBODY READ NOW, and whatever relies on that stops working"
        found.steps.append(
            Step(
                told,
                "put_public_access_block",
                {
                    "Bucket": state.name,
                    "PublicAccessBlockConfiguration": dict.fromkeys(BLOCKS, True),
                },
            )
        )
    _plan_lifecycle(found, state)
    _plan_policy(found, state, needs)
    _plan_cors(found, state, needs)
    _plan_notifications(found, state, needs)
    _note_the_rest(found, state)
    return found.adoption(f"bucket {state.name}")


def plan_release(state: BucketState) -> Adoption:
    """Decide what to take off a bucket when its gallery goes: what names parts of that gallery.

    Versions, blocks and the demand for TLS stay, for they protect its owner's photos.
    """
    found = Findings()
    told = state.notifications
    queues = [
        queue
        for queue in told.get("QueueConfigurations", [])
        if not queue.get("Id", "").startswith(OURS)
    ]
    if queues != told.get("QueueConfigurations", []):
        found.steps.append(
            Step(
                "tell the gallery nothing any more",
                "put_bucket_notification_configuration",
                {
                    "Bucket": state.name,
                    "NotificationConfiguration": {**told, "QueueConfigurations": queues},
                },
            )
        )
    policy = state.policy or {}
    statements = _as_list(policy.get("Statement", []))
    kept = [one for one in statements if one.get("Sid") != EDGE_READS]
    if kept and kept != statements:
        found.steps.append(
            Step(
                "let the gallery's CloudFront read it no more",
                "put_bucket_policy",
                {"Bucket": state.name, "Policy": json.dumps({**policy, "Statement": kept})},
            )
        )
    rules = [rule for rule in state.cors if not rule.get("ID", "").startswith(OURS)]
    if rules != list(state.cors):
        found.steps.append(
            Step(
                "take no uploads from the gallery's page",
                "put_bucket_cors" if rules else "delete_bucket_cors",
                {"Bucket": state.name}
                | ({"CORSConfiguration": {"CORSRules": rules}} if rules else {}),
            )
        )
    return found.adoption(f"bucket {state.name}")


def _look_for_obstacles(found: Findings, state: BucketState, needs: BucketNeeds) -> None:
    if state.region != needs.region:
        found.obstacles.append(
            f"it lies in {state.region}; deploy there: export AWS_DEFAULT_REGION={state.region}"
        )
    if "." in state.name:
        found.obstacles.append(
            "its name has a dot, and no certificate for such an address exists; copy the photos "
            "into a bucket without one"
        )
    if state.encryption != "AES256":
        found.obstacles.append(
            f"its objects are encrypted with {state.encryption}: a key of your own, which neither "
            "CloudFront nor the functions may use. Change its default to SSE-S3 and copy each "
            "object onto itself first"
        )


def _plan_lifecycle(found: Findings, state: BucketState) -> None:
    rules = []
    if not any("AbortIncompleteMultipartUpload" in rule for rule in state.lifecycle):
        rules.append(
            {
                "ID": f"{OURS}abandoned-uploads",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": ABANDONED_DAYS},
            }
        )
    if state.versioning == "":
        rules.append(
            {
                "ID": f"{OURS}replaced-and-deleted",
                "Status": "Enabled",
                "Filter": {"Prefix": ""},
                "NoncurrentVersionExpiration": {"NoncurrentDays": NONCURRENT_DAYS},
                "Expiration": {"ExpiredObjectDeleteMarker": True},
            }
        )
    elif not any("NoncurrentVersionExpiration" in rule for rule in state.lifecycle):
        # it was versioned before: its owner may want to keep every version
        found.notes.append("older versions are kept for ever, as now; they cost like photos")
    there = {rule.get("ID") for rule in state.lifecycle}
    if new := [rule for rule in rules if rule["ID"] not in there]:
        told = {
            f"{OURS}abandoned-uploads": f"forget uploads that nobody completes in {ABANDONED_DAYS} "
            "days",
            f"{OURS}replaced-and-deleted": f"drop older versions after {NONCURRENT_DAYS} days "
            "(there are none yet)",
        }
        found.steps.append(
            Step(
                " and ".join(told[str(rule["ID"])] for rule in new),
                "put_bucket_lifecycle_configuration",
                {
                    "Bucket": state.name,
                    "LifecycleConfiguration": {"Rules": [*state.lifecycle, *new]},
                },
            )
        )


def _plan_policy(found: Findings, state: BucketState, needs: BucketNeeds) -> None:
    arn = f"arn:aws:s3:::{state.name}"
    wanted = [
        {
            "Sid": TLS_ONLY,
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": [arn, f"{arn}/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
    if needs.distribution_arn:
        wanted.append(
            {
                "Sid": EDGE_READS,
                "Effect": "Allow",
                "Principal": {"Service": "cloudfront.amazonaws.com"},
                "Action": "s3:GetObject",
                "Resource": f"{arn}/*",
                "Condition": {"StringEquals": {"aws:SourceArn": needs.distribution_arn}},
            }
        )
    current = state.policy or {"Version": "2012-10-17"}
    statements = _as_list(current.get("Statement", []))
    replaced = {statement["Sid"] for statement in wanted}
    kept = [statement for statement in statements if statement.get("Sid") not in replaced]
    new = [statement for statement in wanted if statement not in statements]
    if not new:
        return
    told = {
        TLS_ONLY: "refuse whoever asks without TLS",
        EDGE_READS: "let this gallery's CloudFront read it",
    }
    found.steps.append(
        Step(
            " and ".join(told[str(statement["Sid"])] for statement in new)
            + (f" ({len(kept)} statements of its policy stay)" if kept else ""),
            "put_bucket_policy",
            {
                "Bucket": state.name,
                "Policy": json.dumps({**current, "Statement": [*kept, *wanted]}),
            },
        )
    )


def _plan_cors(found: Findings, state: BucketState, needs: BucketNeeds) -> None:
    if not needs.page_origin:
        return
    rule = {
        "ID": f"{OURS}uploads",
        "AllowedOrigins": [needs.page_origin],
        "AllowedMethods": ["POST", "PUT"],
        "AllowedHeaders": ["*"],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 3600,
    }
    if rule in state.cors:
        return
    kept = [other for other in state.cors if other.get("ID") != rule["ID"]]
    found.steps.append(
        Step(
            f"take uploads from pages of {needs.page_origin} (CORS)",
            "put_bucket_cors",
            {"Bucket": state.name, "CORSConfiguration": {"CORSRules": [*kept, rule]}},
        )
    )


def _plan_notifications(found: Findings, state: BucketState, needs: BucketNeeds) -> None:
    wanted = [
        {"Id": f"{OURS}{name}", "QueueArn": needs.queue_arn, "Events": [f"s3:{name}:*"]}
        for name in WATCHED
    ]
    queues = state.notifications.get("QueueConfigurations", [])
    kept = [queue for queue in queues if not queue.get("Id", "").startswith(OURS)]
    others = [
        *kept,
        *state.notifications.get("TopicConfigurations", []),
        *state.notifications.get("LambdaFunctionConfigurations", []),
    ]
    for other in others:
        if any(name in event for event in other["Events"] for name in WATCHED):
            receiver = next(value for key, value in other.items() if key.endswith("Arn"))
            # https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html
            found.obstacles.append(
                f"{receiver} is told of its objects already, and S3 tells one receiver only. Let "
                "that one listen by EventBridge instead (Properties, Amazon EventBridge, On), "
                "then remove its notification"
            )
    if all(queue in queues for queue in wanted):
        return
    found.steps.append(
        Step(
            "tell the gallery of each object that comes or goes",
            "put_bucket_notification_configuration",
            {
                "Bucket": state.name,
                "NotificationConfiguration": {
                    **state.notifications,
                    "QueueConfigurations": [*kept, *wanted],
                },
            },
        )
    )


def _note_the_rest(found: Findings, state: BucketState) -> None:
    if not state.owner_enforced:
        found.notes.append(
            "objects that another account put there belong to it, and may not be readable"
        )
    for rule in state.lifecycle:
        if "Expiration" in rule and {"Days", "Date"} & set(rule["Expiration"]):
            found.notes.append(f"its lifecycle rule {rule.get('ID', '')} DELETES objects by age")
        if rule.get("Transitions"):
            found.notes.append(
                f"its lifecycle rule {rule.get('ID', '')} moves objects to other storage; those in "
                "Glacier's classes can't be shown"
            )
    if others := sorted(set(state.folders) - set(state.galleries)):
        shown = ", ".join(others[:5]) + (" …" if len(others) > 5 else "")
        found.notes.append(
            f"not galleries by their names (a-z, 0-9 and -, up to 40), and left alone: {shown}"
        )


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
