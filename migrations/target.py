"""Which gallery a command line works on: by flags, the environment, or a `.env` file."""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from chalicelib.bootstrap import Gallery
from chalicelib.errors import SetupError
from chalicelib.settings import Settings

DONE, SOME_FAILED, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130

# A command line has more patience than somebody who waits for a page.
_READ_SECONDS = 30

EPILOG = """\
settings, the first that is given counts:
  flags, then the environment, then a file .env in the current folder:
    CONTACTSHEET_BUCKET, CONTACTSHEET_ASSETS_TABLE, CONTACTSHEET_PAGES_TABLE,
    CONTACTSHEET_TIME_ZONE, AWS_REGION, AWS_PROFILE, AWS_ENDPOINT_URL

exit status: 0 done, 1 some failed or are left, 2 bad usage or nothing reachable,
130 interrupted (what was begun is finished; run it again to go on)
"""


@dataclass(frozen=True)
class Target:
    """A gallery, and how to call it.

    Attributes:
        gallery: Its parts.
        name: Bucket, table, region and endpoint, for a person to read before it begins.
    """

    gallery: Gallery
    name: str


def add_target_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that every command line has."""
    flags = parser.add_argument_group("which gallery")
    flags.add_argument("--bucket", help="S3 bucket of the originals")
    flags.add_argument("--table", help="DynamoDB table of the rows")
    flags.add_argument("--region", help="AWS region of both")
    flags.add_argument("--profile", help="profile of ~/.aws to use")


def find_target(flags: argparse.Namespace, *, needs_pages: bool = False) -> Target:
    """The gallery that flags and environment name.

    Args:
        flags: With those of `add_target_flags`.
        needs_pages: Whether the table of lists must be named, too.

    Raises:
        SetupError: A setting is missing; the message names flag and variable.
    """
    for name, value in dotenv_values(Path(".env")).items():
        if value is not None:
            os.environ.setdefault(name, value)
    if flags.profile:
        os.environ["AWS_PROFILE"] = flags.profile
    region = flags.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    settings = Settings(
        bucket=_required(flags.bucket, "--bucket", "CONTACTSHEET_BUCKET"),
        assets_table=_required(flags.table, "--table", "CONTACTSHEET_ASSETS_TABLE"),
        pages_table=(
            _required(None, "", "CONTACTSHEET_PAGES_TABLE")
            if needs_pages
            else os.environ.get("CONTACTSHEET_PAGES_TABLE", "")
        ),
        people_table=os.environ.get("CONTACTSHEET_PEOPLE_TABLE", ""),
        draw_function="",
        time_zone=Settings.time_zone_of(os.environ),
    )
    gallery = Gallery(settings, region, read_seconds=_READ_SECONDS)
    where = gallery.region
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    parts = [f"bucket {settings.bucket}", f"table {settings.assets_table}", f"region {where}"]
    return Target(gallery, ", ".join(parts) + (f" at {endpoint}" if endpoint else ""))


def complain(error: Exception) -> int:
    """Say why a command can't run; returns its exit status."""
    print(f"error: {error}", file=sys.stderr)
    return CANNOT_RUN


def _required(value: str | None, flag: str, variable: str) -> str:
    found = value or os.environ.get(variable)
    if not found:
        ways = " or ".join(filter(None, (flag and f"pass {flag}", f"set {variable}")))
        raise SetupError(f"which one? {ways}")
    return found
