"""Mixed load on the embedded AWS for as long as one likes; everything must agree in between.

    make soak                        ten minutes
    SOAK_MINUTES=60 make soak
    SOAK_SEED=7 make soak            the same operations again
    FUZZ=1000000 make soak           so many mutated pictures first, not 100,000
    KILLS=1000 make soak             then so many backfills that are killed, not 200

Photos arrive, are replaced, vanish, return, are favoured, deleted and restored, by several
threads at once. Every half minute it lets the events come to rest and compares: the lists with
the rows, the rows with the objects, and both with what was done.
"""

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.audit_pages import audit_pages
from chalicelib.bootstrap import Gallery as Parts
from chalicelib.reconcile import Tally, find_differences
from chalicelib.settings import Settings
from infra.local.emulator_python import provide_emulator_python
from infra.local.gallery import local_client, start_gallery
from infra.local.ports import find_free_port
from tests.aws.site import Site, eventually
from tests.builders import a_jpeg
from tests.faults.draw_mutants import broken_promises, draw_mutants

THREADS = 4
ROUND_SECONDS = 30
REST_SECONDS = 120


@dataclass
class Model:
    """What should be there.

    Attributes:
        site: The gallery.
        random: Decides what happens.
        objects: Path -> the bytes that lie there.
        trashed: Paths that a person put into the bin.
    """

    site: Site
    random: random.Random
    objects: dict[str, bytes] = field(default_factory=dict)
    trashed: set[str] = field(default_factory=set)
    done: int = 0


def main() -> int:
    """Run until the time is up; 1 as soon as something does not agree."""
    minutes = float(os.environ.get("SOAK_MINUTES", "10"))
    seed = int(os.environ.get("SOAK_SEED", str(random.randrange(10**6))))
    print(f"{minutes:g} minutes, SOAK_SEED={seed}", flush=True)
    if not fuzz(seed, int(os.environ.get("FUZZ", "100000"))):
        return 1
    if not kill_backfills(seed, int(os.environ.get("KILLS", "200"))):
        return 1
    with tempfile.TemporaryDirectory(prefix="contactsheet-soak-") as folder:
        python = provide_emulator_python(print)
        gallery = start_gallery(Path(folder), find_free_port(), print, python=python)
        try:
            os.environ.update(gallery.endpoints.environment())
            s3 = local_client("s3", gallery.endpoints.aws_endpoint)
            models = [
                Model(Site(gallery.endpoints, s3, f"soak-{i}"), random.Random(seed + i))
                for i in range(THREADS)
            ]
            return soak(models, time.monotonic() + 60 * minutes)
        finally:
            gallery.stop()


def fuzz(seed: int, count: int) -> bool:
    """Draw mutated pictures; whether none did any harm."""
    reports = draw_mutants(seed, count) if count else []
    problems = [said for report in reports for said in broken_promises(report)]
    print(f"{count} mutated pictures: {problems or reports}", flush=True)
    return not problems


def kill_backfills(seed: int, count: int) -> bool:
    """Kill backfills at random requests; whether each ended, run again, as one that was not."""
    command = [sys.executable, "-m", "tests.faults.killed_backfill", str(count), str(seed)]
    told = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return told.returncode == 0


def soak(models: list[Model], until: float) -> int:
    """Rounds of load, each followed by a comparison."""
    parts = Parts(Settings.from_environment(os.environ))
    rounds = 0
    while time.monotonic() < until:
        rounds += 1
        stop = threading.Event()
        timer = threading.Timer(ROUND_SECONDS, stop.set)
        timer.start()
        with ThreadPoolExecutor(THREADS) as pool:
            for future in [pool.submit(load, model, stop) for model in models]:
                future.result()
        problems = [problem for model in models for problem in settled_problems(model)]
        audit = audit_pages(parts.tables)
        problems += audit.missing + audit.surplus + audit.differing
        problems += [
            f"{finding.kind} {finding.key}"
            for finding in find_differences(parts.assets, parts.media, Tally())
        ]
        operations = sum(model.done for model in models)
        print(f"round {rounds}: {operations} operations, {audit.rows} rows, {problems or 'agree'}")
        if problems:
            return 1
    print("soak passed")
    return 0


def load(model: Model, stop: threading.Event) -> None:
    """One thing after the other until told to stop."""
    actions = (add, add, replace, vanish, curate, curate)
    while not stop.is_set():
        model.random.choice(actions)(model)
        model.done += 1


def add(model: Model) -> None:
    """A photo arrives, new or again."""
    path = f"{model.random.randrange(60)}.jpg"
    model.objects[path] = picture(model)
    model.site.put(path, model.objects[path])


def replace(model: Model) -> None:
    """A photo is overwritten twice in a row."""
    if model.objects:
        path = model.random.choice(sorted(model.objects))
        model.site.put(path, picture(model))
        model.objects[path] = picture(model)
        model.site.put(path, model.objects[path])


def vanish(model: Model) -> None:
    """An original is removed from the bucket."""
    if model.objects:
        path = model.random.choice(sorted(model.objects))
        del model.objects[path]
        model.site.remove(path)


def curate(model: Model) -> None:
    """A person favours, deletes or restores something that the lists show."""
    view = model.random.choice(("all", "bin"))
    items = model.site.media(view=view, limit=500)["items"]
    if not items:
        return
    item = model.random.choice(items)
    path, address = item["local_path"], f"/api/gallery/assets/{item['id']}"
    if view == "bin":
        if model.site.request("POST", f"{address}/restore", {}).status == 200:
            model.trashed.discard(path)
    elif model.random.random() < 0.5:
        model.site.request("PUT", f"{address}/favorite", {})
    else:
        asset = model.site.request("DELETE", address).json
        if asset["deleted_reason"] == "trashed":
            model.trashed.add(path)


def picture(model: Model) -> bytes:
    """A small JPEG unlike any other."""
    colour = f"#{model.random.randrange(1 << 24):06x}"
    return a_jpeg(200 + model.random.randrange(200), 150, colour)


def settled_problems(model: Model) -> list[str]:
    """What the gallery says otherwise than what was done, once it has come to rest."""
    expected = set(model.objects) - model.trashed

    def listed() -> set[str]:
        return {item["local_path"] for item in model.site.media(limit=500)["items"]}

    def is_settled() -> bool:
        return listed() == expected and all(
            shows(model, item) for item in model.site.media(limit=500)["items"]
        )

    try:
        eventually(is_settled, REST_SECONDS)
    except AssertionError:
        found = listed()
        return [
            *(f"{model.site.gallery} lacks {path}" for path in sorted(expected - found)),
            *(f"{model.site.gallery} shows {path}" for path in sorted(found - expected)),
        ] or [f"{model.site.gallery}: a thumbnail of an older original"]
    return []


def shows(model: Model, item: Any) -> bool:
    """Whether an item's size and thumbnail are those of the bytes that lie there now."""
    from io import BytesIO

    from PIL import Image

    original = Image.open(BytesIO(model.objects[item["local_path"]])).convert("RGB")
    if (item["width"], item["height"]) != original.size or item["thumbnail_url"] is None:
        return False
    thumbnail = model.site.get(item["thumbnail_url"]).picture().convert("RGB")
    pairs = zip(_pixel(thumbnail), _pixel(original), strict=True)
    return all(abs(a - b) < 12 for a, b in pairs)


def _pixel(picture: Any) -> tuple[int, ...]:
    pixel: tuple[int, ...] = picture.getpixel((20, 20))
    return pixel


if __name__ == "__main__":
    sys.exit(main())
