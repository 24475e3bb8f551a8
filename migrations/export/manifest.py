"""What an export says of itself: every asset with its files, persons, checksums, a page to read."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from chalicelib.api.serializers import asset_json, person_json
from chalicelib.domain.person import Person, heirs
from chalicelib.storage.assets import Assets
from migrations.export.destination import Destination
from migrations.export.journal import File, Journal
from migrations.export.plan import Plan, item_of

MANIFEST = "manifest.jsonl"
PERSONS = "persons.jsonl"
README = "README.txt"
CHECKSUMS = "SHA256SUMS"
_BLOCK_BYTES = 1 << 20
_README = """\
These photos and videos were exported from Contact Sheet, bucket {bucket}.

main/2024/2024-05/         a gallery, by year and month; undated/ has those without a date
bin/ archive/ hidden/      the same of what was in the bin, put aside or hidden
locked/                    the same of what was locked
without-row/               files of the bucket that the gallery knew nothing of

IMG.jpg                    the original, byte for byte
IMG.jpg.xmp                what the gallery knew of it: date, place, tags, people, and so on;
                           raw photos have it twice, IMG.dng.xmp and IMG.xmp
IMG.jpg.xmp.original       a sidecar that had come with it, byte for byte
IMG.mov                    beside IMG.heic or IMG.jpg: the moving half of a motion photo

manifest.jsonl             a line of JSON for each photo: where it lies, its SHA-256, all that
                           the gallery knew of it
persons.jsonl              a line of JSON for each person
SHA256SUMS                 checksums of every file: `sha256sum --check --quiet SHA256SUMS`
"""
_ROWS = """
    SELECT rows.id, rows.key, rows.item, rows.owner, owner.path FROM rows
    JOIN rows AS owner ON owner.id = rows.owner
    ORDER BY owner.path, rows.id <> rows.owner, rows.id
"""


def manifest_lines(plan: Plan, journal: Journal, assets: Assets) -> Iterator[str]:
    """A line of JSON for each row, and for each object without one.

    ``path`` is null where there is no original; ``shares_with`` names the row that has it.
    """
    for row, key, item, owner, path in plan.spool.read(_ROWS):
        files = journal.files_of(owner)
        original = next((f for f in files if f.kind == "original" and f.path == path), None)
        own = files if owner == row else ()
        yield _line(
            {
                "id": row if item is not None else None,
                "key": key,
                "path": original and original.path,
                "bytes": original and original.size_bytes,
                "sha256": original and original.sha256,
                "sidecars": [_told(file) for file in own if file.kind == "sidecar"],
                "kept_sidecars": [_told(file) for file in own if file.kind == "kept"],
                "shares_with": owner if owner != row else None,
                "asset": asset_json(assets.parse(item_of(item))) if item is not None else None,
            }
        )


def names_of(persons: Sequence[Person]) -> dict[str, dict[str, str]]:
    """Names by gallery and id; of one who was merged into another, the other's."""
    names: dict[str, dict[str, str]] = {}
    for person in persons:
        if person.name:
            names.setdefault(person.gallery, {})[person.id] = person.name
    for gallery, heir_of in _heirs(persons).items():
        known = names.get(gallery, {})
        known |= {merged: known[heir] for merged, heir in heir_of.items() if heir in known}
    return names


def person_lines(persons: Sequence[Person]) -> Iterator[str]:
    """A line of JSON for each person; who was merged into another one names that one."""
    heir_of = _heirs(persons)
    for person in persons:
        birth_date = person.birth_date and person.birth_date.isoformat()
        told = person_json(person)
        heir = heir_of[person.gallery].get(person.id)
        named = {"merged_into": heir} if heir is not None else {}
        yield _line({"gallery": person.gallery, "birth_date": birth_date} | told | named)


def _heirs(persons: Sequence[Person]) -> dict[str, dict[str, str]]:
    """By gallery, who each merged person is by now."""
    galleries = {person.gallery for person in persons}
    return {
        gallery: heirs(person for person in persons if person.gallery == gallery)
        for gallery in galleries
    }


def readme(bucket: str) -> Iterator[str]:
    """What lies where, for somebody who finds it in ten years."""
    yield _README.format(bucket=bucket)


def checksum_lines(files: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Paths and their SHA-256 as ``sha256sum`` reads them."""
    for path, sha256 in files:
        yield f"{sha256}  {path}\n"


def write_text(place: Destination, path: str, lines: Iterable[str]) -> File:
    """Write a text file that tells of the whole export."""
    digest = hashlib.sha256()
    with tempfile.TemporaryFile() as file:
        for line in lines:
            data = line.encode()
            digest.update(data)
            file.write(data)
        size_bytes = file.tell()
        file.seek(0)
        place.write(path, iter(partial(file.read, _BLOCK_BYTES), b""), size_bytes)
    return File(path, "", "own", "", "", size_bytes, digest.hexdigest())


def _told(file: File) -> dict[str, Any]:
    return {"path": file.path, "bytes": file.size_bytes, "sha256": file.sha256}


def _line(values: dict[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False) + "\n"
