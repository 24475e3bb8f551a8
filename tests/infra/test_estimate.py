"""The command: what it prints, what it refuses, and that docs/cost.md says the same."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from infra.cost import usage
from infra.cost.gallery import Gallery, ImpossibleGalleryError
from infra.cost.lines import money, summary_lines
from infra.estimate import main, monthly_bill
from migrations.prices import EU_CENTRAL_1, US_EAST_1

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "cost.md").read_text()
EXAMPLE = ("--photos", "100000", "--gb", "500", "--views", "1000")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_the_example_of_the_document_is_what_the_command_prints(
    capsys: pytest.CaptureFixture[str],
):
    """Where it differs: paste what `python -m infra.estimate` prints, indented by four."""
    out = printed(capsys, *EXAMPLE)

    indented = "".join(f"    {line}".rstrip() + "\n" for line in out.splitlines())
    assert f"python -m infra.estimate {' '.join(EXAMPLE)}\n" in DOCUMENT
    assert indented in DOCUMENT


def test_the_readme_says_the_same_in_whole_dollars():
    bill = monthly_bill(Gallery(photos=100_000, gb=500, views=1_000))

    said = re.findall(r"\$(\d+)", (ROOT / "README.md").read_text().split("## What it costs")[1])
    kept = bill.month.lines[0].dollars
    assert said[:3] == [f"{x:.0f}" for x in (bill.month.dollars, kept, bill.server.dollars)]


def test_every_number_of_the_model_is_in_the_document():
    documented = dict(re.findall(r"^\| `([A-Z_]+)` \| ([0-9.]+) \| .+ \|$", DOCUMENT, re.MULTILINE))

    model = {
        name: f"{value:.4g}"
        for name, value in vars(usage).items()
        if name.isupper() and name not in ("MAX_VIDEO_BYTES", "MB_A_VIDEO", "PAGE_WRITE_UNITS")
    }
    assert documented == model


def test_every_price_is_in_the_document():
    found = re.findall(
        r"^\| `([a-z0-9_]+)` \| (\S+) \| (\S+) \| (\S+) \| (\S+) \| \[page\]\((\S+)\) \|$",
        DOCUMENT,
        re.MULTILINE,
    )

    there = EU_CENTRAL_1.prices()
    assert [
        (name, float(here), float(eu), int(per.replace(",", "")), float(free.replace(",", "")), url)
        for name, here, eu, per, free, url in found
    ] == [
        (name, price.dollars, there[name].dollars, price.per, price.free, price.source)
        for name, price in US_EAST_1.prices().items()
    ]


def test_the_sums_are_what_the_bill_says(capsys: pytest.CaptureFixture[str]):
    out = printed(capsys, *EXAMPLE)

    bill = monthly_bill(Gallery(photos=100_000, gb=500, views=1_000))
    sums = [line.split()[-2:] for line in out.splitlines() if line.startswith("in all")]
    assert sums == [
        [money(bill.month.dollars), money(bill.month.list_dollars)],
        [money(bill.server.dollars), money(bill.server.list_dollars)],
    ]


def test_no_line_is_wider_than_a_terminal(capsys: pytest.CaptureFixture[str]):
    out = printed(capsys, "--photos", "90000000", "--gb", "900000", "--views", "1000000")

    assert max(len(line) for line in out.splitlines()) <= 100


def test_json_has_the_month_by_line_and_the_sums_of_the_others(
    capsys: pytest.CaptureFixture[str],
):
    told: dict[str, Any] = json.loads(printed(capsys, *EXAMPLE, "--json"))

    bill = monthly_bill(Gallery(photos=100_000, gb=500, views=1_000))
    assert set(told) == {
        "region",
        "prices_of",
        "gallery",
        "month",
        "idle_month",
        "first_month",
        "leaving",
        "server",
    }
    assert (told["region"], told["prices_of"]) == ("us-east-1", "2026-09-28")
    assert told["gallery"]["photos"] == 100_000
    assert told["month"]["dollars"] == pytest.approx(bill.month.dollars)
    assert sum(told["month"]["services"].values()) == pytest.approx(bill.month.dollars)
    assert sum(line["list_dollars"] for line in told["month"]["lines"]) == pytest.approx(
        bill.month.list_dollars
    )
    assert set(told["month"]["lines"][0]) == {
        "service",
        "what",
        "count",
        "unit",
        "free",
        "price",
        "per",
        "source",
        "dollars",
        "list_dollars",
    }
    assert told["server"]["name"] == "t4g.nano"
    assert told["first_month"]["dollars"] > told["month"]["dollars"] > told["idle_month"]["dollars"]


def test_photos_without_a_size_have_4_megabytes(capsys: pytest.CaptureFixture[str]):
    told: dict[str, Any] = json.loads(printed(capsys, "--photos", "50000", "--json"))

    assert told["gallery"]["gb"] == 200


def test_the_region_decides_on_the_prices(capsys: pytest.CaptureFixture[str]):
    out = printed(capsys, "--region", "eu-central-1")

    assert "in eu-central-1 (Frankfurt)" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--photos", "-3"), "argument --photos: '-3' is no whole number, such as 100000"),
        (("--photos", "1e5"), "argument --photos: '1e5' is no whole number, such as 100000"),
        (("--photos", "100.000"), "'100.000' is no whole number, such as 100000"),
        (("--gb", "nan"), "argument --gb: 'nan' is no number of gigabytes, such as 500 or 0.5"),
        (("--gb", "500GB"), "argument --gb: '500GB' is no number of gigabytes"),
        (("--videos-gb", ""), "argument --videos-gb: '' is no number of gigabytes"),
        (("--views", "1000001"), "views is 1000001: it goes from 0 to 1,000,000"),
        (("--photos", "0", "--gb", "5"), "5 GB of no photos: say how many --photos there are"),
        (("--photos", "5", "--gb", "9"), "9 GB in 5 photos is more than 1 GB each"),
        (("--region", "mars"), "argument --region: invalid choice: 'mars'"),
        (("--photo", "5"), "unrecognized arguments: --photo 5"),
    ],
)
def test_nonsense_is_refused_in_words(
    arguments: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]
):
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    told = capsys.readouterr()
    assert message in told.err
    assert told.out == ""


def test_a_region_without_prices_is_refused_by_name():
    with pytest.raises(
        ImpossibleGalleryError, match="no prices of eu-north-1 are known; of us-east-1 and"
    ):
        monthly_bill(Gallery(), "eu-north-1")


def test_a_summary_has_the_sums_and_no_single_line():
    bill = monthly_bill(Gallery(photos=100_000, gb=500, views=1_000))

    summary = list(summary_lines(bill))

    assert summary[0].startswith("100,000 photos (500 GB), 1,000 visits and 300 uploads a month")
    sums = [money(bill.month.dollars), money(bill.month.list_dollars)]
    assert any(line.split()[-2:] == sums for line in summary)
    assert not any("GB-seconds" in line for line in summary)
    assert len(summary) < 24


@pytest.mark.parametrize(
    ("dollars", "shown"),
    [(0, "$0.00"), (0.001, "<$0.01"), (0.005, "$0.01"), (1_234.567, "$1,234.57")],
)
def test_money_that_is_less_than_a_cent_is_not_nothing(dollars: float, shown: str):
    assert money(dollars) == shown
