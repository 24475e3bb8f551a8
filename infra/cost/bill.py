"""Bills: what is used, at the prices of a region, with what AWS gives for free and without."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from infra.cost.gallery import Gallery, Stacks
from infra.cost.usage import (
    HOURS,
    Usage,
    idle_month,
    kept_gb,
    month_of,
    putting_in,
    seen_gb,
    taking_out,
)
from migrations.prices import Price, PriceList

SERVER = "t4g.nano"
"""The smallest that AWS rents by the hour: two processors, 0.5 GB of memory."""
LARGER_SERVER = "t4g.small"
"""The smallest on which a gallery with a database is comfortable: 2 GB of memory."""
_SYSTEM_GB = 8
_ROOM = 1.2  # a disk is bought before it is full

# (name of a usage and its price, service as in AWS's bills, what it is for, what is counted)
LINES = (
    ("s3_gb_month", "Amazon S3", "keeping photos and thumbnails", "GB"),
    ("s3_put", "Amazon S3", "files written", "requests"),
    ("s3_get", "Amazon S3", "files read", "requests"),
    ("table_gb_month", "Amazon DynamoDB", "keeping what is known of each photo", "GB"),
    ("backup_gb_month", "Amazon DynamoDB", "being able to go back to any second", "GB"),
    ("write_unit", "Amazon DynamoDB", "changes written to it", "units"),
    ("read_unit", "Amazon DynamoDB", "lists read from it", "units"),
    ("lambda_request", "AWS Lambda", "starting our programs", "calls"),
    ("lambda_gb_second", "AWS Lambda", "running them", "GB-seconds"),
    ("api_request", "Amazon API Gateway", "questions of the page", "requests"),
    ("edge_gb", "Amazon CloudFront", "sending pictures to visitors", "GB"),
    ("edge_request", "Amazon CloudFront", "each picture and question", "requests"),
    ("edge_function", "Amazon CloudFront", "checking each address", "runs"),
    ("person", "Amazon Cognito", "people who sign in", "people"),
    ("queue_request", "Amazon SQS", "waiting for new photos", "requests"),
    ("state_transition", "AWS Step Functions", "steps of a backfill", "steps"),
    ("log_gb", "Amazon CloudWatch", "writing logs", "GB"),
    ("log_gb_month", "Amazon CloudWatch", "keeping logs for a month", "GB"),
    ("metric", "Amazon CloudWatch", "numbers of our own", "metrics"),
    ("alarm", "Amazon CloudWatch", "alarms", "alarms"),
    ("parameter", "AWS Systems Manager", "settings kept", "parameters"),
    ("key_request", "AWS Systems Manager", "opening the secret one", "requests"),
    ("email", "Amazon SNS", "telling you of alarms", "emails"),
    ("internet_gb", "Data transfer", "sent out past CloudFront", "GB"),
)


@dataclass(frozen=True)
class Line:
    """One line of a bill.

    Attributes:
        service: As AWS's bills call it.
        what: It is for, in words.
        count: How many.
        unit: Of what.
        price: Of one.
    """

    service: str
    what: str
    count: float
    unit: str
    price: Price

    @property
    def list_dollars(self) -> float:
        """Without what is free."""
        return self.price.of(self.count)

    @property
    def dollars(self) -> float:
        """With what is free, in an account that uses none of it elsewhere."""
        return self.price.beyond_free(self.count)


@dataclass(frozen=True)
class Bill:
    """Lines, in the order of their services."""

    lines: tuple[Line, ...]

    @property
    def dollars(self) -> float:
        """With what is free."""
        return math.fsum(line.dollars for line in self.lines)

    @property
    def list_dollars(self) -> float:
        """Without what is free."""
        return math.fsum(line.list_dollars for line in self.lines)

    def services(self) -> tuple["Bill", ...]:
        """One bill for each service."""
        names = dict.fromkeys(line.service for line in self.lines)
        return tuple(
            Bill(tuple(line for line in self.lines if line.service == name)) for name in names
        )


@dataclass(frozen=True)
class Estimate:
    """What a gallery costs.

    Attributes:
        gallery: Which.
        prices: By which.
        month: A month in which photos are looked at and uploaded.
        idle: One in which nobody comes.
        first_month: The month in which every photo is put in, and looked at as in any other.
        leaving: Taking every original out of AWS, once, in a month in which nothing else is.
        server: The same photos and visits on the smallest server that is always on.
        larger_server_dollars: What `LARGER_SERVER` costs more in a month.
    """

    gallery: Gallery
    prices: PriceList
    month: Bill
    idle: Bill
    first_month: Bill
    leaving: Bill
    server: Bill
    larger_server_dollars: float


def estimate(gallery: Gallery, prices: PriceList, stacks: Stacks) -> Estimate:
    """Work out all bills of a gallery."""
    usage = month_of(gallery, stacks)
    return Estimate(
        gallery=gallery,
        prices=prices,
        month=bill_of(usage, prices),
        idle=bill_of(idle_month(gallery, stacks), prices),
        first_month=bill_of(usage + putting_in(gallery), prices),
        leaving=bill_of(taking_out(gallery), prices),
        server=_server_bill(gallery, prices),
        larger_server_dollars=(prices.small_hour.of(HOURS) - prices.nano_hour.of(HOURS)),
    )


def bill_of(usage: Usage, prices: PriceList) -> Bill:
    """The bill of a usage; with a line for each of its numbers, also where it is nothing."""
    return Bill(
        tuple(
            Line(service, what, getattr(usage, name), unit, getattr(prices, name))
            for name, service, what, unit in LINES
        )
    )


def _server_bill(gallery: Gallery, prices: PriceList) -> Bill:
    """A server with a disk of that size, backups of it, and what visitors are sent."""
    used_gb = _SYSTEM_GB + kept_gb(gallery)
    lines: Iterable[tuple[str, float, str, Price]] = (
        ("a server, day and night", HOURS, "hours", prices.nano_hour),
        ("its address", HOURS, "hours", prices.address_hour),
        ("a disk with some room left", math.ceil(_ROOM * used_gb), "GB", prices.disk_gb_month),
        ("backups of the disk", used_gb, "GB", prices.snapshot_gb_month),
        ("sending pictures to visitors", seen_gb(gallery), "GB", prices.internet_gb),
    )
    return Bill(tuple(Line(SERVER, what, count, unit, price) for what, count, unit, price in lines))
