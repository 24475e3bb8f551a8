"""The templates and policies, as CloudFormation and a reviewer would read them."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from samtranslator.translator.transform import transform

from infra.aws.template import read_template
from infra.build import AWS, LOCAL, ROOT, STATE_MACHINE, Package, build
from infra.deploy_command import ENVIRONMENT
from infra.stacks import MOST_ALARMS, WATCHED_MINUTES

POLICIES = sorted((ROOT / ".chalice").glob("policy-*.json"))


def lint(path: Path) -> str:
    command = [Path(sys.executable).with_name("cfn-lint"), path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


@pytest.mark.parametrize("name", ["data.yaml", "edge.yaml"])
def test_template_has_no_finding(name: str):
    assert lint(ROOT / "infra" / name) == ""


@pytest.fixture(params=[LOCAL, AWS], ids=lambda target: target.name)
def package(request: pytest.FixtureRequest) -> Package:
    return build(request.param, ROOT / ".build")


@pytest.mark.aws
def test_packaged_template_has_no_finding(package: Package):
    assert lint(package.template) == ""


@pytest.fixture
def expanded(monkeypatch: pytest.MonkeyPatch, package: Package) -> dict[str, Any]:
    """The packaged template without SAM: what CloudFormation makes."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    template = json.loads(package.template.read_text())
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://code/uploaded.zip"
    made: dict[str, Any] = transform(template, {}, managed_policy_loader=None)
    return made


@pytest.mark.aws
def test_template_as_cloudformation_expands_it_has_no_finding(
    expanded: dict[str, Any], tmp_path: Path
):
    """Circles between resources that SAM adds show there alone."""
    kinds = {resource["Type"] for resource in expanded["Resources"].values()}
    assert "AWS::Lambda::Function" in kinds
    assert not any(kind.startswith("AWS::Serverless") for kind in kinds)
    (tmp_path / "expanded.json").write_text(json.dumps(expanded))
    assert lint(tmp_path / "expanded.json") == ""


@pytest.mark.aws
def test_the_api_has_one_stage_and_that_one_has_limits(expanded: dict[str, Any]):
    """Without an OpenApiVersion SAM's deployment makes a second, ``Stage``, without any."""

    def made(kind: str) -> list[dict[str, Any]]:
        resources = expanded["Resources"].values()
        return [r["Properties"] for r in resources if r["Type"].startswith(kind)]

    (stage,) = made("AWS::ApiGateway::Stage")
    (deployment,) = made("AWS::ApiGateway::Deployment")

    assert stage["StageName"] == "api"
    assert not {"StageName", "StageDescription"} & deployment.keys()
    everything = {"HttpMethod": "*", "ResourcePath": "/*"}
    (limits,) = (s for s in stage["MethodSettings"] if everything.items() <= s.items())
    assert 0 < limits["ThrottlingRateLimit"] <= limits["ThrottlingBurstLimit"] <= 1000
    assert made("AWS::ApiGatewayV2") == []


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in POLICIES:
        for statement in json.loads(path.read_text())["Statement"]:
            yield path.name, statement


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.parametrize(("name", "statement"), list(statements()))
def test_policy_names_each_action_and_resource(name: str, statement: dict[str, Any]):
    assert statement["Effect"] == "Allow", name
    for action in as_list(statement["Action"]):
        assert "*" not in action
    for resource in as_list(statement["Resource"]):
        # only at the end: an object of the bucket, a record of the stream, a log stream
        arn = resource["Fn::Sub"]
        # a bucket and a table that were taken over have names of their own
        named = (
            *("contactsheet-${Environment}-", "s3:::${PhotosBucket}", "table/${AssetsTable}"),
            *("userpool/${UserPoolId}", "parameter/contactsheet/${Environment}/"),
        )
        assert any(name in arn for name in named)
        assert "*" not in arn.removesuffix("/*").removesuffix(":*")


def test_no_function_makes_itself_a_log():
    """Else one that ends while its stack is removed makes it again, in the way of the next."""
    allowed = {action for _, statement in statements() for action in as_list(statement["Action"])}

    assert {"logs:CreateLogStream", "logs:PutLogEvents"} <= allowed
    assert "logs:CreateLogGroup" not in allowed


