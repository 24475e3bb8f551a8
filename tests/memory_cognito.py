"""A user pool in memory that answers as AWS's does, and signs tokens as it does."""

import itertools
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt import PyJWS
from jwt.algorithms import RSAAlgorithm

from chalicelib.domain.id_token import Issuer
from chalicelib.storage.accounts import Accounts
from chalicelib.storage.token_keys import TokenKeys

POOL = "eu-central-1_Photos123"
CLIENT = "4l3xampl3cl13nt1d"
ISSUER = Issuer.of_pool(POOL, CLIENT)
KEY_ID = "k1"
_BEHIND_SECONDS = 60


@cache
def a_key(name: str = KEY_ID) -> RSAPrivateKey:  # noqa: ARG001 (another name, another key)
    """A private key; always the same one under a name."""
    return generate_private_key(65537, 2048)


def public_key(name: str = KEY_ID) -> dict[str, Any]:
    """Its public half, as pools publish it."""
    key: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(a_key(name).public_key()))
    return {**key, "kid": name, "alg": "RS256", "use": "sig"}


def claims_of(user: str, email: str, **said: Any) -> dict[str, Any]:
    """What an ID token of the pool says; None leaves a claim out."""
    now = int(time.time())
    usual = {
        "sub": user,
        "email": email,
        "email_verified": True,
        "iss": ISSUER.address,
        "aud": CLIENT,
        "token_use": "id",
        "iat": now,
        "auth_time": now,
        "exp": now + 3600,
        "cognito:username": user,
        "jti": str(uuid.uuid4()),
    }
    return {name: value for name, value in (usual | said).items() if value is not None}


def a_token(user: str = "u1", email: str = "ann@example.org", **said: Any) -> str:
    """An ID token as the pool gives it."""
    return signed(claims_of(user, email, **said))


def signed(claims: Mapping[str, Any], key: str = KEY_ID, **header: Any) -> str:
    """A token that says something, signed by a key and naming it."""
    # Not by `jwt.encode`, which refuses claims that no honest pool would make.
    text = json.dumps(dict(claims)).encode()
    return PyJWS().encode(text, a_key(key), "RS256", headers={"kid": key, **header})


@dataclass
class MemoryUser:
    """Somebody of the pool."""

    id: str
    email: str
    password: str
    is_for_once: bool = False
    code: str | None = None


