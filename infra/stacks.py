"""One CloudFormation stack brought to its template: what would change, and then the change."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError, WaiterError

from infra.stack_state import (
    IN_REVIEW,
    REMAINS,
    WAITING,
    DeployError,
    delete_stack,
    failures,
    find_stack,
    outputs_of,
    settle,
)

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ResourceChangeDetailTypeDef, StackTypeDef
    from mypy_boto3_s3 import S3Client

INLINE_LIMIT = 51_200
"""Largest template that CloudFormation takes without a bucket, bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
DIGEST_TAG = "contactsheet-digest"
STATEFUL = frozenset(
    {"AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"}
)
"""Kinds of resources that hold what nobody can make again."""
NEVER_REPLACING = {
    "AWS::S3::Bucket": frozenset(
        {
            *("BucketEncryption", "CorsConfiguration", "LifecycleConfiguration"),
            *("NotificationConfiguration", "OwnershipControls", "PublicAccessBlockConfiguration"),
            *("Tags", "VersioningConfiguration"),
        }
    )
}
"""Properties that are changed in place, also where CloudFormation leaves it open ("Conditional").

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-s3-bucket.html
"""
MOST_ALARMS = 5
"""Most alarms that CloudFormation watches during one update.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-rollback-triggers.html
"""
WATCHED_MINUTES = 5
"""How long they are watched after the last resource is made."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
GONE_OR_BUSY = ("ChangeSetNotFound", "InvalidChangeSetStatus")
"""Why a change set can't be deleted: it isn't there, or it is being made or carried out.

