"""Cookies: reading what a browser shows, and telling it what to keep.

Their names' prefixes make browsers refuse them from anywhere but this site, over TLS
(https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes).
"""

from collections.abc import Iterable, Mapping

# The pool's ID token: who is signed in.
SESSION = "__Host-session"
# The pool's refresh token: shown where new tokens are asked for, and nowhere else.
REFRESH = "__Secure-refresh"
# What a guest shows once a link was opened.
SHARE = "__Host-share"
# Says nothing; see `told_anew`.
_ANEW = "__Host-anew"
SESSION_PATH = "/api/session"
SESSION_SECONDS = 3600
REFRESH_SECONDS = 30 * 24 * 3600
_ANEW_SECONDS = 120
PHOTO_COOKIES = ("CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id")


def read_cookies(header: str | None) -> dict[str, str]:
    """The cookies of a request; one that comes twice with different values is none.

    No browser sends two of a name that begins with ``__Host-``: somebody else wrote one.
    """
    found: dict[str, set[str]] = {}
    for pair in (header or "").split(";"):
        name, is_pair, value = pair.strip().partition("=")
        if is_pair:
            found.setdefault(name, set()).add(value.strip('"'))
    return {name: values.pop() for name, values in found.items() if len(values) == 1}


def session_cookies(id_token: str, refresh_token: str | None) -> list[str]:
    """Who is signed in, and how to stay so; the old refresh token stays for None."""
    told = [_cookie(SESSION, id_token, "/", SESSION_SECONDS, "Lax")]
    if refresh_token is not None:
        told.append(_cookie(REFRESH, refresh_token, SESSION_PATH, REFRESH_SECONDS, "Strict"))
    return told


def photo_cookies(gallery: str, values: Mapping[str, str]) -> list[str]:
    """CloudFront's cookies of one gallery, sent with its photos alone."""
    path = f"/photos/{gallery}/"
    return [_cookie(name, value, path, SESSION_SECONDS, "Lax") for name, value in values.items()]


def share_cookie(value: str, seconds: int | None) -> str:
    """What a guest shows; None for as long as the browser runs."""
    return _cookie(SHARE, value, "/", seconds, "Lax")


def told_anew(value: str) -> str:
    """A cookie that makes the gateway ask again who this is, by being another than before.

    It keeps what the authorizer said of the same cookies for a minute: a gallery made meanwhile
    would be nobody's for as long.
    """
    return _cookie(_ANEW, value, "/", _ANEW_SECONDS, "Lax")


def forgotten_session(galleries: Iterable[str]) -> list[str]:
    """Nobody is signed in any more, nor a guest, and none of these galleries' photos open."""
    return [
        _cookie(SESSION, "", "/", 0, "Lax"),
        _cookie(REFRESH, "", SESSION_PATH, 0, "Strict"),
        _cookie(SHARE, "", "/", 0, "Lax"),
        *(cookie for gallery in galleries for cookie in forgotten_photos(gallery)),
    ]


def forgotten_photos(gallery: str) -> list[str]:
    """Photos of a gallery open no more."""
    path = f"/photos/{gallery}/"
    return [_cookie(name, "", path, 0, "Lax") for name in PHOTO_COOKIES]


def _cookie(name: str, value: str, path: str, seconds: int | None, same_site: str) -> str:
    age = "" if seconds is None else f"; Max-Age={seconds}"
    return f"{name}={value}; Path={path}{age}; HttpOnly; Secure; SameSite={same_site}"
