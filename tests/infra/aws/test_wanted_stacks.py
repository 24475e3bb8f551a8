"""What the stacks of an account are to be."""

import dataclasses
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from infra.aws.account import Account
from infra.aws.signing_key import Places
from infra.aws.template import read_template
from infra.aws.wanted_stacks import EDGE_TEMPLATE, WantedStacks
from infra.aws.wishes import LAYERS, Services, Standing, Wishes
from infra.build import ROOT, Package
from tests.infra.aws.clients import stubbed

OUTPUTS = {
    "data": {
        name: name
        for name in (
            *("PhotosBucketName", "PageBucketName", "CodeBucketName", "AssetsTableName"),
            *("AssetsStreamArn", "UserPoolId", "UserPoolClientId"),
        )
    },
    "app": {"RestApiId": "api"},
    "edge": {"DistributionArn": "arn", "Address": "https://x.test"},
}
ALLOWED = {
    "OwnerEmail": "me@example.org",
    "DomainName": "photos.example.org",
    "CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x",
}
"""Of parameters that must look like something."""
FILES = {layer: ROOT / "infra" / f"{layer}.yaml" for layer in LAYERS}


def parameters_of(layer: str) -> dict[str, Any]:
    found: dict[str, Any] = read_template(FILES[layer].read_text(encoding="utf-8"))["Parameters"]
    return found


@pytest.fixture
def wanted(tmp_path: Path) -> WantedStacks:
    template = tmp_path / "app.json"
    app = {"Parameters": parameters_of("app"), "Resources": {}}
    template.write_text(json.dumps(app))
    s3, _ = stubbed("s3")
    services = Services(None, None, None, None, None, s3, None)
    return WantedStacks(
        services,
        Account("111122223333", "eu-central-1", "me"),
        Wishes("live", adopted_bucket="photos", adopted_table="rows"),
        Package(template, {}, "digest"),
        EDGE_TEMPLATE.read_text(encoding="utf-8"),
    )


def brought(wanted: WantedStacks, by_hand: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Parameters by layer of a gallery that stands, with these on its stacks."""
    standing = Standing(OUTPUTS, {layer: by_hand.get(layer, {}) for layer in LAYERS})
    data = OUTPUTS["data"]
    return {
        "data": wanted.data(standing, "stream").parameters,
        "app": wanted.app(standing, data, ()).parameters,
        "edge": wanted.edge(standing, data, OUTPUTS["app"], Places("a\n", "")).parameters,
    }


@pytest.mark.parametrize("layer", LAYERS)
def test_no_parameter_is_forgotten_by_an_update(wanted: WantedStacks, layer: str):
    """One that is not given is as the template says, whatever somebody had set it to."""
    by_hand = {
        layer: {
            name: ALLOWED.get(name) or str(parameter.get("AllowedValues", ["7"])[0])
            for name, parameter in parameters_of(layer).items()
        }
    }

    given = brought(wanted, by_hand)[layer]

    assert given.keys() == parameters_of(layer).keys()


def test_what_was_set_by_hand_stays_until_it_is_given(wanted: WantedStacks):
    by_hand = {"app": {"LogLevel": "DEBUG", "LogRetentionDays": "7", "TimeZone": "UTC"}}

    assert by_hand["app"].items() <= brought(wanted, by_hand)["app"].items()
    assert not {"LogLevel", "TimeZone"} & brought(wanted, {})["app"].keys()


def test_what_the_template_allows_no_more_is_not_kept_and_is_told(wanted: WantedStacks):
    """Else the stack could not be deployed again until somebody changed it by hand."""
    by_hand = {"app": {"LogLevel": "WARN", "LogRetentionDays": "7"}}
    standing = Standing(OUTPUTS, {layer: by_hand.get(layer, {}) for layer in LAYERS})

    given = brought(wanted, by_hand)["app"]

    assert "LogLevel" not in given
    assert given["LogRetentionDays"] == "7"
    (line,) = wanted.refused_lines(standing)
    assert line.startswith("app: LogLevel is WARN, which is allowed no more (DEBUG, INFO)")


def test_what_is_typed_now_is_for_cloudformation_to_refuse(wanted: WantedStacks):
    typed = dataclasses.replace(wanted, wishes=Wishes("live", {"PriceClass": "PriceClass_7"}))

    given = brought(typed, {"edge": {"PriceClass": "PriceClass_8"}})["edge"]

    assert given["PriceClass"] == "PriceClass_7"
