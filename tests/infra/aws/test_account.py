"""Whose account it is, and what a person reads when nobody can tell."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, TokenRetrievalError

from infra.aws.account import Account, AccountError, find_account, open_session


class Told:
    """A session whose STS answers, or raises."""

    def __init__(self, region: str | None, answer: Any = None) -> None:
        self.region_name = region
        self._answer = answer

    def get_available_regions(self, _: str) -> list[str]:
        return ["eu-central-1", "us-east-1"]

    def client(self, _: str) -> "Told":
        return self

    def get_caller_identity(self) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


def refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "GetCallerIdentity")


def test_the_account_is_asked_of_aws():
    session: Any = Told(
        "eu-central-1", {"Account": "123456789012", "Arn": "arn:aws:iam::1:user/me"}
    )

    account = find_account(session)

    assert account == Account("123456789012", "eu-central-1", "arn:aws:iam::1:user/me")


@pytest.mark.parametrize(
    ("region", "answer", "next_step"),
    [
        (None, None, "export AWS_DEFAULT_REGION"),
        ("eu-nowhere-1", None, "no region eu-nowhere-1"),
        ("eu-central-1", NoCredentialsError(), "aws configure sso"),
        ("eu-central-1", refused("ExpiredToken"), "aws sso login"),
        ("eu-central-1", refused("InvalidClientTokenId"), "make new ones"),
        ("eu-central-1", refused("AccessDenied"), "refuses these credentials"),
        (
            "eu-central-1",
            TokenRetrievalError(provider="sso", error_msg="Token has expired"),
            "Token has expired",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_next_step(
    region: str | None, answer: Any, next_step: str
):
    session: Any = Told(region, answer)

    with pytest.raises(AccountError, match=next_step):
        find_account(session)


def test_a_profile_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")

    with pytest.raises(AccountError, match="nobody-has-this"):
        open_session()