def in_templates() -> Iterator[tuple[str, dict[str, Any]]]:
    """What the templates themselves allow: to queues, topics, roles and buckets."""
    for name in ("data.yaml", "app.yaml"):
        template = read_template((ROOT / "infra" / name).read_text(encoding="utf-8"))
        for logical, resource in template["Resources"].items():
            properties = resource.get("Properties", {})
            holders = [properties]
            if resource.get("Type") == "AWS::IAM::Role":
                holders += properties["Policies"]
            for document in (h["PolicyDocument"] for h in holders if "PolicyDocument" in h):
                for said in document["Statement"]:
                    yield f"{name} {logical}", said["Fn::If"][1] if "Fn::If" in said else said


def test_the_templates_allow_single_actions_and_to_nobody_everything():
    allowed = [(name, said) for name, said in in_templates() if said["Effect"] == "Allow"]

    assert {name for name, _ in allowed} == {
        *("data.yaml PhotosBucketPolicy", "data.yaml PageBucketPolicy"),
        *("data.yaml UploadsQueuePolicy", "app.yaml AlarmsPolicy", "app.yaml BackfillRole"),
    }
    for name, said in allowed:
        assert all("*" not in action for action in as_list(said["Action"])), name
        assert said["Resource"] != "*", name
        # a service of AWS, and of this account or this gallery's edge alone
        if "Principal" in said:
            assert said["Principal"]["Service"].endswith(".amazonaws.com"), name
            assert "aws:Source" in json.dumps(said["Condition"]), name


def test_each_function_has_a_policy_of_its_own():
    stage = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["gallery"]

    used = [f["iam_policy_file"] for f in stage["lambda_functions"].values()]

    assert sorted(used) == [path.name for path in POLICIES]


class Loader(yaml.SafeLoader):  # type: ignore[misc]
    """Reads CloudFormation's short forms as nothing in particular."""


Loader.add_multi_constructor("!", lambda _loader, _tag, node: node.value)


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The data stack's resources of a type, as CloudFormation reads them."""
    template = read_template((ROOT / "infra" / "data.yaml").read_text(encoding="utf-8"))
    return {name: r for name, r in template["Resources"].items() if r["Type"] == kind}


TABLES, BUCKETS = of_type("AWS::DynamoDB::Table"), of_type("AWS::S3::Bucket")
BUCKET_POLICIES, POOLS = of_type("AWS::S3::BucketPolicy"), of_type("AWS::Cognito::UserPool")


def test_what_must_not_be_lost_is_retained():
    stateful = {**TABLES, **BUCKETS, **BUCKET_POLICIES, **POOLS}

    assert len(stateful) == 4 + 3 + 3 + 1
    for name, resource in stateful.items():
        assert resource["DeletionPolicy"] == "Retain", name
        assert resource["UpdateReplacePolicy"] == "Retain", name


def test_tables_and_owners_refuse_to_be_deleted_unless_somebody_says_so():
    template = read_template((ROOT / "infra" / "data.yaml").read_text(encoding="utf-8"))

    assert template["Parameters"]["DeletionProtection"]["Default"] == "true"
    for table in TABLES.values():
        protected = {"Fn::If": ["Protected", True, False]}
        assert table["Properties"]["DeletionProtectionEnabled"] == protected
    (pool,) = POOLS.values()
    assert pool["Properties"]["DeletionProtection"] == {
        "Fn::If": ["Protected", "ACTIVE", "INACTIVE"]
    }


def test_what_is_not_made_of_rows_can_be_restored_to_any_second():
    recoverable = {
        name
        for name, table in TABLES.items()
        if table["Properties"]["PointInTimeRecoverySpecification"]["PointInTimeRecoveryEnabled"]
    }

    assert recoverable == set(TABLES) - {"PagesTable"}


@pytest.mark.parametrize("name", sorted(BUCKETS))
def test_a_bucket_is_private_encrypted_and_its_owner_s_alone(name: str):
    properties = BUCKETS[name]["Properties"]

    assert list(properties["PublicAccessBlockConfiguration"].values()) == [True] * 4
    assert properties["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    (rule,) = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert any(
        rule["Status"] == "Enabled" and "AbortIncompleteMultipartUpload" in rule
        for rule in properties["LifecycleConfiguration"]["Rules"]
    )


