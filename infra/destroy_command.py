"""Takes a gallery off AWS, all but what holds photos, rows and owners: `make destroy`.

make destroy ENVIRONMENT=live                         as long as no photo is there
make destroy ENVIRONMENT=live CONFIRM=<its bucket>    also then; asks for the bucket's name again

Edge, app and data stack are removed, in this order. The buckets, the tables and the owners stay,
and are named together with how to remove them; a later `make deploy` takes them back.

Exit status: 0 done, 1 failed or refused, 2 bad usage or no way into the account.
"""

import argparse
import sys
from collections.abc import Collection, Sequence
from http import HTTPStatus
from typing import Any

from botocore.exceptions import ClientError

from infra.aws.account import Account, find_account, open_session
from infra.aws.adopt_bucket import plan_release
from infra.aws.adoption import AdoptionError, MissingError, carry_out_steps
from infra.aws.bucket_state import read_bucket
from infra.aws.outcome import run_to_end
from infra.aws.signing_key import next_parameter_name, parameter_name
from infra.aws.site import site_parameter
from infra.aws.take_back import BUCKET, TABLE, Left, find_left
from infra.aws.template import read_template
from infra.aws.wishes import Services, Standing, look
from infra.deploy import DATA_TEMPLATE, stack_name
from infra.deploy_command import ENVIRONMENT, Ask, say
from infra.stack_state import await_idle, delete_stack
from migrations.command import described_parser

ORDER = ("edge", "app", "data")


def main(arguments: Sequence[str] | None = None, ask: Ask = input) -> int:
    """Destroy."""
    parser = described_parser("infra.destroy_command", __doc__)
    parser.add_argument("--environment", required=True, help="which gallery")
    parser.add_argument("--confirm", default="", help="name of its bucket, while photos are there")
    options = parser.parse_args(arguments)
    if not ENVIRONMENT.fullmatch(options.environment):
        parser.error("name the gallery: ENVIRONMENT=live")

    def remove() -> int:
        session = open_session()
        account = find_account(session)
        services = Services.of(session)
        standing = look(services.cloudformation, options.environment)
        if refusal := find_refusal(services.s3, standing, options, ask):
            print(refusal, file=sys.stderr)
            return 1
        left = destroy(services, account, standing, options.environment)
        print("\n".join(left_lines(left, standing, options.environment)))
        return 0

    return run_to_end(remove, "not all of it is removed; run it again")


def find_refusal(s3: Any, standing: Standing, options: argparse.Namespace, ask: Ask) -> str | None:
    """Why nothing is removed, if so: photos are there, and it was not said twice to go on.

    Raises:
        AdoptionError: Nobody lets us see whether they are.
    """
    bucket = standing.outputs["data"].get("PhotosBucketName", "")
    try:
        if not bucket or not has_photos(s3, bucket):
            return None
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.FORBIDDEN:
            raise _denied(bucket, options.environment, error) from error
        raise
    if options.confirm != bucket:
        return (
            f"there are photos in {bucket}; nothing was removed. They would stay where they are, "
            "but nobody could look at them. If that is meant: make destroy "
            f"ENVIRONMENT={options.environment} CONFIRM={bucket}"
        )
    try:
        typed = ask(f"type the bucket's name to remove gallery {options.environment}: ").strip()
    except (EOFError, KeyboardInterrupt):  # Ctrl-C at the question is a no
        typed = ""
    return None if typed == bucket else "that is not its name; nothing was removed"


def destroy(
    services: Services, account: Account, standing: Standing, environment: str
) -> list[Left]:
    """Remove the stacks and the parameters.

    Returns:
        What stays.

    Raises:
        DeployError: A stack could not be deleted; what is left can be removed by another call.
        AdoptionError: A bucket that was there before can't be given back; nothing is removed.
    """
    if bucket := standing.parameters["data"].get("AdoptedBucket", ""):
        _give_back(services.s3, bucket, account, environment)
    for layer in ORDER:
        name = stack_name(environment, layer)
        # one that is stuck can't be updated, but it can be deleted, or deleted once more
        if await_idle(services.cloudformation, name) is not None:
            say(f"{name}: removing …")
            delete_stack(services.cloudformation, name)
    for parameter in (
        site_parameter(environment),
        parameter_name(environment),
        next_parameter_name(environment),
    ):
        _delete_parameter(services.ssm, parameter)
    return find_left(
        services.dynamodb,
        services.s3,
        services.cognito,
        read_template(DATA_TEMPLATE.read_text(encoding="utf-8")),
        account.names(environment),
    )


def _give_back(s3: Any, bucket: str, account: Account, environment: str) -> None:
    """Take off a bucket what names its gallery, before the stack goes that notes which it is."""
    try:
        release = plan_release(read_bucket(s3, bucket, account.id))
    except MissingError as error:
        say(f"nothing is given back of it: {error}")
        return
    except AdoptionError as error:
        raise _denied(bucket, environment, error) from error
    carry_out_steps(s3, release)


def _denied(bucket: str, environment: str, error: Exception) -> AdoptionError:
    return AdoptionError(
        f"bucket {bucket} can't be looked at: {error}\nGive yourself access to it. If it is yours "
        "no more, let go of it with the stack that notes it: aws cloudformation delete-stack "
        f"--stack-name {stack_name(environment, 'data')}"
    )


def has_photos(s3: Any, bucket: str) -> bool:
    """Whether anything lies in a bucket, older versions included."""
    try:
        told = s3.list_object_versions(Bucket=bucket, MaxKeys=1)
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucket":
            return False
        raise
    return bool(told.get("Versions") or told.get("DeleteMarkers"))


def left_lines(left: Collection[Left], standing: Standing, environment: str) -> list[str]:
    """What stays, and how it is removed by somebody who means it."""
    parameters = standing.parameters["data"]
    adopted = (parameters.get("AdoptedBucket", ""), parameters.get("AdoptedTable", ""))
    told = [
        f"gallery {environment} is removed",
        *(f"{name} was there before it, and stays" for name in adopted if name),
    ]
    if not left:
        return told
    told += [
        "",
        "What holds photos, rows and owners is still there, and still costs its storage;",
        f"make deploy ENVIRONMENT={environment} OWNER=… takes it back. To destroy it for ever:",
        "",
    ]
    for thing in left:
        if thing.kind == BUCKET:
            told.append(f"  in the console, S3: choose {thing.name}, Empty, then Delete")
        elif thing.kind == TABLE:
            unprotect = f"aws dynamodb update-table --table-name {thing.name}"
            told += [
                f"  {unprotect} --no-deletion-protection-enabled",
                f"  aws dynamodb delete-table --table-name {thing.name}",
            ]
        else:
            unprotect = f"aws cognito-idp update-user-pool --user-pool-id {thing.name}"
            told += [
                f"  {unprotect} --deletion-protection INACTIVE",
                f"  aws cognito-idp delete-user-pool --user-pool-id {thing.name}",
            ]
    return told


def _delete_parameter(ssm: Any, name: str) -> None:
    try:
        ssm.delete_parameter(Name=name)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise


if __name__ == "__main__":
    sys.exit(main())
