"""Sign in, stay signed in, sign out; first, forgotten and other passwords.

What can be guessed is counted before it is tried, by the e-mail that it is tried with, whether
there is somebody of it or not. The user pool is asked in either case, and answers both alike.
"""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.id_token import Claims
from chalicelib.storage.access import Access
from chalicelib.storage.accounts import Accounts, NewPasswordNeeded, Tokens
from chalicelib.storage.token_keys import TokenKeys

WINDOW = timedelta(minutes=15)
MAX_TRIES = 10
# Each costs somebody an e-mail.
MAX_CODES = 3


@dataclass(frozen=True)
class Door:
    """What signing in needs.

    Attributes:
        accounts: Who there is.
        keys: Of the tokens that they are given.
        access: Whose galleries are whose, and how often was tried.
    """

    accounts: Accounts
    keys: TokenKeys
    access: Access


@dataclass(frozen=True)
class SignedIn:
    """Somebody who signed in.

    Attributes:
        tokens: For their cookies.
        claims: Who they are.
        galleries: Ids of those that they own.
    """

    tokens: Tokens
    claims: Claims
    galleries: frozenset[str]


def sign_in(email: str, password: str, door: Door) -> SignedIn | NewPasswordNeeded:
    """Let somebody in by their password.

    Raises:
        SignInRefusedError: There is nobody of this e-mail, or it is not their password.
        TooManyTriesError: It was tried too often with this e-mail.
        StorageUnavailableError: The user pool or the table did not answer.
    """
    what = _tries_of(email)
    door.access.count_try(what, MAX_TRIES, WINDOW)
    answer = door.accounts.sign_in(_plain(email), password)
    door.access.forget_tries(what, WINDOW)
    return answer if isinstance(answer, NewPasswordNeeded) else _signed_in(answer, door)


def choose_password(email: str, session: str, password: str, door: Door) -> SignedIn:
    """Let somebody in who had a password for once only, by the first one of their own.

    Raises:
        InvalidParameterError: The password is too weak.
        SignInRefusedError, TooManyTriesError, StorageUnavailableError: As above.
    """
    what = _tries_of(email)
    door.access.count_try(what, MAX_TRIES, WINDOW)
    tokens = door.accounts.choose_password(_plain(email), session, password)
    door.access.forget_tries(what, WINDOW)
    return _signed_in(tokens, door)


def stay(refresh_token: str, door: Door) -> SignedIn:
    """Let somebody stay who is signed in.

    Raises:
        SignInRefusedError: They signed out since, or have not been here for 30 days.
        TooManyTriesError, StorageUnavailableError: As above.
    """
    return _signed_in(door.accounts.refresh(refresh_token), door)


def send_code(email: str, door: Door) -> None:
    """Have a code sent to somebody who forgot their password; who it is, is not said.

    Raises:
        TooManyTriesError, StorageUnavailableError: As above.
    """
    door.access.count_try(f"code:{_plain(email)}", MAX_CODES, WINDOW)
    door.accounts.send_code(_plain(email))


def reset_password(email: str, code: str, password: str, door: Door) -> None:
    """Set a password by the code that was sent.

    Raises:
        InvalidParameterError, SignInRefusedError, TooManyTriesError: As above.
        StorageUnavailableError: As above.
    """
    door.access.count_try(f"reset:{_plain(email)}", MAX_TRIES, WINDOW)
    door.accounts.reset_password(_plain(email), code, password)


def change_password(email: str, old: str, new: str, door: Door) -> None:
    """Set another password, by the one until now.

    Raises:
        InvalidParameterError, SignInRefusedError, TooManyTriesError: As above.
        StorageUnavailableError: As above.
    """
    what = _tries_of(email)
    door.access.count_try(what, MAX_TRIES, WINDOW)
    door.accounts.change_password(_plain(email), old, new)
    door.access.forget_tries(what, WINDOW)


def _signed_in(tokens: Tokens, door: Door) -> SignedIn:
    claims = door.keys.claims(tokens.id_token)
    return SignedIn(tokens, claims, door.access.galleries_of(claims.id))


def _tries_of(email: str) -> str:
    return f"sign-in:{_plain(email)}"


def _plain(email: str) -> str:
    """An e-mail as the pool knows it: no two spellings of one are counted apart."""
    return email.strip().lower()
