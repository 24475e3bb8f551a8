"""An existing table of photos, taken into use where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.adoption import Adoption, AdoptionError, Findings, Step

STREAM = "NEW_AND_OLD_IMAGES"
EXPIRES = "expires_at"


@dataclass(frozen=True)
class TableState:
    """What there is to know of a table before it is used.

    Attributes:
        name: Of the table.
        status: "ACTIVE" when it can be changed.
        key: Names and types of its key's attributes: ``{"id": "S"}`` is what the gallery needs.
        stream: What its stream tells; empty where it has none.
        stream_arn: Of that stream.
        is_recoverable: Whether point-in-time recovery is on.
        is_protected: Whether it refuses to be deleted.
        expires_by: Attribute by which rows expire; empty where none.
        has_expiring_rows: Whether a row has that attribute by which the gallery's would.
        customer_key: ARN of a key of its owner's own that it is encrypted with; empty where none.
        is_provisioned: Whether its capacity is fixed.
    """

    name: str
    status: str = "ACTIVE"
    key: Mapping[str, str] | None = None
    stream: str = ""
    stream_arn: str = ""
    is_recoverable: bool = False
    is_protected: bool = False
    expires_by: str = ""
    has_expiring_rows: bool = False
    customer_key: str = ""
    is_provisioned: bool = False


def read_table(dynamodb: Any, kms: Any, name: str) -> TableState:
    """Look at a table.

    Raises:
        AdoptionError: It isn't there.
    """
    try:
        told = dynamodb.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            raise AdoptionError(f"table {name} is not there in this region and account") from error
        raise
    types = {
        given["AttributeName"]: given["AttributeType"] for given in told["AttributeDefinitions"]
    }
    stream = told.get("StreamSpecification", {})
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    expiry = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    expires_by = (
        expiry.get("AttributeName", "")
        if expiry["TimeToLiveStatus"] in ("ENABLED", "ENABLING")
        else ""
    )
    key_arn = told.get("SSEDescription", {}).get("KMSMasterKeyArn", "")
    return TableState(
        name=name,
        status=told["TableStatus"],
        key={part["AttributeName"]: types[part["AttributeName"]] for part in told["KeySchema"]},
        stream=stream.get("StreamViewType", "") if stream.get("StreamEnabled") else "",
        stream_arn=told.get("LatestStreamArn", "") if stream.get("StreamEnabled") else "",
        is_recoverable=backups.get("PointInTimeRecoveryDescription", {}).get(
            "PointInTimeRecoveryStatus"
        )
        == "ENABLED",
        is_protected=told.get("DeletionProtectionEnabled", False),
        expires_by=expires_by,
        has_expiring_rows=not expires_by and _has_expiring_rows(dynamodb, name),
        customer_key=key_arn if key_arn and _is_customers(kms, key_arn) else "",
        is_provisioned=told.get("BillingModeSummary", {}).get("BillingMode") != "PAY_PER_REQUEST",
    )


def plan_table(state: TableState) -> Adoption:
    """Decide what a table needs to be the gallery's."""
    found = Findings()
    if state.status != "ACTIVE":
        found.obstacles.append(f"it is {state.status}; wait until it is ACTIVE")
    if state.key != {"id": "S"}:
        key = ", ".join(f"{name} ({kind})" for name, kind in (state.key or {}).items())
        found.obstacles.append(
            f"its key is {key}, and the gallery's is id (S): a key can't be changed. Give ADOPT "
            "the bucket alone; rows are made of its objects"
        )
    if state.stream not in ("", STREAM):
        found.obstacles.append(
            f"its stream tells {state.stream}, and lists need {STREAM}. A stream is changed by "
            "turning it off and on, after which whoever reads it now has to be connected anew: do "
            "that yourself, then deploy"
        )
    if state.customer_key:
        found.obstacles.append(
            f"it is encrypted with {state.customer_key}, which the functions may not use; change "
            "its encryption to a key that DynamoDB owns"
        )
    if not state.stream:
        found.steps.append(
            Step(
                "tell the gallery of each row that changes (a stream)",
                "update_table",
                {
                    "TableName": state.name,
                    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": STREAM},
                },
            )
        )
    if not state.is_protected:
        found.steps.append(
            Step(
                "refuse to be deleted (deletion protection)",
                "update_table",
                {"TableName": state.name, "DeletionProtectionEnabled": True},
            )
        )
    if not state.is_recoverable:
        found.steps.append(
            Step(
                "be restorable to each second of the last 35 days (point-in-time recovery)",
                "update_continuous_backups",
                {
                    "TableName": state.name,
                    "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
                },
            )
        )
    _plan_expiry(found, state)
    if state.is_provisioned:
        found.notes.append(
            "its capacity is fixed, as now: a large import may have to wait; on-demand capacity "
            "would not"
        )
    found.notes.append("its rows and indexes stay as they are; attributes are added to its rows")
    return found.adoption(f"table {state.name}")


def _plan_expiry(found: Findings, state: TableState) -> None:
    if state.expires_by == EXPIRES:
        return
    if state.expires_by:
        found.notes.append(
            f"its rows expire by {state.expires_by}, as now; what the gallery keeps of purged "
            "photos for 30 days then stays for ever"
        )
    elif state.has_expiring_rows:
        found.notes.append(
            f"rows have an attribute {EXPIRES} of their own: expiry stays off, so that none is "
            "lost; what the gallery keeps of purged photos for 30 days then stays for ever"
        )
    else:
        found.steps.append(
            Step(
                f"let rows expire that have {EXPIRES} (none has; the gallery gives it to what is "
                "left of a purged photo)",
                "update_time_to_live",
                {
                    "TableName": state.name,
                    "TimeToLiveSpecification": {"Enabled": True, "AttributeName": EXPIRES},
                },
            )
        )


def adopt_table(dynamodb: Any, adoption: Adoption) -> None:
    """Do the steps, each once the table is ready for it.

    Args:
        dynamodb: The client.
        adoption: Without obstacles.
    """
    for step in adoption.steps:
        getattr(dynamodb, step.operation)(**step.arguments)
        # one change at a time: a table that is being updated refuses the next
        dynamodb.get_waiter("table_exists").wait(
            TableName=step.arguments["TableName"], WaiterConfig={"Delay": 1, "MaxAttempts": 600}
        )


def _has_expiring_rows(dynamodb: Any, name: str) -> bool:
    pages = dynamodb.get_paginator("scan").paginate(
        TableName=name,
        FilterExpression="attribute_exists(#expires)",
        ExpressionAttributeNames={"#expires": EXPIRES},
        Select="COUNT",
    )
    return any(page["Count"] for page in pages)


def _is_customers(kms: Any, arn: str) -> bool:
    return bool(kms.describe_key(KeyId=arn)["KeyMetadata"]["KeyManager"] == "CUSTOMER")
