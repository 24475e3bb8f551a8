"""A gallery at an embedded AWS that judges each function by its role, and what was judged."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

from infra.local import emulator as emulator_module
from infra.local.emulator import ACCOUNT, REGION, emulator_environment
from infra.local.gallery import Endpoints, Gallery, local_client, start_gallery
from infra.local.ports import find_free_port

CHILD = Path(__file__).with_name("judging_child.py")
JUDGEMENTS = "judgements.jsonl"
PREFIX = "contactsheet-local-"
# What Lambda itself does as a function's role, before and after it runs. The embedded AWS does it
# as nobody.
OF_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
OF_QUEUES = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
# https://docs.aws.amazon.com/lambda/latest/dg/with-ddb.html
OF_STREAMS = tuple(
    f"dynamodb:{action}"
    for action in ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
)
# https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-create-package.html, on-failure destinations
OF_FAILURES = ("sqs:SendMessage",)


@dataclass(frozen=True, order=True)
class Deed:
    """What a function does to something.

    Attributes:
        function: The end of its name, after the gallery's.
        action: Such as ``dynamodb:Query``.
        resource: ARN of what it is done to.
    """

    function: str
    action: str
    resource: str


@dataclass(frozen=True, order=True)
class Right:
    """What a function may do to some things.

    Attributes:
        function: As above.
        action: As above.
        resources: Pattern of their ARNs.
    """

    function: str
    action: str
    resources: str

    def allows(self, deed: Deed) -> bool:
        """Whether it is enough for a deed."""
        is_its = (self.function, self.action) == (deed.function, deed.action)
        return is_its and fnmatchcase(deed.resource, self.resources)


@dataclass(frozen=True)
class Judged:
    """The gallery, and its judge's notes.

    Attributes:
        gallery: It runs.
        notes: Where each judgement stands, a line each.
    """

    gallery: Gallery
    notes: Path

    @property
    def endpoints(self) -> Endpoints:
        """Where it answers."""
        return self.gallery.endpoints

    def client(self, service: str) -> Any:
        """A client of its account, who may do everything."""
        return local_client(service, self.endpoints.aws_endpoint)

    def deeds(self, *, were_allowed: bool) -> set[Deed]:
        """What functions did, or what they were refused."""
        found = set()
        for line in self.notes.read_text(encoding="utf-8").splitlines():
            told = json.loads(line)
            session = told["principal"].rpartition("/")[2]
            if session.startswith(PREFIX) and told["is_allowed"] == were_allowed:
                name = session.removeprefix(PREFIX)
                found.add(Deed(name, told["action"], told["resource"]))
        return found

    def functions(self) -> list[str]:
        """The ends of their names."""
        found = self.client("lambda").get_paginator("list_functions").paginate()
        names = [known["FunctionName"] for page in found for known in page["Functions"]]
        return sorted(name.removeprefix(PREFIX) for name in names)

    def rights(self) -> set[Right]:
        """All that functions may do, as it was deployed."""
        return {right for name in self.functions() for right in self._rights_of(name)}

    def _rights_of(self, function: str) -> Iterator[Right]:
        iam = self.client("iam")
        known = self.client("lambda").get_function_configuration(FunctionName=PREFIX + function)
        role = known["Role"].rpartition("/")[2]
        assert not iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            for statement in policy["Statement"]:
                for action in as_list(statement["Action"]):
                    for resource in as_list(statement["Resource"]):
                        yield Right(function, action, resource)

    def of_lambda_itself(self) -> set[Deed]:
        """What Lambda does as each function's role, so that it runs at all."""
        found, lambdas = set(), self.client("lambda")
        for name in self.functions():
            log = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{PREFIX}{name}"
            found |= {Deed(name, action, f"{log}:log-stream:2026/03/01/1") for action in OF_LOGS}
            sources = lambdas.list_event_source_mappings(FunctionName=PREFIX + name)
            for source in sources["EventSourceMappings"]:
                arn = source["EventSourceArn"]
                actions = OF_QUEUES if arn.split(":")[2] == "sqs" else OF_STREAMS
                found |= {Deed(name, action, arn) for action in actions}
                failed = source.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
                found |= {Deed(name, action, failed) for action in OF_FAILURES if failed}
        return found


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@contextmanager
def judged_gallery(python: Path, data: Path) -> Iterator[Judged]:
    """A whole gallery on free ports whose functions may do what their roles allow."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(emulator_module, "CHILD", CHILD)
        patched.setattr(
            emulator_module,
            "emulator_environment",
            lambda data, port: {**emulator_environment(data, port), "AUTH": "true"},
        )
        running = start_gallery(data, find_free_port(), print, python=python)
    try:
        yield Judged(running, data / JUDGEMENTS)
    finally:
        running.stop()
