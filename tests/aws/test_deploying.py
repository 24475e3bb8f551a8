"""Galleries made, updated, taken over and removed, on the embedded AWS.

It knows no CloudFront keys (facts of its own: PublicKey and KeyGroup are refused), so that the edge
is deployed without them; all else is what somebody's account gets.
"""

import dataclasses
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import infra.aws.release
import infra.deploy
from chalicelib.domain.owned_gallery import MAX_GALLERIES
from infra import deploy_command, deployed_environment, destroy_command
from infra.aws.account import Account
from infra.aws.adoption import AdoptionError
from infra.aws.outlook import Outlook
from infra.aws.release import Release, Site
from infra.aws.review import Agree, LossError, StoppedError
from infra.aws.site import find_unowned, invite_owner
from infra.aws.template import read_template
from infra.aws.wanted_stacks import EDGE_TEMPLATE, WantedStacks
from infra.aws.wishes import Services, Wishes, look
from infra.build import LOCAL, ROOT, Package, build
from infra.destroy_command import destroy, find_refusal, left_lines
from infra.local.emulator import REGION
from infra.local.gallery import Endpoints, Gallery, local_client
from infra.stack_state import DeployError, find_stack
from infra.stacks import Change
from tests.aws.site import eventually
from tests.builders import a_jpeg

# our own clients of the tables find the embedded AWS by it
pytestmark = pytest.mark.usefixtures("gallery_environment")

OWNER = "owner@example.org"
SERVICES = ("cloudformation", "cloudwatch", "cognito-idp", "dynamodb", "kms", "s3", "ssm")
# of an empty stack; in the edge it is keys, which the embedded AWS doesn't know anyway
CONDITIONAL = {
    *("AssetsTable", "PhotosBucket", "PhotosBucketPolicy"),
    *("BudgetAlarm", "OwnerIsTold"),
}


def edge_without_keys() -> str:
    """The edge as far as the embedded AWS goes."""
    template = read_template(EDGE_TEMPLATE.read_text(encoding="utf-8"))
    resources = template["Resources"]
    for name in ("SigningKeyA", "SigningKeyB", "SigningKeys"):
        del resources[name]
    config = resources["Distribution"]["Properties"]["DistributionConfig"]
    for behaviour in config["CacheBehaviors"]:
        behaviour.pop("TrustedKeyGroups", None)
    # else an exchange of keys would change no resource at all
    config["Comment"] = {"Fn::Sub": "${PublicKeyA}${PublicKeyB}"}
    for place in "AB":
        template["Outputs"][f"KeyPairId{place}"]["Value"] = f"K{place}"
    return json.dumps(template)


@pytest.fixture(scope="module")
def services(endpoints: Endpoints) -> Services:
    return Services(*(local_client(name, endpoints.aws_endpoint) for name in SERVICES))


@pytest.fixture(scope="module")
def account(endpoints: Endpoints) -> Account:
    told = local_client("sts", endpoints.aws_endpoint).get_caller_identity()
    return Account(told["Account"], REGION, told["Arn"])


@pytest.fixture(scope="module")
def real_package() -> Package:
    return build(LOCAL, ROOT / ".build")


@pytest.fixture(scope="module")
def package(real_package: Package, tmp_path_factory: pytest.TempPathFactory) -> Package:
    """The application with functions that do nothing: 100 MB less for each gallery."""
    folder = tmp_path_factory.mktemp("package")
    for path in real_package.zips.values():
        with zipfile.ZipFile(folder / path.name, "w") as archive:
            archive.writestr("app.py", "")
            archive.writestr("name.txt", path.name)
    zips = {code: folder / path.name for code, path in real_package.zips.items()}
    return dataclasses.replace(real_package, zips=zips)


@pytest.fixture
def page(tmp_path: Path) -> Path:
    for name in ("index.html", "sw.js", "assets/index-1.js"):
        path = tmp_path / "page" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path / "page"


@pytest.fixture
def environment(services: Services, account: Account) -> Iterator[str]:
    """The name of a gallery of this test's own, which is gone afterwards."""
    name = f"t{uuid.uuid4().hex[:8]}"
    yield name
    destroy(services, account, look(services.cloudformation, name), name)


Deploy = Callable[..., Site]


