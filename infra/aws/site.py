"""What the functions must know of the edge once it stands, and who may sign in."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from chalicelib.errors import ConflictError
from infra.aws.signing_key import (
    TRUSTED_AFTERWARDS,
    Places,
    next_parameter_name,
    parameter_name,
    place_keys,
    provide_key,
    take_next_key,
)

if TYPE_CHECKING:
    from chalicelib.storage.access import Access

INVITATION = timedelta(days=7)
"""How long one is good for; as in data.yaml."""


def plan_places(
    ssm: Any,
    environment: str,
    edge: Mapping[str, str],
    now: datetime,
    *,
    exchange: bool,
    distrust: bool = False,
) -> list[Places]:
    """Which keys the edge is to trust, one update after the other.

    Args:
        ssm: Client of Parameter Store; the keys are made where they are missing.
        environment: Names the gallery.
        edge: The edge stack's parameters, as they are.
        now: The time.
        exchange: Whether another key is to follow.
        distrust: Whether one that was in use before is trusted no more, however young.
    """
    key = provide_key(ssm, parameter_name(environment))
    following = provide_key(ssm, next_parameter_name(environment)).public if exchange else None
    return place_keys(
        Places(edge.get("PublicKeyA", ""), edge.get("PublicKeyB", "")),
        key.public,
        following,
        keep=not distrust and now - key.changed_at < TRUSTED_AFTERWARDS,
    )


def tell_site(
    ssm: Any, environment: str, edge: Mapping[str, str], places: Places, *, exchange: bool
) -> None:
    """Let the functions know where they are, and by what id their signatures are known.

    Args:
        ssm: Client of Parameter Store.
        environment: Names the gallery.
        edge: The edge stack's outputs.
        places: The keys that it trusts.
        exchange: Whether the key that was to follow is the one in use from now on.
    """
    if exchange:
        take_next_key(ssm, environment)
    public = provide_key(ssm, parameter_name(environment)).public
    key_pair_id = edge["KeyPairIdA" if public == places.a else "KeyPairIdB"]
    told = json.dumps({"address": edge["Address"], "key_pair_id": key_pair_id})
    name = site_parameter(environment)
    if _read(ssm, name) != told:
        ssm.put_parameter(
            Name=name,
            Description="Contact Sheet: where it is opened",
            Type="String",
            Value=told,
            Overwrite=True,
        )


def site_parameter(environment: str) -> str:
    """Where the site's address lies."""
    return f"/contactsheet/{environment}/site"


def invite_owner(
    cognito: Any,
    region: str,
    data: Mapping[str, str],
    owner: str,
    galleries: Collection[str],
    now: datetime,
) -> list[str]:
    """Let somebody own galleries; who is new is sent an invitation, and another if it is over.

    Args:
        cognito: A client of user pools.
        region: AWS region.
        data: The data stack's outputs.
        owner: E-mail.
        galleries: Their ids; those that nobody owns are given first.
        now: The time.

    Returns:
        Those that they were given: one person has a limited number.

    Raises:
        chalicelib.errors.InvalidParameterError: It is no e-mail.
    """
    from chalicelib.galleries import give_gallery
    from chalicelib.storage.accounts import Accounts

    pool = data["UserPoolId"]
    access = _access(region, data)
    accounts = Accounts(cognito, pool, data["UserPoolClientId"])
    given = []
    nobodys = find_unowned(region, data, galleries)
    for gallery in sorted(galleries, key=lambda gallery: gallery not in nobodys):
        try:
            give_gallery(gallery, owner, access, accounts)
        except ConflictError:  # they have as many as one person may, made by themselves or given
            continue
        given.append(gallery)
    user = cognito.admin_get_user(UserPoolId=pool, Username=owner.strip().lower())
    is_over = now - user["UserLastModifiedDate"] > INVITATION
    if user["UserStatus"] == "FORCE_CHANGE_PASSWORD" and is_over:
        cognito.admin_create_user(
            UserPoolId=pool, Username=user["Username"], MessageAction="RESEND"
        )
    return given


def find_unowned(region: str, data: Mapping[str, str], galleries: Iterable[str]) -> list[str]:
    """Those that nobody owns yet.

    Args:
        region: AWS region.
        data: The data stack's outputs.
        galleries: Ids.
    """
    wanted = list(galleries)
    owned = {gallery.id for gallery in _access(region, data).galleries(wanted)}
    return [gallery for gallery in wanted if gallery not in owned]


def _access(region: str, data: Mapping[str, str]) -> "Access":
    from chalicelib.storage.access import Access
    from chalicelib.storage.table import Table, connect

    return Access(Table(connect(region), data["AccessTableName"], ("id",)))


def _read(ssm: Any, name: str) -> str | None:
    try:
        return str(ssm.get_parameter(Name=name)["Parameter"]["Value"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise
