"""Memory of pixels: in a process of its own, whose allocator no other test has touched."""

import platform
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

PROGRAM = """
import resource
import sys
from pathlib import Path
from chalicelib.imaging import develop
if {is_left_alone}:
    develop.keep_freed_memory = lambda: None
photo = Path(sys.argv[1])
faults = []
for _ in range(6):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    with photo.open("rb") as file:
        develop.develop(file, photo.stat().st_size)
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
print(sum(faults[2:]))
"""


def pages_taken(photo: Path, *, is_left_alone: bool) -> int:
    """Pages of memory that four pictures got from the system, after the first two."""
    command = [sys.executable, "-c", PROGRAM.format(is_left_alone=is_left_alone), str(photo)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return int(done.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="others are left as they are")
def test_pictures_take_the_memory_of_those_before(tmp_path):
    photo = tmp_path / "photo.jpg"
    noise = Image.effect_noise((4000, 3000), 60)
    Image.merge("RGB", (noise, noise, noise)).save(photo)

    kept = pages_taken(photo, is_left_alone=False)

    assert kept < pages_taken(photo, is_left_alone=True) / 5
