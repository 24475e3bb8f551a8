"""Sign in, stay signed in, sign out; first, forgotten and other passwords.

A new password, however it is set, ends every session that there is: none is renewed, by the pool's
word, and no token of a sign-in before is taken, by the access table's. What fails once it is set
says that it is.

What can be guessed is counted before it is tried, by the e-mail that it is tried with, whether
there is somebody of it or not. The user pool is asked in either case, and answers both alike.
"""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.authorize import owner_of
from chalicelib.domain.visitor import Owner
from chalicelib.storage.access import Access
from chalicelib.storage.accounts import (
    ENDED,
    LEFT_FOR_AN_HOUR,
    Accounts,
    NewPasswordNeeded,
    Tokens,
    after_setting,
)
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
        access: Whose galleries are whose, since when sign-ins count, and how often was tried.
    """

    accounts: Accounts
    keys: TokenKeys
    access: Access


@dataclass(frozen=True)
class SignedIn:
    """Somebody who signed in.

    Attributes:
        tokens: For their cookies.
        owner: Who they are, and what is theirs.
    """

    tokens: Tokens
    owner: Owner


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
        PasswordSetError: It is set, and something failed thereafter.
        SignInRefusedError, TooManyTriesError, StorageUnavailableError: As above.
    """
    what = _tries_of(email)
    door.access.count_try(what, MAX_TRIES, WINDOW)
    return _begun_anew(door.accounts.choose_password(_plain(email), session, password), what, door)


def stay(refresh_token: str, door: Door) -> SignedIn:
    """Let somebody stay who is signed in.

    Raises:
        SignInRefusedError: They signed out since, or have not been here for 30 days.
        SignInRequiredError: Another password was set since.
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
        PasswordSetError, StorageUnavailableError: As above.
    """
    door.access.count_try(f"reset:{_plain(email)}", MAX_TRIES, WINDOW)
    tokens = door.accounts.reset_password(_plain(email), code, password)
    _end_others(tokens, door)
    with after_setting(ENDED):
        if tokens.refresh_token is not None:
            door.accounts.sign_out(tokens.refresh_token)  # of nobody; they sign in themselves


def change_password(email: str, old: str, new: str, door: Door) -> SignedIn:
    """Set another password, by the one until now; who sets it stays, by a session of its own.

    Raises:
        InvalidParameterError, SignInRefusedError, TooManyTriesError: As above.
        PasswordSetError, StorageUnavailableError: As above.
    """
    what = _tries_of(email)
    door.access.count_try(what, MAX_TRIES, WINDOW)
    return _begun_anew(door.accounts.change_password(_plain(email), old, new), what, door)


def _begun_anew(tokens: Tokens, what: str, door: Door) -> SignedIn:
    """Somebody whose password was set, by the one session that they have from now on."""
    _end_others(tokens, door)
    with after_setting(ENDED):
        door.access.forget_tries(what, WINDOW)
        return _signed_in(tokens, door)


def _end_others(tokens: Tokens, door: Door) -> None:
    """Refuse what somebody was given for sign-ins before this one, though its hour is not over.

    Moments are the pool's own: no clock of ours is held against them. The session was begun a
    second after those that it ends, so that whole seconds tell them apart.
    """
    with after_setting(LEFT_FOR_AN_HOUR):
        claims = door.keys.claims(tokens.id_token)
        door.access.end_sessions(claims.id, claims.signed_in_at)


def _signed_in(tokens: Tokens, door: Door) -> SignedIn:
    return SignedIn(tokens, owner_of(tokens.id_token, door.keys, door.access))


def _tries_of(email: str) -> str:
    return f"sign-in:{_plain(email)}"


def _plain(email: str) -> str:
    """An e-mail as the pool knows it: no two spellings of one are counted apart."""
    return email.strip().lower()
