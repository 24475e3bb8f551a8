"""What a call costs: requests, units, and the CPU time that is its own."""

import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from tests.benchmarks.library import Library
from tests.benchmarks.memory_dynamodb import MemoryDynamoDB


@dataclass(frozen=True)
class Cost:
    """What one call cost.

    Attributes:
        requests: That were sent.
        read_units: Read units.
        write_units: Write units by table, its indexes' included.
        cpu_ms: CPU time of this thread in milliseconds, without what the tables took.
    """

    requests: int
    read_units: float
    write_units: Mapping[str, float]
    cpu_ms: float


@dataclass
class Series:
    """What the same operation cost each time."""

    costs: list[Cost] = field(default_factory=list)

    @property
    def requests(self) -> float:
        """Median."""
        return statistics.median(cost.requests for cost in self.costs)

    @property
    def most_requests(self) -> int:
        """Of the call that had most."""
        return max(cost.requests for cost in self.costs)

    @property
    def read_units(self) -> float:
        """Median."""
        return statistics.median(cost.read_units for cost in self.costs)

    @property
    def mean_read_units(self) -> float:
        """What is paid in the long run."""
        return statistics.fmean(cost.read_units for cost in self.costs)

    @property
    def cpu_ms(self) -> float:
        """Median."""
        return statistics.median(cost.cpu_ms for cost in self.costs)

    @property
    def cpu_spread(self) -> float:
        """Half the distance of the quartiles, as a part of the median."""
        low, _, high = statistics.quantiles((cost.cpu_ms for cost in self.costs), n=4)
        return (high - low) / 2 / self.cpu_ms

    def write_units(self, tables: Sequence[str]) -> float:
        """Median of those of some tables."""
        return statistics.median(
            sum(cost.write_units.get(table, 0) for table in tables) for cost in self.costs
        )


# By name and gallery
Results = defaultdict[tuple[str, str], Series]


def cost_of(dynamodb: MemoryDynamoDB, call: Callable[[], object]) -> Cost:
    """Make a call and say what it cost."""
    dynamodb.reset()
    began = time.thread_time()
    call()
    seconds = time.thread_time() - began
    usage = dynamodb.reset()
    return Cost(
        usage.requests.total(),
        usage.read_units,
        dict(usage.write_units),
        (seconds - usage.own_seconds) * 1000,
    )


@dataclass(frozen=True)
class Task:
    """Something to measure.

    Attributes:
        name: What it is called.
        prepare: Makes a call that does it once, at a random place of a library.
        times: How often it is measured in each library.
    """

    name: str
    prepare: Callable[[Library, Random], Callable[[], object]]
    times: int


def measure(
    groups: Sequence[Sequence[Task]],
    libraries: Sequence[Library],
    dynamodb: MemoryDynamoDB,
    say: Callable[[str], None],
) -> list[Results]:
    """Measure tasks of some groups in turns: round by round, each in every library.

    Args:
        groups: Tasks.
        libraries: Where.
        dynamodb: What they ask.
        say: Told how far it is.

    Returns:
        The results of each group.
    """
    results: list[Results] = [defaultdict(Series) for _ in groups]
    # the same places, as far as that goes, in every library
    chances: dict[tuple[str, str], Random] = {
        (task.name, library.gallery): Random(task.name)
        for tasks in groups
        for task in tasks
        for library in libraries
    }
    rounds = max(task.times for tasks in groups for task in tasks)
    for number in range(rounds):
        for found, tasks in zip(results, groups, strict=True):
            for task in tasks:
                if number % (rounds // task.times):
                    continue
                # Each is the first, the second and the third in turn, and none the first
                # one after another task: that one is not measured.
                turn = number % len(libraries)
                in_turn = (*libraries[turn:], *libraries[:turn])
                task.prepare(in_turn[-1], Random(number))()
                for library in in_turn:
                    call = task.prepare(library, chances[task.name, library.gallery])
                    found[task.name, library.gallery].costs.append(cost_of(dynamodb, call))
        if number % (rounds // 10) == 0:
            say(f"measured {100 * number // rounds} %")
    return results