@pytest.mark.parametrize("name", sorted(BUCKETS))
def test_a_bucket_refuses_whoever_asks_without_tls(name: str):
    policy = BUCKET_POLICIES[f"{name}Policy"]["Properties"]

    statement = policy["PolicyDocument"]["Statement"][0]

    assert policy["Bucket"] == {"Ref": name}
    assert statement == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_this_gallery_s_edge_alone_reads_the_buckets_that_it_shows():
    allowed: dict[str, list[str]] = {}
    for name, policy in BUCKET_POLICIES.items():
        for statement in policy["Properties"]["PolicyDocument"]["Statement"][1:]:
            condition, grant, otherwise = statement["Fn::If"]
            assert (condition, otherwise) == ("HasEdge", {"Ref": "AWS::NoValue"})
            assert grant["Principal"] == {"Service": "cloudfront.amazonaws.com"}
            assert grant["Condition"] == {
                "StringEquals": {"aws:SourceArn": {"Ref": "DistributionArn"}}
            }
            allowed.setdefault(name, []).append(grant["Action"])

    assert allowed == {
        "PhotosBucketPolicy": ["s3:GetObject"],
        "PageBucketPolicy": ["s3:GetObject", "s3:ListBucket"],
    }


@pytest.mark.parametrize("name", sorted(BUCKETS))
def test_what_is_replaced_or_deleted_can_be_had_back_for_a_month(name: str):
    properties = BUCKETS[name]["Properties"]

    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = (
        rule
        for rule in properties["LifecycleConfiguration"]["Rules"]
        if "NoncurrentVersionExpiration" in rule
    )
    assert rule["Status"] == "Enabled"
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["ExpiredObjectDeleteMarker"] is True


def test_nobody_signs_up_and_nobody_learns_who_did():
    (pool,) = POOLS.values()
    (client,) = of_type("AWS::Cognito::UserPoolClient").values()

    assert pool["Properties"]["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    properties = client["Properties"]
    assert properties["GenerateSecret"] is False
    assert properties["PreventUserExistenceErrors"] == "ENABLED"
    assert properties["EnableTokenRevocation"] is True
    assert set(properties["ExplicitAuthFlows"]) == {
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    }


def photos_bucket() -> dict[str, Any]:
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    properties: dict[str, Any] = resources["PhotosBucket"]["Properties"]
    return properties


def test_the_bucket_takes_forms_and_parts_from_the_page_and_tells_it_their_tags():
    (rule,) = photos_bucket()["CorsConfiguration"]["CorsRules"]

    assert rule["AllowedOrigins"] == "PageOrigins"
    assert rule["AllowedMethods"] == ["POST", "PUT"]
    assert rule["AllowedHeaders"] == ["*"]
    assert rule["ExposedHeaders"] == ["ETag"]


def test_parts_that_nobody_completes_are_forgotten_after_two_days():
    rules = photos_bucket()["LifecycleConfiguration"]["Rules"]

    (rule,) = (rule for rule in rules if "AbortIncompleteMultipartUpload" in rule)
    assert rule["Status"] == "Enabled"
    assert "Prefix" not in rule
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}


# What the API asks of S3 to send files in parts, and the kind of resource that it is asked of.
FOR_PARTS = {
    "s3:PutObject": "/*",  # begins, takes and completes one, too
    "s3:ListMultipartUploadParts": "/*",
    "s3:ListBucketMultipartUploads": "",
}


