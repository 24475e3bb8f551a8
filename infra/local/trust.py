"""Whose signatures the local edge trusts: the key that the functions sign photos' addresses with.

It is made once and lies where it lies in an account, in the embedded Parameter Store, whose state
is part of the data folder.
"""

import hashlib
from typing import Any

from infra.aws.signing_key import Places, parameter_name, provide_key
from infra.aws.site import tell_site
from infra.local.signatures import TrustedKeys

ID_CHARACTERS = 13


def provide_site(ssm: Any, environment: str, page: str) -> TrustedKeys:
    """Make the key where it is missing, and tell the functions where they are.

    Args:
        ssm: Client of Parameter Store.
        environment: Names the gallery.
        page: Address of the edge, without a slash at the end.

    Returns:
        What the edge is to trust.
    """
    public = provide_key(ssm, parameter_name(environment)).public
    edge = {"Address": page, "KeyPairIdA": key_pair_id(public)}
    tell_site(ssm, environment, edge, Places(a=public))
    return trusted_keys(ssm, environment)


def trusted_keys(ssm: Any, environment: str) -> TrustedKeys:
    """The key that there is, by its name."""
    public = provide_key(ssm, parameter_name(environment)).public
    return TrustedKeys({key_pair_id(public): public})


def key_pair_id(public: str) -> str:
    """A name for a public key, as CloudFront would make one up: another for each key."""
    return "K" + hashlib.sha256(public.encode()).hexdigest()[:ID_CHARACTERS].upper()
