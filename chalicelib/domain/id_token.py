"""The ID token of the user pool: what it says, once it is certain that the pool said it.

https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-verifying-a-jwt.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from chalicelib.errors import SignInRequiredError

# A pool's tokens have about a thousand characters.
MAX_TOKEN = 8192
# The only one that user pools sign by; whatever else a token names is refused.
_ALGORITHM = "RS256"
_NEEDED = ("aud", "auth_time", "email", "exp", "iat", "iss", "sub", "token_use")


@dataclass(frozen=True)
class Issuer:
    """Whose tokens are taken.

    Attributes:
        address: Of the user pool, as its tokens name it.
        client: Id of the pool's client that they must be made for.
    """

    address: str
    client: str

    @classmethod
    def of_pool(cls, pool: str, client: str) -> "Issuer":
        """That of a user pool, whose id begins with its region."""
        region, _, _ = pool.partition("_")
        return cls(f"https://cognito-idp.{region}.amazonaws.com/{pool}", client)


@dataclass(frozen=True)
class Claims:
    """What a token says.

    Attributes:
        id: The user's, for ever.
        email: Theirs.
        expires_at: Until when it holds, UTC.
        signed_in_at: When they showed their password, UTC; tokens that are renewed keep it.
    """

    id: str
    email: str
    expires_at: datetime
    signed_in_at: datetime


def key_id(token: str) -> str:
    """Which of the pool's keys a token says that it is signed with; nothing is certain yet.

    Raises:
        SignInRequiredError: It is no token, or not one signed by RS256.
    """
    if not 0 < len(token) <= MAX_TOKEN or not token.isascii():
        raise SignInRequiredError("no token, or one that is too long or of other letters")
    import jwt  # only now: guests have none

    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, RecursionError) as error:
        raise SignInRequiredError("the token is none") from error
    known = header.get("kid")
    if header.get("alg") != _ALGORITHM or not isinstance(known, str):
        raise SignInRequiredError("the token is not one of ours")
    return known


def read_token(token: str, key: Mapping[str, Any], issuer: Issuer) -> Claims:
    """What a token says.

    Args:
        token: As it came.
        key: The pool's, a JSON Web Key, that `key_id` names.
        issuer: Whose it must be.

    Raises:
        SignInRequiredError: It was altered, is another's, for another client, no ID token, says
            not when somebody signed in, or its time is over or has not come.
    """
    import jwt

    # Not only the token's header, also the key must be for this and nothing else.
    if key.get("kty") != "RSA" or key.get("alg", _ALGORITHM) != _ALGORITHM:
        raise SignInRequiredError("the key is not one to sign tokens with")
    if key.get("use", "sig") != "sig":
        raise SignInRequiredError("the key is not one to sign tokens with")
    try:
        said = jwt.decode(
            token,
            jwt.PyJWK(dict(key), _ALGORITHM),
            algorithms=[_ALGORITHM],
            audience=issuer.client,
            issuer=issuer.address,
            options={"require": list(_NEEDED), "strict_aud": True},
        )
    except jwt.PyJWTError as error:
        raise SignInRequiredError("the token does not hold") from error
    user, email, use = said["sub"], said["email"], said["token_use"]
    if use != "id" or not isinstance(email, str) or not user or not email:
        raise SignInRequiredError("the token is no ID token")
    if type(said["auth_time"]) is not int:
        raise SignInRequiredError("the token does not say when somebody signed in")
    ends_at, signed_in_at = (datetime.fromtimestamp(said[n], UTC) for n in ("exp", "auth_time"))
    return Claims(user, email, ends_at, signed_in_at)
