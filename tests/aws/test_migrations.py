"""The command lines as a person runs them: a process of their own, on tables of other programs."""

import os
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image

from infra.local.gallery import Endpoints
from tests.aws.site import Site, eventually
from tests.builders import a_jpeg

ROOT = Path(__file__).parents[2]
PHOTOS = 30
COLOURS = ("teal", "navy", "olive", "maroon", "orchid", "salmon", "khaki")
FORMS = (
    "{key}",
    "s3://{bucket}/{key}",
    "https://{bucket}.s3.eu-central-1.amazonaws.com/{quoted}",
    "https://s3.eu-central-1.amazonaws.com/{bucket}/{quoted}",
    "https://cdn.example.org/{quoted}",
)
# What tells when a row was written, not what it says.
HISTORY = ("version", "created_at", "updated_at")
GENERATE, RECONCILE = "migrations.generate_thumbnails", "migrations.reconcile"


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def results(self) -> list[str]:
        return [line for line in self.out.splitlines() if line.startswith("[")]

    def count(self, what: str) -> int:
        """A number of the summary."""
        found = re.search(rf"^{what} +([0-9,]+)", self.out, re.MULTILINE)
        return int(found[1].replace(",", "")) if found else 0


@dataclass(frozen=True)
class Place:
    """A table and a bucket of one name, that another program made."""

    name: str
    s3: Any
    dynamodb: Any
    environment: dict[str, str]

    def put(self, key: str, body: bytes) -> None:
        self.s3.put_object(Bucket=self.name, Key=key, Body=body)

    def add(self, id: str, url: str, **attributes: Any) -> None:
        row = {"id": {"S": id}, "url": {"S": url}, "thumbnail_url": {"S": url}}
        item = row | {"filename": {"S": f"{id}.jpg"}} | attributes
        self.dynamodb.put_item(TableName=self.name, Item=item)

    def start(self, *argv: str, module: str = GENERATE) -> "subprocess.Popen[str]":
        where = ("--table", self.name, "--bucket", self.name)
        return subprocess.Popen(
            [sys.executable, "-u", "-m", module, *where, *argv],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *argv: str, module: str = GENERATE) -> Ran:
        return ended(self.start(*argv, module=module))

    def objects(self) -> dict[str, Any]:
        """Every object: bytes, type and metadata."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=self.name)
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]

        def read(key: str) -> Any:
            found = self.s3.get_object(Bucket=self.name, Key=key)
            return found["Body"].read(), found["ContentType"], found["Metadata"]

        with ThreadPoolExecutor(4) as pool:
            return dict(zip(keys, pool.map(read, keys), strict=True))

    def rows(self) -> dict[str, Any]:
        """Every row without its history and the place's name, by id."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.name)
        items = [item for page in pages for item in page["Items"]]
        return {item["id"]["S"]: self._comparable(item) for item in items}

    def state(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Everything that a run leaves behind; the same for every place with the same photos."""
        return self.objects(), self.rows()

    def _comparable(self, item: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {"S": value["S"].replace(self.name, "PLACE")} if "S" in value else value
            for name, value in item.items()
            if name not in HISTORY
        }


def ended(process: "subprocess.Popen[str]", said: str = "") -> Ran:
    """A process at its end; what was read of its output before comes first."""
    out, err = process.communicate(timeout=60)
    return Ran(process.returncode, said + out, err)


def read_results(process: "subprocess.Popen[str]", count: int) -> str:
    """What a process says until so many photos are done, or to its end."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        count -= line.startswith("[")
        if count <= 0:
            break
    return said


@pytest.fixture(scope="module")
def a_place(s3: Any, dynamodb: Any, endpoints: Endpoints) -> Callable[[], Place]:
    """Makes empty places, of which the settings say nothing: flags name them."""
    environment = {**os.environ, **endpoints.environment()}
    for name in [name for name in environment if name.startswith("CONTACTSHEET_")]:
        del environment[name]

    def make() -> Place:
        name = f"theirs-{uuid.uuid4().hex[:12]}"
        s3.create_bucket(Bucket=name)
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        return Place(name, s3, dynamodb, dict(environment))

    return make


@pytest.fixture(scope="module")
def filled(a_place: Callable[[], Place]) -> Callable[[], Place]:
    """Makes places with the same photos, named in five forms; one is a letter, one is missing."""

    def make() -> Place:
        place = a_place()

        def add(number: int) -> None:
            name = f"p{number:02}"
            key = f"Summer 1998/{name} +%.jpg"
            if number == 7:
                place.put(key, b"Dear Anna,")
            elif number != 8:
                place.put(key, a_jpeg(200 + number, 150, COLOURS[number % len(COLOURS)]))
            form = FORMS[number % len(FORMS)]
            place.add(name, form.format(key=key, bucket=place.name, quoted=quote(key)))

        with ThreadPoolExecutor(4) as pool:
            list(pool.map(add, range(PHOTOS)))
        return place

    return make


@pytest.fixture(scope="module")
def uninterrupted(filled: Callable[[], Place]) -> tuple[Any, Any]:
    """The state that one whole run leaves."""
    place = filled()
    ran = place.run("--migrate")
    assert (ran.status, ran.count("migrated")) == (1, PHOTOS - 2), ran
    return place.state()


def test_a_dry_run_then_two_then_the_rest_then_nothing_to_do(filled: Callable[[], Place]):
    place = filled()
    before = place.state()

    dry = place.run()
    assert place.state() == before
    two = place.run("--migrate", "--limit", "2")
    rest = place.run("--migrate")
    again = place.run("--migrate")

    assert dry.status == 0
    assert f"found {PHOTOS} photos: 0 have a thumbnail, {PHOTOS - 1} need one" in dry.out
    assert dry.out.count("would create: ") == PHOTOS - 1
    assert (two.status, two.count("migrated")) == (1, 2)  # one photo has no original
    assert (rest.count("migrated"), rest.count("failed"), rest.status) == (PHOTOS - 4, 1, 1)
    assert (again.results, again.count("migrated"), again.count("failed before")) == ([], 0, 1)
    after, _ = place.state()
    assert {key: after[key] for key in before[0]} == before[0]
    for key in after.keys() - before[0].keys():
        assert Image.open(BytesIO(after[key][0])).format == "JPEG"


def test_killed_at_any_point_and_started_again_it_ends_as_if_never_interrupted(
    filled: Callable[[], Place], uninterrupted: tuple[Any, Any]
):
    place = filled()
    chance = random.Random(1998)
    kills = 0

    # The first before it has done anything, the rest somewhere between two photos.
    for results in (0, 1, 5, 5, 5):
        process = place.start("--migrate", "--workers", "3")
        said = read_results(process, results) if results else ""
        time.sleep(chance.uniform(0, 0.05))
        process.kill()
        kills += ended(process, said).status == -signal.SIGKILL

    last = place.run("--migrate")
    assert kills == 5
    assert 0 < last.count("migrated") < PHOTOS - 2
    assert place.state() == uninterrupted


def test_two_at_once_make_each_thumbnail_once_and_end_as_one_would(
    filled: Callable[[], Place], uninterrupted: tuple[Any, Any]
):
    place = filled()

    both = [place.start("--migrate", "--workers", "4") for _ in range(2)]
    one, other = map(ended, both)

    assert {one.status, other.status} <= {0, 1}, (one, other)
    for ran in (one, other):
        assert "Traceback" not in ran.err
        assert ran.count("total processed") == len(ran.results)
        assert ran.count("total processed") == (
            ran.count("migrated") + ran.count("failed") + ran.count("done elsewhere")
        )
    assert one.count("migrated") + other.count("migrated") == PHOTOS - 2
    assert one.count("failed") + other.count("failed") == 1
    assert place.state() == uninterrupted


@pytest.mark.parametrize("ask", [signal.SIGINT, signal.SIGTERM])
def test_asked_to_end_it_finishes_what_is_under_way_sums_up_and_goes_on_next_time(
    ask: signal.Signals, filled: Callable[[], Place], uninterrupted: tuple[Any, Any]
):
    place = filled()
    process = place.start("--migrate", "--workers", "2")
    said = read_results(process, 5)

    process.send_signal(ask)
    ran = ended(process, said)

    assert ran.status == 1
    assert "finishing what is under way" in ran.err
    assert "Traceback" not in ran.err
    assert 5 <= ran.count("total processed") == len(ran.results) < PHOTOS - 2
    thumbnails = [key for key in place.objects() if key.endswith("_thumb.jpg")]
    recorded = [row for row in place.rows().values() if row["thumbnail_url"] != row["url"]]
    assert len(thumbnails) == len(recorded) == ran.count("migrated")
    place.run("--migrate")
    assert place.state() == uninterrupted


def test_all_rows_are_found_where_each_segment_has_more_than_a_page(
    a_place: Callable[[], Place], dynamodb: Any
):
    place = a_place()
    rows, filler = 48, "x" * 150_000

    def add(number: int) -> None:
        place.put(f"{number}.jpg", b"Dear Anna,")
        place.add(f"row-{number}", f"{number}.jpg", filler={"S": filler})

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add, range(rows)))
    for segment in range(4):
        first = dynamodb.scan(TableName=place.name, Segment=segment, TotalSegments=4)
        assert "LastEvaluatedKey" in first, "no second page: the test tests nothing"

    ran = place.run()

    assert f"found {rows} photos: 0 have a thumbnail, {rows} need one" in ran.out
    assert len(set(re.findall(r"\((row-\d+)\)", ran.out))) == rows


