"""What `make destroy` does where something stands against it."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from infra import destroy_command
from infra.aws.account import Account
from infra.aws.adoption import AdoptionError
from infra.aws.wishes import Services, Standing
from infra.destroy_command import destroy, find_refusal
from infra.stack_state import DeployError
from tests.infra.aws.clients import stubbed

ACCOUNT = Account("111122223333", "eu-central-1", "arn:aws:iam::111122223333:user/me")
NONE: dict[str, dict[str, str]] = {"data": {}, "app": {}, "edge": {}}
LAYERS = ("edge", "app", "data")


def stack_in(layer: str, status: str) -> dict[str, Any]:
    name = f"contactsheet-live-{layer}"
    return {
        "Stacks": [{"StackName": name, "StackStatus": status, "CreationTime": "2026-11-21"}],
    }


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Clients that answer, each with its answers."""
    found = {name: stubbed(name) for name in ("cloudformation", "s3", "ssm")}
    services = Services(
        found["cloudformation"][0], None, None, None, None, found["s3"][0], found["ssm"][0]
    )
    monkeypatch.setattr(destroy_command, "find_left", lambda *_: [])
    return SimpleNamespace(services=services, **{name: told for name, (_, told) in found.items()})


def is_gone(aws: Any, layer: str) -> None:
    aws.cloudformation.add_client_error(
        "describe_stacks", "ValidationError", f"Stack contactsheet-live-{layer} does not exist"
    )


def has_no_parameters(aws: Any) -> None:
    for _ in range(3):
        aws.ssm.add_client_error("delete_parameter", "ParameterNotFound")


@pytest.mark.parametrize("status", ["DELETE_FAILED", "UPDATE_ROLLBACK_FAILED", "ROLLBACK_FAILED"])
def test_a_stack_that_is_stuck_is_deleted_all_the_same(aws: Any, status: str):
    """To run it again is what the last failure said, and it must not need another command first."""
    for layer in LAYERS:
        name = {"StackName": f"contactsheet-live-{layer}"}
        aws.cloudformation.add_response("describe_stacks", stack_in(layer, status), name)
        aws.cloudformation.add_response("delete_stack", {}, name)
        is_gone(aws, layer)
    has_no_parameters(aws)

    left = destroy(aws.services, ACCOUNT, Standing(NONE, NONE), "live")

    assert left == []
    aws.cloudformation.assert_no_pending_responses()
    aws.ssm.assert_no_pending_responses()


def test_a_stack_that_can_not_be_deleted_stops_it_with_the_reason(aws: Any):
    aws.cloudformation.add_response("describe_stacks", stack_in("edge", "DELETE_FAILED"))
    aws.cloudformation.add_response("delete_stack", {})
    aws.cloudformation.add_response("describe_stacks", stack_in("edge", "DELETE_FAILED"))
    event = {
        "StackId": "arn",
        "EventId": "1",
        "StackName": "s",
        "Timestamp": "2026-11-21",
        "ResourceStatus": "DELETE_FAILED",
        "LogicalResourceId": "Distribution",
        "ResourceStatusReason": "it is still in use",
    }
    aws.cloudformation.add_response("describe_stack_events", {"StackEvents": [event]})

    with pytest.raises(DeployError, match="Distribution: it is still in use"):
        destroy(aws.services, ACCOUNT, Standing(NONE, NONE), "live")


class TestABucketThatWasThereBefore:
    STANDING = Standing(NONE, {**NONE, "data": {"AdoptedBucket": "photos"}})

    def test_one_that_is_gone_stops_nothing(self, aws: Any, capsys: pytest.CaptureFixture[str]):
        aws.s3.add_client_error("head_bucket", "404", http_status_code=404)
        for layer in LAYERS:
            is_gone(aws, layer)
        has_no_parameters(aws)

        destroy(aws.services, ACCOUNT, self.STANDING, "live")

        assert "bucket photos is not there" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("status", "error", "said"),
        [
            (403, AdoptionError, "delete-stack --stack-name contactsheet-live-data"),
            (400, ClientError, "400"),
            (503, ClientError, "503"),
        ],
    )
    def test_one_that_can_not_be_looked_at_keeps_the_stack_that_notes_it(
        self, aws: Any, status: int, error: type[Exception], said: str
    ):
        """Without that note no later run could give it back."""
        aws.s3.add_client_error("head_bucket", str(status), http_status_code=status)

        with pytest.raises(error, match=said):
            destroy(aws.services, ACCOUNT, self.STANDING, "live")

        aws.cloudformation.assert_no_pending_responses()  # it was asked for nothing


def test_photos_that_nobody_may_look_for_are_not_taken_for_none(aws: Any):
    aws.s3.add_client_error("list_object_versions", "AccessDenied", http_status_code=403)
    standing = Standing({**NONE, "data": {"PhotosBucketName": "photos"}}, NONE)
    options: Any = SimpleNamespace(environment="live", confirm="photos")

    with pytest.raises(AdoptionError, match="delete-stack --stack-name contactsheet-live-data"):
        find_refusal(aws.services.s3, standing, options, lambda _: "photos")


@pytest.mark.parametrize("silence", [EOFError, KeyboardInterrupt])
def test_who_leaves_at_the_question_has_not_confirmed(aws: Any, silence: type[BaseException]):
    aws.s3.add_response(
        "list_object_versions", {"Versions": [{"Key": "main/a.jpg", "VersionId": "1"}]}
    )
    standing = Standing({**NONE, "data": {"PhotosBucketName": "photos"}}, NONE)
    options: Any = SimpleNamespace(environment="live", confirm="photos")

    def nobody(_: str) -> str:
        raise silence

    refusal = find_refusal(aws.services.s3, standing, options, nobody)

    assert refusal == "that is not its name; nothing was removed"


@pytest.mark.parametrize(
    ("raised", "said"),
    [
        (AdoptionError("bucket photos is not yours"), "bucket photos is not yours"),
        (DeployError("stack x"), "stack x"),
        (ClientError({"Error": {"Code": "Throttling"}}, "DescribeStacks"), "AWS refused"),
        (EndpointConnectionError(endpoint_url="https://sts"), "AWS was not reached"),
        (KeyboardInterrupt(), "interrupted; AWS goes on"),
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

    monkeypatch.setattr(destroy_command, "open_session", lambda: None)
    monkeypatch.setattr(destroy_command, "find_account", lambda _: ACCOUNT)
    monkeypatch.setattr(
        destroy_command, "Services", SimpleNamespace(of=lambda _: SimpleNamespace(cloudformation=0))
    )
    monkeypatch.setattr(destroy_command, "look", end)

    status = destroy_command.main(["--environment", "live"])

    told = capsys.readouterr().err
    assert status == 1
    assert said in told
    assert "un it again" in told
