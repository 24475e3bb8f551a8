"""Out of a real PostgreSQL into the deployed gallery, curated there, and out again."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from infra.local.gallery import Endpoints
from tests.aws.site import Site, eventually
from tests.immich.library import fill
from tests.immich.photo import id_of
from tests.immich.photos import PHOTOS
from tests.migrations.foreign import a_photo
from tests.migrations.test_round_trip import assert_says

ROOT = Path(__file__).parents[2]
# Photos that were uploaded to Immich, whose originals are real ones here.
MOTION = ("motion", "motion, video")
WITH_ORIGINALS = ("uploaded", "favorite", "burst 1", "favorite in the bin", *MOTION)


@dataclass(frozen=True)
class Moving:
    """A library, a folder with originals, and a gallery.

    Attributes:
        originals: Bytes by key.
    """

    site: Site
    url: str
    folder: Path
    originals: dict[str, bytes]
    environment: dict[str, str]

    def run(self, module: str, *argv: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", f"migrations.{module}", *argv],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )

    def move_in(self, *argv: str) -> "subprocess.CompletedProcess[str]":
        maps = (("/mnt/media", ""), ("/usr/src/app/upload", "upload/"))
        flags = [f"--map={folder}={self.site.gallery}/{path}" for folder, path in maps]
        return self.run("import_immich", "--url", self.url, *flags, *argv)


@pytest.fixture
def moving(
    site: Site, endpoints: Endpoints, database_of: Callable[[str], str], tmp_path: Path
) -> Moving:
    url = database_of("v2.7")
    originals = {}
    with psycopg.connect(url) as connection:
        fill(connection, "v2.7")
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM asset WHERE \"originalPath\" LIKE '%_thumb.jpg'")
        for number, word in enumerate(WITH_ORIGINALS):
            body = a_photo(number)
            file = tmp_path / "immich" / PHOTOS[word].path.removeprefix("upload/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(body)
            sha1 = hashlib.sha1(body, usedforsecurity=False).digest()
            connection.execute("UPDATE asset SET checksum = %s WHERE id = %s", (sha1, id_of(word)))
            connection.execute(
                'UPDATE asset_exif SET "fileSizeInByte" = %s WHERE "assetId" = %s',
                (len(body), id_of(word)),
            )
            originals[f"{site.gallery}/{PHOTOS[word].path}"] = body
        connection.execute(
            "UPDATE asset_exif SET latitude = 52.52, longitude = 13.4, description = %s, rating = 4"
            ' WHERE "assetId" = %s',
            ("by the river", id_of("uploaded")),
        )
    environment = {**os.environ, **endpoints.environment()}
    return Moving(site, url, tmp_path / "immich", originals, environment)


def test_metadata_first_originals_later_curated_and_out_again(moving: Moving, tmp_path: Path):
    site = moving.site

    first = moving.move_in("--migrate")

    assert first.returncode == 0, first.stdout + first.stderr
    assert "verified: rows and lists agree with Immich" in first.stdout
    stats = site.stats()
    assert stats["without_original"] == stats["total"] > 40
    shown = {item["local_path"]: item for item in site.media(limit=500)["items"]}
    waiting = shown[PHOTOS["uploaded"].path]
    assert (waiting["thumbnail_state"], bool(waiting["thumbhash"])) == ("missing", True)
    persons = site.get(f"/api/gallery/persons?gallery={site.gallery}").json
    assert persons[0]["name"] == "Grandma"

    second = moving.move_in("--migrate", f"--originals=/usr/src/app/upload={moving.folder}")

    assert "wrote 0 rows: 0 new, 0 changed" in second.stdout
    assert "originals: 6 sent" in second.stdout, second.stdout
    healed = eventually(
        lambda: (
            site.asset(waiting["id"])["thumbnail_state"] == "ready"
            and site.stats()["without_original"] == stats["total"] - 4
            and site.stats()
        )
    )
    assert healed["total"] == stats["total"]
    for key, body in moving.originals.items():
        assert site.stored(key) == body

    favorite = f"/api/gallery/assets/{waiting['id']}/favorite"
    assert site.request("PUT", favorite, body={}).status == 200
    other = shown[PHOTOS["burst 1"].path]["id"]
    assert site.request("DELETE", f"/api/gallery/assets/{other}").status == 200
    third = moving.move_in("--migrate")
    assert third.returncode == 0, third.stdout + third.stderr
    assert "wrote 0 rows: 0 new, 0 changed" in third.stdout

    to = tmp_path / "out"
    export = moving.run("export_library", "--to", str(to), "--gallery", site.gallery, "--migrate")

    # 1: most of Immich's photos have no original here
    assert (export.returncode, "failed: " in export.stdout) == (1, False), export.stdout
    lines = map(json.loads, (to / "manifest.jsonl").read_text().splitlines())
    manifest = {line["key"]: line for line in lines if line["id"]}
    for line in manifest.values():
        assert (line["path"] is not None) == (line["key"] in moving.originals)
    said = {}
    for key, body in moving.originals.items():
        exported = to / manifest[key]["path"]
        assert exported.read_bytes() == body, export.stdout + export.stderr
        said[key] = site.asset(manifest[key]["id"])
        assert_says(to / f"{manifest[key]['path']}.xmp", said[key])
    keys = {word: f"{site.gallery}/{PHOTOS[word].path}" for word in WITH_ORIGINALS}
    places = {word: manifest[key]["path"] for word, key in keys.items()}
    assert places["burst 1"].startswith("bin/")
    still, half = (Path(places[word]) for word in MOTION)
    assert still.with_suffix(".mov") == half
    curated = said[keys["uploaded"]]
    assert curated["is_favorite"]
    assert (curated["latitude"], curated["rating"]) == (52.52, 4)
    assert curated["description"] == "by the river"
    assert any(asset["faces"] for asset in said.values())