def test_a_table_with_types_of_every_kind_is_migrated_as_it_is(a_place: Callable[[], Place]):
    place = a_place()
    place.put("a.jpg", a_jpeg())
    theirs = {
        "width": {"S": "4000"},
        "version": {"S": "v1.2"},
        "created_at": {"N": "1716890400.25"},
        "tags": {"SS": ["anna", "sea"]},
        "scores": {"NS": ["1", "2.5"]},
        "raw": {"B": b"\x00\xff"},
        "nothing": {"NULL": True},
        "nested": {"M": {"list": {"L": [{"BOOL": False}]}}},
    }
    place.add("a1", f"https://{place.name}.s3.eu-central-1.amazonaws.com/a.jpg", **theirs)

    ran = place.run("--migrate")

    assert (ran.status, ran.count("migrated")) == (0, 1), ran
    row = place.rows()["a1"]
    assert row["thumbnail_url"]["S"] == ("https://PLACE.s3.eu-central-1.amazonaws.com/a_thumb.jpg")
    kept = ("tags", "scores", "raw", "nothing", "nested")
    assert {name: row[name] for name in kept} == {name: theirs[name] for name in kept}


@pytest.mark.parametrize(
    ("module", "flag", "variable", "missing"),
    [
        (GENERATE, "--table", "CONTACTSHEET_ASSETS_TABLE", "table no-such-thing not found"),
        (GENERATE, "--bucket", "CONTACTSHEET_BUCKET", "bucket no-such-thing not found"),
        (RECONCILE, "--table", "CONTACTSHEET_ASSETS_TABLE", "table no-such-thing not found"),
    ],
)
def test_what_is_not_there_is_told_by_name_with_the_way_to_name_another(
    module: str, flag: str, variable: str, missing: str, a_place: Callable[[], Place]
):
    ran = a_place().run("--migrate", flag, "no-such-thing", module=module)

    assert ran.status == 2
    assert f"error: {missing}" in ran.err
    assert flag in ran.err
    assert variable in ran.err
    assert "Traceback" not in ran.err
    assert "found" not in ran.out


