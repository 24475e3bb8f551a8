"""The command line as a person runs it, in processes of its own, on somebody else's table."""

import itertools
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

import pytest

from infra.build import ROOT
from tests.builders import a_jpeg

COLOURS = ("teal", "navy", "olive", "maroon", "orchid", "salmon", "khaki")
FORMS = (
    "{key}",
    "s3://{bucket}/{key}",
    "https://{bucket}.s3.eu-central-1.amazonaws.com/{quoted}",
    "https://s3.eu-central-1.amazonaws.com/{bucket}/{quoted}",
    "https://cdn.example.org/{quoted}",
)


@dataclass(frozen=True)
class Foreign:
    """A bucket and a table that another program made."""

    s3: Any
    dynamodb: Any
    environment: dict[str, str]
    name: str = field(default_factory=lambda: f"t-{uuid.uuid4().hex[:12]}")

    def make(self, key: str = "id", kind: str = "S") -> "Foreign":
        self.s3.create_bucket(Bucket=self.name)
        self.dynamodb.create_table(
            TableName=self.name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind}],
            BillingMode="PAY_PER_REQUEST",
        )
        return self

    def add(self, *numbers: int, body: bytes | None = None, **attributes: Any) -> None:
        def add(number: int) -> None:
            key = f"Summer 1998/{number:04} é+b.jpg"
            photo = body or a_jpeg(320, 240, COLOURS[number % len(COLOURS)])
            self.s3.put_object(Bucket=self.name, Key=key, Body=photo)
            form = FORMS[number % len(FORMS)]
            url = form.format(key=key, quoted=quote(key), bucket=self.name)
            row = {
                "id": f"p{number}",
                "url": url,
                "thumbnail_url": url,
                "filename": f"{number}.jpg",
            }
            item = {name: {"S": value} for name, value in row.items()}
            self.dynamodb.put_item(TableName=self.name, Item=item | attributes)

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, numbers))

    def start(self, *flags: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [
                *(sys.executable, "-u", "-m", "migrations.generate_thumbnails"),
                *("--bucket", self.name, "--table", self.name, *flags),
            ],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, *flags: str) -> "subprocess.CompletedProcess[str]":
        process = self.start(*flags)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess((), process.returncode, out, err)

    def state(self) -> tuple[dict[str, tuple[bytes, str]], dict[str, Any]]:
        """Objects, and rows but for the moment at which each was written."""
        listed = self.s3.list_objects_v2(Bucket=self.name).get("Contents", [])
        objects = {}
        for key in (stored["Key"] for stored in listed):
            answer = self.s3.get_object(Bucket=self.name, Key=key)
            objects[key] = (answer["Body"].read(), answer["ContentType"])
        return objects, {row["id"]["S"]: self._comparable(row) for row in self.rows()}

    def rows(self) -> list[dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.name, ConsistentRead=True
        )
        return [row for page in pages for row in page["Items"]]

    def _comparable(self, row: dict[str, Any]) -> dict[str, Any]:
        moments = ("created_at", "updated_at")
        return {
            name: {"S": value["S"].replace(self.name, "BUCKET")} if "S" in value else value
            for name, value in row.items()
            if name not in moments
        }


@pytest.fixture
def foreign(s3: Any, dynamodb: Any, gallery_environment: dict[str, str]) -> Callable[[], Foreign]:
    """Makes a bucket and a table that the gallery's own settings know nothing of."""
    environment = {
        name: value
        for name, value in gallery_environment.items()
        if not name.startswith("CONTACTSHEET_")
    }
    return lambda: Foreign(s3, dynamodb, environment)


def number(out: str, what: str) -> int:
    match = re.search(rf"^{what} +([\d,]+)", out, re.MULTILINE)
    assert match, out
    return int(match[1].replace(",", ""))


def read_lines(process: "subprocess.Popen[str]", count: int) -> list[str]:
    """The first lines of photos, as they come."""
    assert process.stdout is not None
    lines = (line for line in process.stdout if line.startswith("["))
    return list(itertools.islice(lines, count))


