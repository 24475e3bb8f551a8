"""Everything in this folder needs the embedded AWS; clients for it."""

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from infra.local.gallery import Endpoints, Gallery, local_client
from tests.aws.doors import Doors, hang_up
from tests.aws.open_doors import open_doors
from tests.aws.site import Site

HERE = Path(__file__).parent
# Whoever was let in once is in: what these refuse, they refuse at the first try.
DOORS = {
    *("test_bucket_addresses.py", "test_closed_doors.py", "test_forgeries.py"),
    *("test_generated_requests.py", "test_policies.py", "test_visitors.py"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that `make check` leaves them out."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.aws)
            # a busy machine may hold a function up for seconds; the report names what was run twice
            if item.path.name not in DOORS:
                item.add_marker(pytest.mark.flaky(reruns=1))
            # what a call does in two seconds depends on what else the machine does
            if "two_seconds" in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.alone)


@pytest.fixture(scope="session")
def s3(endpoints: Endpoints) -> Any:
    return local_client("s3", endpoints.aws_endpoint)


@pytest.fixture(scope="session")
def dynamodb(endpoints: Endpoints) -> Any:
    return local_client("dynamodb", endpoints.aws_endpoint)


@pytest.fixture(scope="session")
def sqs(endpoints: Endpoints) -> Any:
    return local_client("sqs", endpoints.aws_endpoint)


@pytest.fixture(scope="session")
def lambdas(endpoints: Endpoints) -> Any:
    return local_client("lambda", endpoints.aws_endpoint)


@pytest.fixture(scope="module")
def two_seconds(endpoints: Endpoints, lambdas: Any) -> Iterator[None]:
    """The backfill's Lambda is given two seconds a call."""
    name = endpoints.functions["backfill"]
    usual = lambdas.get_function_configuration(FunctionName=name)["Timeout"]
    lambdas.update_function_configuration(FunctionName=name, Timeout=2)
    yield
    lambdas.update_function_configuration(FunctionName=name, Timeout=usual)


@pytest.fixture
def site(endpoints: Endpoints, s3: Any) -> Site:
    """A gallery of this test's own, on the shared site."""
    return Site(endpoints, s3, f"t-{uuid.uuid4().hex[:12]}")


@pytest.fixture(scope="session")
def doors(gallery: Gallery) -> Iterator[Doors]:
    """Two owners with photos and links of every kind, on the shared site; nobody changes them."""
    yield open_doors(gallery)
    hang_up()
