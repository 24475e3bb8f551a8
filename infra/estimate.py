"""What a gallery will cost on AWS: the month's bill by service, and the same on a server.

python -m infra.estimate                                               a gallery of 10,000 photos
python -m infra.estimate --photos 100000 --gb 500 --views 1000
python -m infra.estimate --photos 50000 --videos-gb 300 --region eu-central-1
python -m infra.estimate --photos 100000 --json

Nothing is asked of AWS. What each number stands on is in docs/cost.md.

Exit status: 0, or 2 for bad usage.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence

from infra.cost.bill import Estimate, estimate
from infra.cost.gallery import MB_A_PHOTO, Gallery, ImpossibleGalleryError, read_stacks
from infra.cost.lines import as_json, estimate_lines
from migrations.command import described_parser
from migrations.prices import PRICE_LISTS, US_EAST_1


def monthly_bill(gallery: Gallery, region: str = US_EAST_1.region) -> Estimate:
    """What a gallery costs with the stacks as they are here, in one of `PRICE_LISTS`' regions.

    Raises:
        ImpossibleGalleryError: There is no list of that region's prices.
    """
    try:
        prices = PRICE_LISTS[region]
    except KeyError:
        known = " and ".join(PRICE_LISTS)
        raise ImpossibleGalleryError(
            f"no prices of {region} are known; of {known} they are"
        ) from None
    return estimate(gallery, prices, read_stacks())


def main(arguments: Sequence[str] | None = None) -> int:
    """Print an estimate."""
    parser = _parser()
    options = parser.parse_args(arguments)
    gb = options.photos * MB_A_PHOTO / 1_000 if options.gb is None else options.gb
    try:
        bill = monthly_bill(
            Gallery(
                photos=options.photos,
                gb=gb,
                videos_gb=options.videos_gb,
                views=options.views,
                uploads=options.uploads,
                people=options.people,
            ),
            options.region,
        )
    except ImpossibleGalleryError as error:
        parser.error(str(error))
    if options.json:
        print(json.dumps(as_json(bill), indent=2))
    else:
        print("\n".join(estimate_lines(bill)))
    return 0


def _parser() -> argparse.ArgumentParser:
    default = Gallery()
    parser = described_parser("infra.estimate", __doc__)
    for flag, value, words in (
        ("--photos", default.photos, "how many photos"),
        ("--views", default.views, "visits a month, of ten minutes each"),
        ("--uploads", default.uploads, "new photos and videos a month"),
        ("--people", default.people, "people who sign in"),
    ):
        parser.add_argument(
            flag, type=_whole, default=value, metavar="N", help=f"{words}; {value:,}"
        )
    parser.add_argument(
        "--gb", type=_amount, metavar="GB", help=f"size of the photos; {MB_A_PHOTO:g} MB each"
    )
    parser.add_argument(
        "--videos-gb", type=_amount, default=0.0, metavar="GB", help="size of the videos; 0"
    )
    parser.add_argument("--region", choices=list(PRICE_LISTS), default=US_EAST_1.region)
    parser.add_argument("--json", action="store_true", help="for programs")
    return parser


def _whole(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number, such as 100000")
    return int(text)


def _amount(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,6})?", text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of gigabytes, such as 500 or 0.5")
    return float(text)


if __name__ == "__main__":
    sys.exit(main())
