"""A gallery of your own on AWS, made or brought up to date: `make deploy`.

make deploy ENVIRONMENT=live OWNER=you@example.org       shows what it does and costs, then asks
make deploy ENVIRONMENT=live OWNER=you@example.org YES=1           does not ask
make deploy ENVIRONMENT=live ADOPT=my-photos,my-table    uses a bucket and a table that are there
make deploy ENVIRONMENT=live DOMAIN=photos.example.org CERTIFICATE=arn:aws:acm:us-east-1:…
make deploy ENVIRONMENT=live EXCHANGE_KEY=1              signs photo addresses with another key

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

from botocore.exceptions import ClientError

from chalicelib.errors import GalleryError
from infra.aws.account import Account, AccountError, find_account, open_session
from infra.aws.adoption import AdoptionError
from infra.aws.release import Release, Review, Site
from infra.aws.wanted_stacks import EDGE_TEMPLATE, WantedStacks
from infra.aws.wishes import LAYERS, Services, Wishes, look
from infra.build import AWS, ROOT, BuildError, build
from infra.build_page import BuildPageError, build_page
from infra.cost.bill import Estimate
from infra.cost.gallery import MB_A_PHOTO, Gallery, ImpossibleGalleryError
from infra.cost.lines import summary_lines
from infra.estimate import monthly_bill
from infra.layers import LayerError
from infra.stack_state import DeployError
from infra.stacks import Change, Proposal
from migrations.command import described_parser

BUILD_FOLDER = ROOT / ".build"
ENVIRONMENT = re.compile("[a-z][a-z0-9-]{0,15}")
E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SMALLEST_BUDGET = 5
"""US dollars a month, below which a budget would ring for a coffee."""
BUDGET_FACTOR = 2
"""How many times the estimate is cause for a message."""
SERVERLESS = "AWS::Serverless::"
"""Types that CloudFormation makes several resources of.

https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html
"""
Ask = Callable[[str], str]


def main(arguments: Sequence[str] | None = None, ask: Ask = input) -> int:
    """Deploy."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if problem := find_problem(options):
        parser.error(problem)
    try:
        session = open_session()
        account = find_account(session)
        services = Services.of(session)
        standing = look(services.cloudformation, options.environment)
        if not standing.has("data") and not options.owner:
            parser.error("say who is to own the new gallery: OWNER=you@example.org")
        bill, note = find_bill(options, account.region)
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
        )
        review = release.review()
        print("\n".join([*place_lines(account, options.environment), *review_lines(review)]))
        print("\n".join([*summary_lines(bill), *note]))
        if not options.yes and not agrees(ask, "Do this? (yes/no) "):
            release.discard(review)
            print("nothing was done")
            return 1
        site = release.carry_out(review, options.owner)
    except (AccountError, ImpossibleGalleryError) as error:
        print(error, file=sys.stderr)
        return 2
    except (
        *(AdoptionError, BuildError, BuildPageError, DeployError, GalleryError, LayerError),
    ) as error:
        print(f"not deployed: {error}", file=sys.stderr)
        return 1
    except ClientError as error:
        print(f"AWS refused: {error}\nrun it again once the cause is gone", file=sys.stderr)
        return 1
    print("\n".join(site_lines(site, options, wishes.chosen.get("OwnerEmail", ""))))
    return 0


def find_problem(options: argparse.Namespace) -> str | None:
    """What is wrong with what was given, if something is."""
    if not ENVIRONMENT.fullmatch(options.environment):
        return "ENVIRONMENT begins with a letter and has at most 16 of a-z, 0-9 and -"
    if options.owner and not E_MAIL.fullmatch(options.owner):
        return f"OWNER={options.owner} is no e-mail address"
    if bool(options.domain) != bool(options.certificate):
        return "DOMAIN and CERTIFICATE belong together; docs/aws.md says where to get one"
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


def place_lines(account: Account, environment: str) -> list[str]:
    """Where it happens."""
    return [
        f"gallery   {environment}",
        f"account   {account.id}, as {account.caller}",
        f"region    {account.region}",
        "",
    ]


def review_lines(review: Review) -> list[str]:
    """What happens, stack by stack."""
    told: list[str] = []
    for layer in LAYERS:
        if layer in review.proposals:
            told += proposal_lines(layer, review.proposals[layer])
        elif layer in review.new:
            told += new_lines(layer, review.new[layer])
        else:
            told += [f"{layer}: brought up to date once the others are"]
    for adoption in review.adoptions:
        told += adoption.lines()
    if review.left:
        told += [
            "found, and taken back as it is:",
            *(f"  {thing.name}  {thing.kind}" for thing in review.left),
        ]
    return [*told, ""]


def proposal_lines(layer: str, proposal: Proposal) -> list[str]:
    """What changes on a stack that stands."""
    if proposal.kind == "none":
        return [f"{layer}: as it should be"]
    return [f"{layer}:", *(f"  {change_line(change)}" for change in proposal.changes)]


def change_line(change: Change) -> str:
    """What happens to one resource."""
    told = f"{change.action:<8}{change.resource}  {change.kind}"
    if change.action != "Modify":
        return told
    how = {"True": "REPLACED", "Conditional": "PERHAPS REPLACED"}.get(
        change.replacement, "in place"
    )
    return f"{told}  {how}: {', '.join(change.parts)}"


def new_lines(layer: str, changes: Collection[Change]) -> list[str]:
    """What a stack will consist of."""
    told = [f"{layer}: new", *(f"  {change_line(change)}" for change in changes)]
    if any(change.kind.startswith(SERVERLESS) for change in changes):
        told.append("  and with each of Serverless its role, its triggers and who may call it")
    return told


def site_lines(site: Site, options: argparse.Namespace, told_of_alarms: str) -> list[str]:
    """What a person does next.

    Args:
        site: What stands.
        options: What was typed.
        told_of_alarms: E-mail of who is told of alarms, and of the budget.
    """
    told = ["", f"the gallery is open: {site.address}/gallery"]
    if options.domain:
        told.append(
            f"let {options.domain} point to it: a CNAME record with the value {site.domain}"
        )
    if options.owner:
        subscribe = f"aws sns subscribe --protocol email --notification-endpoint {options.owner}"
        alarms = f"to be told of alarms, too: {subscribe} --topic-arn {site.app['AlarmsTopicArn']}"
        if options.owner == told_of_alarms:
            alarms = "no-reply@sns.amazonaws.com asks who is to be told of alarms; confirm it once"
        told += [
            f"{options.owner} owns {', '.join(site.galleries)}",
            "who is new here gets a first password by e-mail, from no-reply@verificationemail.com",
            alarms,
        ]
    if site.others:
        told.append(f"owned by nobody yet: {', '.join(site.others)}")
    if options.adopt:
        told += [
            "photos that were there before get their rows, thumbnails and lists by:",
            f'  eval "$(python -m infra.deployed_environment {options.environment})"',
            "  python -m migrations.reconcile --migrate",
            "  python -m migrations.generate_thumbnails --remote --migrate",
            "  python -m migrations.audit --migrate",
        ]
    return told


def agrees(ask: Ask, question: str) -> bool:
    """Whether a person says yes; one that can't be asked does not."""
    try:
        return ask(question).strip().lower() in ("y", "yes")
    except EOFError:
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
