"""What a run of the timeline's benchmark prints: tables side by side, and the targets."""

import statistics
from collections.abc import Callable, Mapping, Sequence

from tests.benchmarks.library import Library
from tests.benchmarks.measuring import Results, Series
from tests.benchmarks.paged_library import ASSETS, BATCH, PAGES, PEOPLE, Streamed
from tests.benchmarks.report import Target
from tests.benchmarks.rows_and_index import COUNTERS, ROWS
from tests.benchmarks.timeline_operations import (
    BY_DAY,
    DATE_RANGE,
    MONTH_PAGE,
    OFFSET_PAGE,
    PERSONS,
    STATS,
)

CHANGE = "one favourite"
CHANGE_STREAMED = "one favourite, again by the stream"
# Operation: requests, read units, and milliseconds of CPU, each at most.
GOALS: Mapping[str, tuple[int, float, float | None]] = {
    MONTH_PAGE: (2, 3.5, 3),
    OFFSET_PAGE: (3, 5, 6),
    DATE_RANGE: (1, 1, None),
    BY_DAY: (1, 10, None),
    STATS: (1, 1, None),
    PERSONS: (1, 1, None),
}
# From the smallest library to the largest
MOST_UNITS_GROWTH = 1.4
MOST_CPU_GROWTH = 1.1


def print_operations(title: str, results: Results, libraries: Sequence[Library]) -> None:
    """Print what reading costs in each library: medians, and how much more in the largest."""
    print(
        f"\n{title}: requests (the most, where it is another), read units (their mean), CPU in "
        f"ms ± half the quartiles' distance\n"
    )
    header = [f"{library.size:,}" for library in libraries]
    _print_row(["", *header, "growth of units", "of CPU"])
    _print_row(["---"] * (len(libraries) + 3))
    for name in dict.fromkeys(name for name, _ in results):
        series = [results[name, library.gallery] for library in libraries]
        if name not in (CHANGE, CHANGE_STREAMED):
            growth = [f"{_growth(series, part):.2f}" for part in (_read_units, _cpu)]
            _print_row([name, *map(_cell, series), *growth])


def print_changes(ours: Results, theirs: Results, libraries: Sequence[Library]) -> None:
    """Print what one change costs in each library."""
    print("\nOne change: write units (of which rows), requests, CPU in ms\n")
    _print_row(["", *(f"{library.size:,}" for library in libraries)])
    _print_row(["---"] * (len(libraries) + 1))
    for name, results, row_tables in (
        (CHANGE, ours, (ASSETS,)),
        (CHANGE_STREAMED, ours, (ASSETS,)),
        (f"{CHANGE}, with rows and an index", theirs, (ROWS,)),
    ):
        known = CHANGE if results is theirs else name
        series = [results[known, library.gallery] for library in libraries]
        every = (ASSETS, PAGES, PEOPLE, ROWS, COUNTERS)
        cells = [
            f"{s.write_units(every):g} ({s.write_units(row_tables):g}), {s.requests:g}, "
            f"{s.cpu_ms:.1f}"
            for s in series
        ]
        _print_row([name, *cells])


def print_streamed(streamed: Streamed) -> None:
    """Print what a library costs that is written in order."""
    batches = len(streamed.pages)
    print(
        f"\nWritten in order, {BATCH:,} records at a time: {streamed.rows / batches:,.0f} write "
        f"units of rows and {statistics.median(streamed.pages):,.0f} of pages, "
        f"{statistics.median(streamed.requests):,.0f} requests (median of {batches}; most "
        f"{max(streamed.pages):,.0f} units); {sum(streamed.pages):,.0f} units of pages in all\n"
    )


def targets(results: Results, libraries: Sequence[Library]) -> list[Target]:
    """Every target with what was reached: of the costliest library, and how costs grow."""
    found = []
    for name, (requests, units, milliseconds) in GOALS.items():
        series = [results[name, library.gallery] for library in libraries]
        found += [
            Target(f"{name}, requests", max(s.requests for s in series), requests),
            Target(f"{name}, read units", max(s.read_units for s in series), units),
        ]
        if milliseconds is not None:
            cpu = max(s.cpu_ms for s in series)
            found.append(Target(f"{name}, CPU (ms)", cpu, milliseconds))
        found += [
            Target(f"{name}, growth of requests", _growth(series, _requests), 1),
            Target(
                f"{name}, growth of read units", _growth(series, _read_units), MOST_UNITS_GROWTH
            ),
            Target(f"{name}, growth of CPU", _growth(series, _cpu), MOST_CPU_GROWTH),
        ]
    return found


def _growth(series: Sequence[Series], part: Callable[[Series], float]) -> float:
    return part(series[-1]) / part(series[0])


def _requests(series: Series) -> float:
    return series.requests


def _read_units(series: Series) -> float:
    return series.read_units


def _cpu(series: Series) -> float:
    return series.cpu_ms


def _cell(series: Series) -> str:
    most = f" ({series.most_requests})" if series.most_requests != series.requests else ""
    return (
        f"{series.requests:g}{most}, "
        f"{series.read_units:g} ({series.mean_read_units:.2f}), "
        f"{series.cpu_ms:.2f} ±{series.cpu_spread:.0%}"
    )


def _print_row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |")
