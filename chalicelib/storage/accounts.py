"""The user pool: who signs in, with which password; the only Cognito."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    HTTPClientError,
    ParamValidationError,
)

from chalicelib.errors import (
    GalleryError,
    InvalidParameterError,
    PasswordSetError,
    SetupError,
    SignInRefusedError,
    StorageUnavailableError,
    TooManyTriesError,
)

# One answer for all of it: who has no account learns nothing by asking.
_REFUSED = {
    *("NotAuthorizedException", "UserNotFoundException", "UserNotConfirmedException"),
    *("PasswordResetRequiredException", "CodeMismatchException", "ExpiredCodeException"),
    *("InvalidParameterException", "UserLambdaValidationException"),
    *("UnsupportedTokenTypeException", "UnauthorizedException", "CodeDeliveryFailureException"),
}
_OFTEN = {
    *("TooManyRequestsException", "LimitExceededException", "TooManyFailedAttemptsException"),
    "ThrottlingException",
}
_PASSING = {
    *("InternalErrorException", "ServiceUnavailableException", "InternalFailure"),
    *("500", "502", "503", "504"),  # of answers that are not Cognito's own
}
_SAID = "the e-mail, the password or the code is wrong"
# Tokens of a sign-in that comes right after a sign-out of everywhere have been seen to be ended by
# it, too, as if they had been there before: https://github.com/aws/aws-sdk-java/issues/2449,
# https://github.com/aws/aws-sdk-js/issues/2699.
_BEGINNINGS = 3
_SETTLED_SECONDS = 1.0
# What is so of sessions that somebody has elsewhere, where something fails once a password is set.
LEFT = "but sessions elsewhere may be left: sign in with it, and set another one to end them"
LEFT_FOR_AN_HOUR = "and sessions elsewhere end within an hour: sign in with it"
UNKNOWN = (
    "the password may be set: the user pool did not say. Try to sign in with it; where it is "
    "taken, set another one to end sessions elsewhere"
)
ENDED = "and no session elsewhere is left: sign in with it"


@dataclass(frozen=True)
class Tokens:
    """What the pool gives to somebody who signed in.

    Attributes:
        id_token: Says who they are, for an hour.
        access_token: For the pool itself, where they change their password.
        refresh_token: Gets new ones for 30 days; None where the old one stays.
    """

    id_token: str
    access_token: str
    refresh_token: str | None = None


@dataclass(frozen=True)
class NewPasswordNeeded:
    """The password was right, and is for once only: they are to choose their own.

    Attributes:
        session: The pool's own, to be sent back with it; good for some minutes.
    """

    session: str


class Accounts:
    """The users of one pool.

    Args:
        client: Of Cognito's user pools.
        pool: Id of the pool.
        app_client: Id of its client; one without a secret.
        once: Makes a client that asks once and not again where no answer comes; None for `client`.
        wait: Lets some seconds pass.
    """

    def __init__(
        self,
        client: Any,
        pool: str,
        app_client: str,
        once: Callable[[], Any] | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client = client
        self._once = once or (lambda: client)
        self._pool = pool
        self._app_client = app_client
        self._wait = wait

    def sign_in(self, email: str, password: str) -> Tokens | NewPasswordNeeded:
        """Trade a password for tokens.

        Raises:
            SignInRefusedError: There is nobody of this e-mail, or it is not their password.
            TooManyTriesError: The pool has had enough of it.
            StorageUnavailableError: It did not answer.
        """
        with self._translated():
            answer = self.client.initiate_auth(
                ClientId=self._app_client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": email, "PASSWORD": password},
            )
        return self._tokens_or_challenge(answer)

    def choose_password(self, email: str, session: str, password: str) -> Tokens:
        """Sign in with the first password of their own; every session until then ends.

        Raises:
            InvalidParameterError: The password is weaker than the pool takes.
            SignInRefusedError: The session is over, or not theirs.
            PasswordSetError: The pool failed thereafter, or its answer was lost.
            StorageUnavailableError: It was not reached.
        """
        with self._translated("new_password", sets=True):
            answer = self._once().respond_to_auth_challenge(
                ClientId=self._app_client,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": password},
            )
        return self._begin_anew(email, password, _signed_in(self._tokens_or_challenge(answer)))

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens of somebody who is signed in.

        Raises:
            SignInRefusedError: The token is over, revoked, or none.
        """
        with self._translated():
            answer = self.client.initiate_auth(
                ClientId=self._app_client,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
        return _signed_in(self._tokens_or_challenge(answer))

    def sign_out(self, refresh_token: str) -> None:
        """Give a refresh token up, with all that came of it; one that is none is no error."""
        with suppress(SignInRefusedError, TooManyTriesError), self._translated():
            self.client.revoke_token(ClientId=self._app_client, Token=refresh_token)

    def send_code(self, email: str) -> None:
        """Send a code to somebody who forgot their password; nothing happens for nobody."""
        with suppress(SignInRefusedError, TooManyTriesError), self._translated():
            self.client.forgot_password(ClientId=self._app_client, Username=email)

    def reset_password(self, email: str, code: str, password: str) -> Tokens:
        """Set a password by the code that was sent; every session until then ends.

        Returns:
            Of a session that was begun for it, to be given up: whoever has a code has not signed
            in.

        Raises:
            InvalidParameterError: The password is weaker than the pool takes.
            SignInRefusedError: The code is wrong or over, or there is nobody of this e-mail.
            PasswordSetError, StorageUnavailableError: As above.
        """
        with self._translated("password", sets=True):
            self._once().confirm_forgot_password(
                ClientId=self._app_client,
                Username=email,
                ConfirmationCode=code,
                Password=password,
            )
        with after_setting(LEFT):
            # The pool ends nothing by itself, and takes an access token for it.
            tokens = _signed_in(self.sign_in(email, password))
        return self._begin_anew(email, password, tokens)

    def change_password(self, email: str, old: str, new: str) -> Tokens:
        """Set another password, by the one that they have; every session until then ends.

        Returns:
            What begins a new one, for who changed it.

        Raises:
            InvalidParameterError: The new one is weaker than the pool takes.
            SignInRefusedError: The old one is wrong.
            PasswordSetError, StorageUnavailableError: As above.
        """
        tokens = _signed_in(self.sign_in(email, old))
        with self._translated("new", sets=True):
            self._once().change_password(
                AccessToken=tokens.access_token, PreviousPassword=old, ProposedPassword=new
            )
        return self._begin_anew(email, new, tokens)

    def invite(self, email: str) -> str:
        """The id of the user of an e-mail; one whom nobody knows is made, and told by e-mail.

        Raises:
            InvalidParameterError: The pool does not take it for an e-mail.
        """
        try:
            answer = self.client.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                ],
                DesiredDeliveryMediums=["EMAIL"],
            )
            return _sub(answer["User"]["Attributes"])
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "InvalidParameterException":
                raise InvalidParameterError("email", "must be an e-mail address") from error
            if _code(error) != "UsernameExistsException":
                raise _translate(error, "email") from error
        with self._translated():
            known = self.client.admin_get_user(UserPoolId=self._pool, Username=email)
        return _sub(known["UserAttributes"])

    def _begin_anew(self, email: str, password: str, tokens: Tokens) -> Tokens:
        """End every session of somebody by tokens of theirs, and begin one that lasts."""
        with after_setting(LEFT), self._translated():
            # Ends their refresh tokens, and asks for no right of ours:
            # https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GlobalSignOut.html
            self.client.global_sign_out(AccessToken=tokens.access_token)
        with after_setting(LEFT_FOR_AN_HOUR):
            for _ in range(_BEGINNINGS):
                self._wait(_SETTLED_SECONDS)
                begun = _signed_in(self.sign_in(email, password))
                if self._lasts(begun):
                    break
        return begun  # at worst for the hour of its ID token

    def _lasts(self, tokens: Tokens) -> bool:
        try:
            self.refresh(tokens.refresh_token or "")
        except SignInRefusedError:
            return False
        return True

    def _tokens_or_challenge(self, answer: Any) -> Tokens | NewPasswordNeeded:
        if answer.get("ChallengeName") == "NEW_PASSWORD_REQUIRED":
            return NewPasswordNeeded(answer["Session"])
        result = answer.get("AuthenticationResult")
        if result is None:
            raise SetupError(
                f"the user pool asks for {answer.get('ChallengeName')}; turn multi-factor "
                "authentication off, the page has no form for it"
            )
        return Tokens(result["IdToken"], result["AccessToken"], result.get("RefreshToken"))

    @contextmanager
    def _translated(self, parameter: str = "password", *, sets: bool = False) -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise (_setting if sets else _translate)(error, parameter) from error