def test_the_api_may_do_what_uploads_in_parts_need():
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html."""
    allowed = {
        action: statement["Resource"]["Fn::Sub"].partition("${PhotosBucket}")[2]
        for name, statement in statements()
        if name == "policy-api.json"
        for action in as_list(statement["Action"])
        if action in FOR_PARTS
    }

    assert allowed == FOR_PARTS


def test_a_delivery_is_hidden_six_times_as_long_as_a_function_may_take():
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    functions = config["stages"]["gallery"]["lambda_functions"]
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    for queue, function in (
        ("UploadsQueue", "thumbnail_uploads"),
        ("HeavyUploadsQueue", "heavy_uploads"),
        ("FailedUploadsQueue", "failed_uploads"),
    ):
        visible_again = resources[queue]["Properties"]["VisibilityTimeout"]
        assert visible_again == 6 * functions[function]["lambda_timeout"]


def test_uploads_are_tried_five_times_then_given_to_the_dead_letters():
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    for queue in ("UploadsQueue", "HeavyUploadsQueue"):
        redrive = resources[queue]["Properties"]["RedrivePolicy"]
        assert redrive["maxReceiveCount"] == 5
        assert redrive["deadLetterTargetArn"] == "FailedUploadsQueue.Arn"


def test_a_function_that_sends_to_a_queue_may_ask_for_its_address():
    sending = {
        name: statement["Resource"]["Fn::Sub"].rpartition("${Environment}-")[2]
        for name, statement in statements()
        if "sqs:GetQueueUrl" in as_list(statement["Action"])
    }

    assert sending == {
        "policy-api.json": "uploads",
        "policy-thumbnail-uploads.json": "heavy-uploads",
    }


def app_resources() -> dict[str, Any]:
    resources: dict[str, Any] = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)[  # noqa: S506 - a SafeLoader
        "Resources"
    ]
    return resources


def test_the_gateway_s_own_answers_have_the_shape_of_the_api_s():
    template = read_template((ROOT / "infra" / "app.yaml").read_text(encoding="utf-8"))
    body = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
    said = body["x-amazon-apigateway-gateway-responses"]

    for response in said.values():
        ((kind, text),) = response["responseTemplates"].items()
        # the gateway's own words, which it puts into quotes itself
        answer = json.loads(text.replace("$context.error.messageString", '"words"'))
        assert kind == "application/json"
        assert answer.keys() == {"error"}
        assert answer["error"].keys() == {"code", "message"}
    # those two stand for all that have none of their own, failures of the authorizer included
    assert {"DEFAULT_4XX", "DEFAULT_5XX"} < said.keys()
    assert {name: said[name]["statusCode"] for name in said if "statusCode" in said[name]} == {
        "UNAUTHORIZED": "401",
        "ACCESS_DENIED": "401",
        "MISSING_AUTHENTICATION_TOKEN": "404",
        "REQUEST_TOO_LARGE": "413",
        "THROTTLED": "429",
        "INTEGRATION_TIMEOUT": "504",
    }


def test_the_state_machine_may_do_nothing_but_call_its_function_and_run_its_parts():
    (policy,) = app_resources()["BackfillRole"]["Properties"]["Policies"]

    allowed = {
        action: statement["Resource"]
        for statement in policy["PolicyDocument"]["Statement"]
        for action in as_list(statement["Action"])
    }

    machine = "contactsheet-${Environment}-backfill"
    assert allowed.pop("lambda:InvokeFunction") == "BackfillThumbnails.Arn"
    assert allowed.pop("states:StartExecution").endswith(f":stateMachine:{machine}")
    assert allowed.pop("states:DescribeExecution").endswith(f":execution:{machine}:*")
    assert allowed.pop("states:StopExecution").endswith(f":execution:{machine}:*")
    assert allowed == {}


def test_alarms_that_undo_an_update_tell_within_the_minutes_that_it_is_watched():
    template = read_template((ROOT / "infra" / "app.yaml").read_text(encoding="utf-8"))
    told = template["Outputs"]["RollbackAlarms"]["Value"]["Fn::Join"][1]
    names = [arn["Fn::GetAtt"][0] for arn in told]

    alarms = [template["Resources"][name]["Properties"] for name in names]

    assert 1 <= len(alarms) <= MOST_ALARMS
    for alarm in alarms:
        assert alarm["Period"] * alarm["EvaluationPeriods"] < 60 * WATCHED_MINUTES / 2
        assert alarm["TreatMissingData"] == "notBreaching"


def calls(definition: Any) -> Iterator[dict[str, Any]]:
    """The states of a machine that call its function."""
    for state in definition["States"].values():
        if state["Type"] == "Task":
            yield state
        if state["Type"] == "Map":
            yield from calls(state["ItemProcessor"])


def test_the_state_machine_waits_longer_than_its_function_and_repeats_what_passes():
    config = json.loads((ROOT / ".chalice" / "config.json").read_text())
    functions = config["stages"]["gallery"]["lambda_functions"]
    definition = yaml.safe_load(STATE_MACHINE.read_text(encoding="utf-8"))

    tasks = list(calls(definition))

    assert len(tasks) == 3
    for task in tasks:
        assert task["TimeoutSeconds"] > functions["backfill_thumbnails"]["lambda_timeout"]
        repeated = {error for retry in task["Retry"] for error in retry["ErrorEquals"]}
        assert {
            "Lambda.TooManyRequestsException",
            "Lambda.ServiceException",
            "Sandbox.Timedout",
            "StorageUnavailableError",
        } <= repeated
        assert all(retry["JitterStrategy"] == "FULL" for retry in task["Retry"])


def test_what_waits_in_a_queue_is_kept_for_two_weeks():
    resources = yaml.load((ROOT / "infra" / "data.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader

    queues = [r["Properties"] for r in resources.values() if r["Type"] == "AWS::SQS::Queue"]

    assert len(queues) == 4
    assert {queue["MessageRetentionPeriod"] for queue in queues} == {14 * 24 * 3600}


def test_the_stream_s_batches_are_given_up_to_a_queue_while_the_stream_still_has_them():
    resources = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    events = resources["RefreshPages"]["Properties"]["Events"]

    source = events["RefreshPagesDynamodbEventSource"]["Properties"]

    # https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html: 24 hours
    assert source["MaximumRecordAgeInSeconds"] < 24 * 3600
    assert source["DestinationConfig"]["OnFailure"]["Destination"].endswith("-failed-refreshes")


def test_each_function_has_a_name_and_a_log_that_is_not_kept_for_ever():
    stage = json.loads((ROOT / ".chalice" / "config.json").read_text())["stages"]["gallery"]
    resources = yaml.load((ROOT / "infra" / "app.yaml").read_text(), Loader)["Resources"]  # noqa: S506 - a SafeLoader
    functions = {
        name: part["Properties"]["FunctionName"]
        for name, part in resources.items()
        if "FunctionName" in part["Properties"]
    }
    logs = [r for r in resources.values() if r.get("Type") == "AWS::Logs::LogGroup"]

    assert len(functions) == len(stage["lambda_functions"])
    assert {log["Properties"]["LogGroupName"] for log in logs} == {
        f"/aws/lambda/{name}" for name in functions.values()
    }
    assert all(log["Properties"]["RetentionInDays"] for log in logs)
    for name in functions:
        assert f"{name}Logs" in resources[name]["DependsOn"]


@pytest.mark.aws
def test_the_api_has_one_name_by_which_its_alarm_asks():
    resources = json.loads(build(LOCAL, ROOT / ".build").template.read_text())["Resources"]
    api = resources["RestAPI"]["Properties"]
    named = {"Fn::Sub": "contactsheet-${Environment}"}

    alarm = {
        d["Name"]: d["Value"] for d in resources["ApiFailuresAlarm"]["Properties"]["Dimensions"]
    }

    assert (api["Name"], api["DefinitionBody"]["info"]["title"], alarm["ApiName"]) == (named,) * 3


def test_the_gateway_compresses_what_it_says():
    assert app_resources()["RestAPI"]["Properties"]["MinimumCompressionSize"] <= 4096


@pytest.mark.parametrize("name", ["data.yaml", "app.yaml", "edge.yaml"])
def test_the_longest_name_of_a_gallery_leaves_room_for_the_names_made_of_it(name: str):
    template = read_template((ROOT / "infra" / name).read_text(encoding="utf-8"))
    pattern = template["Parameters"]["Environment"]["AllowedPattern"]
    longest = max(n for n in range(64) if re.fullmatch(pattern, "x" * n))

    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    assert len(f"contactsheet-{'x' * longest}-photos-{'1' * 12}-ap-southeast-1") <= 63
    assert longest == max(n for n in range(64) if ENVIRONMENT.fullmatch("x" * n))
