import base64
import dataclasses
import itertools
import json
from typing import Any

import pytest

from chalicelib.backfill_parts import (
    MAX_IDS_NAMED,
    MAX_SEGMENTS,
    Part,
    Reached,
    merged_report,
    plan_parts,
)
from chalicelib.backfill_report import BackfillReport, Failure
from chalicelib.backfill_thumbnails import Selection
from chalicelib.errors import InvalidStateTokenError

REACHED = Reached("p001", "p900", True, ("2024-05", "main/a.jpg", "a1"))
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_STATE_BYTES = 256 * 1024


def a_token(part: Part | None = None) -> str:
    token: str = (part or Part(migrate=True)).at(REACHED).answer(is_done=False)["token"]
    return token


def failed(*ids: str) -> BackfillReport:
    failures = [Failure(name, f"main/{name}.jpg", "corrupt", is_for_good=True) for name in ids]
    return BackfillReport(found=5, failed=len(ids), failures=failures)


# --- events


def test_an_empty_event_is_a_dry_run_over_the_whole_table_from_the_beginning():
    assert Part.parse({}) == Part()


def test_an_answer_is_the_event_of_the_next_call():
    part = Part(
        migrate=True,
        segment=2,
        segments=4,
        selection=Selection("kids", retry_failed=True, remake=True),
        limit=7,
        report=failed("a", "b"),
    ).at(REACHED)

    answer = part.answer(is_done=False)

    assert Part.parse(json.loads(json.dumps(answer))) == part
    assert part.failed_ids == ("a", "b")


def test_a_part_that_is_done_has_no_token():
    answer = Part().at(REACHED).answer(is_done=True)

    assert (answer["is_done"], answer["token"]) == (True, None)


@pytest.mark.parametrize(
    ("event", "name"),
    [
        ({"limit": -1}, "limit"),
        ({"limit": "3"}, "limit"),
        ({"limit": True}, "limit"),
        ({"limit": 1.5}, "limit"),
        ({"migrate": "false"}, "migrate"),
        ({"migrate": 1}, "migrate"),
        ({"retry_failed": "no"}, "retry_failed"),
        ({"remake": 1}, "remake"),
        ({"gallery": "No Gallery"}, "gallery"),
        ({"gallery": ""}, "gallery"),
        ({"gallery": 7}, "gallery"),
        ({"segment": -1}, "segment"),
        ({"segment": 4, "segments": 4}, "segment"),
        ({"segments": 0}, "segments"),
        ({"segments": MAX_SEGMENTS + 1}, "segments"),
        ({"token": 7}, "token"),
        ({"report": []}, "report"),
        ({"report": {"found": "3"}}, "report"),
        ({"report": {"lost": 3}}, "report"),
        ({"Migrate": True}, "Migrate"),
    ],
)
def test_a_malformed_event_is_refused_by_the_name_of_its_field(event: dict[str, Any], name: str):
    with pytest.raises(ValueError, match=f"^{name}: "):
        Part.parse(event)


# --- the plan


def test_a_plan_has_an_event_for_each_segment():
    parts = plan_parts({"migrate": True, "segments": 3, "gallery": "kids", "remake": True})

    assert [Part.parse(part) for part in parts] == [
        Part(True, segment, 3, Selection("kids", remake=True)) for segment in range(3)
    ]


@pytest.mark.parametrize(
    ("limit", "shares"), [(None, [None] * 4), (0, [0] * 4), (3, [1, 1, 1, 0]), (10, [3, 3, 2, 2])]
)
def test_a_limit_is_shared_out(limit: int | None, shares: list[int | None]):
    parts = plan_parts({"segments": 4, "limit": limit})

    assert [part["limit"] for part in parts] == shares


def test_a_plan_without_options_is_a_dry_run_of_one_part():
    assert [Part.parse(part) for part in plan_parts({})] == [Part()]


@pytest.mark.parametrize(
    ("options", "name"),
    [({"segments": 0}, "segments"), ({"limit": -1}, "limit"), ({"token": "x"}, "token")],
)
def test_a_malformed_plan_is_refused_by_the_name_of_its_field(options: Any, name: str):
    with pytest.raises(ValueError, match=f"^{name}: "):
        plan_parts(options)


# --- reports