@contextmanager
def after_setting(what_is_left: str) -> Iterator[None]:
    """What fails once a password is set must not read as if it were not.

    Args:
        what_is_left: Of sessions elsewhere: `LEFT` and those below it.
    """
    try:
        yield
    except GalleryError as error:
        raise PasswordSetError(f"the password is set, {what_is_left}") from error


def _signed_in(answer: Tokens | NewPasswordNeeded) -> Tokens:
    if isinstance(answer, NewPasswordNeeded):
        raise SignInRefusedError(_SAID)
    return answer


def _translate(error: ClientError | BotoCoreError, parameter: str) -> GalleryError:
    """The gallery's error; `parameter` is where a password stood that is too weak."""
    code = _code(error)
    if isinstance(error, ParamValidationError):  # nothing that the pool could have given
        return SignInRefusedError(_SAID)
    if not isinstance(error, ClientError):
        return StorageUnavailableError(f"the user pool did not answer: {error}")
    if code in _REFUSED:
        return SignInRefusedError(_SAID)
    if code == "InvalidPasswordException":
        return InvalidParameterError(
            parameter,
            "is too weak; take 12 characters or more",
        )
    if code in _OFTEN:
        return TooManyTriesError("tried too often; wait a quarter of an hour")
    if code in _PASSING:
        return StorageUnavailableError(f"the user pool: {code}")
    return SetupError(f"the user pool refused the request: {code}; deploy the data stack")


def _setting(error: ClientError | BotoCoreError, parameter: str) -> GalleryError:
    """The same where a password was to be set.

    None of it can be asked twice: by the second time the old password, the code or the session is
    not good any more, and a refusal would be told of what was done.
    """
    # HTTPClientError: the question was sent; what did not get there is a ConnectionError
    if isinstance(error, HTTPClientError) or _code(error) in _PASSING:
        return PasswordSetError(UNKNOWN)
    return _translate(error, parameter)


def _code(error: ClientError | BotoCoreError) -> str:
    if not isinstance(error, ClientError):
        return ""
    return error.response.get("Error", {}).get("Code", "")


def _sub(attributes: Any) -> str:
    return next(str(known["Value"]) for known in attributes if known["Name"] == "sub")
