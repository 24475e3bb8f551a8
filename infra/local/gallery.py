"""The whole gallery on this machine: embedded AWS, stacks and edge, started and stopped as one."""

import json
import os
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from pynamodb.connection import Connection

from chalicelib.domain.object_key import DEFAULT_GALLERY
from chalicelib.storage.access import Access
from chalicelib.storage.table import Table
from infra.aws.signing_key import parameter_name
from infra.aws.site import site_parameter
from infra.build import LOCAL, ROOT, Package, build
from infra.build_page import build_page
from infra.deploy import Clients, Deployment, code_key, deploy
from infra.local.edge import Origins, RunningEdge, make_application, read_page
from infra.local.emulator import CREDENTIALS, REGION, Emulator, start_emulator
from infra.local.owner import EMAIL, keep_password, provide_owner, write_private
from infra.local.saved_state import Say, has_kept_objects
from infra.local.trust import provide_site
from infra.stack_state import DeployError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

ENVIRONMENT = "local"
API_STAGE = "api"
BUILD_FOLDER = ROOT / ".build"


@dataclass(frozen=True)
class Endpoints:
    """Where a running gallery answers; ``endpoints.json`` in its data folder.

    Attributes:
        page: Address of the edge, without a slash at the end.
        api: Address of the API below the edge.
        aws_endpoint: What ``AWS_ENDPOINT_URL`` must be to talk to this gallery's AWS.
        region: AWS region.
        bucket: Photo bucket.
        tables: Table names by role: assets, pages, people, access.
        functions: Function names by role: api, uploads, heavy_uploads, refresh_pages, draw,
            draw_heavy, backfill, purge_bin, audit_pages.
        queues: Queue addresses by role: uploads, heavy_uploads, failed_uploads, failed_refreshes.
        state_machine: ARN of the backfill's.
        user_pool: Id of the pool of those who may sign in.
        user_pool_client: Id of its client.
        email: With which the gallery's owner signs in.
        password: Theirs.
    """

    page: str
    api: str
    aws_endpoint: str
    region: str
    bucket: str
    tables: Mapping[str, str]
    functions: Mapping[str, str]
    queues: Mapping[str, str]
    state_machine: str
    user_pool: str
    user_pool_client: str
    email: str
    password: str

    def environment(self) -> dict[str, str]:
        """Environment variables with which our commands work on this gallery."""
        return {
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": self.aws_endpoint,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_REGION": self.region,
            "CONTACTSHEET_BUCKET": self.bucket,
            "CONTACTSHEET_ASSETS_TABLE": self.tables["assets"],
            "CONTACTSHEET_PAGES_TABLE": self.tables["pages"],
            "CONTACTSHEET_PEOPLE_TABLE": self.tables["people"],
            "CONTACTSHEET_ACCESS_TABLE": self.tables["access"],
            "CONTACTSHEET_USER_POOL": self.user_pool,
            "CONTACTSHEET_USER_POOL_CLIENT": self.user_pool_client,
            "CONTACTSHEET_SITE_PARAMETER": site_parameter(ENVIRONMENT),
            "CONTACTSHEET_SIGNING_KEY_PARAMETER": parameter_name(ENVIRONMENT),
            "CONTACTSHEET_DRAW_FUNCTION": self.functions["draw"],
            "CONTACTSHEET_HEAVY_FUNCTION": self.functions["draw_heavy"],
            "CONTACTSHEET_UPLOADS_QUEUE": queue_name(self.queues["uploads"]),
            "CONTACTSHEET_HEAVY_QUEUE": queue_name(self.queues["heavy_uploads"]),
            "CONTACTSHEET_STATE_MACHINE": self.state_machine,
            **{n: v for n, v in os.environ.items() if n == "CONTACTSHEET_TIME_ZONE"},
        }


@dataclass(frozen=True)
class Gallery:
    """A running gallery."""

    emulator: Emulator
    edge: RunningEdge
    endpoints: Endpoints
    deployment: Deployment

    def stop(self) -> bool:
        """End the edge, then the embedded AWS; whether its state was written."""
        self.edge.stop()
        return self.emulator.stop()


