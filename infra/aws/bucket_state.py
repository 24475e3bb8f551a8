"""What there is to know of a bucket before the gallery uses it."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.adoption import AdoptionError, MissingError

BLOCKS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}
"""What S3 calls regions that are older than their names.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
"""
ABSENT = frozenset(
    {
        "NoSuchBucketPolicy",
        "NoSuchCORSConfiguration",
        "NoSuchLifecycleConfiguration",
        "NoSuchPublicAccessBlockConfiguration",
        "OwnershipControlsNotFoundError",
        "ServerSideEncryptionConfigurationNotFoundError",
    }
)
GALLERY = re.compile("[a-z0-9-]{1,40}")


@dataclass(frozen=True)
class BucketState:
    """What there is to know of a bucket before it is used.

    Attributes:
        name: Of the bucket.
        region: Where it lies.
        versioning: "Enabled", "Suspended", or empty where it never was.
        blocks: The public-access blocks that are on.
        policy: Its policy; None where there is none.
        is_public: Whether that policy lets anybody in.
        cors: Its CORS rules.
        notifications: Who is told of its objects.
        lifecycle: Its lifecycle rules.
        encryption: "AES256" or "aws:kms" or another of S3's names.
        owner_enforced: Whether every object belongs to the account.
        folders: Its first level.
    """

    name: str
    region: str
    versioning: str = ""
    blocks: frozenset[str] = frozenset()
    policy: Mapping[str, Any] | None = None
    is_public: bool = False
    cors: Sequence[Mapping[str, Any]] = ()
    notifications: Mapping[str, Any] = field(default_factory=dict)
    lifecycle: Sequence[Mapping[str, Any]] = ()
    encryption: str = "AES256"
    owner_enforced: bool = True
    folders: Sequence[str] = ()

    @property
    def galleries(self) -> list[str]:
        """The folders that are galleries by their name."""
        return [folder for folder in self.folders if GALLERY.fullmatch(folder)]


def read_bucket(s3: Any, name: str, account: str) -> BucketState:
    """Look at a bucket.

    Raises:
        MissingError: It isn't there.
        AdoptionError: It belongs to somebody else.
        ClientError: S3 does not say.
    """
    try:
        s3.head_bucket(Bucket=name, ExpectedBucketOwner=account)
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        if status == HTTPStatus.NOT_FOUND:
            raise MissingError(f"bucket {name} is not there: {error}") from error
        if status == HTTPStatus.FORBIDDEN:
            told = f"is not account {account}'s to change"
            raise AdoptionError(f"bucket {name} {told}: {error}") from error
        raise
    location = s3.get_bucket_location(Bucket=name).get("LocationConstraint")
    encryption = _asked(s3, "get_bucket_encryption", name)
    ownership = _asked(s3, "get_bucket_ownership_controls", name)
    policy = _asked(s3, "get_bucket_policy", name).get("Policy")
    blocks = _asked(s3, "get_public_access_block", name).get("PublicAccessBlockConfiguration", {})
    notifications = s3.get_bucket_notification_configuration(Bucket=name)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=name, Delimiter="/")
    folders = [found["Prefix"] for page in pages for found in page.get("CommonPrefixes", [])]
    rules = encryption.get("ServerSideEncryptionConfiguration", {}).get("Rules", [{}])
    return BucketState(
        name=name,
        region=OLD_NAMES.get(location, location),
        versioning=s3.get_bucket_versioning(Bucket=name).get("Status", ""),
        blocks=frozenset(block for block in BLOCKS if blocks.get(block)),
        policy=json.loads(policy) if policy else None,
        is_public=bool(policy) and _is_public(s3, name),
        cors=_asked(s3, "get_bucket_cors", name).get("CORSRules", []),
        notifications={
            kind: told for kind, told in notifications.items() if kind != "ResponseMetadata"
        },
        lifecycle=_asked(s3, "get_bucket_lifecycle_configuration", name).get("Rules", []),
        encryption=rules[0]
        .get("ApplyServerSideEncryptionByDefault", {})
        .get("SSEAlgorithm", "AES256"),
        owner_enforced=any(
            rule["ObjectOwnership"] == "BucketOwnerEnforced"
            for rule in ownership.get("OwnershipControls", {}).get("Rules", [])
        ),
        folders=[folder.rstrip("/") for folder in folders],
    )


def _asked(s3: Any, operation: str, bucket: str) -> Mapping[str, Any]:
    try:
        answer: Mapping[str, Any] = getattr(s3, operation)(Bucket=bucket)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return {}
        raise
    return answer


def _is_public(s3: Any, bucket: str) -> bool:
    return bool(s3.get_bucket_policy_status(Bucket=bucket)["PolicyStatus"].get("IsPublic"))
