"""A gallery of its own for each test, used as a browser and a person with a bucket would."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import quote

import urllib3
from PIL import Image

from infra.local.gallery import Endpoints
from tests.aws.owners import owner_of

T = TypeVar("T")

HTTP = urllib3.PoolManager(retries=False)


def eventually(probe: Callable[[], T], seconds: float = 30) -> T:
    """What a probe finds once it finds something."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(0.2)


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Any
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def picture(self) -> Image.Image:
        assert self.status == 200, (self.status, self.body[:200])
        return Image.open(BytesIO(self.body))


@dataclass(frozen=True)
class Site:
    """One gallery of the running site, and its owner."""

    endpoints: Endpoints
    s3: Any
    gallery: str

    def cookie(self, address: str) -> str:
        """What the owner's browser shows at an address, such as ``/api/gallery/media``."""
        return owner_of(self.endpoints, self.gallery).header(address)

    def put(self, path: str, body: bytes, **arguments: Any) -> str:
        key = f"{self.gallery}/{path}"
        self.s3.put_object(Bucket=self.endpoints.bucket, Key=key, Body=body, **arguments)
        return key

    def remove(self, path: str) -> None:
        self.s3.delete_object(Bucket=self.endpoints.bucket, Key=f"{self.gallery}/{path}")

    def stored(self, key: str) -> bytes:
        body: bytes = self.s3.get_object(Bucket=self.endpoints.bucket, Key=key)["Body"].read()
        return body

    def request(
        self,
        method: str,
        address: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
        *,
        follow: bool = False,
    ) -> Answer:
        sent = {"Cookie": self.cookie(address), **(headers or {})}
        if body is not None:
            sent["Content-Type"] = "application/json"
        answer = HTTP.request(
            method,
            self.endpoints.page + address,
            body=None if body is None else json.dumps(body),
            headers=sent,
            redirect=False,
        )
        if follow and answer.status == 302:
            return self.request("GET", answer.headers["Location"], headers=headers)
        return Answer(answer.status, answer.headers, answer.data)

    def get(self, address: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("GET", address, headers=headers)

    def media(self, **parameters: str | int) -> Any:
        asked = {"gallery": self.gallery, **parameters}
        query = "&".join(f"{name}={quote(str(value))}" for name, value in asked.items())
        answer = self.get(f"/api/gallery/media?{query}")
        if answer.status == 404:  # a gallery is one once something is in it
            return {"items": [], "total": 0}
        assert answer.status == 200, answer.body
        return answer.json

    def stats(self) -> Any:
        return self.get(f"/api/gallery/stats?gallery={self.gallery}").json

    def item(self, path: str, view: str = "all") -> Any:
        """The item of a path, as soon as the list shows it."""

        def listed() -> Any:
            items = self.media(view=view, limit=500)["items"]
            return next((item for item in items if item["local_path"] == path), None)

        return eventually(listed)

    def asset(self, id: str) -> Any:
        answer = self.get(f"/api/gallery/assets/{quote(id)}")
        assert answer.status == 200, answer.body
        return answer.json
