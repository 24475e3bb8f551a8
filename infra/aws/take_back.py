"""What an earlier data stack has left, and how a new one begins with it.

A data stack that is deleted, or that failed at its first creation, leaves what holds photos, rows
and owners. A new stack can't make what is there; it is begun by importing that, each thing by
the name that CloudFormation knows it by, and the rest follows as an update.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from infra.aws.template import Template, only, written_out
from infra.stack_state import (
    IN_REVIEW,
    REMAINS,
    WAITING,
    DeployError,
    delete_stack,
    failures,
    find_stack,
    settle,
)
from infra.stacks import Stack, parameter_list

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

TABLE, BUCKET, POOL = "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::Cognito::UserPool"
KNOWN_BY = {TABLE: "TableName", BUCKET: "BucketName", POOL: "UserPoolId"}
"""https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/resource-import-supported-resources.html"""

NOT_IMPORTED = frozenset({"IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"})
"""Where an import ends that failed. Of a stack that it was to begin, nothing else is there; what
may be in it all the same is retained."""


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
    if found is not None and found["StackStatus"] in {*REMAINS, *NOT_IMPORTED}:
        delete_stack(cloudformation, stack.name)
    elif found is not None and found["StackStatus"] != IN_REVIEW:
        return
    policies = {}
    for thing in left:
        if thing.kind == BUCKET:
            if policy := _policy(s3, thing.name):
                policies[thing.name] = policy
            # a policy that is there can't be made; the bucket's blocks keep it private meanwhile
            s3.delete_bucket_policy(Bucket=thing.name)
    begun = Stack(
        stack.name, json.dumps(only(template, [thing.resource for thing in left])), stack.parameters
    )
    try:
        import_resources(
            cloudformation,
            begun,
            {thing.resource: (thing.kind, {KNOWN_BY[thing.kind]: thing.name}) for thing in left},
        )
    except BaseException:  # Ctrl-C, too
        found = find_stack(cloudformation, stack.name)
        # an import that goes on, or is done, is followed by an update that makes the policies
        if found is None or found["StackStatus"] in {IN_REVIEW, *NOT_IMPORTED}:
            for name, policy in policies.items():
                s3.put_bucket_policy(Bucket=name, Policy=policy)
        raise


def import_resources(
    cloudformation: "CloudFormationClient",
    stack: Stack,
    resources: Mapping[str, tuple[str, Mapping[str, str]]],
) -> None:
    """Begin a stack with resources that exist.

    Args:
        cloudformation: Where to.
        stack: With these resources alone in its template, and no outputs.
        resources: By logical name: the type, and what CloudFormation knows one of that type by.

    Raises:
        DeployError: It was refused.
    """
    named: Any = {"StackName": stack.name, "ChangeSetName": "take-back"}
    try:
        if find_stack(cloudformation, stack.name) is not None:
            cloudformation.delete_change_set(**named)
        cloudformation.create_change_set(
            **named,
            ChangeSetType="IMPORT",
            TemplateBody=stack.template,
            Parameters=parameter_list(stack),
            ResourcesToImport=[
                {
                    "ResourceType": kind,
                    "LogicalResourceId": logical,
                    "ResourceIdentifier": dict(identifier),
                }
                for logical, (kind, identifier) in resources.items()
            ],
        )
        cloudformation.get_waiter("change_set_create_complete").wait(**named, WaiterConfig=WAITING)
        cloudformation.execute_change_set(**named)
        cloudformation.get_waiter("stack_import_complete").wait(
            StackName=stack.name, WaiterConfig=WAITING
        )
    except (ClientError, WaiterError) as error:
        reasons = "\n".join(failures(cloudformation, stack.name))
        raise DeployError(f"stack {stack.name}: {error}\n{reasons}".rstrip()) from error


def _policy(s3: Any, bucket: str) -> str | None:
    try:
        return str(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucketPolicy":
            return None
        raise


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
