"""Somebody who uses a running gallery over HTTP: signs in as the page does, and stays so.

For commands and tests; cookies are kept and shown as browsers do it
(https://www.rfc-editor.org/rfc/rfc6265#section-5).
"""

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import urllib3

STAYS_SECONDS = 45 * 60.0
"""After so long they sign in anew: a session ends after an hour."""
ANSWER_SECONDS = 60.0


class SignInError(Exception):
    """The gallery lets them not in; the message has its answer."""


@dataclass(frozen=True)
class Cookie:
    """A cookie that the gallery gave.

    Attributes:
        name: Its own.
        value: As it came.
        path: Below which it is shown.
    """

    name: str
    value: str
    path: str

    def fits(self, path: str) -> bool:
        """Whether it is shown at an address' path."""
        return path == self.path or path.startswith(self.path.rstrip("/") + "/")


class SignedIn:
    """Somebody with an e-mail and a password; signs in when first needed.

    Args:
        page: Address of the gallery, without a slash at the end.
        email: Theirs.
        password: Theirs.
        clock: Seconds, of any start.
    """

    def __init__(
        self, page: str, email: str, password: str, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.page = page
        self._said = json.dumps({"email": email, "password": password})
        self._clock = clock
        self._http = urllib3.PoolManager(retries=False, timeout=ANSWER_SECONDS)
        self._cookies: tuple[Cookie, ...] = ()
        self._since = 0.0

    @property
    def cookies(self) -> tuple[Cookie, ...]:
        """What a browser would have by now.

        Raises:
            SignInError: They are not let in.
            urllib3.exceptions.HTTPError: The gallery does not answer.
        """
        if not self._cookies or self._clock() - self._since > STAYS_SECONDS:
            self._cookies, self._since = self._sign_in(), self._clock()
        return self._cookies

    def header(self, address: str) -> str:
        """What to send as ``Cookie`` to an address, such as ``/photos/main/a.jpg?x=1``."""
        path = address.partition("?")[0]
        return "; ".join(
            f"{cookie.name}={cookie.value}" for cookie in self.cookies if cookie.fits(path)
        )

    def get(self, address: str) -> urllib3.BaseHTTPResponse:
        """What the gallery answers; redirects are not followed.

        Args:
            address: Such as ``/api/gallery/stats``.

        Raises:
            SignInError, urllib3.exceptions.HTTPError: As above.
        """
        return self._http.request(
            "GET", self.page + address, headers={"Cookie": self.header(address)}, redirect=False
        )

    def _sign_in(self) -> tuple[Cookie, ...]:
        answer = self._http.request(
            "POST",
            f"{self.page}/api/session",
            body=self._said,
            headers={"Content-Type": "application/json"},
        )
        given = tuple(read_cookies(answer.headers.getlist("Set-Cookie")))
        if answer.status != 200 or not given:
            raise SignInError(f"not signed in: {answer.status} {answer.data[:300]!r}")
        return given


def read_cookies(told: Iterable[str]) -> Iterable[Cookie]:
    """The cookies of ``Set-Cookie`` headers, but for those that are taken back."""
    for header in told:
        pair, *rest = header.split(";")
        name, _, value = pair.strip().partition("=")
        attributes = dict(part.strip().partition("=")[::2] for part in rest)
        if attributes.get("Max-Age") != "0":
            yield Cookie(name, value, attributes.get("Path", "/"))
