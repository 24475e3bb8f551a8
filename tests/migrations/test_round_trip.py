"""Out of Immich, in here, and out again: every original's bytes, and all that is known of it."""

import json
from pathlib import Path
from typing import Any

import pyexiv2
import pytest

from chalicelib.api.serializers import asset_json
from chalicelib.domain.asset import Asset
from migrations.export_library import main as export_library
from migrations.import_immich import main as import_immich
from tests.builders import MemoryGallery
from tests.immich.people import PERSONS
from tests.immich.photo import MAPS
from tests.migrations.conftest import FLAGS, Run
from tests.migrations.test_export_sidecar import REGIONS, as_the_api_says
from tests.migrations.test_import_immich import MOVING, _stream, immich  # noqa: F401 (fixtures)

WITH_PAGES = (*FLAGS, "--pages-table", "pages", "--people-table", "people")
NAMES = {person.id: person.name for person in PERSONS.values() if person.name}
# What a sidecar says for certain where the gallery knows it.
SAID = (
    *("media_date", "utc_offset_minutes", "latitude", "longitude", "city", "state", "country"),
    *("title", "description", "rating", "is_favorite", "tags", "albums"),
)


def original_of(asset: Asset) -> bytes:
    return f"the original of {asset.key}".encode()


def test_a_library_that_moved_in_leaves_with_every_original_and_all_that_is_known(
    gallery: MemoryGallery,
    run: Run,
    immich: str,  # noqa: F811
    tmp_path: Path,
):
    maps = [f"--map={known}" for known in MAPS]
    run(import_immich, "--url", immich, *maps, "--migrate", flags=WITH_PAGES)
    rows = {asset.id: asset for asset in gallery.assets.scan()}
    assert len(rows) == len(MOVING)
    for asset in rows.values():
        gallery.bucket.place(asset.key, original_of(asset))
    to = tmp_path / "out"

    ran = run(export_library, "--to", str(to), "--migrate", flags=WITH_PAGES)
    checked = run(export_library, "--to", str(to), "--check", flags=())

    assert (ran.status, checked.status) == (0, 0)
    lines = [json.loads(line) for line in (to / "manifest.jsonl").read_text().split("\n") if line]
    assert {line["id"] for line in lines} == rows.keys()
    paths = {line["path"] for line in lines}
    assert len(paths) == len({asset.key for asset in rows.values()})
    for line in lines:
        asset = rows[line["id"]]
        assert (to / line["path"]).read_bytes() == original_of(asset), line["path"]
        if line["shares_with"] is None:
            assert_says(to / f"{line['path']}.xmp", asset_json(asset))


def assert_says(sidecar: Path, api: dict[str, Any]) -> None:
    """Exiv2 reads what the API says, word for word, and nothing else."""
    with pyexiv2.Image(str(sidecar)) as image:
        found = image.read_xmp()
    said = as_the_api_says(found)
    wanted = {name: api[name] for name in SAID if api.get(name) not in (None, [], ())}
    assert {name: said.get(name) for name in SAID if name in said} == {
        name: pytest.approx(value, abs=1e-8) if isinstance(value, float) else value
        for name, value in wanted.items()
    }, sidecar.name
    named = [NAMES[face["person_id"]] for face in api["faces"] if face["person_id"] in NAMES]
    assert found.get("Xmp.iptcExt.PersonInImage", []) == list(dict.fromkeys(named)), sidecar.name
    if api.get("orientation") in (None, 1):
        assert boxes(found) == pytest.approx(
            [
                part / side
                for face in api["faces"]
                for part, side in zip(face["box"], 2 * face["image_size"], strict=True)
                if face["box"][0] < face["box"][2] and face["box"][1] < face["box"][3]
            ],
            abs=1e-5,
        ), sidecar.name


def boxes(found: dict[str, Any]) -> list[float]:
    """Left, top, right and bottom of every region, as parts of the picture."""
    listed: list[float] = []
    while f"{REGIONS}RegionList[{len(listed) // 4 + 1}]" in found:
        area = f"{REGIONS}RegionList[{len(listed) // 4 + 1}]/mwg-rs:Area/stArea:"
        x, y, w, h = (float(found[area + side]) for side in "xywh")
        listed += [x - w / 2, y - h / 2, x + w / 2, y + h / 2]
    return listed
