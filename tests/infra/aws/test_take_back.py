"""A data stack that begins with what an earlier one left, where the first attempt fails."""

from typing import Any

import pytest
from botocore.stub import Stubber

from infra.aws.take_back import BUCKET, TABLE, Left, begin_with
from infra.aws.template import read_template
from infra.stack_state import DeployError
from infra.stacks import Stack
from tests.infra.aws.clients import stubbed

STACK = Stack("contactsheet-live-data", "{}", {})
NAMED = {"StackName": STACK.name}
LEFT = (Left("Photos", BUCKET, "photos"), Left("Page", BUCKET, "page"), Left("Rows", TABLE, "rows"))
TEMPLATE = read_template(
    """
Resources:
  Photos: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: photos}}
  Page: {Type: AWS::S3::Bucket, DeletionPolicy: Retain, Properties: {BucketName: page}}
  Rows: {Type: AWS::DynamoDB::Table, DeletionPolicy: Retain, Properties: {TableName: rows}}
"""
)
POLICY = '{"Statement": []}'
CREATED = {"Id": "arn:aws:cloudformation:x:1:changeSet/x/1", "StackId": "arn"}


@pytest.fixture
def told() -> tuple[Any, Stubber]:
    return stubbed("cloudformation")


@pytest.fixture
def buckets() -> tuple[Any, Stubber]:
    """One has a policy, the other has lost it; both have none afterwards."""
    s3, answers = stubbed("s3")
    answers.add_response("get_bucket_policy", {"Policy": POLICY}, {"Bucket": "photos"})
    answers.add_response("delete_bucket_policy", {}, {"Bucket": "photos"})
    answers.add_client_error("get_bucket_policy", "NoSuchBucketPolicy")
    answers.add_response("delete_bucket_policy", {}, {"Bucket": "page"})
    return s3, answers


def stands(answers: Stubber, status: str) -> None:
    stack = {"StackName": STACK.name, "StackStatus": status, "CreationTime": "2026-11-21"}
    answers.add_response("describe_stacks", {"Stacks": [stack]})


def is_absent(answers: Stubber) -> None:
    answers.add_client_error("describe_stacks", "ValidationError", "it does not exist")


def is_begun(answers: Stubber) -> None:
    answers.add_response("create_change_set", CREATED)
    answers.add_response("describe_change_set", {"Status": "CREATE_COMPLETE"})
    answers.add_response("execute_change_set", {})


@pytest.mark.parametrize("status", ["IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"])
def test_what_a_failed_attempt_left_is_cleared_away_before_another(
    told: tuple[Any, Stubber], buckets: tuple[Any, Stubber], status: str
):
    """An ordinary update of it would try to make tables that are there, each time."""
    cloudformation, answers = told
    s3, policies = buckets
    stands(answers, status)
    answers.add_response("delete_stack", {}, NAMED)
    is_absent(answers)
    is_absent(answers)
    is_begun(answers)
    stands(answers, "IMPORT_COMPLETE")

    begin_with(cloudformation, s3, STACK, TEMPLATE, LEFT)

    answers.assert_no_pending_responses()
    policies.assert_no_pending_responses()


def test_one_that_has_begun_is_left_as_it_is(told: tuple[Any, Stubber]):
    cloudformation, answers = told
    stands(answers, "IMPORT_COMPLETE")

    begin_with(cloudformation, stubbed("s3")[0], STACK, TEMPLATE, LEFT)

    answers.assert_no_pending_responses()


@pytest.mark.parametrize("status", ["IMPORT_ROLLBACK_COMPLETE", "IMPORT_ROLLBACK_FAILED"])
def test_an_attempt_that_fails_leaves_the_buckets_policies_as_they_were(
    told: tuple[Any, Stubber], buckets: tuple[Any, Stubber], status: str
):
    cloudformation, answers = told
    s3, policies = buckets
    is_absent(answers)
    is_absent(answers)
    is_begun(answers)
    stands(answers, status)
    answers.add_response("describe_stack_events", {"StackEvents": []})
    stands(answers, status)
    policies.add_response("put_bucket_policy", {}, {"Bucket": "photos", "Policy": POLICY})

    with pytest.raises(DeployError, match=STACK.name):
        begin_with(cloudformation, s3, STACK, TEMPLATE, LEFT)

    answers.assert_no_pending_responses()
    policies.assert_no_pending_responses()


def test_so_does_one_that_is_refused(told: tuple[Any, Stubber], buckets: tuple[Any, Stubber]):
    cloudformation, answers = told
    s3, policies = buckets
    is_absent(answers)
    is_absent(answers)
    answers.add_client_error("create_change_set", "ValidationError", "not so")
    answers.add_response("describe_stack_events", {"StackEvents": []})
    is_absent(answers)
    policies.add_response("put_bucket_policy", {}, {"Bucket": "photos", "Policy": POLICY})

    with pytest.raises(DeployError, match="not so"):
        begin_with(cloudformation, s3, STACK, TEMPLATE, LEFT)

    policies.assert_no_pending_responses()


def test_an_import_that_goes_on_while_we_leave_gets_its_policies_by_the_update_after_it(
    told: tuple[Any, Stubber], buckets: tuple[Any, Stubber], monkeypatch: pytest.MonkeyPatch
):
    """A policy that is there can't be made: put back, it would fail that update each time."""
    cloudformation, answers = told
    s3, policies = buckets
    is_absent(answers)
    is_absent(answers)
    answers.add_response("create_change_set", CREATED)
    stands(answers, "IMPORT_IN_PROGRESS")

    def interrupt(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cloudformation, "get_waiter", interrupt)
    with pytest.raises(KeyboardInterrupt):
        begin_with(cloudformation, s3, STACK, TEMPLATE, LEFT)

    answers.assert_no_pending_responses()
    policies.assert_no_pending_responses()  # a put_bucket_policy would have been refused
