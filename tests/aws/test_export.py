"""A gallery leaves: exported by a process of its own that is killed on the way, into open files."""

import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyexiv2
import pytest

from tests.aws.site import Site
from tests.builders import a_jpeg

ROOT = Path(__file__).parents[2]
PHOTOS = 12
FILM_BYTES = 40_000_000  # three parts of an upload

Command = Any


@pytest.fixture
def command(site: Site, gallery_environment: dict[str, str]) -> Command:
    """Starts the command for this test's gallery."""

    def start(to: str, *flags: str) -> "subprocess.Popen[str]":
        argv = ("-m", "migrations.export_library", "--gallery", site.gallery, "--to", to, *flags)
        return subprocess.Popen(
            [sys.executable, "-u", *argv],
            cwd=ROOT,
            env=gallery_environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.fixture
def originals(site: Site) -> dict[str, bytes]:
    """Photos of which one is a favourite, one deleted, and a film; by path."""
    put = {f"IMG_{number}.jpg": a_jpeg(64, 48 + number) for number in range(PHOTOS)}
    put["film.mov"] = bytes(range(256)) * (FILM_BYTES // 256)
    for path, data in put.items():
        site.put(path, data)
    ids = {path: site.item(path)["id"] for path in put}
    json_type = {"Content-Type": "application/json"}
    site.request("PUT", f"/api/gallery/assets/{ids['IMG_0.jpg']}/favorite", headers=json_type)
    site.request("DELETE", f"/api/gallery/assets/{ids['IMG_1.jpg']}", headers=json_type)
    return put


def ended(process: "subprocess.Popen[str]") -> tuple[int, str]:
    out, _ = process.communicate(timeout=120)
    return process.returncode, out


def test_curated_killed_and_exported_the_files_are_what_was_uploaded(
    site: Site, originals: dict[str, bytes], command: Command, tmp_path: Path
):
    to = tmp_path / "export"
    killed = command(str(to), "--migrate", "--workers", "1")
    while not list(to.rglob("*.jpg")):
        assert killed.poll() is None, ended(killed)
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    ended(killed)

    status, out = ended(command(str(to), "--migrate"))

    assert status == 0, out
    lines = [json.loads(line) for line in (to / "manifest.jsonl").read_text().splitlines()]
    assert len(lines) == len(originals)
    for line in lines:
        assert line["asset"] == site.asset(line["id"])
        data = (to / line["path"]).read_bytes()
        assert data == originals[line["asset"]["local_path"]]
        assert line["sha256"] == hashlib.sha256(data).hexdigest()
        with pyexiv2.Image(str(to / line["sidecars"][0]["path"])) as image:
            is_favorite = image.read_xmp().get("Xmp.fstop.favorite") == "1"
        assert is_favorite == line["asset"]["is_favorite"]
    assert sum(line["asset"]["is_favorite"] for line in lines) == 1
    assert [line["path"].partition("/")[0] for line in lines].count("bin") == 1
    assert subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=to).returncode == 0


def test_to_another_bucket_large_files_go_in_parts_and_a_second_run_copies_nothing(
    site: Site, originals: dict[str, bytes], command: Command, s3: Any
):
    s3.create_bucket(
        Bucket=site.gallery, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    to = f"s3://{site.gallery}/mine"

    first = ended(command(to, "--migrate"))
    again = ended(command(to, "--migrate"))
    checked = ended(command(to, "--check"))

    assert (first[0], again[0], checked[0]) == (0, 0, 0), first[1] + again[1] + checked[1]
    assert f"; {len(originals)} originals were there already" in again[1]
    names = {found["Key"]: found for found in s3.list_objects_v2(Bucket=site.gallery)["Contents"]}
    (film,) = (name for name in names if name.endswith("/film.mov"))
    assert names[film]["ETag"].endswith('-3"')
    body = s3.get_object(Bucket=site.gallery, Key=film)["Body"].read()
    assert body == originals["film.mov"]
