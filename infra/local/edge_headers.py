"""The headers that CloudFront puts on answers, read from its template: both edges send the same."""

from functools import cache
from typing import Any

from infra.aws.template import Template, read_template
from infra.aws.wanted_stacks import EDGE_TEMPLATE


def headers_of(policy: str, uploads: str = "") -> dict[str, str]:
    """What a response headers policy of infra/edge.yaml adds to an answer.

    All but Strict-Transport-Security, which browsers ignore where there is no TLS.

    Args:
        policy: Its logical name.
        uploads: Origin that a browser uploads to.
    """
    config = _template()["Resources"][policy]["Properties"]["ResponseHeadersPolicyConfig"]
    security: dict[str, Any] = config["SecurityHeadersConfig"]
    headers = {}
    if "ContentSecurityPolicy" in security:
        said = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]
        text = said if isinstance(said, str) else said["Fn::Sub"][0]
        headers["Content-Security-Policy"] = text.replace("${Uploads}", uploads)
    if "ContentTypeOptions" in security:
        headers["X-Content-Type-Options"] = "nosniff"
    if "FrameOptions" in security:
        headers["X-Frame-Options"] = security["FrameOptions"]["FrameOption"]
    if "ReferrerPolicy" in security:
        headers["Referrer-Policy"] = security["ReferrerPolicy"]["ReferrerPolicy"]
    custom = config.get("CustomHeadersConfig", {"Items": []})["Items"]
    return headers | {header["Header"]: header["Value"] for header in custom}


@cache
def _template() -> Template:
    return read_template(EDGE_TEMPLATE.read_text(encoding="utf-8"))
