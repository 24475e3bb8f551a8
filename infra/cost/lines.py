"""An estimate in words for people, and as JSON for programs."""

import dataclasses
from collections.abc import Iterator

from infra.cost.bill import LARGER_SERVER, SERVER, Bill, Estimate, Line
from migrations.lines import plural
from migrations.prices import AS_OF

_WHAT, _COUNT, _MONEY = 38, 24, 12
_IN_WORDS = {
    "Amazon S3": "your files",
    "Amazon DynamoDB": "what is known of them",
    "AWS Lambda": "our programs, while they run",
    "Amazon API Gateway": "the page asking them",
    "Amazon CloudFront": "the way to your screens",
    "Amazon Cognito": "signing in",
    "Amazon SQS": "the queues of new photos",
    "AWS Step Functions": "thumbnails of an older bucket",
    "Amazon CloudWatch": "logs and alarms",
    "AWS Systems Manager": "settings",
    "Amazon SNS": "emails to you",
    "Data transfer": "what goes out another way",
}
_NOTES = (
    "You pay: with what AWS gives each account for free every month, if nothing else uses it.",
    "List price: without that. Credits of a new account are in neither.",
    "A visit is ten minutes of one person: a year's thumbnails, and twenty photos large.",
    "What each number stands on: docs/cost.md",
)


def estimate_lines(estimate: Estimate) -> Iterator[str]:
    """The whole: the month by service, other months, and a server beside."""
    yield from _about(estimate)
    yield ""
    yield _row("a month", "", "you pay", "list price")
    for service in estimate.month.services():
        yield _total(_headed(service), service)
        for line in service.lines:
            yield _row(
                f"  {line.what}", _count(line), money(line.dollars), money(line.list_dollars)
            )
    yield _total("in all", estimate.month)
    yield ""
    yield from _other_months(estimate)
    yield ""
    yield _row(f"the same on a server, {SERVER}", "", "you pay", "list price")
    for line in estimate.server.lines:
        yield _row(f"  {line.what}", _count(line), money(line.dollars), money(line.list_dollars))
    yield _total("in all", estimate.server)
    yield (
        f"{SERVER} has half a gigabyte of memory; on one with two, {LARGER_SERVER}, it is "
        f"{money(estimate.larger_server_dollars)} more."
    )
    yield ""
    yield from _NOTES


def summary_lines(estimate: Estimate) -> Iterator[str]:
    """The sums alone: for who is about to say yes or no."""
    yield from _about(estimate)
    yield _row("", "", "you pay", "list price")
    for service in estimate.month.services():
        if service.list_dollars:
            yield _total(f"  {_headed(service)}", service)
    yield _total("a month", estimate.month)
    yield from _other_months(estimate)
    yield from _NOTES


def as_json(estimate: Estimate) -> dict[str, object]:
    """All of it as numbers by name; dollars are not rounded."""
    return {
        "region": estimate.prices.region,
        "prices_of": f"{AS_OF:%Y-%m-%d}",
        "gallery": {**dataclasses.asdict(estimate.gallery), "videos": estimate.gallery.videos},
        "month": _bill_json(estimate.month),
        "idle_month": _sums_json(estimate.idle),
        "first_month": _sums_json(estimate.first_month),
        "leaving": _sums_json(estimate.leaving),
        "server": {"name": SERVER, **_bill_json(estimate.server)},
    }


def money(dollars: float) -> str:
    """``$1,234.56``; ``<$0.01`` for what is there but less than a cent."""
    return "<$0.01" if 0 < dollars < 0.005 else f"${dollars:,.2f}"


def _about(estimate: Estimate) -> Iterator[str]:
    gallery, prices = estimate.gallery, estimate.prices
    videos = f" and {plural(gallery.videos, 'video')} ({gallery.videos_gb:,g} GB)"
    yield (
        f"{plural(gallery.photos, 'photo')} ({gallery.gb:,g} GB)"
        f"{videos if gallery.videos else ''}, {plural(gallery.views, 'visit')} and "
        f"{plural(gallery.uploads, 'upload')} a month,"
    )
    yield (
        f"in {prices.region} ({prices.place}) by AWS's list prices of {AS_OF:%B %Y}, "
        "in US dollars without tax"
    )


def _other_months(estimate: Estimate) -> Iterator[str]:
    once = estimate.first_month.dollars - estimate.month.dollars
    yield _total("a month in which nobody comes", estimate.idle)
    yield _total("the first month, with all put in", estimate.first_month)
    yield _row("  of it for putting in, once", "", money(once), "")
    yield _total("taking all out again, once", estimate.leaving)


def _headed(service: Bill) -> str:
    name = service.lines[0].service
    return f"{_IN_WORDS[name]} ({name})"


def _row(what: str, count: str, dollars: str, list_dollars: str) -> str:
    named = f"{what:<{_WHAT}}{count:>{_COUNT}}" if count else f"{what:<{_WHAT + _COUNT}}"
    row = f"{named}{dollars:>{_MONEY}}{list_dollars:>{_MONEY}}"
    return row.rstrip()


def _total(what: str, bill: Bill) -> str:
    return _row(what, "", money(bill.dollars), money(bill.list_dollars))


def _count(line: Line) -> str:
    digits = 1 if 0 < line.count < 100 and line.count != round(line.count) else 0
    number = f"{line.count:,.{digits}f}"
    return f"{'<0.1' if number == '0.0' else number} {line.unit}"


def _bill_json(bill: Bill) -> dict[str, object]:
    return {
        **_sums_json(bill),
        "lines": [
            {
                "service": line.service,
                "what": line.what,
                "count": line.count,
                "unit": line.unit,
                "free": line.price.free,
                "price": line.price.dollars,
                "per": line.price.per,
                "source": line.price.source,
                "dollars": line.dollars,
                "list_dollars": line.list_dollars,
            }
            for line in bill.lines
        ],
    }


def _sums_json(bill: Bill) -> dict[str, object]:
    return {
        "dollars": bill.dollars,
        "list_dollars": bill.list_dollars,
        "services": {service.lines[0].service: service.dollars for service in bill.services()},
    }
