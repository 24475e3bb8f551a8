"""What every benchmark prints: a table for people, and one last line for programs."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Target:
    """A number to reach.

    Attributes:
        metric: What was measured, with its unit.
        value: The result.
        goal: At most this.
    """

    metric: str
    value: float
    goal: float

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.value <= self.goal


def print_report(bench: str, targets: Sequence[Target]) -> None:
    """Print the table, then the line."""
    width = max(len(target.metric) for target in targets)
    for target in targets:
        mark = "reached" if target.met else "MISSED"
        print(f"{target.metric:<{width}}  {target.value:>9.2f}  goal {target.goal:>7.2f}  {mark}")
    lines = [{**asdict(target), "met": target.met} for target in targets]
    print(json.dumps({"bench": bench, "targets": lines}))
