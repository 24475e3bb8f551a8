"""Tiers and what is free, worked out by hand; and that each price says where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migrations.prices import EU_CENTRAL_1, PRICE_LISTS, US_EAST_1, Price

COUNTS = st.floats(0, 1e7, allow_nan=False)
STEPPED = Price(3.0, 1, "https://aws.amazon.com/", free=5, cheaper=((10, 2.0), (30, 1.0)))


@pytest.mark.parametrize(
    ("price", "count", "dollars"),
    [
        (US_EAST_1.s3_gb_month, 500, 11.50),
        # 51,200 at 2.3 cents, 8,800 at 2.2
        (US_EAST_1.s3_gb_month, 60_000, 1_177.60 + 193.60),
        # 51,200 at 2.3 cents, 460,800 at 2.2, 88,000 at 2.1
        (US_EAST_1.s3_gb_month, 600_000, 1_177.60 + 10_137.60 + 1_848.00),
        (EU_CENTRAL_1.s3_gb_month, 500, 12.25),
        (US_EAST_1.s3_put, 100_000, 0.50),
        (US_EAST_1.write_unit, 1_000_000, 0.625),
        # 10,240 at 8.5 cents, 1,024 at 8
        (US_EAST_1.edge_gb, 11_264, 870.40 + 81.92),
        (US_EAST_1.parameter, 1_000, 0),
        (STEPPED, 40, 30 + 40 + 10),
    ],
)
def test_each_step_has_its_own_rate(price: Price, count: float, dollars: float):
    assert price.of(count) == pytest.approx(dollars)


@pytest.mark.parametrize(
    ("price", "count", "dollars"),
    [
        (US_EAST_1.lambda_request, 3_000_000, 0.40),
        (US_EAST_1.lambda_request, 1_000_000, 0),
        (US_EAST_1.lambda_request, 999_999, 0),
        (US_EAST_1.queue_request, 1_971_000, 0.3884),
        (US_EAST_1.alarm, 12, 0.20),
        (US_EAST_1.internet_gb, 500, 36),
        (US_EAST_1.edge_gb, 2_048, 87.04),
        # what is free comes from the dearest step: 9,216 at 8.5 cents, 1,024 at 8
        (US_EAST_1.edge_gb, 11_264, 783.36 + 81.92),
        (US_EAST_1.s3_gb_month, 1, 0.023),
        (STEPPED, 12, 15 + 4),
    ],
)
def test_what_is_free_is_left_out_from_the_first_step(price: Price, count: float, dollars: float):
    assert price.beyond_free(count) == pytest.approx(dollars)


@given(COUNTS, COUNTS)
def test_more_never_costs_less_and_never_more_than_without_what_is_free(one: float, other: float):
    less, more = sorted((one, other))

    assert STEPPED.beyond_free(less) <= STEPPED.beyond_free(more) + 1e-6
    assert 0 <= STEPPED.beyond_free(more) <= STEPPED.of(more)
    assert STEPPED.of(more) <= STEPPED.dollars * more + 1e-6


@pytest.mark.parametrize("region", PRICE_LISTS)
def test_every_price_says_where_it_stands(region: str):
    prices = PRICE_LISTS[region].prices()

    assert len(prices) == 29
    assert PRICE_LISTS[region].region == region
    for price in prices.values():
        assert price.source.startswith("https://aws.amazon.com/")
        assert [beyond for beyond, _ in price.cheaper] == sorted({b for b, _ in price.cheaper})


def test_frankfurt_is_never_cheaper_than_virginia():
    there = EU_CENTRAL_1.prices()

    assert all(there[name].dollars >= price.dollars for name, price in US_EAST_1.prices().items())
