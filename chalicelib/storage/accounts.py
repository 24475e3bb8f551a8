"""The user pool: who signs in, with which password; the only Cognito."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from chalicelib.errors import (
    GalleryError,
    InvalidParameterError,
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
_PASSING = {"InternalErrorException", "ServiceUnavailableException", "InternalFailure"}
_SAID = "the e-mail, the password or the code is wrong"


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
    """

    def __init__(self, client: Any, pool: str, app_client: str) -> None:
        self.client = client
        self._pool = pool
        self._app_client = app_client

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
        """Sign in with the first password of their own.

        Raises:
            InvalidParameterError: The password is weaker than the pool takes.
            SignInRefusedError: The session is over, or not theirs.
        """
        with self._translated("new_password"):
            answer = self.client.respond_to_auth_challenge(
                ClientId=self._app_client,
                ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=session,
                ChallengeResponses={"USERNAME": email, "NEW_PASSWORD": password},
            )
        tokens = self._tokens_or_challenge(answer)
        if isinstance(tokens, NewPasswordNeeded):
            raise SignInRefusedError(_SAID)
        return tokens

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
        tokens = self._tokens_or_challenge(answer)
        if isinstance(tokens, NewPasswordNeeded):
            raise SignInRefusedError(_SAID)
        return tokens

    def sign_out(self, refresh_token: str) -> None:
        """Give a refresh token up, with all that came of it; one that is none is no error."""
        with suppress(SignInRefusedError, TooManyTriesError), self._translated():
            self.client.revoke_token(ClientId=self._app_client, Token=refresh_token)

    def send_code(self, email: str) -> None:
        """Send a code to somebody who forgot their password; nothing happens for nobody."""
        with suppress(SignInRefusedError, TooManyTriesError), self._translated():
            self.client.forgot_password(ClientId=self._app_client, Username=email)

    def reset_password(self, email: str, code: str, password: str) -> None:
        """Set a password by the code that was sent.

        Raises:
            InvalidParameterError: The password is weaker than the pool takes.
            SignInRefusedError: The code is wrong or over, or there is nobody of this e-mail.
        """
        with self._translated("password"):
            self.client.confirm_forgot_password(
                ClientId=self._app_client,
                Username=email,
                ConfirmationCode=code,
                Password=password,
            )

    def change_password(self, email: str, old: str, new: str) -> None:
        """Set another password, by the one that they have.

        Raises:
            InvalidParameterError: The new one is weaker than the pool takes.
            SignInRefusedError: The old one is wrong.
        """
        tokens = self.sign_in(email, old)
        if isinstance(tokens, NewPasswordNeeded):
            raise SignInRefusedError(_SAID)
        with self._translated("new"):
            self.client.change_password(
                AccessToken=tokens.access_token, PreviousPassword=old, ProposedPassword=new
            )
        if tokens.refresh_token is not None:
            self.sign_out(tokens.refresh_token)  # that sign-in was for this alone

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
    def _translated(self, parameter: str = "password") -> Iterator[None]:
        try:
            yield
        except (ClientError, BotoCoreError) as error:
            raise _translate(error, parameter) from error


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


def _code(error: ClientError | BotoCoreError) -> str:
    if not isinstance(error, ClientError):
        return ""
    return error.response.get("Error", {}).get("Code", "")


def _sub(attributes: Any) -> str:
    return next(str(known["Value"]) for known in attributes if known["Name"] == "sub")
