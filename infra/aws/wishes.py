"""What a person asks of a deployment, whom it talks to, and what stands already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.deploy import stack_name
from infra.stack_state import IN_REVIEW, find_stack, outputs_of, parameters_of

LAYERS = ("data", "app", "edge")


@dataclass(frozen=True)
class Services:
    """Clients of what a deployment talks to."""

    cloudformation: Any
    cloudwatch: Any
    cognito: Any
    dynamodb: Any
    kms: Any
    s3: Any
    ssm: Any

    @classmethod
    def of(cls, session: Any) -> "Services":
        """Of the account that a session opens."""
        return cls(
            session.client("cloudformation"),
            session.client("cloudwatch"),
            session.client("cognito-idp"),
            session.client("dynamodb"),
            session.client("kms"),
            session.client("s3"),
            session.client("ssm"),
        )


@dataclass(frozen=True)
class Wishes:
    """What a person asks for.

    Attributes:
        environment: Names this gallery among others of the account.
        chosen: Values of the stacks' parameters that a person chooses, by name.
        adopted_bucket: A bucket to use in place of one that is made.
        adopted_table: A table to use in place of one that is made.
        losses: Logical names of resources that may be lost.
        exchange_key: Whether photo addresses are to be signed with another key.
        distrusts_old_key: Whether one that was in use before is trusted no more, from now on.
    """

    environment: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    adopted_bucket: str = ""
    adopted_table: str = ""
    losses: frozenset[str] = frozenset()
    exchange_key: bool = False
    distrusts_old_key: bool = False


@dataclass(frozen=True)
class Standing:
    """What stands already: outputs and parameters of each stack, empty for one that doesn't."""

    outputs: Mapping[str, Mapping[str, str]]
    parameters: Mapping[str, Mapping[str, str]]

    def has(self, layer: str) -> bool:
        """Whether that stack was made to its end."""
        return bool(self.outputs[layer])


def look(cloudformation: Any, environment: str) -> Standing:
    """What stands of a gallery; what was only proposed does not."""
    found = {layer: find_stack(cloudformation, stack_name(environment, layer)) for layer in LAYERS}
    stacks = {
        layer: None if stack and stack["StackStatus"] == IN_REVIEW else stack
        for layer, stack in found.items()
    }
    return Standing(
        {layer: outputs_of(stack) for layer, stack in stacks.items()},
        {layer: parameters_of(stack) for layer, stack in stacks.items()},
    )


def adopted(wishes: Wishes, standing: Standing) -> tuple[str, str]:
    """Bucket and table that are used in place of the stack's own; empty where it has its own."""
    current = standing.parameters["data"]
    return (
        wishes.adopted_bucket or current.get("AdoptedBucket", ""),
        wishes.adopted_table or current.get("AdoptedTable", ""),
    )
