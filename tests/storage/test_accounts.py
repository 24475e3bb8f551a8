import pytest
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)

from chalicelib.errors import (
    InvalidParameterError,
    PasswordSetError,
    SetupError,
    SignInRefusedError,
    StorageUnavailableError,
    TooManyTriesError,
)
from chalicelib.storage.accounts import Accounts, NewPasswordNeeded, Tokens
from tests.memory_cognito import CLIENT, POOL, MemoryPool, MemoryUser

EMAIL, PASSWORD, OTHER = "ann@example.org", "tea-Spoon 7 harbour", "correct Horse 9 battery"


@pytest.fixture
def pool() -> MemoryPool:
    pool = MemoryPool()
    pool.add(EMAIL, PASSWORD, "u1")
    return pool


def test_a_password_is_traded_for_tokens(pool):
    tokens = pool.accounts.sign_in(EMAIL, PASSWORD)

    assert isinstance(tokens, Tokens)
    assert pool.token_keys().claims(tokens.id_token).id == "u1"


def test_nobody_and_a_wrong_password_are_answered_alike(pool):
    refusals = []
    for email, password in ((EMAIL, OTHER), ("eve@example.org", PASSWORD)):
        with pytest.raises(SignInRefusedError) as refused:
            pool.accounts.sign_in(email, password)
        refusals.append(str(refused.value))

    assert refusals[0] == refusals[1]


def test_a_password_for_once_asks_for_one_of_their_own(pool):
    pool.add("ben@example.org", PASSWORD, is_for_once=True)

    needed = pool.accounts.sign_in("ben@example.org", PASSWORD)
    assert isinstance(needed, NewPasswordNeeded)
    with pytest.raises(InvalidParameterError) as weak:
        pool.accounts.choose_password("ben@example.org", needed.session, "short")
    with pytest.raises(SignInRefusedError):
        pool.accounts.choose_password(EMAIL, needed.session, OTHER)
    pool.accounts.choose_password("ben@example.org", needed.session, OTHER)

    assert weak.value.parameter == "new_password"
    assert isinstance(pool.accounts.sign_in("ben@example.org", OTHER), Tokens)


def test_tokens_are_made_anew_until_they_are_given_up(pool):
    tokens = pool.accounts.sign_in(EMAIL, PASSWORD)

    newer = pool.accounts.refresh(tokens.refresh_token)
    pool.accounts.sign_out(tokens.refresh_token)

    assert newer.refresh_token is None
    with pytest.raises(SignInRefusedError):
        pool.accounts.refresh(tokens.refresh_token)


def test_giving_up_what_is_no_token_is_no_error(pool):
    pool.failing = "NotAuthorizedException"

    pool.accounts.sign_out("whatever")


def test_a_forgotten_password_is_set_anew_by_a_code(pool):
    pool.accounts.send_code(EMAIL)
    with pytest.raises(SignInRefusedError):
        pool.accounts.reset_password(EMAIL, "000000", OTHER)
    with pytest.raises(InvalidParameterError):
        pool.accounts.reset_password(EMAIL, "493817", "short")
    pool.accounts.reset_password(EMAIL, "493817", OTHER)

    assert pool.sent == [(EMAIL, "code")]
    assert isinstance(pool.accounts.sign_in(EMAIL, OTHER), Tokens)


def test_whether_there_is_somebody_is_not_said_to_who_forgot_a_password(pool):
    pool.accounts.send_code("eve@example.org")
    for code in ("UserNotFoundException", "LimitExceededException", "CodeDeliveryFailureException"):
        pool.failing = code
        pool.accounts.send_code("eve@example.org")

    assert pool.sent == []


def test_a_password_is_changed_by_the_one_until_now(pool):
    with pytest.raises(SignInRefusedError):
        pool.accounts.change_password(EMAIL, OTHER, OTHER)
    with pytest.raises(InvalidParameterError) as weak:
        pool.accounts.change_password(EMAIL, PASSWORD, "short")
    pool.accounts.change_password(EMAIL, PASSWORD, OTHER)

    assert weak.value.parameter == "new"
    assert isinstance(pool.accounts.sign_in(EMAIL, OTHER), Tokens)


def lasting(pool: MemoryPool) -> set[str]:
    """Refresh tokens that still get new ones."""
    return set(pool.refresh_tokens) - pool.revoked


def change(pool: MemoryPool) -> Tokens | None:
    return pool.accounts.change_password(EMAIL, PASSWORD, OTHER)


def reset(pool: MemoryPool) -> None:
    pool.accounts.send_code(EMAIL)
    begun = pool.accounts.reset_password(EMAIL, "493817", OTHER)
    assert begun.refresh_token is not None
    pool.accounts.sign_out(begun.refresh_token)


def choose(pool: MemoryPool) -> Tokens | None:
    """As an operator asks for it who has set a password for once."""
    pool.users[EMAIL].is_for_once = True
    needed = pool.accounts.sign_in(EMAIL, PASSWORD)
    assert isinstance(needed, NewPasswordNeeded)
    return pool.accounts.choose_password(EMAIL, needed.session, OTHER)


@pytest.mark.parametrize("set_anew", [change, reset, choose])
@pytest.mark.parametrize("hasty", [0, 1, 2])
def test_a_new_password_ends_every_session_but_the_one_that_it_begins(pool, set_anew, hasty):
    elsewhere = [pool.accounts.sign_in(EMAIL, PASSWORD) for _ in range(2)]
    pool.add("ben@example.org", PASSWORD)
    of_others = pool.accounts.sign_in("ben@example.org", PASSWORD)
    pool.hasty = hasty

    begun = set_anew(pool)

    for tokens in elsewhere:
        with pytest.raises(SignInRefusedError):
            pool.accounts.refresh(tokens.refresh_token)
    assert lasting(pool) == {of_others.refresh_token} | ({begun.refresh_token} if begun else set())
    assert isinstance(pool.accounts.sign_in(EMAIL, OTHER), Tokens)
    assert len(pool.waited) == hasty + 1


