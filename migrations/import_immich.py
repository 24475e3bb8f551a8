r"""Move an Immich library in: assets, recycle bin, persons, faces, albums and tags.

Look at what would be written; nothing is:

    python -m migrations.import_immich --url postgresql://postgres@localhost:5432/immich \
        --map /usr/src/app/upload=main/

Move in, with the originals from a folder of this machine; or without, and upload them yourself:

    python -m migrations.import_immich --url … --map /mnt/media=main/ --migrate \
        --originals /srv/photos
    python -m migrations.import_immich --url … --map /mnt/media=main/ --migrate
    aws s3 sync /srv/photos s3://my-photos/main/

--map says under which keys the files of a folder lie, as Immich's container sees the folder; give
it several times for several folders. The password is best given by PGPASSWORD or in ~/.pgpass.
Immich's database and the originals are only read. Run it again after changes in Immich: only
those are written, and what was changed here since stays. Safe to interrupt and to run again.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.errors import SetupError
from migrations.command import Stop, command_parser, run
from migrations.immich.gather import (
    SCHEMA,
)
from migrations.immich.moving import Import
from migrations.immich.paths import PathMap
from migrations.progress import Progress
from migrations.source_folders import SourceFolders
from migrations.spool import Spool
from migrations.target import (
    OpenGallery,
    add_target_options,
    find_target,
    open_gallery_for_uploads,
)

URL = "IMMICH_DATABASE_URL"


def main(argv: Sequence[str] | None = None, opened: OpenGallery = open_gallery_for_uploads) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("import_immich", __doc__)
    parser.add_argument("--url", help=f"of Immich's database: postgresql://… ({URL})")
    parser.add_argument(
        "--map",
        action="append",
        default=[],
        metavar="FOLDER=PREFIX",
        help="where a folder of Immich's lies in the bucket: /mnt/media=main/; repeatable",
    )
    parser.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="NAME",
        help="only this person; repeatable (else everyone who has a name)",
    )
    parser.add_argument(
        "--originals",
        action="append",
        default=[],
        metavar="FOLDER",
        help="upload the originals, too, from where they lie on this machine; with several "
        "--map say of which: /mnt/media=/srv/photos, repeatable",
    )
    parser.add_argument("--migrate", action="store_true", help="write (else: only show)")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write everything odd, left out or different there, one JSON object a line",
    )
    add_target_options(parser, with_pages=True)
    flags = parser.parse_args(argv)
    return run(lambda stop: _import(flags, opened, stop))


def _import(flags: argparse.Namespace, opened: OpenGallery, stop: Stop) -> int:
    progress = Progress()
    target = find_target(flags, with_pages=True)
    url = flags.url or os.environ.get(URL)
    if not url:
        raise SetupError(f"--url is missing; pass it, or set {URL}: postgresql://…/immich")
    paths = PathMap.parse(flags.map)
    folders = paths.folders(flags.originals)
    sources = SourceFolders(list(folders.places.values())) if folders.places else None
    if flags.report and not flags.report.absolute().parent.is_dir():
        raise SetupError(f"--report {flags.report}: there is no folder {flags.report.parent}")
    for line in target.lines(with_pages=True):
        progress.result(line)
    with closing(progress), Spool(SCHEMA) as spool:
        now = datetime.now(UTC)
        steps = Import(target, opened(target), paths, folders, sources, spool, progress, stop, now)
        return steps.carry_out(flags, url)


if __name__ == "__main__":
    sys.exit(main())
