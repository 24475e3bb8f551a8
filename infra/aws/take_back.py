"""What an earlier data stack has left, and how a new one begins with it.

A data stack that is deleted, or that failed at its first creation, leaves what holds photos, rows
and owners. A new stack can't make what is there; it is begun by importing that, each thing by
the name that CloudFormation knows it by, and the rest follows as an update.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.aws.template import Template, only, written_out
from infra.stack_state import REMAINS, delete_stack, settle
from infra.stacks import Stack, import_resources

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

TABLE, BUCKET, POOL = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"
KNOWN_BY = {TABLE: "TableName", BUCKET: "BucketName", POOL: "UserPoolId"}
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html"""


@dataclass(frozen=True)
class Left:
    """One thing that is there without a stack.

    Attributes:
        resource: Its logical name in the data stack.
        kind: Its type.
        name: Its own, or its id.
    """

    resource: str
    kind: str
    name: str


def find_left(
    dynamodb: Any, s3: Any, cognito: Any, template: Template, values: Mapping[str, str]
) -> list[Left]:
    """Look for what a data stack makes and retains.

    Args:
        dynamodb: A client.
        s3: A client.
        cognito: A client of user pools.
        template: The data stack's.
        values: Of what stands in its names: Environment, AWS::AccountId, AWS::Region.

    Returns:
        What is there; there may be several pools of owners.
    """
    found = []
    for logical, resource in template["Resources"].items():
        kind, properties = resource["Type"], resource["Properties"]
        if kind == TABLE:
            name = written_out(properties["TableName"], values)
            names = [name] if _has_table(dynamodb, name) else []
        elif kind == BUCKET:
            name = written_out(properties["BucketName"], values)
            names = [name] if _has_bucket(s3, name) else []
        elif kind == POOL:
            names = _find_pools(cognito, written_out(properties["UserPoolName"], values))
        else:
            continue
        found += [Left(logical, kind, name) for name in names]
    return found


def begin_with(
    cloudformation: "CloudFormationClient",
    s3: Any,
    stack: Stack,
    template: Template,
    left: Collection[Left],
) -> None:
    """Make the data stack of nothing but what is there, unless an earlier attempt has.

    Args:
        cloudformation: Where to.
        s3: A client.
        stack: The data stack as it is to be.
        template: Its template.
        left: What it takes back, each resource once.

    Raises:
        infra.stack_state.DeployError: CloudFormation refused.
    """
    found = settle(cloudformation, stack.name)
    if found is not None and found["StackStatus"] in REMAINS:
        delete_stack(cloudformation, stack.name)
    elif found is not None and found["StackStatus"] != "REVIEW_IN_PROGRESS":
        return
    for thing in left:
        if thing.kind == BUCKET:
            # a policy that is there can't be made; the bucket's blocks keep it private meanwhile
            s3.delete_bucket_policy(Bucket=thing.name)
    begun = Stack(
        stack.name, json.dumps(only(template, [thing.resource for thing in left])), stack.parameters
    )
    import_resources(
        cloudformation,
        begun,
        {thing.resource: (thing.kind, {KNOWN_BY[thing.kind]: thing.name}) for thing in left},
    )


def _find_pools(cognito: Any, name: str) -> list[str]:
    pages = cognito.get_paginator("list_user_pools").paginate(PaginationConfig={"PageSize": 60})
    return [pool["Id"] for page in pages for pool in page["UserPools"] if pool["Name"] == name]


def _has_table(dynamodb: Any, name: str) -> bool:
    try:
        dynamodb.describe_table(TableName=name)
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return False
        raise
    return True


def _has_bucket(s3: Any, name: str) -> bool:
    try:
        s3.head_bucket(Bucket=name)
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return False
        raise
    return True
