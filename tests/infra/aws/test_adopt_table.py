"""A table that was there before: what is asked of it, and what is left alone."""

import dataclasses

import pytest

from infra.aws.adopt_table import TableState, adopt_table, plan_table
from infra.aws.adoption import AdoptionError, check_obstacles
from tests.infra.aws.clients import stubbed

READY = TableState(
    name="photos",
    key={"id": "S"},
    stream="NEW_AND_OLD_IMAGES",
    stream_arn="arn:aws:dynamodb:eu-central-1:123456789012:table/photos/stream/1",
    is_recoverable=True,
    is_protected=True,
    expires_by="expires_at",
)


def test_a_table_that_has_it_all_is_not_touched():
    assert plan_table(READY).steps == ()
    assert plan_table(READY).obstacles == ()


def test_a_bare_table_gets_what_protects_it_and_what_lists_need():
    plan = plan_table(TableState("photos", key={"id": "S"}))

    assert [step.operation for step in plan.steps] == [
        *("update_table", "update_table"),
        *("update_continuous_backups", "update_time_to_live"),
    ]
    assert plan.steps[0].arguments["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert plan.steps[1].arguments["DeletionProtectionEnabled"] is True


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": {"pk": "S", "sk": "S"}}, r"its key is pk \(S\), sk \(S\)"),
        ({"key": {"id": "N"}}, r"its key is id \(N\)"),
        ({"stream": "KEYS_ONLY"}, "its stream tells KEYS_ONLY"),
        ({"customer_key": "arn:aws:kms:eu-central-1:1:key/x"}, "encrypted with arn:aws:kms"),
        ({"status": "UPDATING"}, "wait until it is ACTIVE"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_with_the_reason(
    changes: dict[str, object], said: str
):
    plan = plan_table(dataclasses.replace(READY, **changes))  # type: ignore[arg-type]

    with pytest.raises(AdoptionError, match=said):
        check_obstacles([plan])


def test_rows_with_a_date_of_their_own_never_begin_to_expire():
    plan = plan_table(dataclasses.replace(READY, expires_by="", has_expiring_rows=True))

    assert plan.steps == ()
    assert any("expiry stays off" in note for note in plan.notes)


def test_another_expiry_stays_what_it_is():
    plan = plan_table(dataclasses.replace(READY, expires_by="ttl"))

    assert plan.steps == ()
    assert any("expire by ttl, as now" in note for note in plan.notes)


def test_each_change_waits_until_the_table_is_ready_for_the_next():
    dynamodb, answers = stubbed("dynamodb")
    updating, active = ({"Table": {"TableStatus": status}} for status in ("UPDATING", "ACTIVE"))
    plan = plan_table(dataclasses.replace(READY, stream="", is_protected=False))
    answers.add_response("update_table", {}, dict(plan.steps[0].arguments))
    answers.add_response("describe_table", updating)
    answers.add_response("describe_table", active)
    answers.add_response("update_table", {}, dict(plan.steps[1].arguments))
    answers.add_response("describe_table", active)

    adopt_table(dynamodb, plan)

    answers.assert_no_pending_responses()
