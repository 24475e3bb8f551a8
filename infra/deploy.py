"""Stacks through CloudFormation: data first, then the application, only what changed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, WaiterError

from infra.build import Package
from infra.packing import file_digest

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackTypeDef, WaiterConfigTypeDef
    from mypy_boto3_s3 import S3Client

DATA_TEMPLATE = Path(__file__).with_name("data.yaml")
INLINE_LIMIT = 51_200
"""Largest template that CloudFormation takes without a bucket, bytes.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html
"""
DIGEST_TAG = "contactsheet-digest"


class DeployError(Exception):
    """A stack could not be brought to its template; the message has CloudFormation's reasons."""


@dataclass(frozen=True)
class Clients:
    """What a deployment talks to."""

    cloudformation: "CloudFormationClient"
    s3: "S3Client"


@dataclass(frozen=True)
class Deployment:
    """Where a deployed gallery keeps its things: both stacks' outputs by name."""

    data: Mapping[str, str]
    app: Mapping[str, str]
    changed: bool


def deploy(
    clients: Clients,
    environment: str,
    package: Package,
    data_parameters: Mapping[str, str],
    app_parameters: Mapping[str, str],
) -> Deployment:
    """Bring both stacks of a gallery to their templates.

    Args:
        clients: Where to.
        environment: Part of every name; one account can hold several galleries.
        package: What ``infra.build`` made.
        data_parameters: Values for ``data.yaml`` besides Environment.
        app_parameters: Values for ``app.yaml`` besides Environment and what the data stack gives.

    Raises:
        DeployError: A stack failed.
    """
    data_changed, data = bring_stack(
        clients.cloudformation,
        f"contactsheet-{environment}-data",
        DATA_TEMPLATE.read_text(encoding="utf-8"),
        {"Environment": environment, **data_parameters},
    )
    bucket = data["CodeBucketName"]
    template = upload_code(clients.s3, bucket, package)
    app_changed, app = bring_stack(
        clients.cloudformation,
        f"contactsheet-{environment}-app",
        template,
        {
            "Environment": environment,
            "AssetsStreamArn": data["AssetsStreamArn"],
            **app_parameters,
        },
        (clients.s3, bucket),
    )
    return Deployment(data, app, changed=data_changed or app_changed)


def upload_code(s3: "S3Client", bucket: str, package: Package) -> str:
    """Put the zips where CloudFormation finds them, under names made of their content.

    Returns:
        The template, its functions' code pointing into the bucket.
    """
    template: dict[str, Any] = json.loads(package.template.read_text(encoding="utf-8"))
    places = {}
    for path in package.zips.values():
        key = code_key(path)
        if not _has_object(s3, bucket, key):
            s3.upload_file(str(path), bucket, key)
        places[path.name] = {"Bucket": bucket, "Key": key}
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            properties = resource["Properties"]
            properties["CodeUri"] = places[properties["CodeUri"]]
    return json.dumps(template, sort_keys=True)


def code_key(path: Path) -> str:
    """The key of a zip in the code bucket, made of its content."""
    return f"{path.stem}-{file_digest(path)[:32]}.zip"


def bring_stack(
    cloudformation: "CloudFormationClient",
    name: str,
    template: str,
    parameters: Mapping[str, str],
    template_store: tuple["S3Client", str] | None = None,
) -> tuple[bool, dict[str, str]]:
    """Create or update one stack, unless its template and parameters are what they were.

    Args:
        cloudformation: Where to.
        name: The stack.
        template: Its text.
        parameters: By name.
        template_store: Where to put a template that is too large to send.

    Returns:
        Whether something was done, and the stack's outputs.

    Raises:
        DeployError: CloudFormation refused or rolled back.
    """
    digest = hashlib.sha256(
        json.dumps([template, sorted(parameters.items())]).encode()
    ).hexdigest()[:32]
    stack = _find_stack(cloudformation, name)
    if stack is not None and _is_at(stack, digest):
        return False, _outputs(stack)
    if stack is not None and stack["StackStatus"] in ("ROLLBACK_COMPLETE", "CREATE_FAILED"):
        # the remains of a first creation that failed: nothing of it can be updated
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)
        stack = None
    kind = "create" if stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS" else "update"
    _change(
        cloudformation,
        kind,
        name,
        _template_argument(template, digest, template_store),
        parameters,
        digest,
    )
    changed = _find_stack(cloudformation, name)
    if changed is None:
        raise DeployError(f"stack {name} vanished while it was deployed")
    return True, _outputs(changed)


def _change(
    cloudformation: "CloudFormationClient",
    kind: str,
    name: str,
    template: Mapping[str, str],
    parameters: Mapping[str, str],
    digest: str,
) -> None:
    change_set = f"to-{digest}"
    arguments: dict[str, Any] = {
        **template,
        "StackName": name,
        "Parameters": [
            {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
        ],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": [{"Key": DIGEST_TAG, "Value": digest}],
    }
    waiting: WaiterConfigTypeDef = {"Delay": 1, "MaxAttempts": 3600}
    try:
        cloudformation.create_change_set(
            **arguments,
            ChangeSetName=change_set,
            ChangeSetType="CREATE" if kind == "create" else "UPDATE",
        )
        cloudformation.get_waiter("change_set_create_complete").wait(
            StackName=name, ChangeSetName=change_set, WaiterConfig=waiting
        )
        cloudformation.execute_change_set(StackName=name, ChangeSetName=change_set)
        if kind == "create":
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=name, WaiterConfig=waiting
            )
        else:
            cloudformation.get_waiter("stack_update_complete").wait(
                StackName=name, WaiterConfig=waiting
            )
    except (ClientError, WaiterError) as error:
        reasons = _failures(cloudformation, name)
        raise DeployError(f"stack {name}: {error}\n{reasons}".rstrip()) from error


def _template_argument(
    template: str, digest: str, template_store: tuple["S3Client", str] | None
) -> dict[str, str]:
    if len(template.encode()) <= INLINE_LIMIT:
        return {"TemplateBody": template}
    if template_store is None:
        raise DeployError(f"the template has {len(template):,} bytes and no bucket to lie in")
    s3, bucket = template_store
    key = f"template-{digest}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=template.encode())
    return {"TemplateURL": f"{s3.meta.endpoint_url}/{bucket}/{key}"}


def _find_stack(cloudformation: "CloudFormationClient", name: str) -> "StackTypeDef | None":
    try:
        stacks = cloudformation.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
    live = [stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]
    return live[0] if live else None


def _is_at(stack: "StackTypeDef", digest: str) -> bool:
    settled = stack["StackStatus"] in ("CREATE_COMPLETE", "UPDATE_COMPLETE")
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    return settled and tags.get(DIGEST_TAG) == digest


def _outputs(stack: "StackTypeDef") -> dict[str, str]:
    return {
        output["OutputKey"]: output["OutputValue"]
        for output in stack.get("Outputs", [])
        if "OutputKey" in output and "OutputValue" in output
    }


def _failures(cloudformation: "CloudFormationClient", name: str) -> str:
    try:
        events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
    except ClientError:
        return ""
    return "\n".join(
        f"  {event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', '')}"
        for event in reversed(events)
        if event.get("ResourceStatus", "").endswith("FAILED")
    )


def _has_object(s3: "S3Client", bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return False
        raise
    return True
