"""Stacks: what CloudFormation is asked, what is shown of its answers, and what is refused."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError
from botocore.stub import ANY, Stubber

from infra.stack_state import DeployError, settle
from infra.stacks import Change, Proposal, Stack, bring_stack, carry_out, discard, propose
from tests.infra.aws.clients import stubbed

STACK = Stack("contactsheet-live-app", "{}", {"Environment": "live"})
CHANGE_SET = f"to-{STACK.digest}"
NAMED = {"StackName": STACK.name, "ChangeSetName": CHANGE_SET}
CREATED = {"Id": "arn:aws:cloudformation:x:1:changeSet/x/1", "StackId": "arn"}
DONE: dict[str, Any] = {"Status": "CREATE_COMPLETE", "Changes": []}


@pytest.fixture
def told() -> tuple[Any, Stubber]:
    return stubbed("cloudformation")


def stack_in(status: str, **more: Any) -> dict[str, Any]:
    stack = {"StackName": STACK.name, "StackStatus": status, "CreationTime": "2026-11-21", **more}
    return {"Stacks": [stack]}


def absent(answers: Stubber) -> None:
    answers.add_client_error(
        "describe_stacks", "ValidationError", f"Stack with id {STACK.name} does not exist"
    )


def change(action: str, resource: str, kind: str, *properties: str) -> dict[str, Any]:
    return {
        "Type": "Resource",
        "ResourceChange": {
            "Action": action,
            "LogicalResourceId": resource,
            "ResourceType": kind,
            "Replacement": "False",
            "Details": [
                {"Target": {"Attribute": "Properties", "Name": name}} for name in properties
            ]
            + [{"Target": {"Attribute": "Tags"}}],
        },
    }


def test_an_update_is_shown_before_it_is_done(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("UPDATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    answers.add_response("create_change_set", CREATED)
    shown = [change("Modify", "APIHandler", "AWS::Lambda::Function", "Code", "Timeout", "Code")]
    answers.add_response("describe_change_set", DONE)
    answers.add_response("describe_change_set", {**DONE, "Changes": shown})

    proposal = propose(cloudformation, STACK)

    wanted = Change(
        "Modify", "APIHandler", "AWS::Lambda::Function", "False", ("Code", "Timeout", "Tags")
    )
    assert proposal == Proposal(STACK, "update", (wanted,), CHANGE_SET)
    answers.assert_no_pending_responses()  # nothing was executed


def test_an_update_is_undone_by_alarms_of_which_cloudformation_takes_five(
    told: tuple[Any, Stubber],
):
    cloudformation, answers = told
    arns = tuple(f"arn:aws:cloudwatch:eu-central-1:1:alarm:{n}" for n in range(7))
    stack = Stack("s", "{}", {}, alarms=arns)
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {})
    triggers = [{"Arn": arn, "Type": "AWS::CloudWatch::Alarm"} for arn in arns[:5]]
    answers.add_response(
        "create_change_set",
        CREATED,
        {
            "StackName": "s",
            "TemplateBody": "{}",
            "Parameters": [],
            "Capabilities": ANY,
            "Tags": [],
            "RollbackConfiguration": {"RollbackTriggers": triggers, "MonitoringTimeInMinutes": 5},
            "ChangeSetName": ANY,
            "ChangeSetType": "UPDATE",
        },
    )
    answers.add_response("describe_change_set", DONE)
    answers.add_response("describe_change_set", DONE)

    propose(cloudformation, stack)

    answers.assert_no_pending_responses()


def test_an_update_that_an_alarm_undid_says_so(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    arn = "arn:stack"
    answers.add_response("execute_change_set", {})
    answers.add_response("describe_stacks", stack_in("UPDATE_ROLLBACK_COMPLETE"))
    events = [
        (arn, "UPDATE_ROLLBACK_COMPLETE", ""),
        (arn, "UPDATE_ROLLBACK_IN_PROGRESS", "Alarm contactsheet-live-api went to ALARM"),
        (arn, "UPDATE_IN_PROGRESS", "User Initiated"),
        ("other", "CREATE_FAILED", "of an earlier day"),
    ]
    answers.add_response(
        "describe_stack_events",
        {
            "StackEvents": [
                {
                    "StackId": arn,
                    "EventId": str(n),
                    "StackName": STACK.name,
                    "Timestamp": "2026-11-21",
                    "PhysicalResourceId": physical,
                    "LogicalResourceId": "it",
                    "ResourceStatus": status,
                    "ResourceStatusReason": reason,
                }
                for n, (physical, status, reason) in enumerate(events)
            ]
        },
    )

    with pytest.raises(DeployError, match="went to ALARM") as failed:
        carry_out(cloudformation, Proposal(STACK, "update", (), CHANGE_SET))

    assert "of an earlier day" not in str(failed.value)


def test_where_nothing_changes_nothing_is_done(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    answers.add_response("create_change_set", CREATED)
    reason = "The submitted information didn't contain changes."
    answers.add_response("describe_change_set", {"Status": "FAILED", "StatusReason": reason})
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))

    changed, outputs = bring_stack(cloudformation, STACK)

    assert (changed, outputs) == (False, {})
    answers.assert_no_pending_responses()


def test_what_cloudformation_refuses_waits_nowhere(told: tuple[Any, Stubber]):
    refused = {"Status": "FAILED", "StatusReason": "Template error"}
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    answers.add_response("create_change_set", CREATED)
    answers.add_response("describe_change_set", refused)
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    with pytest.raises(DeployError, match="Template error"):
        propose(cloudformation, STACK)

    absent(answers)
    answers.add_response("create_change_set", CREATED)
    answers.add_response("describe_change_set", refused)
    answers.add_response("describe_stacks", stack_in("REVIEW_IN_PROGRESS"))
    answers.add_response("delete_stack", {}, {"StackName": STACK.name})
    absent(answers)
    with pytest.raises(DeployError, match="Template error"):
        propose(cloudformation, STACK)

    answers.assert_no_pending_responses()


def test_the_remains_of_a_first_creation_are_cleared_away(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("ROLLBACK_COMPLETE"))
    answers.add_response("delete_stack", {}, {"StackName": STACK.name})
    answers.add_response("describe_stacks", stack_in("DELETE_COMPLETE"))
    answers.add_response("create_change_set", CREATED)
    answers.add_response("describe_change_set", DONE)
    answers.add_response("describe_change_set", DONE)

    proposal = propose(cloudformation, STACK)

    assert proposal.kind == "create"
    answers.assert_no_pending_responses()


def test_a_deployment_waits_for_one_that_was_left_running(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("UPDATE_IN_PROGRESS"))
    answers.add_response("describe_stacks", stack_in("UPDATE_COMPLETE"))

    stack = settle(cloudformation, STACK.name)

    assert stack is not None
    assert stack["StackStatus"] == "UPDATE_COMPLETE"


def test_a_stack_that_is_stuck_names_the_command_that_leads_it_out(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("UPDATE_ROLLBACK_FAILED"))
    answers.add_response("describe_stack_events", {"StackEvents": []})

    with pytest.raises(DeployError, match=f"continue-update-rollback --stack-name {STACK.name}"):
        settle(cloudformation, STACK.name)


def test_a_stack_that_was_only_proposed_goes_with_its_proposal(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("REVIEW_IN_PROGRESS"))
    answers.add_response("delete_stack", {}, {"StackName": STACK.name})
    absent(answers)
    answers.add_response("describe_stacks", stack_in("UPDATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)

    discard(cloudformation, Proposal(STACK, "create", (), CHANGE_SET))
    discard(cloudformation, Proposal(STACK, "update", (), CHANGE_SET))
    discard(cloudformation, Proposal(STACK, "none"))

    answers.assert_no_pending_responses()


@pytest.mark.parametrize("kind", ["create", "update"])
@pytest.mark.parametrize("status", ["CREATE_IN_PROGRESS", "CREATE_COMPLETE", "UPDATE_COMPLETE"])
@pytest.mark.parametrize("refusal", ["", "ChangeSetNotFound", "InvalidChangeSetStatus"])
def test_a_stack_that_another_deployment_has_made_in_the_meantime_is_not_deleted(
    told: tuple[Any, Stubber], kind: Any, status: str, refusal: str
):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in(status))
    if refusal:
        answers.add_client_error("delete_change_set", refusal, expected_params=NAMED)
    else:
        answers.add_response("delete_change_set", {}, NAMED)

    discard(cloudformation, Proposal(STACK, kind, (), CHANGE_SET))

    answers.assert_no_pending_responses()  # a delete_stack would have been refused


def test_what_is_gone_already_is_not_discarded_once_more(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    absent(answers)

    discard(cloudformation, Proposal(STACK, "create", (), CHANGE_SET))

    answers.assert_no_pending_responses()


def test_a_change_set_that_may_not_be_deleted_is_told(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("UPDATE_COMPLETE"))
    answers.add_client_error("delete_change_set", "AccessDenied")

    with pytest.raises(ClientError, match="AccessDenied"):
        discard(cloudformation, Proposal(STACK, "update", (), CHANGE_SET))


def test_who_leaves_while_cloudformation_thinks_leaves_nothing_behind(
    told: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch
):
    cloudformation, answers = told
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)
    answers.add_response("create_change_set", CREATED)
    answers.add_response("describe_stacks", stack_in("CREATE_COMPLETE"))
    answers.add_response("delete_change_set", {}, NAMED)

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cloudformation, "get_waiter", interrupt)
    with pytest.raises(KeyboardInterrupt):
        propose(cloudformation, STACK)

    answers.assert_no_pending_responses()


@pytest.mark.parametrize("status", ["REVIEW_IN_PROGRESS", "UPDATE_COMPLETE"])
def test_what_can_not_be_begun_waits_nowhere(told: tuple[Any, Stubber], status: str):
    cloudformation, answers = told
    answers.add_client_error("execute_change_set", "InvalidChangeSetStatus")
    answers.add_response("describe_stacks", stack_in(status))
    if status == "REVIEW_IN_PROGRESS":
        answers.add_response("delete_stack", {}, {"StackName": STACK.name})
        absent(answers)
    else:
        answers.add_response("delete_change_set", {}, NAMED)

    with pytest.raises(DeployError, match="InvalidChangeSetStatus"):
        carry_out(cloudformation, Proposal(STACK, "create", (), CHANGE_SET))

    answers.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("action", "kind", "replacement", "loses"),
    [
        ("Remove", "AWS::DynamoDB::Table", "", True),
        ("Modify", "AWS::DynamoDB::Table", "True", True),
        ("Modify", "AWS::DynamoDB::Table", "Conditional", True),
        ("Remove", "AWS::Cognito::UserPool", "", True),
        ("Modify", "AWS::DynamoDB::Table", "False", False),
        ("Add", "AWS::DynamoDB::Table", "", False),
        ("Import", "AWS::S3::Bucket", "", False),
        ("Modify", "AWS::Lambda::Function", "True", False),
        ("Remove", "AWS::Lambda::Function", "", False),
    ],
)
def test_what_holds_photos_is_lost_by_removal_and_by_replacement(
    action: str, kind: str, replacement: str, loses: bool
):
    assert Change(action, "It", kind, replacement).loses is loses


@pytest.mark.parametrize(
    ("properties", "loses"),
    [
        (("CorsConfiguration", "LifecycleConfiguration"), False),
        (("CorsConfiguration", "BucketName"), True),
        (("Unheard",), True),
    ],
)
def test_where_cloudformation_cannot_tell_a_bucket_counts_as_lost_unless_it_is_known_not_to_be(
    properties: tuple[str, ...], loses: bool
):
    changed = Change("Modify", "PhotosBucket", "AWS::S3::Bucket", "Conditional", properties)

    assert changed.loses is loses


def test_only_a_marked_stack_bears_a_digest(told: tuple[Any, Stubber]):
    """A tag that changes with each update would be a change of every resource of it."""
    cloudformation, answers = told
    tags = [[{"Key": "contactsheet", "Value": "live"}], [{"Key": ANY, "Value": ANY}]]
    for wanted in tags:
        absent(answers)
        answers.add_response(
            "create_change_set",
            CREATED,
            {
                "StackName": ANY,
                "TemplateBody": ANY,
                "Parameters": ANY,
                "Capabilities": ANY,
                "ChangeSetName": ANY,
                "ChangeSetType": "CREATE",
                "Tags": wanted,
            },
        )
        answers.add_response("describe_change_set", DONE)
        answers.add_response("describe_change_set", DONE)

    propose(cloudformation, Stack("s", "{}", {}, tags={"contactsheet": "live"}))
    propose(cloudformation, Stack("s", "{}", {}, is_marked=True))

    answers.assert_no_pending_responses()


def test_a_template_that_is_too_large_and_has_no_bucket_is_refused(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    absent(answers)
    absent(answers)

    with pytest.raises(DeployError, match="no bucket to lie in"):
        propose(cloudformation, Stack("s", json.dumps({"x": "y" * 60_000}), {}))
