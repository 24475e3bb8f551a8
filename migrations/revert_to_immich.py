r"""Take the Gallery fork out of an Immich database, so that Immich itself starts on it.

Look at what would go and what would be lost; nothing is changed:

    python -m migrations.revert_to_immich --url postgresql://postgres@localhost:5432/immich

Make a backup, stop Immich's servers (not the database), and remove it, in one transaction:

    docker exec immich_postgres pg_dump --clean --if-exists -U postgres immich > immich.sql
    python -m migrations.revert_to_immich --url … --backup immich.sql --token i_accept_data_loss

Or write the same as a script for psql, which asks for the token by itself:

    python -m migrations.revert_to_immich --url … --export-only revert.sql
    psql "$URL" -c "SET gallery.revert_token = 'i_accept_data_loss'" -f revert.sql

If you have a dump from before the fork, restore that instead: docs/switching-back.md. The password
is best given by PGPASSWORD or in ~/.pgpass. Interrupted anywhere, the database is as before, or
done; run again, it says so.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.errors import SetupError
from migrations.command import DONE, command_parser, run
from migrations.fork.apply import remove
from migrations.fork.backup import check_backup, identify
from migrations.fork.losses import count_losses
from migrations.fork.obstacles import find_obstacles
from migrations.fork.report import loss_lines, obstacle_lines, plan_lines, refusals
from migrations.fork.script import last_line, script
from migrations.fork.survey import Survey, take_survey
from migrations.fork.transaction import LOCK_TIMEOUT, TOKEN
from migrations.lines import shown
from migrations.postgres import Connection, connect, explained
from migrations.progress import Progress

URL = "IMMICH_DATABASE_URL"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit status."""
    parser = command_parser("revert_to_immich", __doc__)
    parser.add_argument("--url", help=f"of the fork's database: postgresql://… ({URL})")
    parser.add_argument(
        "--token", metavar=TOKEN, help="remove it; what it says is what you say (else: only show)"
    )
    safety = parser.add_mutually_exclusive_group()
    safety.add_argument(
        "--backup",
        type=Path,
        metavar="FILE",
        help="a dump of this very database, made within a day, read before anything is removed",
    )
    safety.add_argument(
        "--without-backup", action="store_true", help="remove it with no way back at all"
    )
    parser.add_argument(
        "--export-only", type=Path, metavar="FILE", help="write it as a script for psql instead"
    )
    flags = parser.parse_args(argv)
    if flags.export_only and (flags.token or flags.backup or flags.without_backup):
        parser.error("--export-only removes nothing: it goes with --url alone")
    return run(lambda _: _revert(flags), finishes=False)


def _revert(flags: argparse.Namespace) -> int:
    url = flags.url or os.environ.get(URL)
    if not url:
        raise SetupError(f"--url is missing; pass it, or set {URL}: postgresql://…/immich")
    removes = bool(flags.token or flags.backup or flags.without_backup)
    if removes:
        _check_wish(flags)
    with closing(Progress()) as progress, connect(url) as connection:
        with explained():  # another run may be under way
            connection.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'".encode())
        survey = take_survey(connection)
        if not survey.found and not survey.unknown:
            progress.result(
                f"nothing to do: database {shown(survey.database)} holds nothing of the fork's"
            )
            return DONE
        if flags.export_only:
            return _export(survey, flags.export_only, progress)
        if removes:
            return _remove(connection, survey, flags, progress)
        return _show(connection, survey, progress)


def _check_wish(flags: argparse.Namespace) -> None:
    """Raise `SetupError` where it isn't said in full what is wanted."""
    if flags.token != TOKEN:
        raise SetupError(
            f"the fork's data would be lost for good; pass --token {TOKEN} if you accept that"
        )
    if not flags.backup and not flags.without_backup:
        raise SetupError(
            "there is no way back but a backup; pass --backup FILE, as docs/switching-back.md "
            "shows, or --without-backup"
        )


def _check_free(obstacles: Sequence[str]) -> None:
    """Raise `SetupError` with all that stands in the way."""
    if obstacles:
        raise SetupError(f"nothing was changed: {'; and '.join(obstacles)}")


def _show(connection: Connection, survey: Survey, progress: Progress) -> int:
    for line in plan_lines(survey, count_losses(connection, survey)):
        progress.result(line)
    for line in obstacle_lines([*refusals(survey), *find_obstacles(connection, survey)]):
        progress.result(line)
    progress.result(
        f"nothing was changed: pass --backup FILE --token {TOKEN} to remove all of it, "
        f"for Immich v{survey.release}"
    )
    return DONE


def _export(survey: Survey, path: Path, progress: Progress) -> int:
    _check_free([*refusals(survey)])
    try:
        with path.open("x", encoding="utf-8") as file:  # never over a backup
            file.write(script(survey))
    except FileExistsError as error:
        raise SetupError(f"{path} is there already; name another file") from error
    except OSError as error:
        raise SetupError(f"{path} can't be written: {error.strerror}") from error
    progress.result(f"nothing was changed: the script is {path}; its header says how to run it")
    return DONE


def _remove(
    connection: Connection, survey: Survey, flags: argparse.Namespace, progress: Progress
) -> int:
    _check_free([*refusals(survey), *find_obstacles(connection, survey)])
    if flags.backup:
        backup = check_backup(flags.backup, datetime.now(UTC), identify(connection))
        progress.result(f"backup {backup.path}: whole, and of this database")
    lines = [*loss_lines(count_losses(connection, survey))]
    remove(connection, survey, lambda done, all_of: progress.show("removing", done, all_of))
    progress.close()
    progress.result("removed")
    for line in lines:
        progress.result(line)
    progress.result(last_line(survey))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