def told_all(of_its_own: bool) -> Agree:
    """Nobody has to be asked on the way: all was shown before.

    The embedded AWS lists what a condition leaves out, too, as added, and makes none.

    Args:
        of_its_own: Whether the gallery has a bucket and a table of its own.
    """

    def agree(layer: str, changes: Collection[Change]) -> bool:
        more = [
            change
            for change in changes
            if change.resource not in CONDITIONAL or (of_its_own and change.action != "Add")
        ]
        assert not more, f"not shown before: {layer}"
        return True

    return agree


@pytest.fixture
def release_of(
    services: Services,
    account: Account,
    package: Package,
    page: Path,
    environment: str,
) -> Callable[..., Release]:
    """Makes a deployment of that gallery."""

    def make(
        package: Package = package,
        now: datetime | None = None,
        say: Callable[[str], None] = print,
        agree: Agree | None = None,
        **wishes: Any,
    ) -> Release:
        wanted = WantedStacks(
            services, account, Wishes(environment, **wishes), package, edge_without_keys()
        )
        return Release(
            wanted,
            page,
            say,
            now or datetime.now(UTC),
            agree or told_all("adopted_bucket" not in wishes),
        )

    return make


@pytest.fixture
def deploy(release_of: Callable[..., Release]) -> Deploy:
    """Reviews and carries out."""

    def run(**arguments: Any) -> Site:
        release = release_of(**arguments)
        return release.carry_out(release.review(), OWNER)

    return run


def with_another_route(package: Package, folder: Path) -> Package:
    """The application with one route more."""
    template = json.loads(package.template.read_text())
    paths = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    paths["/gallery/novelty"] = paths["/gallery/stats"]
    path = folder / "app.json"
    path.write_text(json.dumps(template))
    return dataclasses.replace(package, template=path)


def parameter(services: Services, name: str) -> Any:
    return services.ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]


def waiting_on(services: Services, stack: str) -> list[str]:
    """The change sets that nobody has carried out."""
    told = services.cloudformation.list_change_sets(StackName=stack)["Summaries"]
    return [one["ChangeSetName"] for one in told if one["ExecutionStatus"] == "AVAILABLE"]


def rows_of(services: Services, table: str) -> list[Any]:
    rows: list[Any] = services.dynamodb.scan(TableName=table)["Items"]
    return rows


def users_of(services: Services, site: Site) -> list[str]:
    told = services.cognito.list_users(UserPoolId=site.data["UserPoolId"])["Users"]
    return [
        attribute["Value"]
        for user in told
        for attribute in user["Attributes"]
        if attribute["Name"] == "email"
    ]


def test_a_gallery_is_made_of_nothing(services: Services, environment: str, deploy: Deploy):
    site = deploy()

    # the edge alone reads the buckets
    for bucket in (site.data["PhotosBucketName"], site.data["PageBucketName"]):
        policy = json.loads(services.s3.get_bucket_policy(Bucket=bucket)["Policy"])
        (tls, reads, *_) = policy["Statement"]
        assert (tls["Sid"], tls["Effect"]) == ("TlsOnly", "Deny")
        assert ":distribution/" in reads["Condition"]["StringEquals"]["aws:SourceArn"]
    # the page lies there
    page = services.s3.get_object(
        Bucket=site.data["PageBucketName"], Key="gallery/assets/index-1.js"
    )
    assert page["CacheControl"].endswith("immutable")
    # the functions know where they are, and sign with a key that lies encrypted
    told = json.loads(parameter(services, f"/contactsheet/{environment}/site")["Value"])
    assert told["address"] == site.address
    assert [told["key_pair_id"], *told["key_pair_ids"].values()] == ["KA", "KA"]
    assert site.address.startswith("https://")
    key = parameter(services, f"/contactsheet/{environment}/signing-key")
    assert key["Type"] == "SecureString"
    # and its owner is invited
    assert users_of(services, site) == [OWNER]
    row = services.dynamodb.get_item(
        TableName=site.data["AccessTableName"], Key={"id": {"S": "gallery#main"}}
    )["Item"]
    assert [email["S"] for email in row["owners"]["M"].values()] == [OWNER]


