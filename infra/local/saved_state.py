"""What the embedded AWS left on disk, made fit for its next start."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from infra.local.ports import find_free_port, is_port_free

Say = Callable[[str], None]

ESSENTIAL = ("apigateway_v1", "cloudformation", "cognito", "dynamodb", "lambda", "s3", "sqs")
"""Services whose state names each other's: all of it is there, or none of it is of use."""

PHOTO_BUCKETS = "contactsheet-*-photos-*"
ARTIFACT_BUCKETS = "contactsheet-*-code-*"
WITH_ADDRESSES = ("cloudformation.json", "sqs.json")
RECONCILE_DUE = "reconcile-due"
"""Marker in a data folder: rows may be missing until objects and rows were compared."""


def prepare_saved_state(data: Path, say: Say) -> None:
    """Repair what an unclean stop left, and note whether rows may be missing.

    Args:
        data: The data folder; nobody else may be using it.
        say: Told what a person should know.
    """
    lost = set_damaged_state_aside(data / "state", say)
    keep_bare_objects(data, say)
    forget_stream_positions(data / "state" / "lambda.json")
    unclean = (data / "unclean").exists()
    if unclean and not lost:
        say(
            "the last run was killed before it could write its state. Photos are found again from "
            "the bucket; favourites, deletions and other changes since the last clean stop are "
            "lost: have a look at the bin"
        )
    if lost or unclean:
        (data / RECONCILE_DUE).touch()


def set_damaged_state_aside(state: Path, say: Say) -> Path | None:
    """Move state that can't be used out of the way, all of it: its files name each other.

    MiniStack would take a damaged file for an empty one, and write that emptiness back.

    Returns:
        Where the state lies now; None when it was sound, or there was none.
    """
    if not any(state.glob("*.json")):
        return None
    damaged = [
        f"{path.name} can't be read" for path in sorted(state.glob("*.json")) if not _is_json(path)
    ]
    damaged += [
        f"{name}.json is missing" for name in ESSENTIAL if not (state / f"{name}.json").exists()
    ]
    if not damaged:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = state.with_name(f"state-damaged-{stamp}")
    say(
        f"the state in {state} is damaged, probably half-written: {'; '.join(damaged)}.\n"
        f"It is kept in {aside}, and the gallery is made again from the photos in the bucket. "
        "What was only in that state, such as favourites, is lost; delete it when not needed."
    )
    state.rename(aside)
    return aside


def keep_bare_objects(data: Path, say: Say) -> None:
    """Put objects that no state speaks of aside until the stacks stand, then back.

    A first deployment refuses a bucket that exists already. Everything comes back, buckets that a
    person made beside ours too. Safe to interrupt and to run again.
    """
    objects, kept = data / "s3", data / "s3-kept"
    deployed = (data / "state" / "cloudformation.json").exists()
    if deployed and kept.exists():
        _put_back(kept, objects)
        _let_go(kept, say)
    elif not deployed and kept.exists():
        # of a recovery that was interrupted before its deployment was saved
        shutil.rmtree(objects, ignore_errors=True)
    elif not deployed and objects.exists():
        objects.rename(kept)


def _put_back(kept: Path, objects: Path) -> None:
    for bucket in sorted((*kept.glob("[0-9]*/*"), *kept.glob(".versions/*/*"))):
        place = objects / bucket.relative_to(kept)
        if place.exists() and not fnmatch(bucket.name, PHOTO_BUCKETS):
            continue
        shutil.rmtree(place, ignore_errors=True)  # ours, made anew and empty
        place.parent.mkdir(parents=True, exist_ok=True)
        bucket.rename(place)


def _let_go(kept: Path, say: Say) -> None:
    """Remove what was kept but for the deployment's own zips; anything else stays, and is named."""
    left = [path for path in kept.rglob("*") if path.is_file()]
    if all(any(fnmatch(part, ARTIFACT_BUCKETS) for part in path.parts) for path in left):
        shutil.rmtree(kept)
        return
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    aside = kept.with_name(f"s3-set-aside-{stamp}")
    kept.rename(aside)
    say(f"{len(left)} files of buckets that exist anew are kept in {aside}; delete when not needed")


def has_kept_objects(data: Path) -> bool:
    """Whether objects wait for the stacks: then stop and start once more."""
    return (data / "s3-kept").exists()


def forget_stream_positions(state: Path) -> None:
    """Let the stream's reader begin at the beginning again.

    MiniStack keeps how many records it has delivered but not the records, and so skips as many of
    the new ones after a restart.
    """
    try:
        saved = json.loads(state.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return
    payload: dict[str, Any] = saved.get("payload", {})
    if payload.pop("dynamodb_stream_positions", None) is not None:
        _replace(state, json.dumps(saved).encode())


def settle_port(data: Path) -> int:
    """The port of the last start if it is free, else another, and the state moved to it.

    MiniStack keeps its queues under addresses that hold the port.
    """
    remembered = data / "emulator-port"
    last = remembered.read_text(encoding="utf-8").strip() if remembered.exists() else ""
    if last.isdecimal() and is_port_free(int(last)):
        return int(last)
    port = find_free_port()
    if last:
        before, after = (f"127.0.0.1:{number}/".encode() for number in (last, port))
        for name in WITH_ADDRESSES:
            path = data / "state" / name
            if path.exists():
                _replace(path, path.read_bytes().replace(before, after))
    _replace(remembered, str(port).encode())
    return port


def _replace(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_bytes(content)
    partial.replace(path)


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
