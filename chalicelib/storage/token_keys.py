"""The user pool's public keys, which its tokens are checked against; fetched and kept."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from chalicelib.domain.id_token import Claims, Issuer, key_id, read_token
from chalicelib.errors import SignInRequiredError, StorageUnavailableError

# A key that the pool has given up is believed for so long at most, seconds.
KEPT_SECONDS = 3600
# A token that names a key nobody knows makes them be fetched so often, and no more.
MISSED_SECONDS = 30
_FETCH_SECONDS = 3

Key = Mapping[str, Any]


class TokenKeys:
    """The public keys of one user pool.

    Args:
        issuer: Whose tokens are taken.
        address: Of its key set, JSON (https://www.rfc-editor.org/rfc/rfc7517#section-5).
        fetch: Gets it; raises StorageUnavailableError.
        clock: Seconds, of any start.
    """

    def __init__(
        self,
        issuer: Issuer,
        address: str,
        fetch: "Callable[[str], Mapping[str, Any]] | None" = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self._address = address
        self._fetch = fetch or fetch_json
        self._clock = clock
        self._keys: dict[str, Key] = {}
        self._fetched_at: float | None = None

    def claims(self, token: str) -> Claims:
        """What a token says.

        Raises:
            SignInRequiredError: It is none that the pool gave to this client, or it is over.
            StorageUnavailableError: The pool's keys can't be had just now.
        """
        return read_token(token, self._key(key_id(token)), self.issuer)

    def _key(self, known: str) -> Key:
        age = KEPT_SECONDS if self._fetched_at is None else self._clock() - self._fetched_at
        if age >= KEPT_SECONDS or (known not in self._keys and age >= MISSED_SECONDS):
            answer = self._fetch(self._address)
            self._keys = {
                key["kid"]: key for key in answer.get("keys", ()) if isinstance(key.get("kid"), str)
            }
            self._fetched_at = self._clock()
        if known not in self._keys:
            raise SignInRequiredError("the token is signed with none of the pool's keys")
        return self._keys[known]


def fetch_json(address: str) -> Mapping[str, Any]:
    """A JSON object from somewhere.

    Raises:
        StorageUnavailableError: It is not there, not now, or something else.
    """
    import urllib3

    try:
        answer = urllib3.request(
            "GET", address, timeout=_FETCH_SECONDS, retries=urllib3.Retry(2, redirect=0)
        )
        found = answer.json() if answer.status == 200 else None
    except (urllib3.exceptions.HTTPError, ValueError) as error:
        raise StorageUnavailableError(f"{address} did not answer: {error}") from error
    if not isinstance(found, dict):
        raise StorageUnavailableError(f"{address} answered {answer.status}, and no key set")
    return found
