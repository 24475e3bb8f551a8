"""Cookies and addresses that open photos, forged in every way."""

import base64
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1

from chalicelib.storage.signing import Signer
from tests.aws.doors import Asked, Doors, Person, Photo
from tests.aws.forged_tokens import strangers_key
from tests.aws.forgery import Forgery, Make, cookies, guest, listing, session


def trio(values: Mapping[str, str]) -> tuple[str, str]:
    return cookies(*values.items())


def policy(resource: str, until: int, **conditions: Any) -> bytes:
    condition = {"DateLessThan": {"AWS:EpochTime": until}, **conditions}
    return json.dumps({"Statement": [{"Resource": resource, "Condition": condition}]}).encode()


def text(value: bytes) -> str:
    return base64.b64encode(value).decode().translate(str.maketrans("+=/", "-_~"))


def in_an_hour() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


def soon() -> int:
    return int(in_an_hour().timestamp())


def signed_by(signer: Signer, said: bytes) -> dict[str, str]:
    """The trio for any policy at all, by a signer's key and name."""
    return {
        "CloudFront-Policy": text(said),
        "CloudFront-Signature": text(signer.key.sign(said, PKCS1v15(), SHA1())),  # noqa: S303
        "CloudFront-Key-Pair-Id": signer.key_pair_id,
    }


def all_of(doors: Doors, person: Person) -> str:
    return f"{doors.signer.address}/photos/{person.gallery}/*"


def path_of(photo: Photo) -> str:
    return f"/photos/{quote(photo.original)}"


def shows_ann(doors: Doors) -> Asked:
    return Asked("GET", path_of(doors.photos["one"]), (trio(doors.ann.photos),))


def by_cookies(make: Callable[[Doors], Mapping[str, str]]) -> Forgery:
    return Forgery(
        lambda d: Asked("GET", path_of(d.photos["one"]), (trio(make(d)),)), shows_ann, (403,)
    )


def by_policy(make: Callable[[Doors], bytes]) -> Forgery:
    """Cookies of a policy that is signed as it should be."""

    def asked(said: Callable[[Doors], bytes]) -> Make:
        return lambda d: Asked(
            "GET", path_of(d.photos["one"]), (trio(signed_by(d.signer, said(d))),)
        )

    return Forgery(asked(make), asked(lambda d: policy(all_of(d, d.ann), soon())), (403,))


def at_path(make: Callable[[Doors], str]) -> Forgery:
    """Ann's own cookies, at an address that is not below hers."""
    return Forgery(lambda d: Asked("GET", make(d), (trio(d.ann.photos),)), shows_ann, (403, 404))


def stranger(doors: Doors) -> Signer:
    return Signer(doors.signer.address, doors.signer.key_pair_id, strangers_key())


def without(doors: Doors, *names: str) -> dict[str, str]:
    return {n: v for n, v in doors.ann.photos.items() if n.removeprefix("CloudFront-") not in names}


