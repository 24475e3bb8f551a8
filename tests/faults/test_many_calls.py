"""Upload functions that stay warm for long, and that are many at once."""

import json
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import yaml  # type: ignore[import-untyped]
from botocore.exceptions import ClientError

import app as app_module
from tests.builders import a_jpeg, an_sqs_event
from tests.faults.deliveries import Deliveries
from tests.faults.mortal_function import ROOT
from tests.infra.test_templates import Loader
from tests.memory import Request
from tests.site import CONTEXT, Site, a_site


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Site:
    return a_site(monkeypatch)


def test_f26_a_function_called_five_hundred_times_keeps_nothing_and_mixes_nothing_up():
    ran = subprocess.run(
        [sys.executable, "-m", "tests.faults.warm_function", "500"],
        stdout=subprocess.PIPE,
        cwd=ROOT,
        check=True,
        timeout=120,
    )
    found = json.loads(ran.stdout.splitlines()[-1])

    assert found["grown"].pop("bytes") < 20 << 20
    assert found["grown"] == {"files": 0, "threads": 0, "processes": 0}
    assert sorted(found["states"].values()) == [
        "anna/a_thumb.jpg",
        "anna/b_thumb.webp.jpg",
        "main/a_thumb.jpg",
        "main/b_thumb.png.jpg",
        "main/c_thumb.tif.jpg",
        "unsupported",
    ]


def test_f27_a_thousand_photos_at_once_and_a_bucket_that_throttles_are_all_there_in_the_end(
    site: Site,
):
    """One request in twenty is refused, after all of the SDK's attempts."""
    chance = random.Random(27)

    def throttle(_: Request) -> None:
        if chance.random() < 0.05:
            raise ClientError(
                {
                    "Error": {"Code": "SlowDown", "Message": "Please reduce your request rate."},
                    "ResponseMetadata": {"HTTPStatusCode": 503},  # type: ignore[typeddict-item]
                },
                "HeadObject",
            )

    photo = a_jpeg(32, 24)
    keys = [f"main/{number}.jpg" for number in range(1000)]
    for key in keys:
        site.bucket.place(key, photo)
    site.wire.before("s3.*", throttle, None)
    queue = Deliveries(*keys)
    with ThreadPoolExecutor(5) as functions:
        while batch := queue.waiting:
            queue.waiting = []
            fives = [batch[start : start + 5] for start in range(0, len(batch), 5)]
            list(
                functions.map(lambda five: queue.deliver(five, app_module.thumbnail_uploads), fives)
            )
    site.wire.clear()
    assert len(queue.dead) < 100
    while batch := queue.dead:
        queue.dead = []
        queue.deliver(batch, app_module.failed_uploads)

    rows = site.assets_table.items
    assert sorted(row["url"]["S"] for row in rows) == sorted(keys)
    failed = [row["id"]["S"] for row in rows if "thumbnail_error" in row]
    app_module.thumbnail_uploads(
        an_sqs_event(*({"retry": {"id": known}} for known in failed)), CONTEXT
    )
    assert len(site.bucket.objects) == 3000
    assert not [row for row in site.assets_table.items if "thumbnail_error" in row]


def test_f27_functions_fed_by_queues_leave_some_of_a_new_account_s_ten_to_those_who_look():
    template = yaml.load((ROOT / "infra/app.yaml").read_text(), Loader)  # noqa: S506 (a SafeLoader)
    sources = [
        event["Properties"]
        for resource in template["Resources"].values()
        for event in resource.get("Properties", {}).get("Events", {}).values()
        if "Queue" in event.get("Properties", {})
    ]

    at_once = [source["ScalingConfig"]["MaximumConcurrency"] for source in sources]

    assert len(at_once) == 3
    assert sum(at_once) < 10