@dataclass
class MemoryPool:
    """Cognito's client for one pool, as botocore has it.

    Attributes:
        users: By e-mail.
        sent: E-mails: to whom, and what for.
        revoked: Tokens that were given up.
        hasty: How many sign-ins after a sign-out of everywhere are ended by it, too.
        asked: Operations that were called, in order.
        failing: What every call ends with, a code of AWS; None for none.
        keys: What it publishes.
        refresh_tokens: Whose each is: e-mails.
        signed_in_at: When each was begun, seconds.
        sessions: Of those who are to choose a password: e-mails.
        waited: Seconds that the gallery let pass.
    """

    users: dict[str, MemoryUser] = field(default_factory=dict)
    sent: list[tuple[str, str]] = field(default_factory=list)
    revoked: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    failing: str | None = None
    hasty: int = 0
    keys: list[dict[str, Any]] = field(default_factory=lambda: [public_key()])
    refresh_tokens: dict[str, str] = field(default_factory=dict)
    signed_in_at: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)
    _numbers: "itertools.count[int]" = field(default_factory=itertools.count)
    _access: dict[str, str] = field(default_factory=dict)
    _still_ended: int = 0

    @property
    def accounts(self) -> Accounts:
        """The gallery's own view of it."""
        return Accounts(self, POOL, CLIENT, wait=self.waited.append)

    def token_keys(self, **arguments: Any) -> TokenKeys:
        """Its keys, as the gallery fetches them."""
        address = f"{ISSUER.address}/.well-known/jwks.json"
        return TokenKeys(ISSUER, address, lambda _: {"keys": list(self.keys)}, **arguments)

    def add(
        self, email: str, password: str, user: str | None = None, *, is_for_once: bool = False
    ) -> MemoryUser:
        """Make a user."""
        made = MemoryUser(user or f"u{next(self._numbers)}", email, password, is_for_once)
        self.users[email] = made
        return made

    def initiate_auth(self, **asked: Any) -> dict[str, Any]:
        self._begin("initiate_auth", asked["ClientId"])
        parameters = asked["AuthParameters"]
        if asked["AuthFlow"] == "REFRESH_TOKEN_AUTH":
            token = parameters["REFRESH_TOKEN"]
            if token in self.revoked or token not in self.refresh_tokens:
                raise _error("NotAuthorizedException")
            whose = self.users[self.refresh_tokens[token]]
            result = self._tokens(whose, self.signed_in_at.get(token))
            del self.refresh_tokens[result["AuthenticationResult"].pop("RefreshToken")]
            return result
        assert asked["AuthFlow"] == "USER_PASSWORD_AUTH"
        user = self.users.get(parameters["USERNAME"])
        if user is None or user.password != parameters["PASSWORD"]:
            raise _error("NotAuthorizedException")
        if user.is_for_once:
            session = f"session-{next(self._numbers)}"
            self.sessions[session] = user.email
            return {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": session}
        return self._tokens(user)

    def respond_to_auth_challenge(self, **asked: Any) -> dict[str, Any]:
        self._begin("respond_to_auth_challenge", asked["ClientId"])
        answers = asked["ChallengeResponses"]
        if self.sessions.get(asked["Session"]) != answers["USERNAME"]:
            raise _error("NotAuthorizedException")
        user = self.users[answers["USERNAME"]]
        self._set(user, answers["NEW_PASSWORD"])
        return self._tokens(user)

    def revoke_token(self, **asked: Any) -> dict[str, Any]:
        self._begin("revoke_token", asked["ClientId"])
        self.revoked.add(asked["Token"])
        return {}

    def global_sign_out(self, **asked: Any) -> dict[str, Any]:
        email = self._shown(asked["AccessToken"], "global_sign_out")
        known = self.refresh_tokens | self._access
        self.revoked |= {token for token, whose in known.items() if whose == email}
        self._still_ended = self.hasty
        return {}

    def forgot_password(self, **asked: Any) -> dict[str, Any]:
        self._begin("forgot_password", asked["ClientId"])
        user = self.users.get(asked["Username"])
        if user is not None:
            user.code = "493817"
            self.sent.append((user.email, "code"))
        return {"CodeDeliveryDetails": {"DeliveryMedium": "EMAIL"}}

    def confirm_forgot_password(self, **asked: Any) -> dict[str, Any]:
        self._begin("confirm_forgot_password", asked["ClientId"])
        user = self.users.get(asked["Username"])
        if user is None or user.code != asked["ConfirmationCode"]:
            raise _error("CodeMismatchException")
        self._set(user, asked["Password"])
        user.code = None
        return {}

    def change_password(self, **asked: Any) -> dict[str, Any]:
        user = self.users[self._shown(asked["AccessToken"], "change_password")]
        if user.password != asked["PreviousPassword"]:
            raise _error("NotAuthorizedException")
        self._set(user, asked["ProposedPassword"])
        return {}

    def admin_create_user(self, **asked: Any) -> dict[str, Any]:
        assert asked["UserPoolId"] == POOL
        self._begin("admin_create_user", CLIENT)
        email = asked["Username"]
        if "@" not in email:
            raise _error("InvalidParameterException")
        if email in self.users:
            raise _error("UsernameExistsException")
        user = self.add(email, "for-Once 1 only", is_for_once=True)
        self.sent.append((email, "invitation"))
        return {"User": {"Username": user.id, "Attributes": _attributes(user)}}

    def admin_get_user(self, **asked: Any) -> dict[str, Any]:
        assert asked["UserPoolId"] == POOL
        self._begin("admin_get_user", CLIENT)
        return {"UserAttributes": _attributes(self.users[asked["Username"]])}

    def admin_set_user_password(self, **asked: Any) -> dict[str, Any]:
        assert (asked["UserPoolId"], asked["Permanent"]) == (POOL, True)
        self._begin("admin_set_user_password", CLIENT)
        self._set(self.users[asked["Username"]], asked["Password"])
        return {}

    def _begin(self, operation: str, client: str) -> None:
        assert client == CLIENT
        self.asked.append(operation)
        if self.failing is not None:
            raise _error(self.failing)

    def _shown(self, access_token: str, operation: str) -> str:
        """Whose an access token is: an e-mail."""
        self._begin(operation, CLIENT)
        if access_token in self.revoked or access_token not in self._access:
            raise _error("NotAuthorizedException")
        return self._access[access_token]

    def _set(self, user: MemoryUser, password: str) -> None:
        if len(password) < 12:
            raise _error("InvalidPasswordException")
        user.password, user.is_for_once = password, False

    @property
    def _now(self) -> int:
        # Behind ours, as another machine's clock may be: what is waited goes on from there.
        return int(time.time()) - _BEHIND_SECONDS + round(sum(self.waited))

    def _tokens(self, user: MemoryUser, signed_in_at: int | None = None) -> dict[str, Any]:
        """Those of a session that begins, or that is renewed."""
        begun = self._now if signed_in_at is None else signed_in_at
        said = {"iat": self._now, "auth_time": begun, "exp": self._now + 3600}
        refresh, access = (f"{kind}-{next(self._numbers)}" for kind in ("refresh", "access"))
        self.refresh_tokens[refresh] = self._access[access] = user.email
        self.signed_in_at[refresh] = begun
        if self._still_ended > 0:
            self._still_ended -= 1
            self.revoked |= {refresh, access}
        result = {
            "IdToken": a_token(user.id, user.email, **said),
            "AccessToken": access,
            "RefreshToken": refresh,
            "ExpiresIn": 3600,
        }
        return {"AuthenticationResult": result}


def _attributes(user: MemoryUser) -> list[dict[str, str]]:
    return [{"Name": "email", "Value": user.email}, {"Name": "sub", "Value": user.id}]


def _error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "?"}}, "Operation")
