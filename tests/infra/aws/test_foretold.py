"""What CloudFormation will say, read in the templates."""

import pytest

from infra.aws.foretold import additions, differences, not_told
from infra.aws.template import read_template
from infra.stacks import Change

TEMPLATE = read_template(
    """
Parameters:
  Site: {Type: String, Default: ""}
  Key: {Type: String, Default: ""}
  Other: {Type: String, Default: ""}
Conditions:
  HasSite: !Not [!Equals [!Ref Site, ""]]
  HasBoth: !And [!Condition HasSite, !Condition HasKey]
  HasKey: !Not [!Equals [!Ref Key, ""]]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: b, CorsConfiguration: {Origins: !Ref Site}}
  Policy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Bucket
      PolicyDocument: [!If [HasSite, a, b]]
  Reader:
    Type: AWS::IAM::Role
    Properties: {Name: reader, Reads: !Sub "${Bucket.Arn}/*"}
  Named:
    Type: AWS::SNS::Topic
    Properties: {TopicName: !Ref Bucket, Literal: !Sub "${!Site}"}
  Deep:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !If [HasBoth, a, b]}
  KeyItself:
    Type: AWS::CloudFront::PublicKey
    Condition: HasKey
    Properties: {EncodedKey: !Ref Key}
"""
)
SERVERLESS = """
Resources:
  Function:
    Type: AWS::Serverless::Function
    Properties:
      {properties}
"""


def told(action: str, resource: str, kind: str, *parts: str) -> Change:
    return Change(action, resource, kind, "", parts)


class TestDifferences:
    def test_what_a_value_reaches_changes_and_nothing_else(self):
        changes = differences(TEMPLATE, {"Other": "x"}, {"Other": "x", "Site": "s"})

        assert set(changes) == {
            told("Modify", "Bucket", "AWS::S3::Bucket", "CorsConfiguration"),
            told("Modify", "Policy", "AWS::S3::BucketPolicy", "PolicyDocument"),
            told("Modify", "Reader", "AWS::IAM::Role", "Reads"),
            told("Modify", "Deep", "AWS::SQS::Queue", "QueueName"),
        }

    def test_what_a_condition_makes_is_added_and_removed(self):
        key = ("KeyItself", "AWS::CloudFront::PublicKey")
        deep = told("Modify", "Deep", "AWS::SQS::Queue", "QueueName")

        assert differences(TEMPLATE, {}, {"Key": "k"}) == (told("Add", *key), deep)
        assert differences(TEMPLATE, {"Key": "k"}, {"Key": ""}) == (told("Remove", *key), deep)

    def test_the_same_values_change_nothing(self):
        assert differences(TEMPLATE, {"Site": "s"}, {"Site": "s", "Key": ""}) == ()


class TestAdditions:
    def test_a_resource_is_made_unless_its_condition_fails_or_it_is_there(self):
        made = additions(TEMPLATE, {"Site": "s"}, {"Bucket"})

        assert {change.resource for change in made} == {"Policy", "Reader", "Named", "Deep"}
        assert {change.action for change in made} == {"Add"}

    def test_a_function_comes_with_its_role_and_triggers(self):
        template = read_template(
            SERVERLESS.replace(
                "{properties}",
                "Events: {Nightly: {Type: Schedule}, Queue: {Type: SQS}}",
            )
        )

        assert [(change.resource, change.kind) for change in additions(template, {})] == [
            ("Function", "AWS::Lambda::Function"),
            ("FunctionRole", "AWS::IAM::Role"),
            ("FunctionNightly", "AWS::Events::Rule"),
            ("FunctionNightlyPermission", "AWS::Lambda::Permission"),
            ("FunctionQueue", "AWS::Lambda::EventSourceMapping"),
        ]

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            (
                SERVERLESS.replace("{properties}", "Events: {It: {Type: IoTRule}}"),
                ("FunctionIt", "IoTRule"),
            ),
            (
                "Resources: {It: {Type: AWS::Serverless::Connector}}",
                ("It", "AWS::Serverless::Connector"),
            ),
        ],
    )
    def test_what_becomes_of_what_is_not_known_is_asked_about_once_it_is(
        self, text: str, told: tuple[str, str]
    ):
        made = additions(read_template(text), {})

        assert Change("Add", *told) in made
        becomes = Change("Add", told[0], "AWS::IAM::ManagedPolicy")
        assert not_told([becomes], made) == (becomes,)


class TestNotTold:
    BUCKET = "AWS::S3::Bucket"

    @pytest.mark.parametrize(
        "change",
        [
            Change("Modify", "Bucket", BUCKET, "False", ("CorsConfiguration",)),
            # CloudFormation leaves open what S3 always does in place
            Change("Modify", "Bucket", BUCKET, "Conditional", ("CorsConfiguration",)),
            Change("Add", "ApiDeployment1a2b", "AWS::ApiGateway::Deployment"),
        ],
    )
    def test_what_was_told_is_not_asked_about(self, change: Change):
        assert not_told([change], self.told()) == ()

    @pytest.mark.parametrize(
        "change",
        [
            Change("Remove", "Bucket", BUCKET),
            Change("Modify", "Other", BUCKET, "False", ("CorsConfiguration",)),
            Change("Modify", "Bucket", "AWS::SQS::Queue", "False", ("CorsConfiguration",)),
            Change("Modify", "Bucket", BUCKET, "True", ("CorsConfiguration",)),
            Change("Modify", "Bucket", BUCKET, "Conditional", ("Tags", "BucketName")),
            Change("Modify", "Bucket", BUCKET, "Conditional", ("BucketName",)),
            Change("Modify", "Bucket", BUCKET, "False", ("CorsConfiguration", "Metadata")),
            Change("Add", "Api", "AWS::ApiGateway::Deployment"),
        ],
    )
    def test_what_goes_further_than_it_was_told_is_asked_about(self, change: Change):
        assert not_told([change], self.told()) == (change,)

    def test_of_what_is_told_by_a_template_only_a_sure_replacement_goes_further(self):
        told = [Change("Modify", "Policy", "AWS::S3::BucketPolicy", "", ("PolicyDocument",))]
        said = {
            how: Change(
                "Modify", "Policy", "AWS::S3::BucketPolicy", how, ("PolicyDocument", "Bucket")
            )
            for how in ("False", "Conditional", "True")
        }

        assert not_told(said.values(), told) == (said["True"],)

    def told(self) -> list[Change]:
        return [
            Change(
                "Modify",
                "Bucket",
                self.BUCKET,
                "False",
                ("CorsConfiguration", "Tags", "BucketName"),
            ),
            Change("Add", "ApiDeployment*", "AWS::ApiGateway::Deployment"),
        ]
