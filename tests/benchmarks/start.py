"""How long a second `make run` takes to answer, and dropped photos to have thumbnails.

    make bench-start

The first start installs and deploys and is not counted. Each of the later ones begins when the
command is given and ends when the page and the API behind it have answered.
"""

import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import urllib3
from PIL import Image

from infra.local.gallery import local_client
from infra.local.ports import find_free_port
from infra.local.sign_in import SignedIn
from tests.benchmarks.report import Target, print_report

ROOT = Path(__file__).parent.parent.parent
STARTS = 5
PHOTOS = 34
FIRST_START_SECONDS = 900
SLOW_SECONDS = 120


def main() -> None:
    """Start, stop, start again and drop photos in; then print what it took."""
    with tempfile.TemporaryDirectory(prefix="contactsheet-bench-") as folder:
        port = find_free_port()
        process = run(folder, port)
        wait_for_answer(port, FIRST_START_SECONDS)
        stop(process)
        seconds = []
        for _ in range(STARTS):
            began = time.perf_counter()
            process = run(folder, port)
            wait_for_answer(port, SLOW_SECONDS)
            seconds.append(time.perf_counter() - began)
            print(f"start to answering page: {seconds[-1]:.2f} s", flush=True)
            if len(seconds) < STARTS:
                stop(process)
        arrival = drop_photos(json.loads(Path(folder, "endpoints.json").read_text()))
        stop(process)
    spread = max(seconds) - min(seconds)
    print(f"median {statistics.median(seconds):.2f} s, spread {spread:.2f} s over {STARTS} starts")
    print_report(
        "start",
        [
            Target("second start to an answering page, slowest (s)", max(seconds), 10),
            Target(f"{PHOTOS} dropped photos, last thumbnail (s)", arrival, 30),
        ],
    )


def run(folder: str, port: int) -> subprocess.Popen[bytes]:
    """`make run` on a data folder, without the sample album."""
    Path(folder, "sample-album").write_text("not wanted: a benchmark\n")
    environment = {**os.environ, "PORT": str(port), "CONTACTSHEET_DATA": folder}
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local.run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End it as Ctrl-C does."""
    process.send_signal(signal.SIGINT)
    process.wait(SLOW_SECONDS)


def wait_for_answer(port: int, seconds: float) -> None:
    """Wait until the page and the API behind it answer; the API, that somebody is to sign in."""
    deadline = time.perf_counter() + seconds
    for path, wanted in (("/gallery", 200), ("/api/session/refresh", 401)):
        method, body = ("GET", None) if wanted == 200 else ("POST", b"{}")
        while True:
            try:
                answer = urllib3.request(
                    method,
                    f"http://localhost:{port}{path}",
                    body=body,
                    headers={"Content-Type": "application/json"},
                    timeout=5,
                    retries=False,
                )
                said = str(answer.status)
            except urllib3.exceptions.HTTPError as error:
                said = str(error)
            if said == str(wanted):
                break
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{path} still answers: {said}")
            time.sleep(0.05)


def drop_photos(endpoints: Any) -> float:
    """Put photos into the bucket; seconds until the last has its thumbnail."""
    s3 = local_client("s3", endpoints["aws_endpoint"])
    photos = [a_photo(number) for number in range(PHOTOS)]
    began = time.perf_counter()
    for number, photo in enumerate(photos):
        s3.put_object(Bucket=endpoints["bucket"], Key=f"main/bench/{number}.jpg", Body=photo)
    owner = SignedIn(endpoints["page"], endpoints["email"], endpoints["password"])
    while True:
        stats = owner.get("/api/gallery/stats").json()
        if stats["total"] - stats["without_thumbnail"] >= PHOTOS:
            return time.perf_counter() - began
        time.sleep(0.1)


def a_photo(number: int) -> bytes:
    """Twelve megapixels with some structure in them."""
    small = Image.effect_noise((200, 150), 40 + number).convert("RGB")
    buffer = BytesIO()
    small.resize((4000, 3000), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=88)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
