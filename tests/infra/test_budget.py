"""The budget alarm: none unless asked for, told in time, and allowed to tell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from chalice.package import YAMLTemplateSerializer

APP = Path(__file__).parents[2] / "infra" / "app.yaml"
# What a template needs to hold the budget and nothing else.
ITS_OWN = ("Alarms", "AlarmsPolicy", "BudgetAlarm")


@pytest.fixture(scope="module")
def template() -> dict[str, Any]:
    read: dict[str, Any] = YAMLTemplateSerializer().load_template(APP.read_text(), str(APP))
    return read


@pytest.fixture
def budget(template: dict[str, Any]) -> dict[str, Any]:
    resource: dict[str, Any] = template["Resources"]["BudgetAlarm"]
    return resource


def test_there_is_no_budget_unless_one_is_named(template: dict[str, Any], budget: dict[str, Any]):
    assert template["Parameters"]["MonthlyBudget"]["Default"] == 0
    assert budget["Condition"] == "HasBudget"
    asked = {"Fn::Not": [{"Fn::Equals": [{"Ref": "MonthlyBudget"}, "0"]}]}
    assert template["Conditions"]["HasBudget"] == asked


def test_it_is_a_month_s_dollars(budget: dict[str, Any]):
    of = budget["Properties"]["Budget"]

    assert (of["BudgetType"], of["TimeUnit"]) == ("COST", "MONTHLY")
    assert of["BudgetLimit"] == {"Amount": {"Ref": "MonthlyBudget"}, "Unit": "USD"}


def test_another_owner_can_be_told(budget: dict[str, Any]):
    # that replaces the budget: the new one is made before the old one goes, under its name
    # https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
    assert "BudgetName" not in budget["Properties"]["Budget"]


def test_it_tells_before_it_is_spent_when_it_is_and_when_it_will_be(budget: dict[str, Any]):
    told = [
        (n["Notification"]["NotificationType"], n["Notification"]["Threshold"])
        for n in budget["Properties"]["NotificationsWithSubscribers"]
    ]

    assert told == [("ACTUAL", 80), ("ACTUAL", 100), ("FORECASTED", 100)]


def test_the_topic_s_subscribers_are_told_and_the_owner_where_one_is_named(
    budget: dict[str, Any],
):
    for notification in budget["Properties"]["NotificationsWithSubscribers"]:
        topic, owner = notification["Subscribers"]
        assert topic == {"SubscriptionType": "SNS", "Address": {"Ref": "Alarms"}}
        condition, email, nobody = owner["Fn::If"]
        assert condition == "HasOwnerEmail"
        assert email == {"SubscriptionType": "EMAIL", "Address": {"Ref": "OwnerEmail"}}
        assert nobody == {"Ref": "AWS::NoValue"}


def test_budgets_of_this_account_alone_may_publish_to_the_topic(template: dict[str, Any]):
    """https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html."""
    statements = template["Resources"]["AlarmsPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    (may,) = (s for s in statements if s["Principal"] == {"Service": "budgets.amazonaws.com"})
    assert (may["Effect"], may["Action"]) == ("Allow", "sns:Publish")
    assert may["Resource"] == {"Ref": "Alarms"}
    assert may["Condition"] == {
        "StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}},
        "ArnLike": {
            "aws:SourceArn": {"Fn::Sub": "arn:${AWS::Partition}:budgets::${AWS::AccountId}:*"}
        },
    }


def test_cloudformation_s_linter_finds_nothing(template: dict[str, Any], tmp_path: Path):
    alone = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": {
            name: template["Parameters"][name]
            for name in ("Environment", "MonthlyBudget", "OwnerEmail")
        },
        "Conditions": {
            name: template["Conditions"][name] for name in ("HasBudget", "HasOwnerEmail")
        },
        "Resources": {name: template["Resources"][name] for name in ITS_OWN},
    }
    path = tmp_path / "budget.json"
    path.write_text(json.dumps(alone))

    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, path], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout + done.stderr) == (0, "")
