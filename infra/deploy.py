"""The data and the app stack: the same on the embedded AWS and in somebody's account."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.build import Package
from infra.packing import file_digest
from infra.stacks import Stack, bring_stack

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_s3 import S3Client

CODE_KEPT = timedelta(days=30)
DATA_TEMPLATE = Path(__file__).with_name("data.yaml")
FROM_DATA = {
    "PhotosBucket": "PhotosBucketName",
    "AssetsTable": "AssetsTableName",
    "AssetsStreamArn": "AssetsStreamArn",
    "UserPoolId": "UserPoolId",
    "UserPoolClientId": "UserPoolClientId",
}
"""Parameters of the app stack, and the outputs of the data stack that they are."""


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
        infra.stack_state.DeployError: A stack failed.
    """
    data_changed, data = bring_stack(
        clients.cloudformation, data_stack(environment, data_parameters)
    )
    app_changed, app = bring_stack(
        clients.cloudformation, app_stack(clients.s3, environment, package, data, app_parameters)
    )
    return Deployment(data, app, changed=data_changed or app_changed)


def data_stack(environment: str, parameters: Mapping[str, str]) -> Stack:
    """What holds the photos."""
    return Stack(
        stack_name(environment, "data"),
        DATA_TEMPLATE.read_text(encoding="utf-8"),
        {"Environment": environment, **parameters},
        is_marked=True,
    )


def app_stack(
    s3: "S3Client",
    environment: str,
    package: Package,
    data: Mapping[str, str],
    parameters: Mapping[str, str],
) -> Stack:
    """What works on them; the zips of its functions are uploaded.

    Args:
        s3: Where to.
        environment: Part of every name.
        package: What ``infra.build`` made.
        data: The data stack's outputs.
        parameters: Values for ``app.yaml`` besides Environment and what the data stack gives.
    """
    bucket = data["CodeBucketName"]
    return Stack(
        stack_name(environment, "app"),
        upload_code(s3, bucket, package),
        {
            "Environment": environment,
            **{parameter: data[output] for parameter, output in FROM_DATA.items()},
            **parameters,
        },
        store=(s3, bucket),
        is_marked=True,
    )


def stack_name(environment: str, layer: str) -> str:
    """The name of one of a gallery's stacks: data, app or edge."""
    return f"contactsheet-{environment}-{layer}"


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


def remove_old_code(s3: "S3Client", bucket: str, package: Package, now: datetime) -> None:
    """Delete what earlier deployments uploaded and nobody has gone back to for a month.

    Call it once a deployment has ended well: until then CloudFormation may go back to it.
    """
    current = {code_key(path) for path in package.zips.values()}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for stored in page.get("Contents", []):
            if stored["Key"] not in current and now - stored["LastModified"] > CODE_KEPT:
                s3.delete_object(Bucket=bucket, Key=stored["Key"])


def code_key(path: Path) -> str:
    """The key of a zip in the code bucket, made of its content."""
    return f"{path.stem}-{file_digest(path)[:32]}.zip"


def _has_object(s3: "S3Client", bucket: str, key: str) -> bool:
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
            return False
        raise
    return True
