"""What a person types, reads and is asked."""

from typing import Any

import pytest

from infra import deploy_command, destroy_command
from infra.aws.adoption import Adoption, Step
from infra.aws.release import Review, Site
from infra.aws.take_back import BUCKET, POOL, TABLE, Left
from infra.aws.wishes import Standing
from infra.cost.gallery import Gallery
from infra.deploy_command import (
    agrees,
    default_budget,
    find_problem,
    review_lines,
    site_lines,
    wishes_of,
)
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
        (("--environment", "x" * 17), "at most 16"),
        (("--owner", "me"), "OWNER=me is no e-mail"),
        (("--domain", "photos.example.org"), "belong together"),
        (("--certificate", "arn:aws:acm:us-east-1:1:certificate/x"), "belong together"),
        (("--adopt", "a,b,c"), "a bucket and a table"),
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
    assert "edge: new\n  Add     Distribution  AWS::CloudFront::Distribution" in told
    assert "will turn versions on" in told
    assert "pool-1  AWS::Cognito::UserPool" in told


def test_a_first_review_names_what_will_be_made_and_what_comes_along():
    new = {
        "data": (Change("Add", "PhotosBucket", "AWS::S3::Bucket"),),
        "app": (Change("Add", "APIHandler", "AWS::Serverless::Function"),),
    }

    told = review_lines(Review({}, new, (), ()))

    assert told == [
        "data: new",
        "  Add     PhotosBucket  AWS::S3::Bucket",
        "app: new",
        "  Add     APIHandler  AWS::Serverless::Function",
        "  and with each of Serverless its role, its triggers and who may call it",
        "edge: brought up to date once the others are",
        "",
    ]


@pytest.mark.parametrize(
    ("said", "agreed"), [("yes", True), (" Y \n", True), ("", False), ("no", False), ("yep", False)]
)
def test_only_a_yes_is_a_yes(said: str, agreed: bool):
    assert agrees(lambda _: said, "?") is agreed


def test_who_cannot_be_asked_has_not_agreed():
    def nobody(_: str) -> str:
        raise EOFError

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
