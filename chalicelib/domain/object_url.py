"""The forms in which a row may name an S3 object, and the key inside each."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from chalicelib.errors import ForeignKeyRefusedError

# Characters that S3's own consoles and SDKs leave as they are in a URL's path.
_PATH_SAFE = "/!$&'()*,;=:@-._~"
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
_S3_HOST = re.compile(
    r"(?:(?P<bucket>.+)\.)?s3[.-](?:dualstack\.)?(?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?(?::\d+)?"
)


@dataclass(frozen=True)
class ObjectUrl:
    """An object's key with the form it was written in.

    Attributes:
        key: The S3 key, decoded.
        prefix: What stands before the key: "" for a bare key, ``s3://bucket/``,
            ``https://host/`` or ``https://host/bucket/``.
    """

    key: str
    prefix: str = ""

    @classmethod
    def parse(cls, url: str, bucket: str) -> "ObjectUrl":
        """Find the key in any of the forms: bare key, s3://, virtual-hosted, path-style, CDN.

        Args:
            url: As it stands in the row.
            bucket: The gallery's bucket: an object of another one is refused.

        Raises:
            ForeignKeyRefusedError: Another bucket's object, or no key at all.
        """
        scheme, separator, rest = url.partition("://")
        if not separator or "/" in scheme:  # a key may hold anything, even ://
            return cls(_checked(url, url))
        host, _, path = rest.partition("/")
        if scheme == "s3":
            if host != bucket:
                raise ForeignKeyRefusedError(f"{url} lies in bucket {host}, not in {bucket}")
            return cls(_checked(path, url), f"s3://{bucket}/")
        path = path.partition("?")[0].partition("#")[0]
        named = _bucket_of_host(host, bucket)
        if named not in (None, bucket):
            raise ForeignKeyRefusedError(f"{url} lies in bucket {named}, not in {bucket}")
        prefix = f"{scheme}://{host}/"
        first, slash, remainder = path.partition("/")
        if named is None and slash and first == bucket:  # path-style, here or at any endpoint
            return cls(_checked(unquote(remainder), url), f"{prefix}{bucket}/")
        if named is None and _S3_HOST.fullmatch(host):
            raise ForeignKeyRefusedError(f"{url} lies in bucket {first}, not in {bucket}")
        return cls(_checked(unquote(path), url), prefix)

    def with_key(self, key: str) -> str:
        """Another object of the same bucket, written in the same form."""
        if not self.prefix or self.prefix.startswith("s3://"):
            return self.prefix + key
        return self.prefix + quote(key, safe=_PATH_SAFE)


def _bucket_of_host(host: str, bucket: str) -> str | None:
    """The bucket that a virtual-hosted address names; None for path-style and CDN hosts."""
    # Checked first: a bucket's own name may hold dots.
    if host.startswith(f"{bucket}."):
        return bucket
    match = _S3_HOST.fullmatch(host)
    return match["bucket"] if match else None


def _checked(key: str, url: str) -> str:
    if not key:
        raise ForeignKeyRefusedError(f"{url!r} names no object")
    return key
