"""Clients that answer what a test tells them, and refuse everything else."""

from typing import Any

import boto3
from botocore.stub import Stubber


def stubbed(service: str) -> tuple[Any, Stubber]:
    """A client, and what it is told to answer."""
    client = boto3.client(
        service,  # type: ignore[call-overload]
        region_name="eu-central-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    stubber = Stubber(client)
    stubber.activate()
    return client, stubber