https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DeleteChangeSet.html
"""
NOTHING_CHANGES = ("didn't contain changes", "No updates are to be performed")
Kind = Literal["create", "update", "none"]


@dataclass(frozen=True)
class Stack:
    """What a stack is to be.

    Attributes:
        name: Its name.
        template: Text of its template.
        parameters: By name.
        store: Where a template lies that is too large to send: a client and a bucket.
        alarms: ARNs of alarms that undo an update when one of them goes off; None leaves those
            that an earlier update named, which CloudFormation remembers.
        tags: Of the stack, and so of every resource of it.
        is_marked: Whether it bears the digest of what it was brought to, so that the next time
            CloudFormation need not be asked. Where changes are shown to people it does not: a
            tag that changes is a change of every resource.
    """

    name: str
    template: str
    parameters: Mapping[str, str]
    store: tuple["S3Client", str] | None = None
    alarms: tuple[str, ...] | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    is_marked: bool = False

    @property
    def digest(self) -> str:
        """Changes with the template or a parameter."""
        wanted = json.dumps([self.template, sorted(self.parameters.items())])
        return hashlib.sha256(wanted.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Change:
    """What would happen to one resource.

    Attributes:
        action: Add, Modify, Remove or Import.
        resource: Its logical name.
        kind: Its type.
        replacement: Of a modification: True, False, or Conditional where CloudFormation can't
            tell before it does it; empty otherwise.
        parts: What of it is modified: names of properties, or Tags, DeletionPolicy and such.
    """

    action: str
    resource: str
    kind: str
    replacement: str = ""
    parts: tuple[str, ...] = ()

    @property
    def loses(self) -> bool:
        """Whether the gallery might be without what this resource holds."""
        if self.kind not in STATEFUL:
            return False
        perhaps = self.replacement == "Conditional" and not self.stays_in_place
        return self.action == "Remove" or self.replacement == "True" or perhaps

    @property
    def stays_in_place(self) -> bool:
        """Whether it is known not to be replaced, where CloudFormation says that it may be."""
        known = NEVER_REPLACING.get(self.kind, frozenset())
        return bool(self.parts) and known.issuperset(self.parts)


@dataclass(frozen=True)
class Proposal:
    """A change set that waits for somebody's yes.

    Attributes:
        stack: What the stack is to be.
        kind: Whether it is made, updated, or as it should be already.
        changes: Resource by resource.
        change_set: Its name; empty where there is nothing to do.
    """

    stack: Stack
    kind: Kind
    changes: tuple[Change, ...] = ()
    change_set: str = ""


def propose(cloudformation: "CloudFormationClient", stack: Stack) -> Proposal:
    """Have CloudFormation say what bringing a stack to its template would change.

    Waits for an operation that still runs, and clears away what a first creation left that
    failed. Nothing else is done yet, and nothing of it stays if it ends early.

    Raises:
        DeployError: CloudFormation refuses the template, or a person has to help first.
    """
    found = settle(cloudformation, stack.name)
    if found is not None and _is_at(found, stack.digest):
        return Proposal(stack, "none")
    if found is not None and found["StackStatus"] in REMAINS:
        delete_stack(cloudformation, stack.name)
        found = None
    is_new = found is None or found["StackStatus"] == IN_REVIEW
    kind: Kind = "create" if is_new else "update"
    change_set = f"to-{stack.digest}"
    proposal = Proposal(stack, kind, (), change_set)
    try:
        if found is not None:
            # one that was shown and never carried out
            cloudformation.delete_change_set(StackName=stack.name, ChangeSetName=change_set)
        cloudformation.create_change_set(
            **_arguments(stack),
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if is_new else "UPDATE",
        )
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName=stack.name, ChangeSetName=change_set, WaiterConfig=WAITING
        )
        changes = tuple(_changes(cloudformation, stack.name, change_set))
    except WaiterError as error:
        # what was refused must not wait on the stack, nor a new stack for it
        discard(cloudformation, proposal)
        reason = str(error.last_response.get("StatusReason", error))
        if any(words in reason for words in NOTHING_CHANGES):
            return Proposal(stack, "none")
        raise DeployError(f"stack {stack.name}: {reason}") from error
    except ClientError as error:
        discard(cloudformation, proposal)
        raise DeployError(f"stack {stack.name}: {error}") from error
    except BaseException:  # Ctrl-C while it waits
        discard(cloudformation, proposal)
        raise
    return replace(proposal, changes=changes)


def carry_out(cloudformation: "CloudFormationClient", proposal: Proposal) -> dict[str, str]:
    """Do what was proposed, and wait for it.

    Returns:
        The stack's outputs.

    Raises:
        DeployError: It failed, or an alarm went off; CloudFormation has undone it.
    """
    name = proposal.stack.name
    if proposal.kind != "none":
        try:
            cloudformation.execute_change_set(StackName=name, ChangeSetName=proposal.change_set)
        except ClientError as error:
            discard(cloudformation, proposal)
            raise DeployError(f"stack {name}: {error}") from error
        try:
            if proposal.kind == "create":
                cloudformation.get_waiter("stack_create_complete").wait(
                    StackName=name, WaiterConfig=WAITING
                )
            else:
                cloudformation.get_waiter("stack_update_complete").wait(
                    StackName=name, WaiterConfig=WAITING
                )
        except (ClientError, WaiterError) as error:
            reasons = "\n".join(failures(cloudformation, name))
            raise DeployError(f"stack {name}: {error}\n{reasons}".rstrip()) from error
    found = find_stack(cloudformation, name)
    if found is None:
        raise DeployError(f"stack {name} vanished while it was deployed")
    return outputs_of(found)


def discard(cloudformation: "CloudFormationClient", proposal: Proposal) -> None:
    """Forget what was proposed; a stack that still only waits for it goes with it.

    What the stack is by now counts, not what it was when it was proposed: another deployment may
    have made it in the meantime, and then it is a gallery with photos.
    """
    name = proposal.stack.name
    found = find_stack(cloudformation, name) if proposal.change_set else None
    if found is None:
        return
    if found["StackStatus"] == IN_REVIEW:
        delete_stack(cloudformation, name)
        return
    try:
        cloudformation.delete_change_set(StackName=name, ChangeSetName=proposal.change_set)
    except ClientError as error:
        # one that is left does nothing, and the next of its name takes its place
        if error.response["Error"]["Code"] not in GONE_OR_BUSY:
            raise


def bring_stack(
    cloudformation: "CloudFormationClient", stack: Stack
) -> tuple[bool, dict[str, str]]:
    """Bring one stack to its template, unless it is there already.

    Returns:
        Whether something was done, and the stack's outputs.

    Raises:
        DeployError: CloudFormation refused or rolled back.
    """
    proposal = propose(cloudformation, stack)
    return proposal.kind != "none", carry_out(cloudformation, proposal)


def _arguments(stack: Stack) -> dict[str, Any]:
    tags = {**stack.tags, **({DIGEST_TAG: stack.digest} if stack.is_marked else {})}
    arguments: dict[str, Any] = {
        **_template_argument(stack),
        "StackName": stack.name,
        "Parameters": parameter_list(stack),
        "Capabilities": list(CAPABILITIES),
        "Tags": [{"Key": key, "Value": value} for key, value in tags.items()],
    }
    if stack.alarms is not None:
        arguments["RollbackConfiguration"] = {
            "RollbackTriggers": [
                {"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in stack.alarms[:MOST_ALARMS]
            ],
            "MonitoringTimeInMinutes": WATCHED_MINUTES if stack.alarms else 0,
        }
    return arguments


def parameter_list(stack: Stack) -> list[Any]:
    """A stack's parameters, as CloudFormation is told them."""
    return [
        {"ParameterKey": key, "ParameterValue": value} for key, value in stack.parameters.items()
    ]


def _template_argument(stack: Stack) -> dict[str, str]:
    body = stack.template.encode()
    if len(body) <= INLINE_LIMIT:
        return {"TemplateBody": stack.template}
    if stack.store is None:
        raise DeployError(f"the template has {len(body):,} bytes and no bucket to lie in")
    s3, bucket = stack.store
    key = f"template-{stack.digest}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    return {"TemplateURL": f"{s3.meta.endpoint_url}/{bucket}/{key}"}


def _changes(
    cloudformation: "CloudFormationClient", name: str, change_set: str
) -> Iterator[Change]:
    pages = cloudformation.get_paginator("describe_change_set").paginate(
        StackName=name, ChangeSetName=change_set
    )
    for page in pages:
        for change in page.get("Changes", []):
            told = change.get("ResourceChange", {})
            yield Change(
                told.get("Action", ""),
                told.get("LogicalResourceId", ""),
                told.get("ResourceType", ""),
                told.get("Replacement", ""),
                tuple(dict.fromkeys(map(_part, told.get("Details", [])))),
            )


def _part(detail: "ResourceChangeDetailTypeDef") -> str:
    target = detail.get("Target", {})
    return target.get("Name") or target.get("Attribute", "")


def _is_at(stack: "StackTypeDef", digest: str) -> bool:
    settled = stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    return settled and tags.get(DIGEST_TAG) == digest