COOKIES = {
    "cookies: none": by_cookies(lambda _: {}),
    "cookies: another gallery's": by_cookies(lambda d: d.ben.photos),
    "cookies: no policy": by_cookies(lambda d: without(d, "Policy")),
    "cookies: no signature": by_cookies(lambda d: without(d, "Signature")),
    "cookies: no key's name": by_cookies(lambda d: without(d, "Key-Pair-Id")),
    "cookies: over for a second": by_policy(
        lambda d: policy(all_of(d, d.ann), int(time.time()) - 1)
    ),
    "cookies: not yet": by_policy(
        lambda d: policy(all_of(d, d.ann), soon(), DateGreaterThan={"AWS:EpochTime": soon() - 60})
    ),
    "cookies: for another network": by_policy(
        lambda d: policy(all_of(d, d.ann), soon(), IpAddress={"AWS:SourceIp": "192.0.2.0/24"})
    ),
    "cookies: for another site": by_policy(
        lambda d: policy(f"https://evil.example/photos/{d.ann.gallery}/*", soon())
    ),
    "cookies: for no address": by_policy(lambda _: policy("", soon())),
    "cookies: without an end": by_policy(
        lambda d: json.dumps({"Statement": [{"Resource": all_of(d, d.ann)}]}).encode()
    ),
    "cookies: of two statements": by_policy(
        lambda d: json.dumps(
            {"Statement": 2 * json.loads(policy(all_of(d, d.ann), soon()))["Statement"]}
        ).encode()
    ),
    "cookies: Ben's with Ann's gallery written in": by_cookies(
        lambda d: {
            **d.ben.photos,
            "CloudFront-Policy": text(policy(all_of(d, d.ann), soon())),
        }
    ),
    "cookies: with more time written in": by_cookies(
        lambda d: {
            **d.ann.photos,
            "CloudFront-Policy": text(policy(all_of(d, d.ann), soon() + 10**6)),
        }
    ),
    "cookies: everything, by another key of the same name": by_cookies(
        lambda d: signed_by(stranger(d), policy("*", soon()))
    ),
    "cookies: Ann's gallery, by another key of the same name": by_cookies(
        lambda d: stranger(d).cookies(d.ann.gallery, in_an_hour())
    ),
    "cookies: the right key under another name": by_cookies(
        lambda d: replace(d.signer, key_pair_id="K00000000000").cookies(d.ann.gallery, in_an_hour())
    ),
    "cookies: another hash is named": by_cookies(
        lambda d: {**d.ann.photos, "CloudFront-Hash-Algorithm": "SHA256"}
    ),
    "cookies: no hash is named": by_cookies(
        lambda d: {**d.ann.photos, "CloudFront-Hash-Algorithm": "none"}
    ),
    "cookies: a policy and an end beside it": by_cookies(
        lambda d: {**d.ann.photos, "CloudFront-Expires": str(soon())}
    ),
    "cookies: two of one name": Forgery(
        lambda d: Asked("GET", path_of(d.photos["one"]), (trio(d.ann.photos), trio(d.ben.photos))),
        shows_ann,
        (403,),
    ),
    "cookies: the session's alone": Forgery(
        lambda d: Asked("GET", path_of(d.photos["one"]), (session(d.ann.token),)),
        shows_ann,
        (403,),
    ),
    "cookies: a link's, whose guests have addresses": Forgery(
        lambda d: Asked("GET", path_of(d.photos["one"]), (guest(d.links["loan"]),)),
        shows_ann,
        (403,),
    ),
    "cookies: at a gallery whose name begins alike": at_path(lambda d: path_of(d.photos["four"])),
    "cookies: at another gallery by two dots": at_path(
        lambda d: f"/photos/{d.ann.gallery}/../{d.photos['four'].original}"
    ),
    "cookies: at another gallery by two dots, encoded": at_path(
        lambda d: f"/photos/{d.ann.gallery}/%2e%2e/{d.photos['four'].original}"
    ),
    "cookies: at another gallery by a slash, encoded": at_path(
        lambda d: f"/photos/{d.ann.gallery}/..%2F{d.photos['four'].original}"
    ),
    "cookies: at another gallery, encoded twice": at_path(
        lambda d: f"/photos/{d.ann.gallery}/%252e%252e/{d.photos['four'].original}"
    ),
    "cookies: at another gallery by a backslash": at_path(
        lambda d: f"/photos/{d.ann.gallery}/..%5c{d.photos['four'].original}"
    ),
    "cookies: at another gallery behind a zero byte": at_path(
        lambda d: f"/photos/{d.ann.gallery}/%00/../{d.photos['four'].original}"
    ),
    "cookies: at the bucket's root": at_path(lambda _: "/photos/"),
    "cookies: at the gallery's list of objects": at_path(
        lambda d: f"/photos/?list-type=2&prefix={d.ann.gallery}/"
    ),
    "cookies: to write": Forgery(
        lambda d: replace(shows_ann(d), method="PUT", body="x"), shows_ann, (405,)
    ),
    "cookies: to delete": Forgery(
        lambda d: replace(shows_ann(d), method="DELETE"), shows_ann, (405,)
    ),
}


def address_of(doors: Doors, photo: str = "one") -> str:
    return doors.signer.signed_address(path_of(doors.photos[photo]), in_an_hour())


def opened(doors: Doors) -> Asked:
    return Asked("GET", address_of(doors))


def by_address(make: Callable[[Doors], str]) -> Forgery:
    return Forgery(lambda d: Asked("GET", make(d)), opened, (403, 404))


