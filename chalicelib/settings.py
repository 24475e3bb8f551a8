"""What the environment says, read once."""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib.errors import SetupError

PREFIX = "CONTACTSHEET_"


@dataclass(frozen=True)
class Settings:
    """Where the gallery keeps its things.

    Attributes:
        bucket: S3 bucket of originals and renditions.
        assets_table: Rows, one per photo or video; the truth.
        pages_table: Ordered lists made of the rows.
        people_table: Persons.
        draw_function: Name of the Lambda that draws renditions on demand.
        heavy_function: Name of the one that has every decoder.
        uploads_queue: Name of the queue of what appeared in or vanished from the bucket.
        heavy_queue: Name of the queue of what only the function with every decoder can draw.
        state_machine: ARN of the backfill's; for command lines.
        time_zone: Zone of photos that carry none (IANA name).
        access_table: Whose galleries are whose, and what links show.
        user_pool: Id of the pool of those who sign in.
        user_pool_client: Id of its client.
        site_parameter: Name of the parameter that says where the site is.
        signing_key_parameter: Name of the one that holds the key to sign photos' addresses with.
        environment: Which gallery of the account this is.
    """

    bucket: str
    assets_table: str
    pages_table: str
    people_table: str
    draw_function: str
    time_zone: ZoneInfo
    heavy_function: str = ""
    uploads_queue: str = ""
    heavy_queue: str = ""
    state_machine: str = ""
    access_table: str = ""
    user_pool: str = ""
    user_pool_client: str = ""
    site_parameter: str = ""
    signing_key_parameter: str = ""
    environment: str = ""

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, optional: Collection[str] = ()
    ) -> "Settings":
        """Read the settings.

        Args:
            environment: Where they stand.
            optional: Names, without the prefix, that may be missing: "" then.

        Raises:
            SetupError: One is missing or malformed; the message names it.
        """

        def required(name: str) -> str:
            value = environment.get(PREFIX + name, "")
            if not value and name not in optional:
                raise SetupError(f"{PREFIX}{name} is not set; deploy the app stack or set it")
            return value

        return cls(
            bucket=required("BUCKET"),
            assets_table=required("ASSETS_TABLE"),
            pages_table=required("PAGES_TABLE"),
            people_table=required("PEOPLE_TABLE"),
            draw_function=environment.get(PREFIX + "DRAW_FUNCTION", ""),
            time_zone=cls.time_zone_of(environment),
            heavy_function=environment.get(PREFIX + "HEAVY_FUNCTION", ""),
            uploads_queue=environment.get(PREFIX + "UPLOADS_QUEUE", ""),
            heavy_queue=environment.get(PREFIX + "HEAVY_QUEUE", ""),
            state_machine=environment.get(PREFIX + "STATE_MACHINE", ""),
            access_table=environment.get(PREFIX + "ACCESS_TABLE", ""),
            user_pool=environment.get(PREFIX + "USER_POOL", ""),
            user_pool_client=environment.get(PREFIX + "USER_POOL_CLIENT", ""),
            site_parameter=environment.get(PREFIX + "SITE_PARAMETER", ""),
            signing_key_parameter=environment.get(PREFIX + "SIGNING_KEY_PARAMETER", ""),
            environment=environment.get(PREFIX + "ENVIRONMENT", ""),
        )

    @staticmethod
    def time_zone_of(environment: Mapping[str, str] = os.environ) -> ZoneInfo:
        """The zone of photos that carry none.

        Raises:
            SetupError: It is no zone.
        """
        zone = environment.get(PREFIX + "TIME_ZONE") or "UTC"
        try:
            return ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise SetupError(
                f"{PREFIX}TIME_ZONE: {zone!r} is no IANA time zone; try Europe/Berlin"
            ) from error
