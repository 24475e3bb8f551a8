import json
from pathlib import Path
from typing import Any

import pytest

from chalicelib.domain.errand import Errand, ObjectChanged, RetryAsked
from chalicelib.errors import ForeignKeyRefusedError, StorageUnavailableError
from chalicelib.object_events import handle_messages
from tests.builders import BUCKET, an_s3_record, an_sqs_event
from tests.test_take_in import FORTY_KEYS

EVENTS = Path(__file__).parent / "events"


class Ear:
    """A logger that remembers."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str, dict[str, Any]]] = []

    def info(self, msg: str, **data: Any) -> None:
        self.said.append(("info", msg, data))

    def warning(self, msg: str, **data: Any) -> None:
        self.said.append(("warning", msg, data))

    def exception(self, msg: str, **data: Any) -> None:
        self.said.append(("exception", msg, data))


def handled(
    event: dict[str, Any], bad: frozenset[str] = frozenset()
) -> tuple[list[str], list[str]]:
    """The keys that were handled, and the messages to be delivered again."""
    keys: list[str] = []

    def handle(errand: Errand) -> str:
        assert isinstance(errand, ObjectChanged)
        keys.append(errand.key)
        if errand.key in bad:
            raise StorageUnavailableError("out of reach")
        return "drawn"

    answer = handle_messages(event, BUCKET, handle, Ear())
    return keys, [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def from_file(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / name).read_text())
    return event


@pytest.mark.parametrize("name", ["sqs_object_created.json", "sqs_object_removed.json"])
def test_an_event_as_aws_sends_it_names_the_key_decoded_once(name):
    assert handled(from_file(name)) == (["main/Beach (day 1)+2.jpg"], [])


@pytest.mark.parametrize("key", FORTY_KEYS)
def test_f08_a_key_is_decoded_exactly_once(key):
    assert handled(an_sqs_event({"Records": [an_s3_record(key)]})) == ([key], [])


@pytest.mark.parametrize("count", [0, 1, 3, 1000])
def test_f15_every_record_of_a_message_is_handled(count):
    keys = [f"main/{number}.jpg" for number in range(count)]

    assert handled(an_sqs_event({"Records": [an_s3_record(key) for key in keys]})) == (keys, [])


@pytest.mark.parametrize(
    "bad", [{"eventVersion": "3.0"}, {"s3": {}}, {"s3": {"bucket": {"name": BUCKET}, "object": {}}}]
)
def test_f15_one_bad_record_does_not_lose_those_behind_it(bad):
    records = [an_s3_record("main/1.jpg"), an_s3_record("main/2.jpg", **bad)]
    event = an_sqs_event({"Records": [*records, an_s3_record("main/3.jpg")]})

    assert handled(event) == (["main/1.jpg", "main/3.jpg"], ["m1"])


def test_f15_one_object_that_fails_does_not_lose_those_behind_it():
    keys = ["main/1.jpg", "main/2.jpg", "main/3.jpg"]
    together = an_sqs_event({"Records": [an_s3_record(key) for key in keys]})
    apart = an_sqs_event(*({"Records": [an_s3_record(key)]} for key in keys))

    assert handled(together, bad=frozenset({"main/2.jpg"})) == (keys, ["m1"])
    assert handled(apart, bad=frozenset({"main/2.jpg"})) == (keys, ["m2"])


def test_f16_the_test_event_of_a_new_notification_is_ignored():
    assert handled(from_file("sqs_test_event.json")) == ([], [])


def test_f16_a_later_minor_version_and_unknown_fields_are_taken():
    record = an_s3_record("main/a.jpg", eventVersion="2.9", lunarPhase="full")

    assert handled(an_sqs_event({"Records": [record], "more": 1})) == (["main/a.jpg"], [])


@pytest.mark.parametrize("body", ["", "no json", "[]", "{}", '{"Records": null}', "null", '"text"'])
def test_f16_a_message_that_is_no_notification_fails_alone(body):
    good = {"Records": [an_s3_record("main/a.jpg")]}

    assert handled(an_sqs_event(good, body, good)) == (["main/a.jpg"] * 2, ["m2"])


def test_f17_an_event_of_another_bucket_is_refused_and_logged():
    record = an_s3_record("main/a.jpg")
    record["s3"]["bucket"]["name"] = "somebody-else"
    ear = Ear()

    answer = handle_messages(an_sqs_event({"Records": [record]}), BUCKET, lambda _: "", ear)

    assert answer == {"batchItemFailures": []}
    assert [(level, data["bucket"]) for level, _, data in ear.said] == [
        ("warning", "somebody-else")
    ]


@pytest.mark.parametrize(
    "name",
    [
        "ObjectCreated:Put",
        "ObjectCreated:CompleteMultipartUpload",
        "s3:ObjectCreated:Copy",
        "ObjectRemoved:Delete",
        "ObjectRemoved:DeleteMarkerCreated",
        "LifecycleExpiration:Delete",
        "ObjectRestore:Completed",
    ],
)
def test_what_appears_and_what_vanishes_is_looked_at(name):
    assert handled(an_sqs_event({"Records": [an_s3_record("main/a.jpg", name)]}))[0]


@pytest.mark.parametrize(
    "name", ["ObjectTagging:Put", "ReducedRedundancyLostObject", "Replication"]
)
def test_what_does_not_change_an_object_is_not(name):
    assert handled(an_sqs_event({"Records": [an_s3_record("main/a.jpg", name)]})) == ([], [])


def test_f18_a_record_without_a_sequencer_is_as_good_as_any():
    record = an_s3_record("main/a.jpg")
    del record["s3"]["object"]["sequencer"]

    assert handled(an_sqs_event({"Records": [record]})) == (["main/a.jpg"], [])


def asked(event: dict[str, Any]) -> list[Errand]:
    """What a batch asks for."""
    errands: list[Errand] = []

    def note(errand: Errand) -> str:
        errands.append(errand)
        return "noted"

    handle_messages(event, BUCKET, note, Ear())
    return errands


def test_a_record_tells_its_place_among_all_of_its_key_in_this_bucket():
    record = an_s3_record("main/a.jpg")
    record["s3"]["object"]["sequencer"] = "0055aed6dcd90281e5"

    (errand,) = asked(an_sqs_event({"Records": [record]}))

    assert errand == ObjectChanged("main/a.jpg", f"{BUCKET}:0055AED6DCD90281E5", record, True)


@pytest.mark.parametrize(
    ("attributes", "is_first"),
    [
        ({"ApproximateReceiveCount": "1"}, True),
        ({"ApproximateReceiveCount": "2"}, False),
        ({}, False),
    ],
)
def test_only_the_first_delivery_of_a_message_is_told_as_one(attributes, is_first):
    event = an_sqs_event({"Records": [an_s3_record("main/a.jpg")]})
    event["Records"][0]["attributes"] = attributes

    assert [getattr(errand, "is_first", None) for errand in asked(event)] == [is_first]


def test_a_person_s_wish_for_another_try_stands_beside_what_s3_says():
    wish = RetryAsked("a1")
    event = an_sqs_event(wish.message, {"Records": [an_s3_record("main/b.jpg")]})

    assert [type(errand) for errand in asked(event)] == [RetryAsked, ObjectChanged]
    assert asked(event)[0] == wish


@pytest.mark.parametrize("body", ['{"retry": null}', '{"retry": {}}', '{"retry": "a1"}'])
def test_a_wish_that_names_no_photo_fails_alone(body):
    good = {"Records": [an_s3_record("main/a.jpg")]}

    assert handled(an_sqs_event(good, body, good)) == (["main/a.jpg"] * 2, ["m2"])


def test_an_errand_sent_on_alone_asks_for_the_same():
    records = [an_s3_record("main/Grüße +1.jpg"), an_s3_record("main/b.jpg")]
    together = asked(an_sqs_event({"Records": records}, RetryAsked("a1").message))

    alone = asked(an_sqs_event(*(errand.message for errand in together)))

    assert alone == together


def test_a_key_that_the_gallery_does_not_take_in_is_done_with():
    def refuse(errand):
        raise ForeignKeyRefusedError(errand.key)

    ear = Ear()
    event = an_sqs_event({"Records": [an_s3_record("main/a_thumb.jpg")]})

    assert handle_messages(event, BUCKET, refuse, ear) == {"batchItemFailures": []}
    assert ear.said == [("info", "errand done", {"key": "main/a_thumb.jpg", "outcome": "ignored"})]


def test_an_empty_batch_has_no_failures():
    assert handled(an_sqs_event()) == ([], [])