def local_client(service: str, endpoint: str) -> Any:
    """A client of the embedded AWS that ignores the person's own AWS settings."""
    session = boto3.session.Session(
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    config = Config(
        s3={"addressing_style": "path"}, signature_version="s3v4" if service == "s3" else None
    )
    return session.client(service, endpoint_url=endpoint, config=config)  # type: ignore[call-overload]


def start_gallery(
    data: Path, port: int, say: Say, *, python: Path, build_folder: Path = BUILD_FOLDER
) -> Gallery:
    """Build, start the embedded AWS, deploy, and open the edge.

    Args:
        data: Folder of everything that stays between runs.
        port: Where the edge listens on loopback.
        say: Told what a person should know.
        python: Interpreter of the embedded AWS's own environment.
        build_folder: Where builds are kept.

    Raises:
        infra.build.BuildError, infra.layers.LayerError: The application can't be built.
        infra.build_page.BuildPageError: The page can't be built.
        infra.stack_state.DeployError: A stack failed.
        infra.local.emulator.EmulatorError: The embedded AWS can't run.
        OSError: The port is taken.
    """
    data = data.resolve()
    page = read_page(build_page(build_folder / "page"))
    package = build(LOCAL, build_folder)
    emulator = start_emulator(python, data, say)
    try:
        deployment = deploy_locally(emulator, package)
        if has_kept_objects(data):
            say("taking the photos of the bucket back in …")
            emulator.stop()
            emulator = start_emulator(python, data, say)
        password = keep_password(data / "owner-password")
        endpoints = find_endpoints(emulator.url, port, deployment, password)
        keys = provide_site(local_client("ssm", emulator.url), ENVIRONMENT, endpoints.page)
        let_in(endpoints, endpoints.email, password, [DEFAULT_GALLERY])
        s3: S3Client = local_client("s3", emulator.url)
        origins = Origins(
            api=f"{emulator.url}/_aws/execute-api/{deployment.app['RestApiId']}/{API_STAGE}",
            bucket=endpoints.bucket,
            uploads=emulator.url,
            site=endpoints.page,
        )
        edge = RunningEdge(make_application(s3, origins, page, keys), port)
    except BaseException:
        emulator.stop()
        raise
    write_endpoints(data / "endpoints.json", endpoints)
    return Gallery(emulator, edge, endpoints, deployment)


def deploy_locally(emulator: Emulator, package: Package) -> Deployment:
    """Both stacks on the embedded AWS.

    Raises:
        infra.stack_state.DeployError: A stack failed.
    """
    s3: S3Client = local_client("s3", emulator.url)
    deployment = deploy(
        Clients(local_client("cloudformation", emulator.url), s3),
        ENVIRONMENT,
        package,
        data_parameters={
            "PageOrigins": "http://localhost:*,http://127.0.0.1:*",
            "DeletionProtection": "false",
        },
        app_parameters={"TimeZone": os.environ.get("CONTACTSHEET_TIME_ZONE") or "UTC"},
    )
    check_tables(local_client("dynamodb", emulator.url), deployment, emulator.data)
    if deployment.changed:
        remove_old_code(s3, deployment.data["CodeBucketName"], package)
    return deployment


def check_tables(dynamodb: Any, deployment: Deployment, data: Path) -> None:
    """Make sure that the tables of the stacks are there: saved state may have lost them.

    Raises:
        infra.stack_state.DeployError: One is not; the message says how to go on.
    """
    there = set(dynamodb.list_tables()["TableNames"])
    roles = ("Assets", "Pages", "People", "Access")
    wanted = {deployment.data[f"{role}TableName"] for role in roles}
    if missing := sorted(wanted - there):
        raise DeployError(
            f"the saved state has lost {', '.join(missing)}: it was damaged. Move {data / 'state'} "
            "out of the way and run again: the photos in the bucket are found, and their rows made"
        )


def remove_old_code(s3: "S3Client", bucket: str, package: Package) -> None:
    """Delete the zips of earlier builds: each is 80 MB, and nobody rolls back here."""
    current = {code_key(path) for path in package.zips.values()}
    for stored in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
        if stored.get("Key") not in current:
            s3.delete_object(Bucket=bucket, Key=stored["Key"])


def let_in(endpoints: Endpoints, email: str, password: str, galleries: Collection[str]) -> None:
    """Let somebody sign in to a running gallery, and own some of what is in it."""
    cognito, access = _door(endpoints.aws_endpoint, endpoints.tables["access"])
    pool, client = endpoints.user_pool, endpoints.user_pool_client
    provide_owner(cognito, pool, client, access, email, password, galleries)


@cache
def _door(endpoint: str, table: str) -> tuple[Any, Access]:
    """What letting somebody in needs; made once, for that takes half a second."""
    connection = Connection(
        region=REGION,
        host=endpoint,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )
    return local_client("cognito-idp", endpoint), Access(Table(connection, table, ("id",)))


def find_endpoints(
    aws_endpoint: str, port: int, deployment: Deployment, password: str
) -> Endpoints:
    """Where the parts of a deployment answer, and how its owner signs in."""
    page = f"http://localhost:{port}"
    data, app = deployment.data, deployment.app
    return Endpoints(
        page=page,
        api=f"{page}/api",
        aws_endpoint=aws_endpoint,
        region=REGION,
        bucket=data["PhotosBucketName"],
        tables={
            "assets": data["AssetsTableName"],
            "pages": data["PagesTableName"],
            "people": data["PeopleTableName"],
            "access": data["AccessTableName"],
        },
        functions={
            "api": app["ApiFunctionName"],
            "uploads": app["UploadsFunctionName"],
            "heavy_uploads": app["HeavyUploadsFunctionName"],
            "refresh_pages": app["RefreshPagesFunctionName"],
            "draw": app["DrawFunctionName"],
            "draw_heavy": app["DrawHeavyFunctionName"],
            "backfill": app["BackfillFunctionName"],
            "purge_bin": app["PurgeBinFunctionName"],
            "audit_pages": app["AuditPagesFunctionName"],
        },
        queues={
            "uploads": data["UploadsQueueUrl"],
            "heavy_uploads": data["HeavyUploadsQueueUrl"],
            "failed_uploads": data["FailedUploadsQueueUrl"],
            "failed_refreshes": data["FailedRefreshesQueueUrl"],
        },
        state_machine=app["BackfillStateMachineArn"],
        user_pool=data["UserPoolId"],
        user_pool_client=data["UserPoolClientId"],
        email=EMAIL,
        password=password,
    )


def queue_name(address: str) -> str:
    """The name of a queue, the last part of its address."""
    return address.rpartition("/")[2]


def write_endpoints(path: Path, endpoints: Endpoints) -> None:
    """Write ``endpoints.json``: the owner's password is in it."""
    write_private(path, json.dumps(asdict(endpoints), indent=2) + "\n")