def test_uploads_are_taken_from_the_gallery_s_own_page_alone(services: Services, deploy: Deploy):
    site = deploy()

    (rule,) = services.s3.get_bucket_cors(Bucket=site.data["PhotosBucketName"])["CORSRules"]

    assert rule["AllowedOrigins"] == [site.address]


def test_deploying_again_changes_nothing(
    services: Services, deploy: Deploy, release_of: Callable[..., Release]
):
    first = deploy()

    review = release_of().review()

    assert {layer: proposal.kind for layer, proposal in review.proposals.items()} == {
        "data": "none",
        "app": "none",
        "edge": "none",
    }
    assert deploy() == first
    assert users_of(services, first) == [OWNER]


def test_an_owner_is_given_as_many_galleries_as_one_may_have_and_first_what_nobody_owns(
    services: Services, gallery: Gallery
):
    data, now = gallery.deployment.data, datetime.now(UTC)
    mark = uuid.uuid4().hex[:8]
    folders = [f"{mark}-{number}" for number in range(MAX_GALLERIES + 2)]

    def invite(owner: str) -> list[str]:
        return invite_owner(services.cognito, REGION, data, f"{owner}-{mark}@x.test", folders, now)

    first, again = invite("first"), invite("first")
    left = find_unowned(REGION, data, folders)
    second = invite("second")

    assert first == again == folders[:MAX_GALLERIES]
    assert left == folders[MAX_GALLERIES:]
    assert second == [*left, *folders[: MAX_GALLERIES - 2]]
    assert find_unowned(REGION, data, folders) == []


def test_an_update_shows_what_it_changes_and_keeps_photos_rows_and_owners(
    services: Services,
    endpoints: Endpoints,
    account: Account,
    environment: str,
    package: Package,
    tmp_path: Path,
    deploy: Deploy,
    release_of: Callable[..., Release],
):
    site = deploy()
    services.s3.put_object(Bucket=site.data["PhotosBucketName"], Key="main/a.jpg", Body=b"photo")
    table = site.data["AssetsTableName"]
    services.dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}})
    update = release_of(package=with_another_route(package, tmp_path))

    review = update.review()
    updated = update.carry_out(review, "")

    assert review.proposals["app"].kind == "update"
    changes = [change for proposal in review.proposals.values() for change in proposal.changes]
    assert "RestAPI" in {change.resource for change in changes}
    assert not any(change.loses for change in changes)
    assert services.s3.head_object(Bucket=site.data["PhotosBucketName"], Key="main/a.jpg")
    assert rows_of(services, table) == [{"id": {"S": "a"}}]
    assert users_of(services, updated) == [OWNER]
    gateway = local_client("apigateway", endpoints.aws_endpoint)
    paths = gateway.get_resources(restApiId=updated.app["RestApiId"], limit=500)["items"]
    assert "/gallery/novelty" in {path["path"] for path in paths}
    assert updated.others == ()

    destroy(services, account, look(services.cloudformation, environment), environment)

    # and torn down, what the update has kept stays
    assert not any(look(services.cloudformation, environment).outputs.values())
    assert services.s3.head_object(Bucket=site.data["PhotosBucketName"], Key="main/a.jpg")
    assert rows_of(services, table) == [{"id": {"S": "a"}}]
    assert users_of(services, site) == [OWNER]


def test_a_review_that_is_refused_leaves_nothing_behind(
    services: Services, environment: str, release_of: Callable[..., Release]
):
    release = release_of()

    release.discard(release.review())

    for layer in ("data", "app", "edge"):
        stack = find_stack(services.cloudformation, f"contactsheet-{environment}-{layer}")
        assert stack is None


def test_a_no_that_comes_late_takes_nothing_from_what_another_deployment_has_made(
    services: Services, environment: str, deploy: Deploy, release_of: Callable[..., Release]
):
    """Two people, two terminals: one of them thinks it over while the other deploys."""
    waits = release_of()
    review = waits.review()
    site = deploy()

    waits.discard(review)

    assert review.proposals["data"].kind == "create"
    stack = find_stack(services.cloudformation, f"contactsheet-{environment}-data")
    assert stack is not None
    assert stack["StackStatus"].endswith("_COMPLETE")
    assert deploy() == site


class Interrupted(BaseException):
    """As if somebody pressed Ctrl-C."""


