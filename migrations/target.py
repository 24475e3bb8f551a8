"""Which gallery a command line works on: its flags, then the environment, then ``.env``."""

import argparse
import dataclasses
import os
import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from botocore.exceptions import BotoCoreError
from botocore.session import Session
from dotenv.parser import parse_stream

from chalicelib.bootstrap import Gallery
from chalicelib.create_thumbnail import Studio
from chalicelib.errors import SetupError
from chalicelib.imaging.darkroom import Darkroom
from chalicelib.settings import PREFIX, Settings
from chalicelib.storage.media import Media
from migrations.lines import redacted

DOTENV = Path(".env")
# Whole rows by the megabyte take longer than what a person at a page waits for.
_READ_SECONDS = 20.0
# Several uploads share one line, and a home's may be slow.
_UPLOAD_SECONDS = 60.0
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# Each group is one answer to one question: whoever answers first, answers alone.
_GROUPS = (("AWS_PROFILE", *_KEYS), ("AWS_REGION", "AWS_DEFAULT_REGION"))


@dataclass(frozen=True)
class Target:
    """What a command is going to touch.

    Attributes:
        settings: The bucket and the tables.
        region: AWS region.
        profile: Of the AWS configuration; None where none was named.
        endpoint: Address of an AWS that is not Amazon's; None for Amazon's.
    """

    settings: Settings
    region: str
    profile: str | None = None
    endpoint: str | None = None

    def lines(self, *, with_pages: bool = False) -> list[str]:
        """What a person is told before anything is touched."""
        told = {
            "bucket": self.settings.bucket,
            "table": self.settings.assets_table,
            "pages": self.settings.pages_table if with_pages else None,
            "people": self.settings.people_table if with_pages else None,
            "machine": self.settings.state_machine,
            "region": self.region,
            "profile": self.profile,
            "endpoint": self.endpoint and redacted(self.endpoint),
        }
        return [f"{name:<9}{value}" for name, value in told.items() if value]


OpenGallery = Callable[[Target], Gallery]


class GalleryOfCommands(Gallery):
    """A gallery that draws in as many processes as there are processors."""

    @cached_property
    def studio(self) -> Studio:
        """What drawing needs."""
        darkroom = Darkroom(isolate_all=True, workers=os.cpu_count() or 1)
        return dataclasses.replace(super().studio, darkroom=darkroom)


def open_gallery(target: Target) -> Gallery:
    """The gallery's parts; nothing is asked of AWS yet."""
    return GalleryOfCommands(target.settings, target.region, read_seconds=_READ_SECONDS)


def open_gallery_for_uploads(target: Target) -> Gallery:
    """The same, for a command that sends large bodies over a line that may be slow."""
    return _UploadingGallery(target.settings, target.region, read_seconds=_READ_SECONDS)


class _UploadingGallery(GalleryOfCommands):
    @cached_property
    def media(self) -> Media:
        """Originals and renditions; what is sent is waited for."""
        # urllib3 gives each block of a body as long as a connection.
        client = self._client(
            "s3",
            attempts=4,
            read_seconds=_UPLOAD_SECONDS,
            connect_seconds=_UPLOAD_SECONDS,
            signature_version="s3v4",
        )
        return Media(client, self.settings.bucket)


def add_target_options(parser: argparse.ArgumentParser, *, with_pages: bool = False) -> None:
    """Add the flags that name a gallery."""
    options = parser.add_argument_group("where (else from the environment, else from .env)")
    options.add_argument("--bucket", help=f"photo bucket ({PREFIX}BUCKET)")
    options.add_argument("--table", help=f"table of rows ({PREFIX}ASSETS_TABLE)")
    if with_pages:
        options.add_argument("--pages-table", help=f"table of lists ({PREFIX}PAGES_TABLE)")
        options.add_argument("--people-table", help=f"table of persons ({PREFIX}PEOPLE_TABLE)")
    options.add_argument("--region", help="AWS region (AWS_REGION)")
    options.add_argument("--profile", help="profile of your AWS configuration (AWS_PROFILE)")


