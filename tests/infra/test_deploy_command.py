"""What a person types, reads and is asked."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from infra import deploy_command, destroy_command
from infra.aws.adoption import Adoption, Step
from infra.aws.release import Site
from infra.aws.review import Review
from infra.aws.take_back import BUCKET, POOL, TABLE, Left
from infra.aws.wishes import Standing
from infra.cost.gallery import Gallery
from infra.deploy_command import (
    agrees,
    default_budget,
    find_problem,
    wishes_of,
)
from infra.deploy_lines import key_lines, more_lines, review_lines, site_lines
from infra.destroy_command import left_lines
from infra.estimate import monthly_bill
from infra.stacks import Change, Proposal, Stack

STACK = Stack("contactsheet-live-data", "{}", {})
BILL = monthly_bill(Gallery())


def options_of(*arguments: str) -> Any:
    return deploy_command._parser().parse_args(arguments)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--environment", "Live"), "ENVIRONMENT begins with a letter"),
        (("--environment", "x" * 16), "at most 15"),
        (("--owner", "me"), "OWNER=me is no e-mail"),
        (("--domain", "photos.example.org"), "belong together"),
        (("--certificate", "arn:aws:acm:us-east-1:1:certificate/x"), "belong together"),
        (("--adopt", "a,b,c"), "a bucket and a table"),
        (("--exchange-key", "--distrust-old-key"), "are two deployments"),
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(arguments: tuple[str, ...], said: str):
    assert said in (find_problem(options_of(*arguments)) or "")


def test_wishes_are_what_was_typed():
    options = options_of(
        *("--environment", "live", "--owner", "me@example.org", "--adopt", "photos, rows"),
        *("--allow-loss", "PagesTable", "--exchange-key", "--price-class", "PriceClass_All"),
    )

    wishes = wishes_of(options, {}, BILL)

    assert find_problem(options) is None
    assert (wishes.adopted_bucket, wishes.adopted_table) == ("photos", "rows")
    assert wishes.losses == {"PagesTable"}
    assert wishes.exchange_key
    assert wishes.chosen == {
        "OwnerEmail": "me@example.org",
        "MonthlyBudget": default_budget(BILL),
        "PriceClass": "PriceClass_All",
    }


def test_a_budget_that_was_chosen_once_counts_more_than_the_estimate_s():
    current = {"MonthlyBudget": "12", "OwnerEmail": "first@example.org"}

    typed = wishes_of(options_of("--budget", "40"), current, BILL)
    kept = wishes_of(options_of("--owner", "second@example.org"), current, BILL)

    assert typed.chosen["MonthlyBudget"] == "40"
    assert kept.chosen == current


def test_a_budget_leaves_room_above_the_estimate():
    assert float(default_budget(BILL)) > BILL.month.list_dollars
    assert float(default_budget(BILL)) >= 5


def test_a_review_names_each_resource_its_action_and_whether_it_is_replaced():
    review = Review(
        {
            "data": Proposal(
                STACK,
                "update",
                (
                    Change("Modify", "PhotosBucket", "AWS::S3::Bucket", "False", ("Tags",)),
                    Change("Modify", "Api", "AWS::ApiGateway::RestApi", "True", ("Properties",)),
                    Change("Remove", "Old", "AWS::Lambda::Function"),
                ),
                "x",
            ),
            "app": Proposal(STACK, "none"),
        },
        {"edge": (Change("Add", "Distribution", "AWS::CloudFront::Distribution"),)},
        (Adoption("bucket photos", (Step("turn versions on", "put_bucket_versioning", {}),)),),
        (Left("UserPool", POOL, "pool-1"),),
    )

    told = "\n".join(review_lines(review))

    assert "Modify  PhotosBucket  AWS::S3::Bucket  in place: Tags" in told
    assert "Modify  Api  AWS::ApiGateway::RestApi  REPLACED: Properties" in told
    assert "Remove  Old  AWS::Lambda::Function" in told
    assert "app: as it should be" in told
    assert (
        "edge: new (told by its template):\n  Add     Distribution  AWS::CloudFront::Distribution"
        in told
    )
    assert "will turn versions on" in told
    assert "pool-1  AWS::Cognito::UserPool" in told


def test_a_first_review_says_who_tells_it():
    made = (Change("Add", "PhotosBucket", "AWS::S3::Bucket"),)
    new = {"app": (Change("Add", "APIHandler", "AWS::Lambda::Function"),)}
    policy = ("Modify", "PageBucketPolicy", "AWS::S3::BucketPolicy", "", ("PolicyDocument",))

    told = review_lines(
        Review({"data": Proposal(STACK, "create", made)}, new, (), (), {"data": (Change(*policy),)})
    )

    assert told == [
        "data: new (CloudFormation's change set):",
        "  Add     PhotosBucket  AWS::S3::Bucket",
        "app: new (told by its template):",
        "  Add     APIHandler  AWS::Lambda::Function",
        "edge: what changes is known, and asked about, once the others stand",
        "data, afterwards (told by its template):",
        "  Modify  PageBucketPolicy  AWS::S3::BucketPolicy  changed: PolicyDocument",
        "",
    ]


def test_what_is_known_on_the_way_is_shown_as_the_rest_was():
    told = more_lines("edge", [Change("Remove", "Old", "AWS::CloudFront::Function")])

    assert told == [
        "",
        "edge: CloudFormation's change set has more than was shown:",
        "  Remove  Old  AWS::CloudFront::Function",
    ]


@pytest.mark.parametrize(
    ("typed", "a", "b", "is_told"),
    [
        (("--distrust-old-key",), "one", "", True),
        (("--distrust-old-key",), "", "", True),
        (("--distrust-old-key",), "one", "two", False),
        ((), "one", "", False),
    ],
)
def test_a_distrust_that_ends_nothing_says_so(
    typed: tuple[str, ...], a: str, b: str, is_told: bool
):
    told = key_lines(options_of(*typed), {"PublicKeyA": a, "PublicKeyB": b})

    assert bool(told) is is_told
    assert all("EXCHANGE_KEY=1" in line for line in told)


@pytest.mark.parametrize(
    ("said", "agreed"), [("yes", True), (" Y \n", True), ("", False), ("no", False), ("yep", False)]
)
def test_only_a_yes_is_a_yes(said: str, agreed: bool):
    assert agrees(lambda _: said, "?") is agreed


@pytest.mark.parametrize("silence", [EOFError, KeyboardInterrupt])
def test_who_cannot_be_asked_or_leaves_has_not_agreed(silence: type[BaseException]):
    def nobody(_: str) -> str:
        raise silence

    assert agrees(nobody, "?") is False


def test_the_end_says_where_the_gallery_is_and_what_is_left_to_do():
    site = Site(
        *("https://photos.example.org", "d1.cloudfront.net", {}, {"AlarmsTopicArn": "arn:topic"}),
        ("main",),
        ("holidays",),
    )
    options = options_of(
        *("--domain", "photos.example.org", "--certificate", "c", "--owner", "me@example.org"),
        *("--adopt", "photos"),
    )

    told = "\n".join(site_lines(site, options, "me@example.org"))
    to_a_second = "\n".join(site_lines(site, options, "first@example.org"))

    assert "https://photos.example.org/gallery" in told
    assert "CNAME record with the value d1.cloudfront.net" in told
    assert "me@example.org owns main" in told
    assert "no-reply@sns.amazonaws.com" in told
    assert "--notification-endpoint me@example.org --topic-arn arn:topic" in to_a_second
    assert "owned by nobody yet: holidays" in told
    assert "python -m migrations.reconcile --migrate" in told


def test_what_stays_is_named_with_how_to_destroy_it():
    standing = Standing({}, {"data": {"AdoptedBucket": "mine"}})
    left = [
        Left("AssetsTable", TABLE, "rows"),
        Left("PageBucket", BUCKET, "page"),
        Left("UserPool", POOL, "pool-1"),
    ]

    told = "\n".join(left_lines(left, standing, "live"))

    assert "mine was there before it, and stays" in told
    assert "delete-table --table-name rows" in told
    assert "--no-deletion-protection-enabled" in told
    assert "choose page, Empty, then Delete" in told
    assert "delete-user-pool --user-pool-id pool-1" in told


@pytest.mark.parametrize("command", [deploy_command, destroy_command])
def test_without_a_region_nothing_is_asked_of_aws(
    command: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")

    status = command.main(["--environment", "live"])

    assert status == 2
    assert "export AWS_DEFAULT_REGION=" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (KeyboardInterrupt(), "interrupted; AWS goes on"),
        (EndpointConnectionError(endpoint_url="https://sts"), "AWS was not reached"),
    ],
)
def test_what_ends_it_early_says_that_it_can_be_run_again(
    raised: BaseException,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    def end(*_: Any) -> None:
        raise raised

    monkeypatch.setattr(deploy_command, "open_session", lambda: None)
    monkeypatch.setattr(deploy_command, "find_account", end)

    status = deploy_command.main(["--environment", "live"])

    told = capsys.readouterr().err
    assert status == 1
    assert said in told
    assert "un it again" in told


def test_an_interrupted_first_deployment_still_asks_who_owns_it(monkeypatch, capsys):
    none: dict[str, dict[str, str]] = {"data": {}, "app": {}, "edge": {}}
    standing = Standing({**none, "data": {"UserPoolId": "pool-1"}}, none)
    services = SimpleNamespace(of=lambda _: SimpleNamespace(cloudformation=None))
    monkeypatch.setattr(deploy_command, "open_session", lambda: None)
    monkeypatch.setattr(deploy_command, "find_account", lambda _: None)
    monkeypatch.setattr(deploy_command, "Services", services)
    monkeypatch.setattr(deploy_command, "look", lambda *_: standing)

    with pytest.raises(SystemExit, match="2"):
        deploy_command.main(["--environment", "live", "--yes"])

    assert "OWNER=you@example.org" in capsys.readouterr().err
