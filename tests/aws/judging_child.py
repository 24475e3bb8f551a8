"""The embedded AWS as a judge who writes everything down; run by its own Python.

Told ``AUTH=true``, MiniStack gives each function the credentials of its role, and asks the role's
policies before each request, as AWS does. Here it writes each judgement down, takes
all of them for requests over TLS, which it does not speak, and learns what AWS asks for:

- ``ssm:GetParameters`` is judged by each parameter that is named.
- ``sqs:SendMessageBatch`` is none: whoever may send a message may send ten.
  https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
- Who asks for an object that is not there must be allowed to list the bucket, else the answer is
  403 and not 404. https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html

    python judging_child.py DATA_FOLDER
"""

import importlib.util
import json
import os
import sys
import threading
from pathlib import Path
from typing import Any

from ministack.core import iam_actions, iam_evaluator  # type: ignore[import-not-found]
from ministack.services import s3  # type: ignore[import-not-found]

CHILD = Path(__file__).parents[2] / "infra" / "local" / "ministack_child.py"
JUDGEMENTS = "judgements.jsonl"
# Nothing of what a request names has it: resources that are judged one by one.
AND = "\n"

_enforce, _resource_of = iam_evaluator.enforce, iam_actions.extract_resource_arn
_pin_origin = iam_evaluator.pin_request_origin


def resource_of(service: str, method: str, path: str, headers: Any, body: Any, *rest: Any) -> str:
    """As MiniStack names it, but each parameter of several."""
    found: str = _resource_of(service, method, path, headers, body, *rest)
    if service == "ssm" and headers.get("x-amz-target", "").endswith(".GetParameters"):
        *_, region, account = rest
        return AND.join(
            f"arn:aws:ssm:{region}:{account}:parameter/{name.lstrip('/')}"
            for name in json.loads(body)["Names"]
        )
    return found


def bucket_without(action: str, resource: str) -> str | None:
    """The bucket in which the object that is asked for is not."""
    bucket, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
    if action != "s3:GetObject" or key in s3._buckets.get(bucket, {"objects": {}})["objects"]:
        return None
    return f"arn:aws:s3:::{bucket}"


def judge_into(notes: Path) -> None:
    """Write each judgement of a request that does not come from the account itself down."""
    one_at_a_time = threading.Lock()

    def judged(key: str, action: str, service: str, region: str, resource: str, **more: Any) -> Any:
        denied = _enforce(key, action, service, region, resource_arn=resource, **more)
        session = iam_evaluator.resolve_caller_identity(key) or {}
        told = {
            "principal": session.get("userArn", ""),
            "action": action,
            "resource": resource,
            "is_allowed": denied is None,
        }
        with one_at_a_time, notes.open("a") as file:
            file.write(json.dumps(told) + "\n")
        return denied

    def enforce(
        key: str, action: str, service: str, region: str, resource_arn: str = "*", **more: Any
    ) -> Any:
        action = action.removesuffix("Batch") if service == "sqs" else action
        asked = [(action, resource) for resource in resource_arn.split(AND)]
        if (bucket := bucket_without(action, resource_arn)) is not None:
            asked.append(("s3:ListBucket", bucket))
        for one, resource in asked:
            if denied := judged(key, one, service, region, resource, **more):
                return denied
        return None

    iam_evaluator.enforce = enforce
    iam_evaluator.pin_request_origin = lambda address, _: _pin_origin(address, True)
    iam_actions.extract_resource_arn = resource_of


def main() -> int:
    """Serve as the usual child does."""
    judge_into(Path(sys.argv[1]) / JUDGEMENTS)
    spec = importlib.util.spec_from_file_location("ministack_child", CHILD)
    assert spec
    assert spec.loader
    child = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(child)
    status: int = child.main()
    return status


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