def find_target(
    flags: argparse.Namespace,
    environment: MutableMapping[str, str] = os.environ,
    dotenv: Path = DOTENV,
    *,
    with_pages: bool = False,
    remote: bool = False,
) -> Target:
    """The gallery that flags, environment and ``.env`` name, in this order.

    What concerns the AWS SDK is written into the environment, where the SDK reads it.

    Args:
        flags: Those of `add_target_options`.
        environment: Of the process.
        dotenv: Path of the ``.env``.
        with_pages: Whether the tables of lists and persons are needed, too.
        remote: Whether only the state machine is: its functions know the bucket and the tables.

    Raises:
        SetupError: Something is not named, or wrongly; the message says how to.
    """
    named = settings_by_name(environment, read_dotenv(dotenv))
    if flags.profile:  # who asks for a profile does not mean the keys that lie around
        for name in _KEYS:
            named.pop(name, None)
            environment.pop(name, None)
        named["AWS_PROFILE"] = flags.profile
    if flags.region:
        named["AWS_REGION"] = flags.region
    if remote and (flags.bucket or flags.table):
        raise SetupError("--remote works on the gallery it was deployed with: leave out --bucket")
    given = {
        "BUCKET": flags.bucket,
        "ASSETS_TABLE": flags.table,
        "PAGES_TABLE": getattr(flags, "pages_table", None),
        "PEOPLE_TABLE": getattr(flags, "people_table", None),
        "STATE_MACHINE": getattr(flags, "state_machine", None),
    }
    named |= {PREFIX + name: value for name, value in given.items() if value}
    needed = {"BUCKET": "--bucket", "ASSETS_TABLE": "--table"}
    lists = {"PAGES_TABLE": "--pages-table", "PEOPLE_TABLE": "--people-table"}
    if with_pages:
        needed |= lists
    unused = ["STATE_MACHINE"]
    if remote:
        unused, needed = [*needed, *lists], {"STATE_MACHINE": "--state-machine"}
    for name in unused:
        named.pop(PREFIX + name, None)
    for name, flag in needed.items():
        if not named.get(PREFIX + name):
            raise SetupError(f"{flag} is missing; pass it, or set {PREFIX}{name} here or in .env")
    settings = Settings.from_environment(named, optional={*unused, *lists} - needed.keys())
    environment.update({name: value for name, value in named.items() if name.startswith("AWS_")})
    return _completed(settings, named)


def settings_by_name(environment: Mapping[str, str], dotenv: Mapping[str, str]) -> dict[str, str]:
    """What the environment says, and where it says nothing, what ``.env`` says."""
    named = {name: value for name, value in environment.items() if value}
    answered = {name for group in _GROUPS for name in group if not named.keys().isdisjoint(group)}
    return named | {
        name: value
        for name, value in dotenv.items()
        if value and name not in named and name not in answered
    }


def read_dotenv(path: Path) -> dict[str, str]:
    """The settings of a ``.env`` file; none where there is no file.

    Raises:
        SetupError: A line is no setting, or the file can't be read.
    """
    try:
        with path.open(encoding="utf-8-sig") as file:
            settings = list(parse_stream(file))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path} can't be read: {error}") from error
    for setting in settings:
        if setting.error or (setting.key and setting.value is None):
            # The line itself is not told: it may hold a secret.
            raise SetupError(f"{path}, line {setting.original.line}: expected NAME=value")
    return {setting.key: setting.value or "" for setting in settings if setting.key}


def _completed(settings: Settings, named: Mapping[str, str]) -> Target:
    """Region and endpoint may stand in the profile, too."""
    profile = named.get("AWS_PROFILE")
    try:
        configured = Session(profile=profile).get_scoped_config()
    except BotoCoreError as error:
        raise SetupError(f"{error}; pass --profile with one that `aws configure` knows") from error
    region = named.get("AWS_REGION") or named.get("AWS_DEFAULT_REGION") or configured.get("region")
    if not region:
        raise SetupError("--region is missing; pass it, such as eu-central-1, or set AWS_REGION")
    endpoint = named.get("AWS_ENDPOINT_URL") or configured.get("endpoint_url")
    if endpoint and not re.match(r"https?://[^/]", endpoint):
        raise SetupError("AWS_ENDPOINT_URL is no address; try http://localhost:4566")
    return Target(settings, region, profile, endpoint)
