"""Passwords of shares: kept only as slow hashes, which nobody can turn back.

scrypt with N=2**15, r=8, p=1: 32 MB and about a tenth of a second for each guess
(https://www.rfc-editor.org/rfc/rfc7914, parameters of
https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html).
"""

import hashlib
import hmac
import unicodedata
from base64 import b64decode, b64encode

SALT_BYTES = 16
_N, _R, _P = 2**15, 8, 1
_HASH_BYTES = 32
# scrypt takes 128 N r bytes, and OpenSSL a little more.
_MEMORY_BYTES = 2 * 128 * _N * _R


def hash_password(password: str, salt: bytes) -> str:
    """What is kept of a password: ``scrypt$32768$8$1$salt$hash``.

    Args:
        password: As somebody typed it, on whatever keyboard: compatible characters are alike.
        salt: `SALT_BYTES` random bytes, new for each password.
    """
    hashed = _scrypt(password, salt, _N, _R, _P)
    return "$".join(["scrypt", *map(str, (_N, _R, _P)), _text(salt), _text(hashed)])


def is_password(password: str, kept: str) -> bool:
    """Whether a password is the one of which this is kept."""
    _, n, r, p, salt, hashed = kept.split("$")
    found = _scrypt(password, b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, b64decode(hashed))


def _scrypt(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    typed = unicodedata.normalize("NFKC", password).encode()
    return hashlib.scrypt(typed, salt=salt, n=n, r=r, p=p, maxmem=_MEMORY_BYTES, dklen=_HASH_BYTES)


def _text(value: bytes) -> str:
    return b64encode(value).decode()
