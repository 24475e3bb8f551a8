"""A plan for any number of photos takes the memory of a few pages."""

import subprocess
import sys
from pathlib import Path

import pytest

from migrations.generate_thumbnails import SEGMENTS
from tests.migrations.generated import PAGE, planned

ROOT = Path(__file__).parents[2]
# The temporary file's cache is 8 MB; a plan of 100,000 photos held in memory takes 46 MB.
MAX_GROWTH_BYTES = 20_000_000


@pytest.mark.parametrize("rows", [0, 1, 999, 1000, 1001, 10_007])
def test_every_page_of_every_segment_is_read_once(rows: int):
    report, lines, table = planned(rows)

    assert (report.found, report.have, report.need) == (rows, (rows + 1) // 2, rows // 2)
    assert lines == report.need
    assert set(table.pages.values()) == {1}
    for segment in range(SEGMENTS):
        in_segment = len(range(segment, rows, SEGMENTS))
        pages = sum(1 for at, _ in table.pages if at == segment)
        assert pages == in_segment // PAGE + 1


def test_memory_is_flat_from_1_000_to_100_000_rows():
    """In a process of its own, resident: what SQLite takes is counted, too."""
    command = [sys.executable, "-m", "tests.migrations.generated", "1000", "100000"]
    ran = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)

    few, many = map(int, ran.stdout.split())

    grown = f"{few:,} bytes for 1,000 rows, {many:,} for 100,000"
    assert many < 1.5 * few, grown
    assert many < few + MAX_GROWTH_BYTES, grown
