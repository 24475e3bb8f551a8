"""A gallery of your own on AWS, made or brought up to date: `make deploy`.

make deploy ENVIRONMENT=live OWNER=you@example.org       shows what it does and costs, then asks
make deploy ENVIRONMENT=live OWNER=you@example.org YES=1           does not ask
make deploy ENVIRONMENT=live ADOPT=my-photos,my-table    uses a bucket and a table that are there
make deploy ENVIRONMENT=live DOMAIN=photos.example.org CERTIFICATE=arn:aws:acm:us-east-1:…
make deploy ENVIRONMENT=live EXCHANGE_KEY=1              signs photo addresses with another key

What CloudFormation can say only on the way is shown and asked about then, unless it is what was
shown already; with YES=1 it is shown, and done unless photos, rows or owners would be lost.

Run it again at any time: after an update of this folder, and after it was interrupted. Rows, photos
and owners stay. docs/aws.md is the guide.

Exit status: 0 done, 1 failed or refused, 2 bad usage or no way into the account.
"""

import argparse
import math
import re
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime

from chalicelib.errors import GalleryError
from infra.aws.account import find_account, open_session
from infra.aws.outcome import run_to_end
from infra.aws.release import Release
from infra.aws.wanted_stacks import EDGE_TEMPLATE, WantedStacks
from infra.aws.wishes import Services, Wishes, look
from infra.build import AWS, ROOT, BuildError, build
from infra.build_page import BuildPageError, build_page
from infra.cost.bill import Estimate
from infra.cost.gallery import MB_A_PHOTO, Gallery, ImpossibleGalleryError
from infra.cost.lines import summary_lines
from infra.deploy_lines import key_lines, more_lines, place_lines, review_lines, site_lines
from infra.estimate import monthly_bill
from infra.layers import LayerError
from infra.stacks import Change
from migrations.command import described_parser

BUILD_FOLDER = ROOT / ".build"
# S3 takes 63 characters; the longest name is contactsheet-…-photos-<account>-ap-southeast-1
ENVIRONMENT = re.compile("[a-z][a-z0-9-]{0,14}")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SMALLEST_BUDGET = 5
"""US dollars a month, below which a budget would ring for a coffee."""
BUDGET_FACTOR = 2
"""How many times the estimate is cause for a message."""
Ask = Callable[[str], str]


