"""What a deployment will do, shown to a person before anything is done."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from infra.aws.adoption import Adoption
from infra.aws.take_back import Left
from infra.aws.template import Template
from infra.stack_state import DeployError
from infra.stacks import Change, Proposal

ATTRIBUTES = ("DeletionPolicy", "UpdateReplacePolicy", "Tags", "Metadata")
"""What CloudFormation may call modified of a resource besides its properties."""
Agree = Callable[[str, Collection[Change]], bool]
"""Shows what a layer's change set holds that was not shown before; whether to go on."""


class LossError(DeployError):
    """A change would lose what nobody can make again; it is done only when it is named."""


class StoppedError(DeployError):
    """A person did not agree to what was known only on the way."""


@dataclass(frozen=True)
class Review:
    """What a deployment will do.

    Attributes:
        proposals: Change sets by layer, where all that the stack needs is known.
        new: What a stack will consist of that does not stand and can't be proposed yet, by layer.
        adoptions: What changes on a bucket and a table that are taken into use.
        left: What an earlier gallery of this name has left, and this one begins with.
        afterwards: What changes on a stack once more when the others stand, by layer.
    """

    proposals: Mapping[str, Proposal]
    new: Mapping[str, tuple[Change, ...]]
    adoptions: tuple[Adoption, ...]
    left: tuple[Left, ...]
    afterwards: Mapping[str, tuple[Change, ...]] = field(default_factory=dict)

    def told(self, layer: str, template: Template) -> list[Change]:
        """All that was said of one stack: what is not in it, nobody has agreed to.

        Args:
            layer: Which.
            template: Its template; what is taken back is brought to it.
        """
        proposal = self.proposals.get(layer)
        return [
            *(proposal.changes if proposal else ()),
            *self.new.get(layer, ()),
            *self.afterwards.get(layer, ()),
            *(_brought(thing, template) for thing in self.left if layer == "data"),
        ]


def check_losses(changes: Iterable[Change], losses: Collection[str]) -> None:
    """Make sure that nothing is lost which nobody can make again.

    Args:
        changes: What would be done.
        losses: Logical names of resources that may be lost.

    Raises:
        LossError: Others would be.
    """
    lost = [change for change in changes if change.loses and change.resource not in losses]
    if lost:
        told = "\n".join(
            f"  {change.resource} ({change.kind}) would be "
            + ("removed" if change.action == "Remove" else "replaced by an empty one")
            for change in lost
        )
        names = ",".join(sorted(change.resource for change in lost))
        raise LossError(
            f"this would take from the gallery what nobody can make again:\n{told}\n"
            f"If that is meant: ALLOW_LOSS={names}"
        )


def _brought(thing: Left, template: Template) -> Change:
    properties = template["Resources"][thing.resource].get("Properties", {})
    return Change("Modify", thing.resource, thing.kind, "False", (*properties, *ATTRIBUTES))
