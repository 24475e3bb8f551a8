"""What AWS asks for what a backfill uses: list prices, with their date and where they stand."""

from dataclasses import dataclass
from datetime import date

REGION = "us-east-1"
# When these were list prices; look at the pages before you rely on them.
AS_OF = date(2025, 11, 1)


@dataclass(frozen=True)
class Price:
    """One line of a price list.

    Attributes:
        dollars: For `per` of them, beyond any free tier.
        per: How many.
        source: Page that it stands on.
    """

    dollars: float
    per: int
    source: str

    def of(self, count: float) -> float:
        """What so many cost, in dollars."""
        return self.dollars * count / self.per


_S3 = "https://aws.amazon.com/s3/pricing/"
_DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
_LAMBDA = "https://aws.amazon.com/lambda/pricing/"

S3_PUT = Price(0.005, 1_000, _S3)
"""A PUT or a LIST, of S3 Standard."""
S3_GET = Price(0.0004, 1_000, _S3)
"""A GET or a HEAD, of S3 Standard."""
S3_OUT_GB = Price(0.09, 1, _S3)
"""A gigabyte sent out of AWS to the internet; within the region nothing is asked."""
WRITE_UNIT = Price(0.625, 1_000_000, _DYNAMODB)
READ_UNIT = Price(0.125, 1_000_000, _DYNAMODB)
LAMBDA_GB_SECOND = Price(0.0000133334, 1, _LAMBDA)
"""On arm64."""
LAMBDA_REQUEST = Price(0.20, 1_000_000, _LAMBDA)
STATE_TRANSITION = Price(0.025, 1_000, "https://aws.amazon.com/step-functions/pricing/")
"""Of a standard workflow."""