def main(arguments: Sequence[str] | None = None, ask: Ask = input) -> int:
    """Deploy."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if problem := find_problem(options):
        parser.error(problem)

    def agree(layer: str, changes: Collection[Change]) -> bool:
        print("\n".join(more_lines(layer, changes)))
        return options.yes or agrees(ask, "Do this, too? (yes/no) ")

    def deploy() -> int:
        session = open_session()
        account = find_account(session)
        services = Services.of(session)
        standing = look(services.cloudformation, options.environment)
        if not (options.owner or standing.parameters["app"].get("OwnerEmail")):
            parser.error(
                "say who owns the gallery and is told of its alarms: OWNER=you@example.org"
            )
        try:
            bill, note = find_bill(options, account.region)
        except ImpossibleGalleryError as error:
            print(error, file=sys.stderr)
            return 2
        wishes = wishes_of(options, standing.parameters["app"], bill)
        release = Release(
            WantedStacks(
                services,
                account,
                wishes,
                build(AWS, BUILD_FOLDER),
                EDGE_TEMPLATE.read_text(encoding="utf-8"),
            ),
            build_page(BUILD_FOLDER / "page"),
            say,
            datetime.now(UTC),
            agree,
        )
        review = release.review()
        print("\n".join([*place_lines(account, options.environment), *review_lines(review)]))
        keys = key_lines(options, standing.parameters["edge"])
        print("\n".join([*summary_lines(bill), *note, *keys]))
        if not options.yes and not agrees(ask, "Do this? (yes/no) "):
            release.discard(review)
            print("nothing was done")
            return 1
        site = release.carry_out(review, options.owner)
        print("\n".join(site_lines(site, options, wishes.chosen.get("OwnerEmail", ""))))
        return 0

    return run_to_end(
        deploy, "not deployed", (BuildError, BuildPageError, GalleryError, LayerError)
    )


def find_problem(options: argparse.Namespace) -> str | None:
    """What is wrong with what was given, if something is."""
    if not ENVIRONMENT.fullmatch(options.environment):
        return "ENVIRONMENT begins with a letter and has at most 15 of a-z, 0-9 and -"
    if options.owner and not E_MAIL.fullmatch(options.owner):
        return f"OWNER={options.owner} is no e-mail address"
    if bool(options.domain) != bool(options.certificate):
        return "DOMAIN and CERTIFICATE belong together; docs/aws.md says where to get one"
    if options.exchange_key and options.distrust_old_key:
        return (
            "EXCHANGE_KEY=1 and DISTRUST_OLD_KEY=1 are two deployments: functions sign with the "
            "old key for up to five minutes after the first. Give EXCHANGE_KEY=1 now, and "
            "DISTRUST_OLD_KEY=1 five minutes after it has ended"
        )
    if options.adopt.count(",") > 1:
        return "ADOPT is a bucket, or a bucket and a table: ADOPT=my-photos,my-table"
    return None


def wishes_of(options: argparse.Namespace, current: Mapping[str, str], bill: Estimate) -> Wishes:
    """What was asked for.

    Args:
        options: What was typed.
        current: The app stack's parameters, as they are.
        bill: What a month is expected to cost.
    """
    bucket, _, table = options.adopt.partition(",")
    chosen = {
        "TimeZone": options.time_zone,
        "MonthlyBudget": options.budget or current.get("MonthlyBudget") or default_budget(bill),
        # who is told of the budget stays who it is when a second owner is invited
        "OwnerEmail": current.get("OwnerEmail") or options.owner,
        "DomainName": options.domain,
        "CertificateArn": options.certificate,
        "PriceClass": options.price_class,
    }
    return Wishes(
        options.environment,
        {name: value for name, value in chosen.items() if value},
        bucket.strip(),
        table.strip(),
        frozenset(filter(None, options.allow_loss.split(","))),
        options.exchange_key,
        options.distrust_old_key,
    )


def find_bill(options: argparse.Namespace, region: str) -> tuple[Estimate, list[str]]:
    """The month's bill, and what has to be said of it."""
    gb = options.photos * MB_A_PHOTO / 1_000 if options.gb is None else options.gb
    gallery = Gallery(photos=options.photos, gb=gb, views=options.views)
    try:
        return monthly_bill(gallery, region), []
    except ImpossibleGalleryError:
        return monthly_bill(gallery), [f"  (by the prices of us-east-1; those of {region} differ)"]


def default_budget(bill: Estimate) -> str:
    """Above what a month is unusual, US dollars."""
    return str(max(SMALLEST_BUDGET, math.ceil(BUDGET_FACTOR * bill.month.list_dollars)))


def agrees(ask: Ask, question: str) -> bool:
    """Whether a person says yes; one that can't be asked does not."""
    try:
        return ask(question).strip().lower() in ("y", "yes")
    except (EOFError, KeyboardInterrupt):  # Ctrl-C at the question is a no
        return False


def say(line: str) -> None:
    """Progress."""
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = described_parser("infra.deploy_command", __doc__)
    for flag, words in (
        ("--environment", "names this gallery among others of the account; live"),
        ("--owner", "e-mail of who owns it; needed the first time"),
        ("--adopt", "a bucket, or a bucket and a table, to use where they are"),
        ("--domain", "a name of your own for it"),
        ("--certificate", "ARN of the certificate for that name, in us-east-1"),
        ("--price-class", "from where CloudFront answers: PriceClass_100, _200 or _All"),
        ("--time-zone", "of photos that carry none, such as Europe/Berlin"),
        ("--budget", "dollars a month beyond which you are told, 0 for none; twice the estimate"),
        ("--allow-loss", "resources that may be removed or replaced, by their logical names"),
    ):
        parser.add_argument(flag, default="", help=words)
    parser.set_defaults(environment="live")
    parser.add_argument("--photos", type=int, default=Gallery().photos, help="for the estimate")
    parser.add_argument("--gb", type=float, help="for the estimate")
    parser.add_argument("--views", type=int, default=Gallery().views, help="for the estimate")
    parser.add_argument(
        "--exchange-key", action="store_true", help="sign photo addresses with another key"
    )
    parser.add_argument(
        "--distrust-old-key", action="store_true", help="one that was exchanged opens nothing more"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    return parser


if __name__ == "__main__":
    sys.exit(main())
