"""What a cold start of the API costs, beside the import of boto3 that everybody knows.

    make bench-coldstart

CPU time of fresh processes, user and system, the interpreter's own start included. They hold the
standard library and the API's zip, unpacked, and nothing else; each kind takes its turn in every
round. The zip is the local target's: the one for AWS has wheels of another processor.

Ready is the API when it has answered its first request: its handler was imported and called with
the gateway's event, everything wired, the client made, tables asked by HTTP over a socket of this
machine, the log written. They hold nothing, so that what is measured is the start.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from chalicelib.authorize import told_of
from infra.build import AWS, LOCAL, ROOT, Package, build
from tests.benchmarks.report import Target, print_report
from tests.memory_cognito import CLIENT, POOL, a_token, public_key
from tests.site import an_owner, from_file

ROUNDS = 25
MEGABYTE = 1_000_000
IMPORT_GOAL, READY_GOAL = 0.30, 1.3
NAIVE = 'import boto3; boto3.client("dynamodb")'
IMPORTED = "the handler is imported"
# What the page asks first, and the list that other programs ask for.
FIRST_REQUESTS: Mapping[str, Mapping[str, str]] = {
    "/session": {},
    "/gallery/date-range": {"by": "day"},
    "/gallery/media": {"limit": "100"},
}
ZIP_GOALS_MB = {"api": 15, "image": 25}
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
UNPACKED_GOAL_MB = 262.144
EMPTY_TABLE: Mapping[str, Any] = {
    "BatchGetItem": {"Responses": {}, "UnprocessedKeys": {}},
    "GetItem": {},
    "Query": {"Items": [], "Count": 0, "ScannedCount": 0},
}
CALL = """
import json
from types import SimpleNamespace
import app
event, handler, is_right = json.loads(sys.argv[1])
answer = getattr(app, handler)(event, SimpleNamespace(aws_request_id="1"))
assert eval(is_right), answer
"""
# What the process has used up till then, last on stderr.
_TELL = """
import resource
usage = resource.getrusage(resource.RUSAGE_SELF)
print(usage.ru_utime + usage.ru_stime, file=sys.stderr)
"""


class _Cloud(BaseHTTPRequestHandler):
    """DynamoDB with empty tables, and the key set of a user pool."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(EMPTY_TABLE[self.headers["X-Amz-Target"].rpartition(".")[2]])

    def do_GET(self) -> None:
        self._answer({"keys": [public_key()]})

    def _answer(self, body: Any) -> None:
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: the table is what this prints."""


@contextmanager
def cloud() -> Iterator[str]:
    """The address of what answers in the place of AWS, while it is there."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Cloud) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def calls() -> dict[str, str]:
    """What is called first, as JSON: the event, the handler, and what its answer has to be."""
    found = {}
    for path, query in FIRST_REQUESTS.items():
        event = from_file("http_media.json")
        event["requestContext"] |= {"resourcePath": path}
        event["requestContext"]["authorizer"] = {"visitor": told_of(an_owner("main"))}
        event |= {"resource": path, "path": path}
        event["multiValueQueryStringParameters"] = {name: [value] for name, value in query.items()}
        found[answered(path)] = json.dumps([event, "app", "answer['statusCode'] == 200"])
    method = "arn:aws:execute-api:eu-central-1:123456789012:abcdefghij/api/GET/session"
    cookie = f"__Host-session={a_token()}"
    asked = {"type": "TOKEN", "methodArn": method, "authorizationToken": cookie}
    let_in = "answer['policyDocument']['Statement'][0]['Resource']"
    found["the authorizer knows an owner"] = json.dumps([asked, "authorizer", let_in])
    return found


def answered(path: str) -> str:
    """What a first request of a path is called in the table."""
    return f"{path} is answered"


def environment(address: str) -> dict[str, str]:
    """What a function of the gallery finds in its environment.

    Args:
        address: Of what stands in the place of AWS.
    """
    return {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "AWS_SESSION_TOKEN": "token",
        "AWS_DEFAULT_REGION": "eu-central-1",
        "AWS_REGION": "eu-central-1",
        "AWS_ENDPOINT_URL": address,
        "CONTACTSHEET_ENVIRONMENT": "live",
        "CONTACTSHEET_BUCKET": "photos",
        **{
            f"CONTACTSHEET_{name}_TABLE": f"contactsheet-live-{name.lower()}"
            for name in ("ASSETS", "PAGES", "PEOPLE", "ACCESS")
        },
        "CONTACTSHEET_USER_POOL": POOL,
        "CONTACTSHEET_USER_POOL_CLIENT": CLIENT,
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }


def cpu_ms(code: Path, address: str, script: str, *arguments: str) -> float:
    """CPU time of a fresh process up to the end of a script, in milliseconds.

    Args:
        code: The API's zip, unpacked.
        address: Of what answers in the place of AWS.
        script: Finds the zip's modules and `sys`.
        arguments: Of the script.

    Raises:
        RuntimeError: It failed; what it said.
    """
    begin = f"import sys; sys.path.insert(0, {str(code)!r})\n"
    done = subprocess.run(
        # neither our tree nor site-packages
        [sys.executable, "-I", "-S", "-c", begin + script + _TELL, *arguments],
        env=environment(address),
        cwd=code.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(done.stdout + done.stderr)
    return float(done.stderr.split()[-1]) * 1000


def measure(code: Path, address: str, rounds: int) -> dict[str, list[float]]:
    """CPU time of each kind of start, in milliseconds, once a round.

    Args:
        code: The API's zip, unpacked.
        address: Of what answers in the place of AWS.
        rounds: How many, beside a first one that warms the disk's cache.
    """
    start = partial(cpu_ms, code, address)
    starts = {
        "Python itself": partial(start, ""),
        NAIVE: partial(start, NAIVE),
        IMPORTED: partial(start, "import app"),
        **{name: partial(start, CALL, call) for name, call in calls().items()},
    }
    found: dict[str, list[float]] = {name: [] for name in starts}
    for number in range(rounds + 1):
        for name, started in starts.items():
            taken = started()
            if number > 0:
                found[name].append(taken)
    return found


def ratio(found: Mapping[str, list[float]], name: str) -> float:
    """How much of boto3's a start costs: the median of rounds, in which both met the same noise."""
    pairs = zip(found[name], found[NAIVE], strict=True)
    return statistics.median(taken / naive for taken, naive in pairs)


def print_found(found: Mapping[str, list[float]]) -> None:
    """Each kind of start with half its quartiles' distance, and how it compares."""
    width = max(map(len, found))
    print(f"{'':<{width}}  CPU ms  spread  beside boto3")
    for name, taken in found.items():
        low, middle, high = statistics.quantiles(taken, n=4)
        spread = (high - low) / 2 / middle
        print(f"{name:<{width}}  {middle:>6.1f}  ±{spread:>5.1%}  {ratio(found, name):>12.2f}")


def size_targets(package: Package) -> list[Target]:
    """How large the zips may be: what is larger starts late, and at last not at all."""
    found = []
    for code, path in package.zips.items():
        size = path.stat().st_size / MEGABYTE
        if code in ZIP_GOALS_MB:
            found.append(Target(f"{path.name} for AWS (MB)", size, ZIP_GOALS_MB[code]))
            continue
        print(f"{path.name} for AWS: {size:.1f} MB packed")
        entries = zipfile.ZipFile(path).infolist()
        unpacked = sum(entry.file_size for entry in entries) / MEGABYTE
        found.append(Target(f"{path.name} for AWS, unpacked (MB)", unpacked, UNPACKED_GOAL_MB))
    return found


def main() -> int:
    """Build both targets, start one, weigh the other; 1 when a goal is missed."""
    local, deployed = (build(target, ROOT / ".build") for target in (LOCAL, AWS))
    with tempfile.TemporaryDirectory(prefix="contactsheet-cold-") as folder, cloud() as address:
        code = Path(folder) / "task"
        zipfile.ZipFile(local.zips["api"]).extractall(code)
        found = measure(code, address, ROUNDS)
    print(f"the local target's api.zip, Python {LOCAL.python_version}, {ROUNDS} rounds")
    print_found(found)
    names = zipfile.ZipFile(deployed.zips["api"]).namelist()
    compiled = "with" if any(name.endswith(".pyc") for name in names) else "without"
    print(f"the zips for AWS are {compiled} .pyc of Python {AWS.python_version}")
    slowest = max(ratio(found, answered(path)) for path in FIRST_REQUESTS)
    targets = [
        Target("API imported (of boto3 and its client)", ratio(found, IMPORTED), IMPORT_GOAL),
        Target("API ready, slowest route (of boto3 and its client)", slowest, READY_GOAL),
        *size_targets(deployed),
    ]
    print_report("coldstart", targets)
    return 0 if all(target.met for target in targets) else 1


if __name__ == "__main__":
    sys.exit(main())
