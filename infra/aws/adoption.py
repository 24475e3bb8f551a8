"""What taking an existing bucket or table into use changes on it, and what stands against it.

They stay outside of CloudFormation, which would bring them to what its template says: rules,
indexes and capacity of their owner's own would be gone with the next update. So a parameter tells
the stack to make none, and what the gallery needs is added here, one step at a time. Nothing is
taken away, nothing that protects is turned off, and a second look finds nothing left to do.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


class AdoptionError(Exception):
    """The bucket or the table can't be used as it is; the message says why and what to do."""


class MissingError(AdoptionError):
    """It isn't there, or not any more."""


@dataclass(frozen=True)
class Step:
    """One request that adds something.

    Attributes:
        told: What a person reads of it.
        operation: The client's method.
        arguments: For it.
    """

    told: str
    operation: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Adoption:
    """How one thing is taken into use.

    Attributes:
        name: Its name.
        steps: What is done, in this order.
        obstacles: Why it can't be; nothing is done while there is one.
        notes: What stays as it is, and what follows of it.
    """

    name: str
    steps: tuple[Step, ...] = ()
    obstacles: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """What a person is told before anything is done."""
        told = [f"  will {step.told}" for step in self.steps] or ["  needs no change"]
        return [
            f"{self.name}:",
            *(told if not self.obstacles else []),
            *(f"  can't be used: {obstacle}" for obstacle in self.obstacles),
            *(f"  note: {note}" for note in self.notes),
        ]


@dataclass
class Findings:
    """What is gathered while one thing is looked at."""

    steps: list[Step] = field(default_factory=list)
    obstacles: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def adoption(self, name: str) -> Adoption:
        """All of it."""
        return Adoption(name, tuple(self.steps), tuple(self.obstacles), tuple(self.notes))


def check_obstacles(adoptions: Iterable[Adoption]) -> None:
    """Make sure that everything can be taken into use.

    Raises:
        AdoptionError: Something can't; the message lists all of it.
    """
    refused = [adoption for adoption in adoptions if adoption.obstacles]
    if refused:
        raise AdoptionError("\n".join(line for adoption in refused for line in adoption.lines()))


def carry_out_steps(client: Any, adoption: Adoption) -> None:
    """Do the steps of one adoption.

    Args:
        client: Of the service.
        adoption: Without obstacles.
    """
    for step in adoption.steps:
        getattr(client, step.operation)(**step.arguments)