def test_who_set_a_password_has_an_hour_where_no_session_lasts(pool):
    pool.hasty = 99

    begun = change(pool)

    assert begun is not None
    assert pool.token_keys().claims(begun.id_token).id == "u1"
    assert 1 <= sum(pool.waited) <= 5


@pytest.mark.parametrize("set_anew", [change, reset, choose])
@pytest.mark.parametrize(
    "code", ["NotAuthorizedException", "TooManyRequestsException", "InternalErrorException"]
)
def test_a_password_that_is_set_and_ended_no_session_is_said_to_be_set(pool, set_anew, code):
    class Faulty(MemoryPool):
        def global_sign_out(self, **asked: object) -> dict[str, object]:
            self.failing = code
            return super().global_sign_out(**asked)

    faulty = Faulty(users=pool.users)

    with pytest.raises(PasswordSetError, match="the password is set, but sessions"):
        set_anew(faulty)

    assert pool.users[EMAIL].password == OTHER


LOST = ReadTimeoutError(endpoint_url="https://cognito-idp.example")
UNSENT = ConnectTimeoutError(endpoint_url="https://cognito-idp.example")
FAILED = ClientError({"Error": {"Code": "InternalErrorException"}}, "ChangePassword")


class Lossy(MemoryPool):
    """Sets passwords, and its answers are lost."""

    lost: Exception

    def _set(self, user: MemoryUser, password: str) -> None:
        super()._set(user, password)
        raise self.lost


@pytest.mark.parametrize("lost", [LOST, FAILED])
@pytest.mark.parametrize("set_anew", [change, reset, choose])
def test_an_answer_that_is_lost_is_not_told_as_a_refusal(pool, set_anew, lost):
    lossy = Lossy(users=pool.users)
    lossy.lost = lost

    with pytest.raises(PasswordSetError, match="may be set: the user pool did not say"):
        set_anew(lossy)


def test_what_never_reached_the_pool_has_set_nothing(pool):
    class Away(MemoryPool):
        def change_password(self, **_: object) -> dict[str, object]:
            raise UNSENT

    with pytest.raises(StorageUnavailableError):
        change(Away(users=pool.users))


def test_setting_a_password_is_asked_once_and_of_a_client_that_asks_once(pool):
    again, once = MemoryPool(users=pool.users), MemoryPool(users=pool.users)
    once._access = again._access
    accounts = Accounts(again, POOL, CLIENT, lambda: once, lambda _: None)

    accounts.change_password(EMAIL, PASSWORD, OTHER)

    assert once.asked == ["change_password"]
    assert "change_password" not in again.asked


@pytest.mark.parametrize("set_anew", [change, reset, choose])
def test_a_sign_in_that_fails_after_every_session_was_ended_is_not_said_to_leave_any(
    pool, set_anew
):
    class Faulty(MemoryPool):
        def global_sign_out(self, **asked: object) -> dict[str, object]:
            answer = super().global_sign_out(**asked)
            self.failing = "InternalErrorException"
            return answer

    faulty = Faulty(users=pool.users)
    faulty.accounts.sign_in(EMAIL, PASSWORD)

    with pytest.raises(PasswordSetError, match="the password is set, and sessions elsewhere end"):
        set_anew(faulty)

    assert lasting(faulty) == set()


def test_who_is_invited_is_made_once(pool):
    made = pool.accounts.invite("ben@example.org")

    assert pool.accounts.invite("ben@example.org") == made == pool.users["ben@example.org"].id
    assert pool.accounts.invite(EMAIL) == "u1"
    assert pool.sent == [("ben@example.org", "invitation")]
    with pytest.raises(InvalidParameterError):
        pool.accounts.invite("nobody")


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("NotAuthorizedException", SignInRefusedError),
        ("UserNotFoundException", SignInRefusedError),
        ("UserNotConfirmedException", SignInRefusedError),
        ("PasswordResetRequiredException", SignInRefusedError),
        ("InvalidParameterException", SignInRefusedError),
        ("TooManyRequestsException", TooManyTriesError),
        ("LimitExceededException", TooManyTriesError),
        ("InternalErrorException", StorageUnavailableError),
        ("ResourceNotFoundException", SetupError),
        ("AccessDeniedException", SetupError),
    ],
)
def test_what_the_pool_says_is_told(pool, code, error):
    pool.failing = code

    with pytest.raises(error):
        pool.accounts.sign_in(EMAIL, PASSWORD)


class Unreachable:
    def initiate_auth(self, **_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://cognito-idp.example")


class Strict:
    def respond_to_auth_challenge(self, **_: object) -> None:
        raise ParamValidationError(report="Invalid length for parameter Session, value: 1")


def test_a_session_that_no_pool_gives_is_refused_as_a_wrong_one():
    with pytest.raises(SignInRefusedError):
        Accounts(Strict(), POOL, CLIENT).choose_password(EMAIL, "x", PASSWORD)


def test_a_pool_that_does_not_answer_is_a_passing_fault():
    with pytest.raises(StorageUnavailableError):
        Accounts(Unreachable(), POOL, CLIENT).sign_in(EMAIL, PASSWORD)


class Careful:
    def initiate_auth(self, **_: object) -> dict[str, str]:
        return {"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": "s"}


def test_a_second_factor_is_said_to_be_more_than_the_page_can():
    with pytest.raises(SetupError, match="SOFTWARE_TOKEN_MFA"):
        Accounts(Careful(), POOL, CLIENT).sign_in(EMAIL, PASSWORD)
