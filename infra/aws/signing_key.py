"""The key that photo addresses are signed with: made once, kept in Parameter Store, exchanged.

Its private half is never written to a disk: it is made in memory and lies encrypted in a
parameter that only the functions which sign may read. Its public half stands in the edge stack.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

KEY_BITS = 2048
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-trusted-signers.html"""
TRUSTED_AFTERWARDS = timedelta(days=1)
"""How long the edge trusts a key that was exchanged: longer than an address is good for that was
signed with it, and than functions go on with the one they know (chalicelib/storage/signing.py)."""


@dataclass(frozen=True)
class SigningKey:
    """A key in use.

    Attributes:
        public: PEM of the public half.
        changed_at: Since when it is in use.
    """

    public: str
    changed_at: datetime


@dataclass(frozen=True)
class Places:
    """The keys that the edge trusts, in the two places that it has for them; empty where none."""

    a: str = ""
    b: str = ""

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "Places":
        """Of the edge stack's parameters, as CloudFormation hands them back.

        It may do so without the newline that a PEM ends in. Here each key is as `public_half`
        writes it: the same key is found to be the same, and given to the edge as it was before,
        where another text of it would be another key.
        """
        return cls(_as_written(parameters, "PublicKeyA"), _as_written(parameters, "PublicKeyB"))

    @property
    def parameters(self) -> dict[str, str]:
        """The edge stack's parameters that they are."""
        return {"PublicKeyA": self.a, "PublicKeyB": self.b}


def _as_written(parameters: Mapping[str, str], name: str) -> str:
    text = parameters.get(name, "").strip()
    return f"{text}\n" if text else ""


def parameter_name(environment: str) -> str:
    """Where the private half lies."""
    return f"/contactsheet/{environment}/signing-key"


def next_parameter_name(environment: str) -> str:
    """Where the one lies that is to follow, until the edge trusts it."""
    return f"/contactsheet/{environment}/signing-key-next"


def find_key(ssm: Any, name: str) -> SigningKey | None:
    """The key of a parameter, if there is one."""
    try:
        stored = ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ParameterNotFound":
            return None
        raise
    return SigningKey(public_half(stored["Value"]), stored["LastModifiedDate"])


def foresee_key(ssm: Any, name: str) -> SigningKey:
    """The key of a parameter; words in its place if there is none, and none is made."""
    unmade = SigningKey(f"(made for {name})", datetime.max.replace(tzinfo=UTC))
    return find_key(ssm, name) or unmade


def provide_key(ssm: Any, name: str) -> SigningKey:
    """The key of a parameter, made if there is none."""
    found = find_key(ssm, name)
    if found is None:
        try:
            ssm.put_parameter(
                Name=name,
                Description="Contact Sheet: signs addresses of photos",
                Type="SecureString",
                Value=make_private_half(),
                Overwrite=False,
            )
        except ClientError as error:
            # another deployment has just made one: that one counts
            if error.response["Error"]["Code"] != "ParameterAlreadyExists":
                raise
        found = find_key(ssm, name)
    if found is None:
        raise RuntimeError(f"parameter {name} vanished while it was written")
    return found


def take_next_key(ssm: Any, environment: str) -> None:
    """Let the key that was to follow be the one in use."""
    following = next_parameter_name(environment)
    value = ssm.get_parameter(Name=following, WithDecryption=True)["Parameter"]["Value"]
    ssm.put_parameter(
        Name=parameter_name(environment), Type="SecureString", Value=value, Overwrite=True
    )
    ssm.delete_parameter(Name=following)


def place_keys(current: Places, wanted: str, following: str | None, *, keep: bool) -> list[Places]:
    """How the edge gets to trust a key, one update after the other.

    A place is emptied before another key is put there, and the key in use stays where it is.

    Args:
        current: What the edge trusts now.
        wanted: Public half of the key in use.
        following: Public half of the one that is to follow, while keys are exchanged.
        keep: Whether a key that was in use before stays trusted.

    Returns:
        One or two steps; the last is what was asked for.
    """
    in_b = wanted == current.b
    own, other = (current.b, current.a) if in_b else (current.a, current.b)
    steps = []
    if own not in ("", wanted):
        # somebody put another key in the parameter by hand
        if other == "":
            own, other, in_b = other, own, True
        else:
            steps.append(Places("", other))
            own = ""
    if following is None:
        steps.append(_places(wanted, other if keep else "", in_b=in_b))
        return steps
    if other not in ("", following):
        steps.append(_places(wanted, "", in_b=in_b))
    steps.append(_places(wanted, following, in_b=in_b))
    return steps


def _places(own: str, other: str, *, in_b: bool) -> Places:
    return Places(other, own) if in_b else Places(own, other)


def make_private_half() -> str:
    """A new private key, PEM."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def public_half(private: str) -> str:
    """The public key of a private one, both PEM."""
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(private.encode(), password=None)
    return (
        key.public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )
