"""What AWS asks, in dollars: list prices of two regions, with their date and where they stand.

For `infra.estimate` and for what the command lines say beforehand. Compared in November 2026 with
copies of the lists that AWS publishes for programs, none published after `AS_OF`
(https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonS3/current/eu-central-1/index.csv,
and so for each service and region). Written from memory, and far from a family's gallery: what
gets cheaper beyond the first 10 or 50 TB, but for CloudFront's.
"""

import math
from dataclasses import dataclass, replace
from datetime import date

# When these were list prices; look at the pages before you rely on them.
AS_OF = date(2026, 9, 28)


@dataclass(frozen=True)
class Price:
    """One line of a price list.

    Attributes:
        dollars: For `per` of them.
        per: How many.
        source: Page that it stands on.
        free: So many a month cost an account nothing, for as long as it exists. What is free in
            an account's first months alone is left out.
        cheaper: (beyond how many a month, dollars for `per` of those), in this order.
    """

    dollars: float
    per: int
    source: str
    free: float = 0
    cheaper: tuple[tuple[float, float], ...] = ()

    def of(self, count: float) -> float:
        """What so many cost in a month, in dollars, without what is free."""
        total, begin, rate = 0.0, 0.0, self.dollars
        for beyond, next_rate in (*self.cheaper, (math.inf, 0.0)):
            total += rate * max(0.0, min(count, beyond) - begin)
            begin, rate = beyond, next_rate
        return total / self.per

    def beyond_free(self, count: float) -> float:
        """What so many cost in a month, in dollars, in an account that uses none elsewhere."""
        return self.of(count) - self.of(min(count, self.free))


@dataclass(frozen=True)
class PriceList:
    """The prices of one region.

    Attributes:
        region: Its name in AWS.
        place: Where that is.
        s3_gb_month: A gigabyte kept in S3 Standard for a month.
        s3_put: A PUT or a LIST, of S3 Standard.
        s3_get: A GET or a HEAD, of S3 Standard.
        internet_gb: A gigabyte sent out of AWS past CloudFront; within the region nothing is asked.
        write_unit: Of DynamoDB, on demand.
        read_unit: The same.
        table_gb_month: A gigabyte kept in DynamoDB for a month.
        backup_gb_month: A gigabyte of a table with point-in-time recovery, for a month.
        lambda_request: A call of a function.
        lambda_gb_second: On arm64.
        api_request: Of a REST API, of the first 333 million a month.
        edge_gb: A gigabyte sent out by CloudFront, to North America or Europe.
        edge_request: By HTTPS, to CloudFront.
        edge_function: A run of a CloudFront function.
        person: Who signs in during a month, by Cognito's tier Lite.
        queue_request: To SQS; asking an empty queue is one, too.
        state_transition: Of a standard workflow of Step Functions.
        log_gb: A gigabyte written into CloudWatch's logs.
        log_gb_month: A gigabyte of them kept for a month.
        metric: Of our own, for a month.
        alarm: For a month.
        parameter: A standard one of Systems Manager, for a month.
        key_request: To KMS, by which secret parameters are read.
        email: Sent by SNS.
        nano_hour: An hour of a t4g.nano: two processors, 0.5 GB of memory.
        small_hour: An hour of a t4g.small: two processors, 2 GB of memory.
        address_hour: An hour of a public IPv4 address.
        disk_gb_month: A gigabyte of EBS gp3 for a month, used or not.
        snapshot_gb_month: A gigabyte of its snapshots for a month.
    """

    region: str
    place: str
    s3_gb_month: Price
    s3_put: Price
    s3_get: Price
    internet_gb: Price
    write_unit: Price
    read_unit: Price
    table_gb_month: Price
    backup_gb_month: Price
    lambda_request: Price
    lambda_gb_second: Price
    api_request: Price
    edge_gb: Price
    edge_request: Price
    edge_function: Price
    person: Price
    queue_request: Price
    state_transition: Price
    log_gb: Price
    log_gb_month: Price
    metric: Price
    alarm: Price
    parameter: Price
    key_request: Price
    email: Price
    nano_hour: Price
    small_hour: Price
    address_hour: Price
    disk_gb_month: Price
    snapshot_gb_month: Price

    def prices(self) -> dict[str, Price]:
        """All of them by name."""
        return {name: price for name, price in vars(self).items() if isinstance(price, Price)}


_S3 = "https://aws.amazon.com/s3/pricing/"
_DYNAMODB = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
_LAMBDA = "https://aws.amazon.com/lambda/pricing/"
_API = "https://aws.amazon.com/api-gateway/pricing/"
_EDGE = "https://aws.amazon.com/cloudfront/pricing/"
_WATCH = "https://aws.amazon.com/cloudwatch/pricing/"
_EC2 = "https://aws.amazon.com/ec2/pricing/on-demand/"
_EBS = "https://aws.amazon.com/ebs/pricing/"
_MILLION = 1_000_000
_TB = 1_024  # gigabytes

US_EAST_1 = PriceList(
    region="us-east-1",
    place="N. Virginia",
    s3_gb_month=Price(0.023, 1, _S3, cheaper=((50 * _TB, 0.022), (500 * _TB, 0.021))),
    s3_put=Price(0.005, 1_000, _S3),
    s3_get=Price(0.0004, 1_000, _S3),
    internet_gb=Price(
        0.09, 1, _EC2, free=100, cheaper=((10 * _TB, 0.085), (50 * _TB, 0.07), (150 * _TB, 0.05))
    ),
    write_unit=Price(0.625, _MILLION, _DYNAMODB),
    read_unit=Price(0.125, _MILLION, _DYNAMODB),
    table_gb_month=Price(0.25, 1, _DYNAMODB, free=25),
    backup_gb_month=Price(0.20, 1, _DYNAMODB),
    lambda_request=Price(0.20, _MILLION, _LAMBDA, free=_MILLION),
    lambda_gb_second=Price(0.0000133334, 1, _LAMBDA, free=400_000),
    api_request=Price(3.50, _MILLION, _API),
    edge_gb=Price(
        0.085, 1, _EDGE, free=_TB, cheaper=((10 * _TB, 0.08), (50 * _TB, 0.06), (150 * _TB, 0.04))
    ),
    edge_request=Price(0.01, 10_000, _EDGE, free=10 * _MILLION),
    edge_function=Price(0.10, _MILLION, _EDGE, free=2 * _MILLION),
    person=Price(0.0055, 1, "https://aws.amazon.com/cognito/pricing/", free=10_000),
    queue_request=Price(0.40, _MILLION, "https://aws.amazon.com/sqs/pricing/", free=_MILLION),
    state_transition=Price(
        0.025, 1_000, "https://aws.amazon.com/step-functions/pricing/", free=4_000
    ),
    log_gb=Price(0.50, 1, _WATCH, free=5),
    log_gb_month=Price(0.03, 1, _WATCH),
    metric=Price(0.30, 1, _WATCH, free=10),
    alarm=Price(0.10, 1, _WATCH, free=10),
    parameter=Price(0, 1, "https://aws.amazon.com/systems-manager/pricing/"),
    key_request=Price(0.03, 10_000, "https://aws.amazon.com/kms/pricing/", free=20_000),
    email=Price(2.00, 100_000, "https://aws.amazon.com/sns/pricing/", free=1_000),
    nano_hour=Price(0.0042, 1, _EC2),
    small_hour=Price(0.0168, 1, _EC2),
    address_hour=Price(0.005, 1, "https://aws.amazon.com/vpc/pricing/"),
    disk_gb_month=Price(0.08, 1, _EBS),
    snapshot_gb_month=Price(0.05, 1, _EBS),
)
# The rest is the same there.
EU_CENTRAL_1 = replace(
    US_EAST_1,
    region="eu-central-1",
    place="Frankfurt",
    s3_gb_month=Price(0.0245, 1, _S3, cheaper=((50 * _TB, 0.0235), (500 * _TB, 0.0225))),
    s3_put=Price(0.0054, 1_000, _S3),
    s3_get=Price(0.00043, 1_000, _S3),
    write_unit=Price(0.7625, _MILLION, _DYNAMODB),
    read_unit=Price(0.1525, _MILLION, _DYNAMODB),
    table_gb_month=Price(0.306, 1, _DYNAMODB, free=25),
    backup_gb_month=Price(0.2448, 1, _DYNAMODB),
    api_request=Price(3.70, _MILLION, _API),
    edge_request=Price(0.012, 10_000, _EDGE, free=10 * _MILLION),
    log_gb=Price(0.63, 1, _WATCH, free=5),
    log_gb_month=Price(0.0324, 1, _WATCH),
    nano_hour=Price(0.0048, 1, _EC2),
    small_hour=Price(0.0192, 1, _EC2),
    disk_gb_month=Price(0.0952, 1, _EBS),
    snapshot_gb_month=Price(0.054, 1, _EBS),
)
PRICE_LISTS = {prices.region: prices for prices in (US_EAST_1, EU_CENTRAL_1)}