def an_uninterrupted_run(foreign: Callable[[], Foreign], photos: int) -> Foreign:
    whole = foreign().make()
    whole.add(*range(photos))
    whole.add(photos, body=b"Dear Anna,")
    ran = whole.run("--migrate")
    assert (ran.returncode, number(ran.stdout, "migrated")) == (1, photos), ran.stdout + ran.stderr
    return whole


def test_killed_anywhere_and_started_again_it_ends_as_if_it_had_never_been(
    foreign: Callable[[], Foreign],
):
    photos = 70
    whole = an_uninterrupted_run(foreign, photos)
    killed = foreign().make()
    killed.add(*range(photos))
    killed.add(photos, body=b"Dear Anna,")
    at_random = random.Random(7)

    for lines in (0, 1, 4, 9, 12):
        process = killed.start("--migrate")
        if lines:
            read_lines(process, lines)
        time.sleep(at_random.uniform(0, 0.6 if lines == 0 else 0.03))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    last = killed.run("--migrate")

    assert last.returncode in (0, 1), last.stderr
    assert number(last.stdout, "migrated") < photos
    assert killed.state() == whole.state()
    assert "nothing to do" in killed.run().stdout


def test_two_migrations_at_once_end_as_one_and_their_totals_are_right(
    foreign: Callable[[], Foreign],
):
    photos = 40
    whole = an_uninterrupted_run(foreign, photos)
    shared = foreign().make()
    shared.add(*range(photos))
    shared.add(photos, body=b"Dear Anna,")

    both = [shared.start("--migrate") for _ in range(2)]
    outs = [process.communicate(timeout=120) for process in both]

    migrated = [number(out, "migrated") for out, _ in outs]
    assert sum(migrated) == photos, outs
    assert sum(number(out, "failed") for out, _ in outs) == 1
    assert sorted(process.returncode for process in both) in ([0, 1], [1, 1])
    assert shared.state() == whole.state()


def test_an_end_that_is_asked_for_finishes_what_is_under_way_and_sums_up(
    foreign: Callable[[], Foreign],
):
    photos = 60
    asked = foreign().make()
    asked.add(*range(photos))

    process = asked.start("--migrate", "--workers", "2")
    first = read_lines(process, 3)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130, err
    assert "finishing what is under way" in err
    assert "Traceback" not in err
    done = len(first) + len(re.findall(r"^\[", out, re.MULTILINE))
    made = [row for row in asked.rows() if row["thumbnail_url"] != row["url"]]
    assert number(out, "migrated") == done == len(made) < photos
    rest = asked.run("--migrate")
    assert (rest.returncode, number(rest.stdout, "migrated")) == (0, photos - done)


def test_every_row_is_found_where_each_segment_is_larger_than_a_page_of_a_scan(
    foreign: Callable[[], Foreign],
):
    large = foreign().make()
    rows = 150
    large.add(*range(rows), notes={"S": "x" * 45_000})
    segments = [
        large.dynamodb.scan(TableName=large.name, Segment=segment, TotalSegments=4)
        for segment in range(4)
    ]
    assert all("LastEvaluatedKey" in page for page in segments), "more than 1 MB in each segment"

    dry = large.run()
    ran = large.run("--migrate", "--limit", "5")

    assert f"found {rows} photos: 0 have a thumbnail, {rows} need one" in dry.stdout
    assert dry.stdout.count("would create: ") == rows
    assert number(ran.stdout, "migrated") == 5
    assert f"found {rows} photos: 5 have a thumbnail, {rows - 5} need one" in large.run().stdout


@pytest.mark.parametrize(("key", "kind"), [("name", "S"), ("id", "N")])
def test_a_table_that_is_keyed_otherwise_gets_a_clear_error(
    key: str, kind: str, foreign: Callable[[], Foreign]
):
    ran = foreign().make(key, kind).run()

    assert ran.returncode == 2
    assert "is keyed otherwise; its only key must be `id`, a string" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_bucket_or_a_table_that_is_not_there_gets_a_clear_error(
    foreign: Callable[[], Foreign],
):
    there = foreign().make()

    for flags, message in (
        (("--bucket", "nobodys"), "bucket nobodys not found"),
        (("--table", "nobodys"), "table nobodys not found"),
    ):
        ran = there.run(*flags)
        assert (ran.returncode, message in ran.stderr) == (2, True), ran.stderr