def test_a_review_that_is_interrupted_leaves_nothing_behind_either(
    services: Services,
    environment: str,
    release_of: Callable[..., Release],
    monkeypatch: pytest.MonkeyPatch,
):
    stack = f"contactsheet-{environment}-data"
    waited = []

    def interrupt(*_: Any) -> None:
        waited.append(find_stack(services.cloudformation, stack))
        raise Interrupted

    monkeypatch.setattr(Outlook, "new", interrupt)

    with pytest.raises(Interrupted):
        release_of().review()

    assert waited[0] is not None
    assert find_stack(services.cloudformation, stack) is None


def test_a_first_review_is_cloudformation_s_where_it_can_be_asked_and_makes_no_key(
    services: Services, environment: str, release_of: Callable[..., Release]
):
    release = release_of()

    review = release.review()
    waits = find_stack(services.cloudformation, f"contactsheet-{environment}-data")
    stands = look(services.cloudformation, environment)
    release.discard(review)

    assert {layer: proposal.kind for layer, proposal in review.proposals.items()} == {
        "data": "create"
    }
    assert set(review.new) == {"app", "edge"}
    assert waits is not None
    assert waits["StackStatus"] == "REVIEW_IN_PROGRESS"
    assert stands.parameters == {"data": {}, "app": {}, "edge": {}}
    with pytest.raises(services.ssm.exceptions.ParameterNotFound):
        parameter(services, f"/contactsheet/{environment}/signing-key")


def test_what_templates_foretell_is_what_cloudformation_makes(
    services: Services, environment: str, deploy: Deploy, release_of: Callable[..., Release]
):
    foretold = release_of().review()

    deploy()

    for layer in ("app", "edge"):
        told = {(change.resource, change.kind) for change in foretold.new[layer]}
        stack = f"contactsheet-{environment}-{layer}"
        pages = services.cloudformation.get_paginator("list_stack_resources")
        made = {
            # the checksum of what is deployed ends its name
            (re.sub("^RestAPIDeployment.+", "RestAPIDeployment*", name), kind)
            for page in pages.paginate(StackName=stack)
            for name, kind in (
                (made["LogicalResourceId"], made["ResourceType"])
                for made in page["StackResourceSummaries"]
            )
        }
        assert made == told


def test_what_was_not_shown_is_asked_about_and_a_no_leaves_it_undone(
    services: Services,
    environment: str,
    package: Package,
    tmp_path: Path,
    deploy: Deploy,
    release_of: Callable[..., Release],
):
    site = deploy()
    asked: list[tuple[str, set[str]]] = []

    def refuse(layer: str, changes: Collection[Change]) -> bool:
        asked.append((layer, {change.resource for change in changes}))
        return False

    shown = release_of(package=package).review()
    other = release_of(package=with_another_route(package, tmp_path), agree=refuse)
    with pytest.raises(StoppedError, match="stopped before contactsheet-"):
        other.carry_out(shown, "")

    ((layer, resources),) = asked
    assert layer == "app"
    assert "RestAPI" in resources
    assert waiting_on(services, f"contactsheet-{environment}-app") == []
    assert deploy() == site  # nothing was done


def set_by_hand(services: Services, environment: str, values: Mapping[str, str]) -> None:
    """As in the console: CloudFormation, the app stack, Update, Use existing template."""
    stack = f"contactsheet-{environment}-app"
    current = look(services.cloudformation, environment).parameters["app"]
    services.cloudformation.update_stack(
        StackName=stack,
        UsePreviousTemplate=True,
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        Parameters=[
            {"ParameterKey": name, "ParameterValue": values[name]}
            if name in values
            else {"ParameterKey": name, "UsePreviousValue": True}
            for name in current
        ],
    )
    services.cloudformation.get_waiter("stack_update_complete").wait(StackName=stack)


def test_parameters_that_somebody_set_by_hand_stay(
    services: Services, environment: str, deploy: Deploy, release_of: Callable[..., Release]
):
    deploy()
    by_hand = {"LogLevel": "DEBUG", "LogRetentionDays": "7"}
    set_by_hand(services, environment, by_hand)

    review = release_of().review()
    deploy()

    assert review.proposals["app"].kind == "none"
    kept = look(services.cloudformation, environment).parameters["app"]
    assert by_hand.items() <= kept.items()


