"""A forgery, and the requests that it is made of."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from tests.aws.doors import Asked, Doors, Link, Photo

SAME_ORIGIN = ("Sec-Fetch-Site", "same-origin")
Make = Callable[[Doors], Asked]


@dataclass(frozen=True)
class Forgery:
    """Something that must not be let in, and the same as it should be.

    Attributes:
        forged: The request.
        honest: The same without what is wrong with it.
        statuses: What it may be answered with.
    """

    forged: Make
    honest: Make
    statuses: tuple[int, ...] = (401,)


def cookies(*shown: tuple[str, str]) -> tuple[str, str]:
    return "Cookie", "; ".join(f"{name}={value}" for name, value in shown)


def session(token: str) -> tuple[str, str]:
    return cookies(("__Host-session", token))


def guest(link: Link) -> tuple[str, str]:
    return cookies(("__Host-share", link.shown))


def listing(gallery: str) -> str:
    return f"/api/gallery/media?gallery={gallery}"


def asset(photo: Photo, rest: str = "") -> str:
    return f"/api/gallery/assets/{quote(photo.id, safe='')}{rest}"


def lists_as_ann(doors: Doors) -> Asked:
    return Asked("GET", listing(doors.ann.gallery), (session(doors.ann.token),))
