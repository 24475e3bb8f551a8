"""The environment in which our commands work on a gallery that `make deploy` has made.

eval "$(.venv/bin/python -m infra.deployed_environment live)"
.venv/bin/python -m migrations.audit
"""

import argparse
import shlex
import sys
from collections.abc import Sequence

from infra.aws.account import AccountError, find_account, open_session
from infra.aws.wishes import Standing, look

FROM_STACKS = {
    "CONTACTSHEET_BUCKET": ("data", "PhotosBucketName"),
    "CONTACTSHEET_ASSETS_TABLE": ("data", "AssetsTableName"),
    "CONTACTSHEET_PAGES_TABLE": ("data", "PagesTableName"),
    "CONTACTSHEET_PEOPLE_TABLE": ("data", "PeopleTableName"),
    "CONTACTSHEET_ACCESS_TABLE": ("data", "AccessTableName"),
    "CONTACTSHEET_DRAW_FUNCTION": ("app", "DrawFunctionName"),
    "CONTACTSHEET_HEAVY_FUNCTION": ("app", "DrawHeavyFunctionName"),
    "CONTACTSHEET_STATE_MACHINE": ("app", "BackfillStateMachineArn"),
}
"""Variables, and the output of a stack that each is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print ``export`` lines for a shell; 2 when there is no such gallery."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.deployed_environment",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("environment", help="which gallery, such as live")
    options = parser.parse_args(arguments)
    try:
        session = open_session()
        account = find_account(session)
    except AccountError as error:
        print(error, file=sys.stderr)
        return 2
    standing = look(session.client("cloudformation"), options.environment)
    if not (standing.has("data") and standing.has("app")):
        print(
            f"there is no gallery {options.environment} in {account.region} of account "
            f"{account.id}; make it: make deploy ENVIRONMENT={options.environment} OWNER=…",
            file=sys.stderr,
        )
        return 2
    for name, value in environment_of(standing, account.region).items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def environment_of(standing: Standing, region: str) -> dict[str, str]:
    """The variables of a gallery."""
    return {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        **{name: standing.outputs[layer][key] for name, (layer, key) in FROM_STACKS.items()},
        "CONTACTSHEET_UPLOADS_QUEUE": _queue(standing.outputs["data"]["UploadsQueueUrl"]),
        "CONTACTSHEET_HEAVY_QUEUE": _queue(standing.outputs["data"]["HeavyUploadsQueueUrl"]),
    }


def _queue(address: str) -> str:
    return address.rpartition("/")[2]


if __name__ == "__main__":
    sys.exit(main())