def test_what_an_update_allows_no_more_becomes_what_it_says_and_is_told(
    services: Services, environment: str, package: Package, tmp_path: Path, deploy: Deploy
):
    template = json.loads(package.template.read_text())
    template["Parameters"]["LogLevel"]["AllowedValues"].append("WARN")
    earlier = tmp_path / "app.json"
    earlier.write_text(json.dumps(template))
    deploy(package=dataclasses.replace(package, template=earlier))
    set_by_hand(services, environment, {"LogLevel": "WARN", "LogRetentionDays": "7"})
    lines: list[str] = []

    deploy(say=lines.append)

    now = look(services.cloudformation, environment).parameters["app"]
    assert (now["LogLevel"], now["LogRetentionDays"]) == ("INFO", "7")
    assert any("LogLevel is WARN, which is allowed no more" in line for line in lines)


def test_a_change_that_would_lose_rows_is_refused_until_it_is_named(
    services: Services,
    deploy: Deploy,
    release_of: Callable[..., Release],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    site = deploy()
    changed = tmp_path / "data.yaml"
    text = (ROOT / "infra" / "data.yaml").read_text()
    people = "contactsheet-${Environment}-people"
    assert people in text
    changed.write_text(text.replace(people, f"{people}-2"))
    monkeypatch.setattr(infra.deploy, "DATA_TEMPLATE", changed)

    with pytest.raises(LossError, match="ALLOW_LOSS=PeopleTable"):
        release_of().review()

    assert services.dynamodb.describe_table(TableName=site.data["PeopleTableName"])
    named = release_of(losses=frozenset({"PeopleTable"})).review()
    changes = [change for proposal in named.proposals.values() for change in proposal.changes]
    assert any(change.loses for change in changes)


@pytest.mark.parametrize("at", ["app: making", "CloudFront takes", "page: "])
def test_a_deployment_that_was_interrupted_is_run_again(
    services: Services, environment: str, deploy: Deploy, at: str
):
    def stop(line: str) -> None:
        if at in line:
            raise Interrupted

    with pytest.raises(Interrupted):
        deploy(say=stop)
    site = deploy()

    told = json.loads(parameter(services, f"/contactsheet/{environment}/site")["Value"])
    assert told["address"] == site.address
    assert users_of(services, site) == [OWNER]


@pytest.mark.parametrize("at", ["data: making", "app: updating"])
def test_what_an_interrupted_deployment_did_not_come_to_does_not_wait(
    services: Services,
    environment: str,
    package: Package,
    tmp_path: Path,
    deploy: Deploy,
    release_of: Callable[..., Release],
    at: str,
):
    def stop(line: str) -> None:
        if at in line:
            raise Interrupted

    if "updating" in at:
        deploy()
    release = release_of(package=with_another_route(package, tmp_path), say=stop)
    review = release.review()

    with pytest.raises(Interrupted):
        release.carry_out(review, "")

    for layer in ("data", "app", "edge"):
        name = f"contactsheet-{environment}-{layer}"
        if find_stack(services.cloudformation, name) is None:
            assert "making" in at
        else:
            assert "updating" in at
            assert waiting_on(services, name) == []


def test_what_follows_a_stack_that_failed_does_not_wait(
    services: Services,
    environment: str,
    package: Package,
    tmp_path: Path,
    deploy: Deploy,
    release_of: Callable[..., Release],
    monkeypatch: pytest.MonkeyPatch,
):
    deploy()
    release = release_of(package=with_another_route(package, tmp_path))
    review = release.review()

    def fail(*_: Any) -> None:
        raise DeployError("an alarm went off")

    with monkeypatch.context() as patched:
        patched.setattr(infra.aws.release, "carry_out", fail)
        with pytest.raises(DeployError, match="an alarm went off"):
            release.carry_out(review, "")

    assert review.proposals["app"].kind == "update"
    assert waiting_on(services, f"contactsheet-{environment}-app") == []


def test_a_first_creation_that_failed_is_taken_up_once_its_cause_is_gone(
    services: Services,
    environment: str,
    deploy: Deploy,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
):
    """CloudFormation itself refuses parameters of this type, after all else is made."""
    broken = """
  Refused:
    Type: AWS::SSM::Parameter
    DependsOn: [PhotosBucketPolicy, PageBucketPolicy, CodeBucketPolicy, PeopleTable, UserPool]
    Properties: {Type: SecureString, Value: x}

Outputs:
"""
    changed = tmp_path / "data.yaml"
    text = (ROOT / "infra" / "data.yaml").read_text()
    changed.write_text(text.replace("\nOutputs:\n", broken))
    with monkeypatch.context() as patched:
        patched.setattr(infra.deploy, "DATA_TEMPLATE", changed)
        with pytest.raises(DeployError, match="Refused"):
            deploy()
    failed = find_stack(services.cloudformation, f"contactsheet-{environment}-data")

    site = deploy()

    assert failed is not None
    assert failed["StackStatus"] == "ROLLBACK_COMPLETE"
    assert users_of(services, site) == [OWNER]


def test_the_signing_key_is_exchanged_and_the_old_one_trusted_for_a_day(
    services: Services, environment: str, deploy: Deploy
):
    deploy()
    site = f"/contactsheet/{environment}/site"
    stack = f"contactsheet-{environment}-edge"
    before = parameter(services, f"/contactsheet/{environment}/signing-key")["Value"]

    deploy(exchange_key=True)
    exchanged = look(services.cloudformation, environment).parameters["edge"]
    deploy(now=datetime.now(UTC) + timedelta(days=2))
    later = look(services.cloudformation, environment).parameters["edge"]

    assert find_stack(services.cloudformation, stack) is not None
    assert parameter(services, f"/contactsheet/{environment}/signing-key")["Value"] != before
    assert json.loads(parameter(services, site)["Value"])["key_pair_id"] == "KB"
    assert exchanged["PublicKeyA"]
    assert exchanged["PublicKeyB"]
    assert (later.get("PublicKeyA", ""), later["PublicKeyB"]) == ("", exchanged["PublicKeyB"])


def test_an_exchange_that_is_repeated_leaves_the_old_key_its_day(
    services: Services, environment: str, deploy: Deploy
):
    """Such as after it was interrupted when the keys were exchanged and the page was not out."""
    deploy()
    deploy(exchange_key=True)
    before = look(services.cloudformation, environment).parameters["edge"]
    lines: list[str] = []

    deploy(exchange_key=True, say=lines.append)

    assert look(services.cloudformation, environment).parameters["edge"] == before
    assert all(before[f"PublicKey{place}"] for place in "AB")
    told = json.loads(parameter(services, f"/contactsheet/{environment}/site")["Value"])
    assert set(told["key_pair_ids"].values()) == {"KA", "KB"}
    assert any("was not exchanged once more" in line for line in lines)


def test_the_commands_show_ask_deploy_and_destroy(
    environment: str,
    package: Package,
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    edge = tmp_path / "edge.json"
    edge.write_text(edge_without_keys())
    monkeypatch.setattr(deploy_command, "EDGE_TEMPLATE", edge)
    monkeypatch.setattr(deploy_command, "build", lambda *_: package)
    monkeypatch.setattr(deploy_command, "build_page", lambda _: page)
    new = ["--environment", environment, "--owner", OWNER, "--photos", "100000", "--gb", "500"]
    new += ["--budget", "0"]  # the embedded AWS has no budgets

    errors: list[str] = []

    def run(command: Any, *arguments: str, ask: Any = None) -> tuple[int, str]:
        status = command.main(arguments) if ask is None else command.main(arguments, ask=ask)
        captured = capsys.readouterr()
        errors.append(captured.err)
        return status, captured.out

    refused, shown = run(deploy_command, *new, ask=lambda _: "no")
    deployed, told = run(deploy_command, *new, "--yes")
    again, unchanged = run(deploy_command, "--environment", environment, "--yes")
    exported, variables = run(deployed_environment, environment)
    removed, left = run(destroy_command, "--environment", environment)

    assert (refused, deployed, again, exported, removed) == (1, 0, 0, 0, 0), errors
    assert "  Add     AssetsTable  AWS::DynamoDB::Table" in shown
    assert "data: new (CloudFormation's change set):" in shown
    assert "app: new (told by its template):" in shown
    assert "  Add     APIHandler  AWS::Lambda::Function" in shown
    assert "  Add     Distribution  AWS::CloudFront::Distribution" in shown
    assert "data, afterwards (told by its template):" in shown
    assert "  Modify  PageBucketPolicy  AWS::S3::BucketPolicy  changed: PolicyDocument" in shown
    more = told.split("more than was shown:\n")[1:]  # what the embedded AWS says of conditions
    assert [text.split("\n")[0] for text in more] == ["  Add     BudgetAlarm  AWS::Budgets::Budget"]
    assert "BudgetAlarm" not in shown  # none is wanted
    assert "100,000 photos" in shown
    assert "$" in shown
    assert "nothing was done" in shown
    assert "the gallery is open: https://" in told
    assert unchanged.count("as it should be") == 3
    assert f"export CONTACTSHEET_ASSETS_TABLE=contactsheet-{environment}-assets" in variables
    assert f"gallery {environment} is removed" in left


class TestDestroying:
    def test_it_is_refused_while_photos_are_there_unless_it_is_said_twice(
        self, services: Services, environment: str, deploy: Deploy
    ):
        site = deploy()
        bucket = site.data["PhotosBucketName"]
        services.s3.put_object(Bucket=bucket, Key="main/a.jpg", Body=b"photo")
        standing = look(services.cloudformation, environment)

        def refusal(confirm: str, typed: str) -> str | None:
            options: Any = SimpleNamespace(environment=environment, confirm=confirm)
            return find_refusal(services.s3, standing, options, lambda _: typed)

        assert f"CONFIRM={bucket}" in (refusal("", bucket) or "")
        assert refusal("yes", bucket) is not None
        assert refusal(bucket, "yes") is not None
        assert refusal(bucket, bucket) is None

    def test_what_holds_photos_stays_and_the_next_deployment_takes_it_back(
        self, services: Services, account: Account, environment: str, deploy: Deploy
    ):
        site = deploy()
        bucket, table = site.data["PhotosBucketName"], site.data["AssetsTableName"]
        services.s3.put_object(Bucket=bucket, Key="main/a.jpg", Body=b"photo")
        services.dynamodb.put_item(TableName=table, Item={"id": {"S": "a"}})
        standing = look(services.cloudformation, environment)

        left = destroy(services, account, standing, environment)
        lines = "\n".join(left_lines(left, standing, environment))
        nothing = look(services.cloudformation, environment)
        again = deploy()

        assert not any(nothing.has(layer) for layer in ("data", "app", "edge"))
        assert {bucket, table, site.data["UserPoolId"]} < {thing.name for thing in left}
        assert bucket in lines
        assert f"make deploy ENVIRONMENT={environment} OWNER=… takes it back" in lines
        assert again.data["UserPoolId"] == site.data["UserPoolId"]
        assert rows_of(services, table) == [{"id": {"S": "a"}}]
        assert services.s3.head_object(Bucket=bucket, Key="main/a.jpg")
        assert users_of(services, again) == [OWNER]


class TestTakingOver:
    @pytest.fixture
    def bucket(self, services: Services) -> str:
        """A bucket with a photo and rules of its owner's own."""
        name = f"theirs-{uuid.uuid4().hex[:12]}"
        services.s3.create_bucket(Bucket=name)
        services.s3.put_object(Bucket=name, Key="holidays/old.jpg", Body=b"photo")
        services.s3.put_bucket_policy(
            Bucket=name,
            Policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Sid": "Partner",
                            "Effect": "Allow",
                            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
                            "Action": "s3:GetObject",
                            "Resource": f"arn:aws:s3:::{name}/*",
                        }
                    ],
                }
            ),
        )
        return name

    @pytest.fixture
    def table(self, services: Services) -> str:
        """A table with a row and an index of its owner's own."""
        name = f"theirs-{uuid.uuid4().hex[:12]}"
        services.dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "filename", "AttributeType": "S"},
            ],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-name",
                    "KeySchema": [{"AttributeName": "filename", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        services.dynamodb.put_item(
            TableName=name, Item={"id": {"S": "theirs"}, "filename": {"S": "old.jpg"}}
        )
        return name

    def test_a_bucket_and_a_table_are_used_where_they_are(
        self,
        services: Services,
        environment: str,
        real_package: Package,
        deploy: Deploy,
        release_of: Callable[..., Release],
        bucket: str,
        table: str,
    ):
        release = release_of(package=real_package, adopted_bucket=bucket, adopted_table=table)
        review = release.review()
        told = "\n".join(line for adoption in review.adoptions for line in adoption.lines())

        site = release.carry_out(review, OWNER)

        assert "versioning" in told
        assert "a stream" in told
        # what is done to it once the edge stands is told as well
        assert "let this gallery's CloudFront read it" in told
        assert "take uploads from pages of the gallery's address" in told
        assert (site.data["PhotosBucketName"], site.data["AssetsTableName"]) == (bucket, table)
        assert site.galleries == ("holidays", "main")
        # a new photo arrives in the table that was there, beside the row that was there
        services.s3.put_object(Bucket=bucket, Key="holidays/new.jpg", Body=a_jpeg())
        rows: list[Any] = eventually(
            lambda: rows_of(services, table)[1:] and rows_of(services, table)
        )
        assert {"id": {"S": "theirs"}, "filename": {"S": "old.jpg"}} in rows
        described = services.dynamodb.describe_table(TableName=table)["Table"]
        assert [index["IndexName"] for index in described["GlobalSecondaryIndexes"]] == ["by-name"]
        policy = json.loads(services.s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert [statement["Sid"] for statement in policy["Statement"]] == [
            *("Partner", "ContactSheetTlsOnly", "ContactSheetEdgeReads"),
        ]
        # the stack made none of its own
        names = services.dynamodb.list_tables()["TableNames"]
        assert f"contactsheet-{environment}-assets" not in names
        # and without being asked again, it keeps them
        assert deploy(package=real_package).data["PhotosBucketName"] == bucket
        assert all(not adoption.steps for adoption in release_of().review().adoptions)

    def test_a_gallery_keeps_its_own(
        self, deploy: Deploy, release_of: Callable[..., Release], bucket: str
    ):
        deploy()

        with pytest.raises(AdoptionError, match="uses a bucket of its own already"):
            release_of(adopted_bucket=bucket).review()

    def test_what_is_not_there_is_named(self, release_of: Callable[..., Release]):
        with pytest.raises(AdoptionError, match="bucket nobody-has-this is not there"):
            release_of(adopted_bucket="nobody-has-this").review()

    def test_its_owner_gets_it_back_as_it_was_protected(
        self,
        services: Services,
        account: Account,
        environment: str,
        deploy: Deploy,
        bucket: str,
        table: str,
    ):
        deploy(adopted_bucket=bucket, adopted_table=table)
        standing = look(services.cloudformation, environment)

        left = destroy(services, account, standing, environment)

        assert {bucket, table}.isdisjoint(thing.name for thing in left)
        assert f"{bucket} was there before it" in "\n".join(left_lines(left, standing, environment))
        policy = json.loads(services.s3.get_bucket_policy(Bucket=bucket)["Policy"])
        assert [statement["Sid"] for statement in policy["Statement"]] == [
            *("Partner", "ContactSheetTlsOnly"),
        ]
        told = services.s3.get_bucket_notification_configuration(Bucket=bucket)
        assert not told.get("QueueConfigurations")
        assert services.s3.head_object(Bucket=bucket, Key="holidays/old.jpg")
        assert rows_of(services, table)

    def test_a_gallery_whose_bucket_is_gone_can_be_removed(
        self,
        services: Services,
        account: Account,
        environment: str,
        deploy: Deploy,
        bucket: str,
        capsys: pytest.CaptureFixture[str],
    ):
        deploy(adopted_bucket=bucket)
        versions = services.s3.list_object_versions(Bucket=bucket)
        for stored in [*versions.get("Versions", []), *versions.get("DeleteMarkers", [])]:
            services.s3.delete_object(
                Bucket=bucket, Key=stored["Key"], VersionId=stored["VersionId"]
            )
        services.s3.delete_bucket(Bucket=bucket)

        destroy(services, account, look(services.cloudformation, environment), environment)

        assert f"bucket {bucket} is not there" in capsys.readouterr().err
        assert not any(look(services.cloudformation, environment).outputs.values())
