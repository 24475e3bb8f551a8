"""What functions find while a key is exchanged, and after it was interrupted anywhere."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from botocore.exceptions import ClientError

from infra.aws.signing_key import (
    Places,
    make_private_half,
    next_parameter_name,
    parameter_name,
    public_half,
)
from infra.aws.site import plan_places, tell_site
from infra.stack_state import DeployError
from tests.memory_ssm import ADDRESS, KEY, SITE, MemorySsm

NEXT = next_parameter_name("test")
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=90)
OUTPUTS = {"Address": ADDRESS, "KeyPairIdA": "KA", "KeyPairIdB": "KB"}


@cache
def pem(_: str) -> str:
    """A private key by a name; the same in each test."""
    return make_private_half()


@cache
def public(name: str) -> str:
    return public_half(pem(name))


class Interrupted(BaseException):
    """As if somebody pressed Ctrl-C."""


@dataclass
class WrittenSsm(MemorySsm):
    """Parameters that can be written, and fail at one request.

    Attributes:
        changed: When each was written last.
        writes_left: How many are let through.
        found: CloudFront's ids of the keys that functions find, after each write.
        to_make: The keys that are made to follow the one in use, by their names.
    """

    changed: dict[str, datetime] = field(default_factory=dict)
    writes_left: int = 99
    found: list[str] = field(default_factory=list)
    to_make: list[str] = field(default_factory=lambda: ["new", "newer"])

    def get_parameter(self, Name: str, **_: Any) -> dict[str, Any]:  # noqa: N803 - AWS's names
        if Name not in self.values:
            raise ClientError(
                {"Error": {"Code": "ParameterNotFound", "Message": "?"}}, "GetParameter"
            )
        stored = {"Value": self.values[Name], "LastModifiedDate": self.changed.get(Name, LONG_AGO)}
        return {"Parameter": stored}

    def put_parameter(self, Name: str, Value: str, **_: Any) -> None:  # noqa: N803 - AWS's names
        self._write()
        self.values[Name] = pem(self.to_make.pop(0)) if Name == NEXT else Value
        self.changed[Name] = NOW
        self._look()

    def delete_parameter(self, Name: str) -> None:  # noqa: N803 - AWS's names
        self._write()
        del self.values[Name]
        self._look()

    def _write(self) -> None:
        if self.writes_left == 0:
            raise Interrupted
        self.writes_left -= 1

    def _look(self) -> None:
        """As a function does at its cold start, at this very moment."""
        self.found.append(self.signing().signer().key_pair_id)


@pytest.fixture
def ssm() -> WrittenSsm:
    """Of a gallery that was told its site by an earlier version, long ago."""
    site = json.dumps({"address": ADDRESS, "key_pair_id": "KA"})
    return WrittenSsm({SITE: site, KEY: pem("old")})


def exchange(ssm: WrittenSsm, edge: Places, *, wished: bool = True) -> Iterator[Places]:
    """What a deployment does: the edge's states, one after the other, and the parameters."""
    for places in plan_places(ssm, "test", edge.parameters, NOW, makes=True, exchange=wished):
        edge = places
        yield edge
    tell_site(ssm, "test", OUTPUTS, edge)


def distrust(ssm: WrittenSsm, edge: Places) -> list[Places]:
    return plan_places(ssm, "test", edge.parameters, NOW, makes=True, exchange=False, distrust=True)


def test_the_names_are_those_that_functions_are_told():
    assert (parameter_name("test"), KEY) == (KEY, "/contactsheet/test/signing-key")


def test_whatever_functions_find_while_a_key_is_exchanged_fits(ssm: WrittenSsm):
    (edge,) = exchange(ssm, Places(public("old"), ""))

    assert edge == Places(public("old"), public("new"))
    # the next key, the site, the key, the next one gone, the site
    assert ssm.found == ["KA", "KA", "KB", "KB", "KB"]
    assert json.loads(ssm.values[SITE])["key_pair_id"] == "KB"
    assert NEXT not in ssm.values


@pytest.mark.parametrize("is_repeated", [True, False])
@pytest.mark.parametrize("writes", range(6))
def test_an_exchange_that_was_interrupted_anywhere_is_ended_by_the_next_deployment(
    ssm: WrittenSsm, writes: int, is_repeated: bool
):
    edges = [Places(public("old"), "")]
    ssm.writes_left = writes
    with suppress(Interrupted):
        edges.extend(exchange(ssm, edges[0]))
    ssm.writes_left = 99
    was_exchanged = ssm.values[KEY] == pem("new")

    (edge,) = exchange(ssm, edges[-1], wished=is_repeated)

    assert set(ssm.found) <= {"KA", "KB"}
    if is_repeated or was_exchanged:
        assert edge == Places(public("old"), public("new"))  # the old one keeps its day
        assert ssm.values[KEY] == pem("new")
        assert json.loads(ssm.values[SITE])["key_pair_id"] == "KB"
        assert NEXT not in ssm.values
    else:
        assert edge == Places(public("old"), "")
        assert ssm.values[KEY] == pem("old")
        assert json.loads(ssm.values[SITE])["key_pair_id"] == "KA"


def test_a_key_is_not_exchanged_twice_within_the_day_of_the_one_before(ssm: WrittenSsm):
    (edge,) = exchange(ssm, Places(public("old"), ""))

    (again,) = exchange(ssm, edge)

    assert again == edge
    assert ssm.values[KEY] == pem("new")


def test_the_day_of_the_one_before_can_be_ended(ssm: WrittenSsm):
    (edge,) = exchange(ssm, Places(public("old"), ""))

    assert distrust(ssm, edge) == [Places("", public("new"))]


@pytest.mark.parametrize("writes", range(6))
def test_an_exchange_that_has_not_ended_is_not_taken_for_one_that_has(ssm: WrittenSsm, writes: int):
    """The key that somebody saw would be the one that stays trusted."""
    edges = [Places(public("old"), "")]
    ssm.writes_left = writes
    with suppress(Interrupted):
        edges.extend(exchange(ssm, edges[0]))
    ssm.writes_left = 99

    if ssm.values[KEY] == pem("new"):
        assert distrust(ssm, edges[-1]) == [Places("", public("new"))]
    elif NEXT in ssm.values:
        with pytest.raises(DeployError, match="Run EXCHANGE_KEY=1, and five minutes later"):
            distrust(ssm, edges[-1])
    else:
        assert distrust(ssm, edges[-1]) == [edges[0]]


def test_an_exchange_that_waited_for_its_end_for_long_is_ended_too(ssm: WrittenSsm):
    """The parameters were exchanged, the next one is there still, and the day is over."""
    ssm.values |= {KEY: pem("new"), NEXT: pem("new")}

    (edge,) = exchange(ssm, Places(public("old"), public("new")))

    assert edge == Places("", public("new"))
    assert NEXT not in ssm.values


def test_a_key_that_the_edge_does_not_trust_is_told_to_nobody(ssm: WrittenSsm):
    before = ssm.values[SITE]

    with pytest.raises(DeployError, match="run it again"):
        tell_site(ssm, "test", OUTPUTS, Places(public("new"), ""))

    assert ssm.values[SITE] == before


def test_it_is_known_whether_the_key_is_another(ssm: WrittenSsm):
    both = Places(public("old"), public("new"))
    first = tell_site(ssm, "test", OUTPUTS, both)
    ssm.values[NEXT] = pem("new")

    assert [first, tell_site(ssm, "test", OUTPUTS, both)] == [False, True]
