"""Settings become services: built once per container, each part when it is first needed."""

import json
import os
import time
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pynamodb.connection import Connection

from chalicelib.errors import SetupError, StorageUnavailableError
from chalicelib.settings import Settings
from chalicelib.storage.table import Table, connect

if TYPE_CHECKING:
    from chalicelib.create_thumbnail import Studio
    from chalicelib.sign_in import Door
    from chalicelib.storage.access import Access
    from chalicelib.storage.accounts import Accounts
    from chalicelib.storage.assets import Assets
    from chalicelib.storage.media import Media
    from chalicelib.storage.pages import Pages
    from chalicelib.storage.people import People
    from chalicelib.storage.queues import Queue
    from chalicelib.storage.signing import Signing
    from chalicelib.storage.tables import Tables
    from chalicelib.storage.token_keys import TokenKeys

# A drawing function is waited for up to 20 s; S3 is given as long for a photo.
_DRAW_SECONDS = 20
_S3_CONNECT_SECONDS = 3
_S3_READ_SECONDS = 20
_QUEUE_SECONDS = 5
_SIGN_IN_SECONDS = 8


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
    def assets(self) -> "Assets":
        """The rows."""
        from chalicelib.storage.assets import Assets

        table = Table(self.connection, self.settings.assets_table, ("id",))
        return Assets(table, self.settings.bucket)

    @cached_property
    def pages(self) -> "Pages":
        """The ordered lists."""
        from chalicelib.storage.pages import Pages

        indexes = {"counts": "c", "days": "d"}
        return Pages(Table(self.connection, self.settings.pages_table, ("pk", "sk"), indexes))

    @cached_property
    def people(self) -> "People":
        """Persons."""
        from chalicelib.storage.people import People

        return People(Table(self.connection, self.settings.people_table, ("gallery_id", "id")))

    @cached_property
    def tables(self) -> "Tables":
        """All three."""
        from chalicelib.storage.tables import Tables

        return Tables(self.assets, self.pages, self.people)

    @cached_property
    def media(self) -> "Media":
        """Originals and renditions."""
        from chalicelib.storage.media import Media

        config: dict[str, Any] = {"signature_version": "s3v4"}
        if not self._has_own_endpoint():
            # Else addresses name the host of all regions, which answers for a new bucket
            # with a redirect; browsers follow none that comes before an upload.
            config["s3"] = {"addressing_style": "virtual"}
        return Media(self._client("s3", attempts=4, **config), self.settings.bucket)

    @cached_property
    def uploads(self) -> "Queue":
        """What appeared in or vanished from the bucket, or is to be drawn once more."""
        return self._queue(self.settings.uploads_queue)

    @cached_property
    def heavy_uploads(self) -> "Queue":
        """Of that, what needs the function that has every decoder."""
        return self._queue(self.settings.heavy_queue)

    @cached_property
    def access(self) -> "Access":
        """Whose galleries are whose, and what links show."""
        from chalicelib.storage.access import Access

        return Access(Table(self.connection, self.settings.access_table, ("id",)))

    @cached_property
    def accounts(self) -> "Accounts":
        """Who may sign in."""
        from chalicelib.storage.accounts import Accounts

        def ask(attempts: int) -> Any:
            return self._client("cognito-idp", attempts=attempts, read_seconds=_SIGN_IN_SECONDS)

        settings = self.settings
        return Accounts(ask(2), settings.user_pool, settings.user_pool_client, lambda: ask(1))

    @cached_property
    def token_keys(self) -> "TokenKeys":
        """The keys that tokens are checked against."""
        from chalicelib.domain.id_token import Issuer
        from chalicelib.storage.token_keys import TokenKeys

        pool = self.settings.user_pool
        issuer = Issuer.of_pool(pool, self.settings.user_pool_client)
        # Where somebody has put another Cognito in the place of AWS's, as botocore lets them,
        # its tokens name AWS all the same, and its keys are there.
        own = os.environ.get("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER") or os.environ.get(
            "AWS_ENDPOINT_URL"
        )
        address = f"{own.rstrip('/')}/{pool}" if own else issuer.address
        return TokenKeys(issuer, f"{address}/.well-known/jwks.json")

    @property
    def door(self) -> "Door":
        """What signing in needs."""
        from chalicelib.sign_in import Door

        return Door(self.accounts, self.token_keys, self.access)

    @cached_property
    def signing(self) -> "Signing":
        """Signs the addresses of photos."""
        from chalicelib.storage.signing import Signing

        client = self._client("ssm", attempts=2, read_seconds=_SIGN_IN_SECONDS)
        return Signing(client, self.settings.site_parameter, self.settings.signing_key_parameter)

    @cached_property
    def studio(self) -> "Studio":
        """What drawing needs; only in functions that hold decoders."""
        from chalicelib.create_thumbnail import Studio

        return Studio(self.media, self.assets, self.settings.time_zone)

    def draw(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Have a rendition made, by the heavy function where only it can, and wait for the answer.

        Raises:
            StorageUnavailableError: A function crashed, or both did not answer in time.
        """
        end = time.monotonic() + _DRAW_SECONDS
        answer = self._call(self.settings.draw_function, payload, _DRAW_SECONDS)
        if answer.get("state") == "heavy":
            seconds_left = max(end - time.monotonic(), 1)
            answer = self._call(self.settings.heavy_function, payload, seconds_left)
        return answer

    def _call(self, function: str, payload: dict[str, Any], seconds: float) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            # One attempt: the caller waits, and what was begun goes on by itself.
            answer = self._client("lambda", attempts=1, read_seconds=seconds).invoke(
                FunctionName=function, Payload=json.dumps(payload).encode()
            )
            body: dict[str, Any] = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise StorageUnavailableError(f"function {function} did not answer: {error}") from error
        if "FunctionError" in answer:
            raise StorageUnavailableError(f"function {function} crashed; see its log")
        return body

    def _has_own_endpoint(self) -> bool:
        """Whether somebody has put another S3 in the place of AWS's, as botocore lets them."""
        if os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"):
            return True
        profile = self.connection.session.get_scoped_config()
        return "endpoint_url" in profile or "services" in profile

    def _queue(self, name: str) -> "Queue":
        from chalicelib.storage.queues import Queue

        return Queue(self._client("sqs", attempts=4, read_seconds=_QUEUE_SECONDS), name)

    def _client(
        self,
        service: str,
        attempts: int,
        read_seconds: float = _S3_READ_SECONDS,
        connect_seconds: float = _S3_CONNECT_SECONDS,
        **config: Any,
    ) -> Any:
        from botocore.config import Config

        return self.connection.session.create_client(
            service,
            region_name=self._region,
            config=Config(
                connect_timeout=connect_seconds,
                read_timeout=read_seconds,
                retries={"mode": "standard", "total_max_attempts": attempts},
                max_pool_connections=64,
                **config,
            ),
        )
