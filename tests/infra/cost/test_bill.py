"""Bills worked out by hand."""

from dataclasses import fields

import pytest

from infra.cost.bill import LINES, Estimate, bill_of, estimate
from infra.cost.gallery import Gallery, Stacks
from infra.cost.usage import Usage
from migrations.prices import EU_CENTRAL_1, US_EAST_1

STACKS = Stacks(alarms=5, polled_queues=3)
FAMILY = Gallery(photos=100_000, gb=500, views=1_000, uploads=300)


@pytest.fixture(scope="module")
def family() -> Estimate:
    return estimate(FAMILY, US_EAST_1, STACKS)


def test_every_number_that_is_used_has_a_line_and_a_price():
    names = [name for name, *_ in LINES]

    assert sorted(names) == sorted(field.name for field in fields(Usage))
    assert set(names) < set(US_EAST_1.prices())


def test_the_month_of_a_family_is_what_the_price_list_says(family: Estimate):
    by_service = {bill.lines[0].service: bill for bill in family.month.services()}

    dollars = {
        # 519.5 GB; 2,900 PUT, 337,600 GET
        "Amazon S3": 11.9485 + 0.0145 + 0.13504,
        # 0.14 GB are free; 0.11 GB of backups, 30,600 written, 292,171 read
        "Amazon DynamoDB": 0.022 + 0.019125 + 0.036521,
        "AWS Lambda": 0,
        "Amazon API Gateway": 160_300 * 3.50e-6,
        "Amazon CloudFront": 0,
        "Amazon Cognito": 0,
        # 979,700 beyond the free million
        "Amazon SQS": 0.39188,
        "AWS Step Functions": 0,
        # only what is kept of 0.18 GB of logs
        "Amazon CloudWatch": 0.1755 * 0.03,
        "AWS Systems Manager": 0,
        "Amazon SNS": 0,
        "Data transfer": 0,
    }
    assert {name: bill.dollars for name, bill in by_service.items()} == {
        name: pytest.approx(amount, abs=1e-5) for name, amount in dollars.items()
    }
    assert family.month.dollars == pytest.approx(sum(dollars.values()), abs=1e-4)


def test_the_list_price_has_nothing_for_free(family: Estimate):
    by_service = {bill.lines[0].service: bill.list_dollars for bill in family.month.services()}

    # 175,534 calls, 21,229 GB-seconds
    assert by_service["AWS Lambda"] == pytest.approx(0.0351 + 0.2831, abs=1e-4)
    # 29.4 GB, 495,300 requests, 655,000 checks
    assert by_service["Amazon CloudFront"] == pytest.approx(2.499 + 0.4953 + 0.0655)
    # logs of 0.18 GB written and kept, four metrics, five alarms
    assert by_service["Amazon CloudWatch"] == pytest.approx(0.0878 + 0.0053 + 1.2 + 0.5, abs=1e-4)
    assert family.month.list_dollars > family.month.dollars


def test_what_is_free_is_free_once_in_the_first_month(family: Estimate):
    """The queue's free million is used up by the asking, so that all of putting in is paid."""
    once = family.first_month.dollars - family.month.dollars

    # 300,000 PUT, 200,000 GET; 1.1 million written, 300,000 read; 100,000 questions of the page;
    # 420,000 messages; 0.17 GB of logs kept. Functions: 38,000 GB-seconds stay free.
    assert once == pytest.approx(1.5 + 0.08 + 0.6875 + 0.0375 + 0.35 + 0.168 + 0.005, abs=1e-3)


def test_the_idle_month_is_storage_backups_and_the_asking_of_queues(family: Estimate):
    assert family.idle.dollars == pytest.approx(11.9485 + 0.022 + 0.0074 + 0.3884, abs=1e-3)


def test_taking_all_out_is_free_for_the_first_hundred_gigabytes(family: Estimate):
    assert family.leaving.dollars == pytest.approx(400 * 0.09 + 0.04 + 0.0017, abs=1e-3)


def test_a_server_is_hours_a_disk_with_room_backups_and_what_is_sent(family: Estimate):
    # 730 hours at 0.42 and 0.5 cents; 527 GB on 633; 29.4 GB are free to send
    assert family.server.dollars == pytest.approx(3.066 + 3.65 + 50.64 + 26.35)
    assert family.server.list_dollars == pytest.approx(83.706 + 2.646)
    assert family.larger_server_dollars == pytest.approx(730 * 0.0126)


def test_the_same_gallery_costs_more_in_frankfurt(family: Estimate):
    there = estimate(FAMILY, EU_CENTRAL_1, STACKS)

    by_service = {bill.lines[0].service: bill.dollars for bill in there.month.services()}
    assert by_service["Amazon S3"] == pytest.approx(519.5 * 0.0245 + 0.01566 + 0.145168)
    assert there.month.dollars > family.month.dollars
    assert there.server.dollars > family.server.dollars


def test_an_empty_bill_has_a_line_for_everything():
    assert len(bill_of(Usage(), US_EAST_1).lines) == len(LINES)
    assert bill_of(Usage(), US_EAST_1).list_dollars == 0
