"""What the functions must know of the edge once it stands, and who may sign in."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from chalicelib.errors import ConflictError
from chalicelib.storage.signing import modulus_end
from infra.aws.signing_key import (
    TRUSTED_AFTERWARDS,
    Places,
    find_key,
    foresee_key,
    next_parameter_name,
    parameter_name,
    place_keys,
    provide_key,
    take_next_key,
)
from infra.stack_state import DeployError

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
    makes: bool,
    exchange: bool,
    distrust: bool = False,
) -> list[Places]:
    """Which keys the edge is to trust, one update after the other.

    Args:
        ssm: Client of Parameter Store.
        environment: Names the gallery.
        edge: The edge stack's parameters, as they are.
        now: The time.
        makes: Whether a key that is missing is made; else words are in its place.
        exchange: Whether another key is to follow.
        distrust: Whether one that was in use before is trusted no more, however young.

    Raises:
        DeployError: An exchange has begun and has not ended: what would be trusted no more is the
            new one.
    """
    key_of = partial(provide_key if makes else foresee_key, ssm)
    current = Places.of(edge)
    key = key_of(parameter_name(environment))
    begun = find_key(ssm, next_parameter_name(environment)) if distrust else None
    if begun is not None and begun.public != key.public:
        raise DeployError(
            "an exchange of keys has begun and has not ended: the one in use is still the old one. "
            "Run EXCHANGE_KEY=1, and five minutes later DISTRUST_OLD_KEY=1"
        )
    keep = not distrust and now - key.changed_at < TRUSTED_AFTERWARDS
    following = None
    # whoever repeats a deployment that ended early, after the keys were exchanged, must not take
    # from the old one its day: there are two places, and another key would need that one's
    if exchange and not (keep and key.public in (current.a, current.b) and current.a and current.b):
        following = key_of(next_parameter_name(environment)).public
    if following == key.public:  # it is in use already, and tell_site ends that exchange
        following = None
    return place_keys(current, key.public, following, keep=keep)


def tell_site(ssm: Any, environment: str, edge: Mapping[str, str], places: Places) -> bool:
    """Let the functions know where they are, and by what id their signatures are known.

    A key that was to follow, and that the edge trusts by now, is the one in use from now on.
    Functions may read both parameters at any moment between: the ids of both keys are there before
    another key is, so that whichever they find has its own.

    Args:
        ssm: Client of Parameter Store.
        environment: Names the gallery.
        edge: The edge stack's outputs.
        places: The keys that it trusts.

    Returns:
        Whether they are given another key than before.

    Raises:
        DeployError: They have one that the edge does not trust.
    """
    ids = {
        public: edge[output]
        for public, output in ((places.a, "KeyPairIdA"), (places.b, "KeyPairIdB"))
        if public
    }
    used = provide_key(ssm, parameter_name(environment)).public
    if used not in ids:
        raise DeployError(
            f"parameter {parameter_name(environment)} was given another key while this ran, which "
            "the edge does not trust yet; run it again"
        )
    following = find_key(ssm, next_parameter_name(environment))
    _put_site(ssm, environment, edge["Address"], ids, used)
    if following is None or following.public not in ids:
        return False
    take_next_key(ssm, environment)
    _put_site(ssm, environment, edge["Address"], ids, following.public)
    return following.public != used


def _put_site(ssm: Any, environment: str, address: str, ids: Mapping[str, str], used: str) -> None:
    keys = {key_id: load_pem_public_key(public.encode()) for public, key_id in ids.items()}
    told = json.dumps(
        {
            "address": address,
            "key_pair_id": ids[used],
            "key_pair_ids": {
                modulus_end(key): key_id
                for key_id, key in keys.items()
                if isinstance(key, RSAPublicKey)  # the functions sign with no other
            },
        }
    )
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
