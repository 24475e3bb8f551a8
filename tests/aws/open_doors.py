"""Make two owners, their photos and links, on the running site; see `doors`."""

import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from PIL import Image

from chalicelib.storage.signing import Signer
from infra.aws.signing_key import parameter_name
from infra.aws.site import site_parameter
from infra.local.gallery import ENVIRONMENT, Endpoints, Gallery, let_in, local_client
from tests.aws.browser import CookieJar
from tests.aws.doors import LINK_PASSWORD, SECONDS, Doors, Link, Person, Photo
from tests.aws.site import Site, eventually

PASSWORD = "tea-Spoon 7 harbour"
FORMER = "correct Horse 9 battery"
# Where each photo of Ann's lies, by what it is called here.
ANNS = {
    **dict.fromkeys(("one", "two", "three"), "timeline"),
    **{name: name for name in ("archive", "hidden", "locked", "bin")},
}
BENS = {"four": "timeline", "five": "timeline", "six": "hidden"}


def open_doors(gallery: Gallery) -> Doors:
    """Make all of it on a running gallery."""
    endpoints = gallery.endpoints
    cognito = local_client("cognito-idp", endpoints.aws_endpoint)
    s3 = local_client("s3", endpoints.aws_endpoint)
    mark = secrets.token_hex(5)
    ids = {"ann": f"d-{mark}", "ben": f"d-{mark}-2"}
    browsers, people, former = {}, {}, {}
    for name, place in ids.items():
        email = f"{name}-{secrets.token_hex(6)}@doors.test"
        let_in(endpoints, email, FORMER, [place])
        browsers[name] = CookieJar(endpoints.page)
        assert browsers[name].sign_in(email, FORMER).status == 200
        former[name] = _token(browsers[name])
        change = {"old": FORMER, "new": PASSWORD}
        assert browsers[name].ask("PUT", "/api/session/password", change).status == 204
        people[name] = _person(browsers[name], cognito, endpoints, email, place)
    photos = {
        **_photos(Site(endpoints, s3, ids["ann"]), browsers["ann"], ANNS),
        **_photos(Site(endpoints, s3, ids["ben"]), browsers["ben"], BENS),
    }
    links = _links(browsers["ann"], people["ann"], photos)
    links["ben"] = _link(browsers["ben"], people["ben"].gallery)
    dynamodb = local_client("dynamodb", endpoints.aws_endpoint)
    dynamodb.update_item(
        TableName=endpoints.tables["access"],
        Key={"id": {"S": f"share#{links['over'].id}"}},
        UpdateExpression="SET ends_at = :a",
        ExpressionAttributeValues={":a": {"S": (datetime.now(UTC) - timedelta(1)).isoformat()}},
    )
    pem = gallery.emulator.data / f"state/cognito-pool-keys/{endpoints.user_pool}-id.pem"
    return Doors(
        endpoints=endpoints,
        ann=people["ann"],
        ben=people["ben"],
        photos=photos,
        links=links,
        pool_key=_private_key(pem.read_bytes()),
        signer=_signer(endpoints),
        former=former["ann"],
        another_pool=_another_pool(cognito, people["ann"].email),
        another_client=_another_client(cognito, endpoints, people["ann"].email),
        cursors=tuple(_cursors(browsers["ann"], ids["ann"], "", "shuffle=true"))
        + tuple(_cursors(browsers["ben"], ids["ben"], "")),
        etags=_etags(s3, endpoints.bucket, ids.values()),
    )


def _person(
    browser: CookieJar, cognito: Any, endpoints: Endpoints, email: str, gallery: str
) -> Person:
    tokens = cognito.initiate_auth(
        ClientId=endpoints.user_pool_client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": PASSWORD},
    )["AuthenticationResult"]
    path = f"/photos/{gallery}/"
    return Person(
        email=email,
        gallery=gallery,
        token=_token(browser),
        access_token=tokens["AccessToken"],
        refresh_token=tokens["RefreshToken"],
        photos={name: c.value for (name, where), c in browser.cookies.items() if where == path},
    )


def _token(browser: CookieJar) -> str:
    return browser.cookies["__Host-session", "/"].value


def _photos(site: Site, browser: CookieJar, wanted: Mapping[str, str]) -> dict[str, Photo]:
    """Put them into the bucket, wait for their pictures, and put each where it belongs."""
    paths = {name: f"p{secrets.token_hex(8)}.jpg" for name in wanted}
    for path in paths.values():
        buffer = BytesIO()
        colour = f"#{secrets.token_hex(3)}"
        Image.new("RGB", (64, 48), colour).save(buffer, "JPEG", comment=path.encode())
        site.put(path, buffer.getvalue())

    def listed() -> dict[str, Any]:
        answer = browser.ask("GET", f"/api/gallery/media?gallery={site.gallery}")
        items = answer.json["items"] if answer.status == 200 else []
        found = {i["local_path"]: i for i in items if i["thumbnail_state"] == "ready"}
        return found if len(found) == len(paths) else {}

    items = eventually(listed, SECONDS)
    photos = {}
    for name, path in paths.items():
        said, item = f"s{secrets.token_hex(8)}", items[path]
        address = f"/api/gallery/assets/{quote(item['id'])}"
        described = browser.ask("PUT", f"{address}/details", {"description": said})
        assert described.status == 200, described.body
        for size in ("small", "medium", "large"):  # what is drawn when first asked for
            answer = browser.ask("GET", f"/api/gallery/thumbnail/{quote(item['id'])}?size={size}")
            assert answer.status == 302, answer.body
        _put_aside(browser, address, wanted[name])
        listing = site.s3.list_objects_v2(Bucket=site.endpoints.bucket, Prefix=f"{site.gallery}/")
        stem = path.partition(".")[0]
        keys = tuple(o["Key"] for o in listing["Contents"] if stem in o["Key"])
        photos[name] = Photo(name, site.gallery, wanted[name], item["id"], path, said, keys)
    return photos


def _put_aside(browser: CookieJar, address: str, state: str) -> None:
    if state == "bin":
        assert browser.ask("DELETE", address).status == 200
    elif state != "timeline":
        answer = browser.ask("PUT", f"{address}/visibility", {"visibility": state})
        assert answer.status == 200, answer.body


def _links(browser: CookieJar, ann: Person, photos: Mapping[str, Photo]) -> dict[str, Link]:
    chosen = [photos[name].id for name in ("one", "archive", "hidden", "locked", "bin")]
    place, password = ann.gallery, LINK_PASSWORD
    links = {
        "all": _link(browser, place),
        "loan": _link(browser, place, may_download=True),
        "few": _link(browser, place, asset_ids=chosen, may_download=True),
        "word": _link(browser, place, password=password),
        "changed": _link(browser, place, is_valid=False, password=password),
        "over": _link(browser, place, is_open=False, is_valid=False, days=1),
        "gone": _link(browser, place, is_open=False, is_valid=False),
    }
    changed = browser.ask("PUT", f"/api/shares/{links['changed'].id}", {"password": "dusk, not so"})
    ended = browser.ask("DELETE", f"/api/shares/{links['gone'].id}")
    assert (changed.status, ended.status) == (200, 204)
    return links


def _link(
    browser: CookieJar, gallery: str, *, is_open: bool = True, is_valid: bool = True, **said: Any
) -> Link:
    name = f"l{secrets.token_hex(8)}"
    made = browser.ask("POST", "/api/shares", {"gallery": gallery, "name": name, **said})
    assert made.status == 201, made.body
    body = {"token": made.json["id"]}
    if "password" in said:
        body["password"] = said["password"]
    guest = CookieJar(browser.page)
    assert guest.ask("POST", "/api/session/share", body).status == 200
    ids = said.get("asset_ids")
    return Link(
        name=name,
        id=made.json["id"],
        shown=guest.cookies["__Host-share", "/"].value,
        gallery=gallery,
        asset_ids=None if ids is None else tuple(ids),
        may_download=said.get("may_download", False),
        password=said.get("password"),
        is_open=is_open,
        is_valid=is_valid,
    )


def _cursors(browser: CookieJar, gallery: str, *asked: str) -> Iterable[str]:
    for what in asked:
        address = f"/api/gallery/media?gallery={gallery}&limit=1&{what}".rstrip("&")
        yield str(browser.ask("GET", address).json["next_cursor"])


def _private_key(pem: bytes) -> RSAPrivateKey:
    key = load_pem_private_key(pem, None)
    assert isinstance(key, RSAPrivateKey)
    return key


def _signer(endpoints: Endpoints) -> Signer:
    ssm = local_client("ssm", endpoints.aws_endpoint)

    def value(name: str) -> str:
        found = ssm.get_parameter(Name=name, WithDecryption=True)
        return str(found["Parameter"]["Value"])

    site = json.loads(value(site_parameter(ENVIRONMENT)))
    key = _private_key(value(parameter_name(ENVIRONMENT)).encode())
    return Signer(site["address"], site["key_pair_id"], key)


def _another_pool(cognito: Any, email: str) -> str:
    pool = cognito.create_user_pool(PoolName=f"evil-{secrets.token_hex(4)}")["UserPool"]["Id"]
    client = cognito.create_user_pool_client(
        UserPoolId=pool, ClientName="evil", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    cognito.admin_create_user(
        UserPoolId=pool, Username=email, UserAttributes=[{"Name": "email", "Value": email}]
    )
    password = f"{PASSWORD}!"
    cognito.admin_set_user_password(
        UserPoolId=pool, Username=email, Password=password, Permanent=True
    )
    return _id_token(cognito, client, email, password)


def _another_client(cognito: Any, endpoints: Endpoints, email: str) -> str:
    client = cognito.create_user_pool_client(
        UserPoolId=endpoints.user_pool,
        ClientName=f"other-{secrets.token_hex(4)}",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
    )["UserPoolClient"]["ClientId"]
    return _id_token(cognito, client, email, PASSWORD)


def _id_token(cognito: Any, client: str, email: str, password: str) -> str:
    answer = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    return str(answer["AuthenticationResult"]["IdToken"])


def _etags(s3: Any, bucket: str, galleries: Iterable[str]) -> dict[str, frozenset[str]]:
    """The keys of every object's bytes; S3 tells an object by them in each answer."""
    found: dict[str, frozenset[str]] = {}
    for gallery in galleries:
        listing = s3.list_objects_v2(Bucket=bucket, Prefix=f"{gallery}/")
        for one in listing["Contents"]:
            found[one["ETag"]] = found.get(one["ETag"], frozenset()) | {one["Key"]}
    return found
