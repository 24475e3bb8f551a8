"""Settings become services: built once per container, each part when it is first needed."""

import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pynamodb.connection import Connection

from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.settings import Settings
from chalicelib.storage.assets import Assets
from chalicelib.storage.pages import Pages
from chalicelib.storage.people import People
from chalicelib.storage.table import Table, connect
from chalicelib.storage.tables import Tables

if TYPE_CHECKING:
    from chalicelib.create_thumbnail import Studio
    from chalicelib.storage.media import Media

# The drawing function is waited for up to 20 s; S3 is given as long for a photo.
_S3_CONNECT_SECONDS = 3
_S3_READ_SECONDS = 20


class Gallery:
    """The gallery's parts, wired.

    Args:
        settings: Where its things are.
        region: AWS region; the environment's for None.
        read_seconds: Given up waiting for DynamoDB after.
    """

    def __init__(
        self, settings: Settings, region: str | None = None, read_seconds: float = 3
    ) -> None:
        self.settings = settings
        self._region = region
        self._read_seconds = read_seconds

    @cached_property
    def connection(self) -> Connection:
        """Shared by every table."""
        return connect(self._region, read_seconds=self._read_seconds)

    @property
    def region(self) -> str:
        """AWS region that it lies in.

        Raises:
            SetupError: None is named anywhere.
        """
        from botocore.exceptions import BotoCoreError

        try:
            return str(self.connection.client.meta.region_name)
        except BotoCoreError as error:
            raise SetupError(f"{error} pass --region or set AWS_REGION") from error

    @cached_property
    def assets(self) -> Assets:
        """The rows."""
        table = Table(self.connection, self.settings.assets_table, ("id",))
        return Assets(table, self.settings.bucket)

    @cached_property
    def pages(self) -> Pages:
        """The ordered lists."""
        indexes = {"counts": "c", "days": "d"}
        return Pages(Table(self.connection, self.settings.pages_table, ("pk", "sk"), indexes))

    @cached_property
    def people(self) -> People:
        """Persons."""
        return People(Table(self.connection, self.settings.people_table, ("gallery_id", "id")))

    @cached_property
    def tables(self) -> Tables:
        """All three."""
        return Tables(self.assets, self.pages, self.people)

    @cached_property
    def media(self) -> "Media":
        """Originals and renditions."""
        from chalicelib.storage.media import Media

        client = self._client("s3", attempts=4, signature_version="s3v4")
        return Media(client, self.settings.bucket)

    @cached_property
    def studio(self) -> "Studio":
        """What drawing needs; only in functions that hold decoders."""
        from chalicelib.create_thumbnail import Studio

        return Studio(self.media, self.assets, self.settings.time_zone)

    def draw(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Have the drawing function make a rendition, and wait for its answer.

        Raises:
            StorageUnavailableError: It crashed or did not answer in time.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            # One attempt: the caller waits, and what was begun goes on by itself.
            answer = self._client("lambda", attempts=1).invoke(
                FunctionName=self.settings.draw_function, Payload=json.dumps(payload).encode()
            )
            body: dict[str, Any] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise StorageUnavailableError(
                f"the drawing function did not answer: {error}"
            ) from error
        if "FunctionError" in answer:
            raise StorageUnavailableError("the drawing function crashed; see its log")
        return body

    def _client(self, service: str, attempts: int, **config: Any) -> Any:
        from botocore.config import Config

        return self.connection.session.create_client(
            service,
            region_name=self._region,
            config=Config(
                connect_timeout=_S3_CONNECT_SECONDS,
                read_timeout=_S3_READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": attempts},
                max_pool_connections=32,
                **config,
            ),
        )
