"""Photos in the local gallery, made by a run that is killed twice and by one that is not.

    python -m tests.faults.killed_in_gallery [PHOTOS]

The embedded AWS holds the same photos (2,000) for two galleries, `steady` and `shaken`. One's
thumbnails are made without interruption. The other's run is killed (SIGKILL) after a third and
after two thirds, and begun again. Then both galleries' objects and rows must be equal, but for
`version`, `created_at` and `updated_at`.
"""

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import Endpoints, local_client, start_gallery
from infra.local.ports import find_free_port
from tests.builders import a_jpeg
from tests.faults.killed_backfill import without_history

ROOT = Path(__file__).parents[2]
STEADY, SHAKEN = "steady", "shaken"
# By capitals: no event takes them in, the backfill alone makes their thumbnails.
FOLDERS = {STEADY: "Steady", SHAKEN: "Shaken"}
_COLOURS = 20
_THREADS = 4


def main(photos: int) -> int:
    """Make them twice; 1 if what is there differs."""
    with tempfile.TemporaryDirectory(prefix="contactsheet-killed-") as folder:
        python = provide_emulator_python(print)
        gallery = start_gallery(Path(folder), find_free_port(), print, python=python)
        try:
            return compare(gallery.endpoints, photos)
        finally:
            gallery.stop()


def compare(endpoints: Endpoints, photos: int) -> int:
    """Put the photos into a running gallery and make their thumbnails; 1 if they differ."""
    put_photos(endpoints, photos)
    begun = time.monotonic()
    status = run_to_end(endpoints, STEADY)
    print(f"{STEADY}: {photos:,} photos in {time.monotonic() - begun:.0f} s, exit {status}")
    for part in (1, 2):
        made = run_and_kill(endpoints, SHAKEN, photos // 3)
        print(f"{SHAKEN}: killed after {made:,} more photos ({part} of 2)")
    status = run_to_end(endpoints, SHAKEN)
    print(f"{SHAKEN}: run to its end, exit {status}")
    steady, shaken = (content(endpoints, name) for name in (STEADY, SHAKEN))
    objects, rows = (len(part) for part in steady)
    alike = steady == shaken
    told = "are the same" if alike else "DIFFER"
    print(f"{objects:,} objects and {rows:,} rows of each {told}")
    return 0 if alike and objects == 3 * photos and rows == photos else 1


def put_photos(endpoints: Endpoints, photos: int) -> None:
    """The same photos, and a row for each, in both galleries."""
    chance = random.Random(photos)
    pictures = [
        a_jpeg(480 + 8 * number, 360, f"#{chance.randrange(1 << 24):06x}")
        for number in range(_COLOURS)
    ]
    s3, dynamodb = (local_client(name, endpoints.aws_endpoint) for name in ("s3", "dynamodb"))

    def put(number: int) -> None:
        for gallery, folder in FOLDERS.items():
            key = f"{folder}/{number % 30:02}/{number:05}.jpg"
            body = pictures[number % _COLOURS]
            s3.put_object(Bucket=endpoints.bucket, Key=key, Body=body)
            row = {
                "id": {"S": f"{gallery}-{number:05}"},
                "url": {"S": key},
                "thumbnail_url": {"S": key},
                "filename": {"S": f"{number:05}.jpg"},
                "gallery_id": {"S": gallery},
            }
            dynamodb.put_item(TableName=endpoints.tables["assets"], Item=row)

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(put, range(photos)))
    print(f"{photos:,} photos put into each of two galleries")


def run_to_end(endpoints: Endpoints, gallery: str) -> int:
    """One run of the command; its exit status."""
    with _running(endpoints, gallery) as process:
        for _ in _made(process):
            pass
        return process.wait()


def run_and_kill(endpoints: Endpoints, gallery: str, after: int) -> int:
    """A run that is killed after so many photos; how many it told of."""
    made = 0
    with _running(endpoints, gallery) as process:
        for made in _made(process):
            if made == after:
                process.kill()
        process.wait()
    return made


@contextmanager
def _running(endpoints: Endpoints, gallery: str) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "migrations.generate_thumbnails"]
    process = subprocess.Popen(
        [*command, "--migrate", "--gallery", gallery],
        cwd=ROOT,
        env={**os.environ, **endpoints.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _made(process: "subprocess.Popen[str]") -> Iterator[int]:
    """Counts the photos that it tells of."""
    made = 0
    for line in process.stdout or ():
        if line.startswith("["):
            made += 1
            yield made


def content(endpoints: Endpoints, gallery: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A gallery's objects and rows, whatever it is called."""
    s3, dynamodb = (local_client(name, endpoints.aws_endpoint) for name in ("s3", "dynamodb"))

    def plain(value: Any) -> Any:
        text = json.dumps(value, default=repr)
        return json.loads(text.replace(FOLDERS[gallery], "*").replace(gallery, "*"))

    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=endpoints.bucket, Prefix=f"{FOLDERS[gallery]}/"
    )
    objects = {plain(one["Key"]): one["ETag"] for page in pages for one in page["Contents"]}
    rows: dict[str, Any] = {}
    for page in dynamodb.get_paginator("scan").paginate(TableName=endpoints.tables["assets"]):
        for row in page["Items"]:
            if row.get("gallery_id") == {"S": gallery}:
                rows[plain(row["id"]["S"])] = plain(without_history(row))
    return objects, rows


if __name__ == "__main__":
    sys.exit(main(int((sys.argv[1:] or ["2000"])[0])))