@pytest.mark.parametrize(("key", "kind"), [("name", "S"), ("id", "N")])
def test_a_table_that_is_keyed_otherwise_is_told_so(
    key: str, kind: str, a_place: Callable[[], Place], dynamodb: Any
):
    place = a_place()
    name = f"{place.name}-keyed"
    dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": kind}],
        BillingMode="PAY_PER_REQUEST",
    )

    ran = place.run("--table", name)

    assert ran.status == 2
    assert "its only key must be `id`, a string" in ran.err
    assert "Traceback" not in ran.err


def test_an_aws_that_does_not_answer_is_an_error(a_place: Callable[[], Place]):
    place = a_place()
    place.environment["AWS_ENDPOINT_URL"] = "http://127.0.0.1:9"  # nobody listens there

    ran = place.run()

    assert ran.status == 2
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err
    assert "found" not in ran.out


def test_reconciling_takes_in_what_has_no_row_and_the_next_run_agrees(
    a_place: Callable[[], Place],
):
    place = a_place()
    place.put("main/ünï +%.jpg", a_jpeg())
    place.put("main/holiday_thumb.jpg", a_jpeg())
    place.put("main/theirs.jpg", a_jpeg())
    place.add("4711", "main/theirs.jpg")

    dry = place.run(module=RECONCILE)
    rows = len(place.rows())
    ran = place.run("--migrate", module=RECONCILE)
    again = place.run(module=RECONCILE)

    assert (dry.status, rows) == (1, 1)
    assert (ran.status, len(place.rows())) == (0, 2)
    assert (again.status, again.out.count("left alone: ")) == (0, 1)
    assert "they agree" in again.out


def test_output_that_nobody_reads_to_the_end_is_no_traceback(filled: Callable[[], Place]):
    place = filled()
    read, write = os.pipe()
    os.close(read)

    try:
        process = subprocess.run(
            [sys.executable, "-m", GENERATE, "--table", place.name, "--bucket", place.name],
            cwd=ROOT,
            env=place.environment,
            stdout=write,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    finally:
        os.close(write)

    assert process.returncode == 1
    assert "Traceback" not in process.stderr
    assert "Exception ignored" not in process.stderr


def audit(*flags: str, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "migrations.audit", *flags]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_audit_agrees_with_the_deployed_package_and_repairs_what_was_lost(
    site: Site, dynamodb: Any, gallery_environment: dict[str, str]
):
    site.put("a.jpg", a_jpeg())
    site.item("a.jpg")
    eventually(lambda: audit(environment=gallery_environment).returncode == 0, seconds=60)
    pages = site.endpoints.tables["pages"]
    (node,) = dynamodb.query(
        TableName=pages,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": f"{site.gallery}#all"}},
    )["Items"]
    dynamodb.delete_item(TableName=pages, Key={"pk": node["pk"], "sk": node["sk"]})

    compared = audit(environment=gallery_environment)
    assert (compared.returncode, site.media()["items"]) == (1, [])
    repaired = audit("--migrate", environment=gallery_environment)

    assert "a list lacks 1" in compared.stdout
    assert "a list's total is wrong 1" in compared.stdout
    assert "nothing was written: pass --migrate to repair them" in compared.stdout
    assert (repaired.returncode, "2 differences" in repaired.stdout) == (0, True)
    assert [item["local_path"] for item in site.media()["items"]] == ["a.jpg"]
    assert "every list agrees with the rows" in audit(environment=gallery_environment).stdout