def query_of(doors: Doors, photo: str = "one") -> str:
    return address_of(doors, photo).partition("?")[2]


def swapped(address: str, name: str, value: str | None) -> str:
    """An address with another value of a parameter; None takes it away."""
    path, _, query = address.partition("?")
    pairs = [pair.partition("=") for pair in query.split("&")]
    kept = [(n, v if n != name else value) for n, _, v in pairs]
    return f"{path}?{'&'.join(f'{n}={v}' for n, v in kept if v is not None)}"


ADDRESSES = {
    "address: not signed": by_address(lambda d: path_of(d.photos["one"])),
    "address: another photo's signature": by_address(
        lambda d: f"{path_of(d.photos['one'])}?{query_of(d, 'two')}"
    ),
    "address: a picture's signature, for its original": Forgery(
        lambda d: Asked("GET", f"{path_of(d.photos['one'])}?{shown_picture(d).partition('?')[2]}"),
        lambda d: Asked("GET", shown_picture(d)),
        (403,),
    ),
    "address: over": by_address(
        lambda d: d.signer.signed_address(path_of(d.photos["one"]), datetime.now(UTC))
    ),
    "address: over, with a later end written in": by_address(
        lambda d: swapped(
            d.signer.signed_address(path_of(d.photos["one"]), datetime.now(UTC)),
            "Expires",
            str(soon()),
        )
    ),
    "address: no end": by_address(lambda d: swapped(address_of(d), "Expires", None)),
    "address: no signature": by_address(lambda d: swapped(address_of(d), "Signature", None)),
    "address: no key's name": by_address(lambda d: swapped(address_of(d), "Key-Pair-Id", None)),
    "address: another key's name": by_address(
        lambda d: swapped(address_of(d), "Key-Pair-Id", "K00000000000")
    ),
    "address: by another key of the same name": by_address(
        lambda d: stranger(d).signed_address(path_of(d.photos["one"]), in_an_hour())
    ),
    "address: of another site": by_address(
        lambda d: replace(d.signer, address="https://evil.example").signed_address(
            path_of(d.photos["one"]), in_an_hour()
        )
    ),
    "address: a parameter more": by_address(lambda d: f"{address_of(d)}&x=1"),
    "address: a parameter more, in front": by_address(
        lambda d: address_of(d).replace("?", "?versionId=null&")
    ),
    "address: two ends": by_address(lambda d: f"{address_of(d)}&Expires={soon() + 1}"),
    "address: an end and a policy": by_address(
        lambda d: f"{address_of(d)}&Policy={text(policy('*', soon()))}"
    ),
    "address: a policy for everything under another's signature": by_address(
        lambda d: swapped(address_of(d), "Expires", None) + f"&Policy={text(policy('*', soon()))}"
    ),
    "address: two dots behind it": by_address(
        lambda d: address_of(d).replace("?", f"/../../{d.photos['four'].original}?")
    ),
    "address: in capitals": by_address(
        lambda d: address_of(d).replace(d.photos["one"].path, d.photos["one"].path.upper())
    ),
    "address: half a signature": by_address(
        lambda d: swapped(address_of(d), "Signature", query_of(d).split("Signature=")[1][:170])
    ),
    "address: signed, and no photo is there": by_address(
        lambda d: d.signer.signed_address(f"/photos/{d.ann.gallery}/none.jpg", in_an_hour())
    ),
    "address: signed for S3": by_address(
        lambda d: (
            f"{path_of(d.photos['one'])}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
            "local%2F20261121%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Expires=600&X-Amz-Signature=00"
        )
    ),
    "address: the bucket's own, below the site": by_address(
        lambda d: f"/{d.endpoints.bucket}/{d.photos['one'].original}"
    ),
    "address: the bucket's own, below the photos": by_address(
        lambda d: f"/photos/{d.endpoints.bucket}/{d.photos['one'].original}"
    ),
}


def shown_picture(doors: Doors) -> str:
    """The address of a picture, as a guest is told it."""
    answer = doors.send(Asked("GET", listing(doors.ann.gallery), (guest(doors.links["all"]),)))
    item = next(i for i in answer.json["items"] if i["id"] == doors.photos["one"].id)
    return str(item["thumbnail_url"])