def test_reports_of_parts_are_added_up_and_their_failures_named():
    answers = [
        Part(segment=number, segments=2, report=failed(*ids)).at(REACHED).answer(is_done=True)
        for number, ids in enumerate((("a", "b"), ("c",)))
    ]

    report = merged_report(answers)

    assert (report["found"], report["failed"]) == (10, 3)
    assert (report["failed_ids"], report["more_failed"]) == (["a", "b", "c"], 0)


def test_a_part_that_was_given_up_is_named_and_what_it_did_counts():
    done = Part(segments=2, report=failed("a")).answer(is_done=True)
    given_up = {"segment": 1, "report": plan_parts({"segments": 2})[1]["report"], "error": "Gone"}

    report = merged_report([done, given_up])

    assert (report["found"], report["failed"]) == (5, 1)
    assert report["given_up"] == [{"segment": 1, "error": "Gone"}]


def test_so_many_failures_are_named_and_the_rest_are_counted():
    ids = [f"p{number:03}" for number in range(MAX_IDS_NAMED)]
    answers = [
        Part(segment=number, segments=2, report=failed(*ids)).at(REACHED).answer(is_done=True)
        for number in range(2)
    ]

    report = merged_report(answers)

    assert (len(answers[0]["report"]["failed_ids"]), len(report["failed_ids"])) == (100, 100)
    assert (report["failed"], report["more_failed"]) == (200, 100)


@pytest.mark.parametrize("id", ["0123456789abcdef0123456789abcdef", "x" * 2048, '"ü😀' * 200])
def test_the_answers_of_all_parts_fit_into_one_state_whatever_the_ids(id: str):
    numbers = dict.fromkeys(BackfillReport().counts(), 10**9)
    answers = []
    for segment in range(MAX_SEGMENTS):
        report = BackfillReport(**numbers, failures=failed(*[id] * 100).failures)
        part = Part(True, segment, MAX_SEGMENTS, Selection("g" * 40), 10**9, report=report)
        answers.append(part.at(REACHED).answer(is_done=True))

    assert len(json.dumps(answers)) < MAX_STATE_BYTES
    assert len(json.dumps(merged_report(answers))) < MAX_STATE_BYTES


# --- tokens


@pytest.mark.parametrize(
    "token",
    [
        *("", "bogus", "eyJ", "bnVsbA==", "W10=", "e30=", "{}", "é", "a" * 10_000, "\x00"),
        # what a reader could make of it: null, a row's id, a list that is nested too deep
        base64.urlsafe_b64encode(json.dumps({"after": "p001"}).encode()).decode(),
        base64.urlsafe_b64encode(json.dumps(["p001", "", True, []]).encode()).decode(),
        base64.urlsafe_b64encode(b"x" * 16 + b'[null, null, false, ["", "", ""]]').decode(),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
    ids=itertools.count(),
)
def test_a_token_that_nobody_gave_is_refused(token: str):
    with pytest.raises(InvalidStateTokenError, match=r"^token: "):
        Part.parse({"migrate": True, "token": token})


def test_a_token_that_was_altered_anywhere_is_refused():
    token = a_token()
    assert Part.parse({"migrate": True, "token": token}).reached == REACHED

    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        altered = token[:place] + other + token[place + 1 :]
        with pytest.raises(InvalidStateTokenError):
            Part.parse({"migrate": True, "token": altered})
    for altered in (token[:-1], token[1:], token + "!", token + "A", f" {token}"):
        with pytest.raises(InvalidStateTokenError):
            Part.parse({"migrate": True, "token": altered})


@pytest.mark.parametrize(
    "change",
    [
        {"migrate": False},
        {"segment": 1},
        {"segments": 3},
        {"gallery": "kids"},
        {"retry_failed": True},
        {"remake": True},
    ],
)
def test_a_token_does_not_go_on_with_another_run_or_segment(change: dict[str, Any]):
    event = Part(migrate=True, segments=2).at(REACHED).answer(is_done=False)

    with pytest.raises(InvalidStateTokenError):
        Part.parse(event | change)


@pytest.mark.parametrize("id", ["ünï/😀 +%", '"', "\\", "x" * 2048])
def test_a_token_carries_any_id(id: str):
    reached = dataclasses.replace(REACHED, last=id, position=("", id, id))

    event = Part().at(reached).answer(is_done=False)

    assert Part.parse(event).reached == reached
