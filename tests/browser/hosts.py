"""A second host of a gallery's page, which a test may switch off, or deploy to."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import urllib3

from infra.local.edge import Origins, PageFile, RunningEdge, make_application
from infra.local.gallery import ENVIRONMENT, Endpoints, local_client
from infra.local.ports import find_free_port
from infra.local.trust import trusted_keys
from tests.browser.library import Library

HTTP = urllib3.PoolManager()
# In the worker's script.
VERSION = r"""(?<=[`"'])[0-9a-f]{16}(?=[`"'])"""
SHELL_IS_KEPT = """
(async () => {
  const found = await navigator.serviceWorker.getRegistration("/gallery");
  const [name] = await caches.keys();
  if (found?.active?.state !== "activated" || !name) return false;
  return (await (await caches.open(name)).keys()).length > 2;
})()
"""

TAKEN_OVER = """
async (version) => {
  const found = await navigator.serviceWorker.getRegistration("/gallery");
  const names = await caches.keys();
  const isNew = names.at(-1).endsWith(version);
  return isNew && !found.waiting && !found.installing && found.active.state === "activated";
}
"""


class PageCopy(Mapping[str, PageFile]):
    """The page that is deployed, with some of its files changed by a test."""

    def __init__(self, page: str) -> None:
        self._page = page
        self.changed: dict[str, PageFile] = {}

    def __getitem__(self, path: str) -> PageFile:
        if path in self.changed:
            return self.changed[path]
        address = "" if path == "index.html" else f"/{path}"
        answer = HTTP.request("GET", f"{self._page}/gallery{address}")
        if answer.status != 200:
            raise KeyError(path)
        return PageFile(answer.data, answer.headers["Content-Type"].partition(";")[0])

    def __iter__(self) -> Iterator[str]:
        return iter(self.changed)

    def __len__(self) -> int:
        return len(self.changed)

    def change(self, path: str, old: str, new: str) -> None:
        """Put other words into a file, as a build of another version does."""
        body, count = re.subn(old, new, self[path].body.decode())
        assert count
        self.changed[path] = PageFile(body.encode(), self[path].content_type)


class Switch:
    """Puts an edge on and off, on the same port."""

    def __init__(self, start: Callable[[], RunningEdge]) -> None:
        self._start = start
        self._edge: RunningEdge | None = None

    def on(self) -> None:
        self._edge = self._start()

    def off(self) -> None:
        if self._edge is not None:
            self._edge.stop()
        self._edge = None


@dataclass(frozen=True)
class Host:
    """A second host of the same gallery, which a test may change and switch off."""

    address: str
    files: PageCopy
    switch: Switch

    def of(self, library: Library) -> str:
        return f"{self.address}/gallery?gallery={library.site.gallery}"

    def deploy(self, number: int) -> str:
        """Put another build of the page there; returns the version that its worker tells."""
        version = f"{number:016}"
        meta = f'<meta name="version" content="{number}" /></head>'
        self.files.change("index.html", "</head>", meta)
        self.files.change("sw.js", VERSION, version)
        return version


@contextmanager
def running_host(endpoints: Endpoints) -> Iterator[Host]:
    """A host of the deployed gallery, until the end of the block."""
    port = find_free_port()
    files = PageCopy(endpoints.page)
    # signatures speak of the gallery's own address, whichever host shows them
    origins = Origins(endpoints.api, endpoints.bucket, endpoints.aws_endpoint, endpoints.page)
    s3 = local_client("s3", endpoints.aws_endpoint)
    keys = trusted_keys(local_client("ssm", endpoints.aws_endpoint), ENVIRONMENT)
    switch = Switch(lambda: RunningEdge(make_application(s3, origins, files, keys), port))
    switch.on()
    yield Host(f"http://localhost:{port}", files, switch)
    switch.off()
