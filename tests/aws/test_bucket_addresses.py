"""The buckets' own addresses, at an embedded AWS that judges requests by their rights.

The galleries of the other tests live at one that lets everybody in who reaches it, as rights are
not what they are about: here it is told to judge. Nothing but the data stack is there.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3
from botocore.config import Config
from botocore.exceptions import ClientError

from infra.deploy import data_stack
from infra.local import emulator as emulator_module
from infra.local.emulator import REGION, emulator_environment, start_emulator
from infra.local.gallery import local_client
from infra.stacks import bring_stack
from tests.aws.site import HTTP

PHOTO, BYTES = "main/a.jpg", b"a photo"
BUCKETS = ("PhotosBucketName", "PageBucketName", "CodeBucketName")


@dataclass(frozen=True)
class Account:
    """An account with a data stack, and a bucket that somebody opened to everybody.

    Attributes:
        url: Of its services.
        buckets: Of the stack, by output; each with one object.
        opened: The other one's name, with the same object.
    """

    url: str
    buckets: dict[str, str]
    opened: str = "opened"

    def ask(self, method: str, address: str, **sent: Any) -> urllib3.BaseHTTPResponse:
        """What S3 answers to somebody without credentials."""
        return HTTP.request(method, f"{self.url}/{address}", redirect=False, **sent)


def public_reading(bucket: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture(scope="module")
def account(emulator_python: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            emulator_module,
            "emulator_environment",
            lambda data, port: {**emulator_environment(data, port), "AUTH": "true"},
        )
        running = start_emulator(emulator_python, tmp_path_factory.mktemp("account"), print)
    try:
        stack = data_stack("closed", {"DeletionProtection": "false"})
        _, told = bring_stack(local_client("cloudformation", running.url), stack)
        account = Account(running.url, {name: told[name] for name in BUCKETS})
        s3 = local_client("s3", running.url)
        s3.create_bucket(Bucket=account.opened)
        s3.delete_public_access_block(Bucket=account.opened)
        s3.put_bucket_policy(Bucket=account.opened, Policy=public_reading(account.opened))
        for bucket in (*account.buckets.values(), account.opened):
            s3.put_object(Bucket=bucket, Key=PHOTO, Body=BYTES)
        yield account
    finally:
        running.stop()


def test_a_bucket_that_is_open_to_everybody_is_read_by_everybody(account):
    assert account.ask("GET", f"{account.opened}/{PHOTO}").data == BYTES


ASKED: dict[str, tuple[str, Callable[[str], str], dict[str, str]]] = {
    "an object": ("GET", lambda b: f"{b}/{PHOTO}", {}),
    "whether it is there": ("HEAD", lambda b: f"{b}/{PHOTO}", {}),
    "one that is not there": ("GET", lambda b: f"{b}/main/none.jpg", {}),
    "a version of it": ("GET", lambda b: f"{b}/{PHOTO}?versionId=null", {}),
    "what is known of it": ("GET", lambda b: f"{b}/{PHOTO}?attributes", {}),
    "a part of it": ("GET", lambda b: f"{b}/{PHOTO}", {"Range": "bytes=0-1"}),
    "the list of objects": ("GET", lambda b: f"{b}?list-type=2", {}),
    "the list of versions": ("GET", lambda b: f"{b}?versions", {}),
    "the list of uploads": ("GET", lambda b: f"{b}?uploads", {}),
    "the bucket's policy": ("GET", lambda b: f"{b}?policy", {}),
    "the bucket's rights": ("GET", lambda b: f"{b}?acl", {}),
    "to write": ("PUT", lambda b: f"{b}/main/b.jpg", {}),
    "to write over it": ("PUT", lambda b: f"{b}/{PHOTO}", {}),
    "to begin an upload": ("POST", lambda b: f"{b}/main/b.jpg?uploads", {}),
    "to delete": ("DELETE", lambda b: f"{b}/{PHOTO}", {}),
    "to delete the bucket": ("DELETE", lambda b: b, {}),
    "with a signature of the edge": (
        "GET",
        lambda b: f"{b}/{PHOTO}?Expires=9999999999&Signature=AA__&Key-Pair-Id=K2JCJMDEHXQW5F",
        {},
    ),
    "with an owner's cookies": ("GET", lambda b: f"{b}/{PHOTO}", {"Cookie": "__Host-session=x"}),
    "as the edge": (
        "GET",
        lambda b: f"{b}/{PHOTO}",
        {"Via": "2.0 x.cloudfront.net (CloudFront)", "X-Amz-Source-Arn": "arn:aws:cloudfront::1:x"},
    ),
    "over TLS, as they say": ("GET", lambda b: f"{b}/{PHOTO}", {"X-Forwarded-Proto": "https"}),
}


@pytest.mark.parametrize("bucket", BUCKETS)
@pytest.mark.parametrize(("method", "address", "headers"), ASKED.values(), ids=ASKED)
def test_a_bucket_of_the_gallery_answers_nobody(account, bucket, method, address, headers):
    answer = account.ask(method, address(account.buckets[bucket]), headers=headers)

    assert answer.status in (400, 403)
    assert BYTES not in answer.data


def test_after_that_everything_is_there_as_it_was(account):
    s3 = local_client("s3", account.url)

    for bucket in account.buckets.values():
        assert [o["Key"] for o in s3.list_objects_v2(Bucket=bucket)["Contents"]] == [PHOTO]
        assert s3.get_object(Bucket=bucket, Key=PHOTO)["Body"].read() == BYTES


@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_bucket_of_the_gallery_is_not_opened_by_mistake(account, bucket):
    s3, name = local_client("s3", account.url), account.buckets[bucket]

    with pytest.raises(ClientError, match="BlockPublicPolicy"):
        s3.put_bucket_policy(Bucket=name, Policy=public_reading(name))
    with pytest.raises(ClientError, match=r"AccessDenied|AccessControlListNotSupported"):
        s3.put_object_acl(Bucket=name, Key=PHOTO, ACL="public-read")


@pytest.mark.parametrize("bucket", BUCKETS)
def test_who_may_do_everything_may_do_nothing_without_tls(account, bucket):
    """The embedded AWS speaks no TLS, so that the buckets' own rule is seen at work."""
    iam = local_client("iam", account.url)
    name = f"somebody-{bucket.lower()}"
    iam.create_user(UserName=name)
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    iam.put_user_policy(UserName=name, PolicyName="all", PolicyDocument=policy)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    s3 = boto3.client(
        "s3",
        endpoint_url=account.url,
        region_name=REGION,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
        config=Config(s3={"addressing_style": "path"}),
    )

    assert s3.get_object(Bucket=account.opened, Key=PHOTO)["Body"].read() == BYTES
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.get_object(Bucket=account.buckets[bucket], Key=PHOTO)
