"""In whose account and region a command works, or what is missing before it can."""

from dataclasses import dataclass

from boto3.session import Session
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
)

EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
REFUSED = frozenset(
    {"InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"}
)


class AccountError(Exception):
    """Nothing can be done yet; the message names what is missing and the next step."""


@dataclass(frozen=True)
class Account:
    """Where a command works.

    Attributes:
        id: Twelve digits.
        region: Such as eu-central-1.
        caller: ARN of the person or role that asks.
    """

    id: str
    region: str
    caller: str

    def names(self, environment: str) -> dict[str, str]:
        """What stands in the names of a gallery's resources, by how templates call it."""
        return {
            "Environment": environment,
            "AWS::AccountId": self.id,
            "AWS::Region": self.region,
        }


def open_session() -> Session:
    """A session with the credentials and the region that the environment names.

    Raises:
        AccountError: It names a profile that isn't there.
    """
    try:
        return Session()
    except ProfileNotFound as error:
        raise AccountError(f"{error}; make it: aws configure sso (docs/aws.md)") from error


def find_account(session: Session) -> Account:
    """Whose account the credentials of this session open, asked of AWS.

    Raises:
        AccountError: There is no region, there are no credentials, or AWS refuses them.
    """
    region = session.region_name
    if not region:
        raise AccountError(
            "no region is chosen: photos lie in one, and stay there. Choose one near you, for "
            "example: export AWS_DEFAULT_REGION=eu-central-1"
        )
    if region not in session.get_available_regions("s3"):
        raise AccountError(
            f"there is no region {region}; see them all: https://docs.aws.amazon.com/general/"
            "latest/gr/rande.html"
        )
    try:
        told = session.client("sts").get_caller_identity()
    except NoCredentialsError as error:
        raise AccountError(
            "no AWS credentials found. In AWS CloudShell they are there by themselves; elsewhere "
            "run: aws configure sso, then aws sso login, then export AWS_PROFILE=<its name> "
            "(docs/aws.md shows each step)"
        ) from error
    except EndpointConnectionError as error:
        raise AccountError(f"AWS can't be reached: {error}") from error
    except ClientError as error:
        raise AccountError(_refusal(error)) from error
    except BotoCoreError as error:
        # an expired sign-in of IAM Identity Center tells so itself
        raise AccountError(f"the credentials can't be used: {error}") from error
    return Account(told["Account"], region, told["Arn"])


def _refusal(error: ClientError) -> str:
    code = error.response["Error"]["Code"]
    if code in EXPIRED:
        return "the credentials have expired; sign in again: aws sso login"
    if code in REFUSED:
        return f"AWS does not know these credentials ({code}); make new ones, see docs/aws.md"
    return f"AWS refuses these credentials: {error}"
