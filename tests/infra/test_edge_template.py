"""What CloudFront is told to do, as a reviewer would ask."""

from typing import Any

import pytest

from infra.aws.signing_key import make_private_half, public_half
from infra.aws.template import read_template, written_out
from infra.aws.wanted_stacks import EDGE_TEMPLATE
from infra.local.edge_headers import headers_of

TEMPLATE = read_template(EDGE_TEMPLATE.read_text(encoding="utf-8"))
RESOURCES = TEMPLATE["Resources"]
CONFIG: dict[str, Any] = RESOURCES["Distribution"]["Properties"]["DistributionConfig"]
BEHAVIOURS = {behaviour["PathPattern"]: behaviour for behaviour in CONFIG["CacheBehaviors"]}
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


UPLOADS = "https://photos.s3.eu-central-1.amazonaws.com"
# What the page does, and nothing else: its own files, a worker, a frame where a download by the
# worker begins, pictures that are not uploaded yet, and uploads.
MAY_LOAD = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",
    "media-src": "'self' blob:",
    "font-src": "'self'",
    "connect-src": f"'self' {UPLOADS}",
    "worker-src": "'self'",
    "frame-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
}


def test_the_page_loads_what_is_its_own_uploads_and_does_nothing_else():
    sent = headers_of("PageHeaders", UPLOADS)

    said = sent.pop("Content-Security-Policy").split("; ")
    assert dict(rule.split(" ", 1) for rule in said) == MAY_LOAD
    assert sent == {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
        "Service-Worker-Allowed": "/gallery",
    }


def test_what_strangers_made_can_t_act_on_the_gallery_s_origin():
    assert headers_of("PhotoHeaders") == {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
    }


def test_nobody_guesses_what_the_api_s_answers_are():
    assert headers_of("ApiHeaders") == {"X-Content-Type-Options": "nosniff"}


@pytest.mark.parametrize("policy", ["PageHeaders", "ApiHeaders", "PhotoHeaders"])
def test_browsers_come_back_by_tls_alone_and_no_object_says_otherwise(policy: str):
    config = RESOURCES[policy]["Properties"]["ResponseHeadersPolicyConfig"]

    security = config["SecurityHeadersConfig"]

    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 24 * 3600
    assert all(header["Override"] is True for header in security.values())


def test_the_page_may_upload_to_where_its_forms_are_signed_for():
    """As `generate_presigned_post` writes it: with the region, in Virginia without."""
    config = RESOURCES["PageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    policy = config["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"]

    assert policy["Fn::Sub"][1]["Uploads"] == {
        "Fn::If": [
            "InVirginia",
            {"Fn::Sub": "https://${PhotosBucket}.s3.${AWS::URLSuffix}"},
            {"Fn::Sub": "https://${PhotosBucket}.s3.${AWS::Region}.${AWS::URLSuffix}"},
        ]
    }


def test_photos_open_by_signature_alone():
    photos = BEHAVIOURS["/photos/*"]

    assert photos["TrustedKeyGroups"] == [{"Ref": "SigningKeys"}]
    assert photos["AllowedMethods"] == ["GET", "HEAD"]
    keys = RESOURCES["SigningKeys"]["Properties"]["KeyGroupConfig"]["Items"]
    assert [key["Fn::If"][1] for key in keys] == [{"Ref": "SigningKeyA"}, {"Ref": "SigningKeyB"}]


def test_the_api_is_never_kept_and_told_all_but_the_host():
    api = BEHAVIOURS["/api/*"]

    assert api["CachePolicyId"] == CACHING_DISABLED
    assert api["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
    assert {"PUT", "POST", "DELETE"} < set(api["AllowedMethods"])
    assert not api[
        "Compress"
    ]  # the gateway does; CloudFront could not, and would look as if it did
    assert "FunctionAssociations" not in api


def test_a_photo_that_says_nothing_of_it_is_not_kept_at_the_edge():
    config = RESOURCES["PhotoCaching"]["Properties"]["CachePolicyConfig"]

    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)


def test_a_kept_photo_is_never_found_by_an_address_of_the_page():
    # without /photos a photo's path may be the page's: what is kept is found by a header as well
    # that its own function alone can set
    found_by = RESOURCES["PhotoCaching"]["Properties"]["CachePolicyConfig"][
        "ParametersInCacheKeyAndForwardedToOrigin"
    ]["HeadersConfig"]
    functions = BEHAVIOURS["/photos/*"]["FunctionAssociations"]

    assert found_by == {"HeaderBehavior": "whitelist", "Headers": ["contactsheet-origin"]}
    called = {"Fn::GetAtt": ["PhotoAddresses", "FunctionARN"]}
    assert {"EventType": "viewer-request", "FunctionARN": called} in functions


def test_nothing_is_sent_without_tls():
    behaviours = [CONFIG["DefaultCacheBehavior"], *CONFIG["CacheBehaviors"]]

    policies = {behaviour["ViewerProtocolPolicy"] for behaviour in behaviours}

    assert policies == {"https-only", "redirect-to-https"}
    api = next(origin for origin in CONFIG["Origins"] if origin["Id"] == "api")
    assert api["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    with_domain = CONFIG["ViewerCertificate"]["Fn::If"][1]
    assert with_domain["MinimumProtocolVersion"] == "TLSv1.2_2021"


def test_the_buckets_are_asked_with_a_signature():
    signed = RESOURCES["BucketAccess"]["Properties"]["OriginAccessControlConfig"]

    assert (signed["SigningBehavior"], signed["SigningProtocol"]) == ("always", "sigv4")
    buckets = [origin for origin in CONFIG["Origins"] if "S3OriginConfig" in origin]
    assert {origin["Id"] for origin in buckets} == {"page", "photos"}
    assert all(
        o["OriginAccessControlId"] == {"Fn::GetAtt": ["BucketAccess", "Id"]} for o in buckets
    )


def test_no_page_takes_the_place_of_the_api_s_own_errors():
    assert all("ResponsePagePath" not in error for error in CONFIG["CustomErrorResponses"])


def written(formula: Any, parameters: dict[str, str]) -> Any:
    """What CloudFormation makes of a formula; as it does, it refuses to select what isn't there."""
    if isinstance(formula, (str, int)):
        return formula
    ((operator, operand),) = formula.items()
    if operator == "Ref":
        return parameters[operand]
    if operator == "Fn::Sub":
        return written_out(formula, parameters)
    if operator == "Fn::Split":
        return written(operand[1], parameters).split(operand[0])
    assert operator == "Fn::Select"
    return written(operand[1], parameters)[operand[0]]


@pytest.mark.parametrize("place", ["A", "B"])
def test_a_key_is_called_by_its_own_first_line_and_an_empty_one_breaks_nothing(place: str):
    """A key that changes its reference would be another key, of which CloudFront knows nothing."""
    config = RESOURCES[f"SigningKey{place}"]["Properties"]["PublicKeyConfig"]
    keys = [public_half(make_private_half()) for _ in range(2)]

    references = [
        written(config["CallerReference"], {f"PublicKey{place}": key})
        for key in (keys[0], keys[0].strip(), keys[1], "")
    ]

    lines = [key.splitlines()[1] for key in keys]
    assert lines[0] != lines[1]
    assert references == [lines[0], lines[0], lines[1], ""]
    assert RESOURCES[f"SigningKey{place}"]["Condition"] == f"HasKey{place}"
