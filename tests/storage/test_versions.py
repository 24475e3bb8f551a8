"""Deleting versions, with botocore's real client and answers written here."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.session import Session

from chalicelib.errors import SetupError
from chalicelib.storage.media import Media, StoredObject
from chalicelib.storage.versions import newest_version, purge_object
from tests.scripted_http import Answer, ScriptedHttp, s3_error


@pytest.fixture
def clients(monkeypatch):
    """A new client each time."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    session = Session()
    session.set_credentials("AKIAEXAMPLE", "not-a-secret")
    made: list[Any] = []

    def make() -> Any:
        made.append(session.create_client("s3", "eu-central-1"))
        return made[-1]

    yield make
    for client in made:
        client.close()


def version(key: str, id: str, etag: str = "e") -> str:
    return (
        f"<Version><Key>{key}</Key><VersionId>{id}</VersionId>"
        f"<ETag>&quot;{etag}&quot;</ETag></Version>"
    )


def marker(key: str, id: str) -> str:
    return f"<DeleteMarker><Key>{key}</Key><VersionId>{id}</VersionId></DeleteMarker>"


def listing(*entries: str, more: bool = False) -> Answer:
    """A page of ListObjectVersions; keys are percent-encoded, as botocore asks for."""
    after = "<NextKeyMarker>k</NextKeyMarker><NextVersionIdMarker>v</NextVersionIdMarker>"
    body = (
        f"<ListVersionsResult><IsTruncated>{'true' if more else 'false'}</IsTruncated>"
        f"<EncodingType>url</EncodingType>{after if more else ''}{''.join(entries)}"
        "</ListVersionsResult>"
    )
    return Answer(body=body.encode())


def deleted(http: ScriptedHttp) -> list[tuple[str, str]]:
    """Path and version of each deletion, in order."""
    found = []
    for request in http.requests:
        if request.method == "DELETE":
            address = urlsplit(request.url)
            found.append((address.path, parse_qs(address.query)["versionId"][0]))
    return found


def purged(
    clients: Callable[[], Any], key: str, newest: str, *listed: Answer
) -> list[tuple[str, str]]:
    """What is deleted, told what is listed."""
    client = clients()
    http = ScriptedHttp(client, *listed, *[Answer(204)] * 10)
    purge_object(Media(client, "photos"), key, newest)
    return deleted(http)


def test_every_page_is_read_and_the_oldest_goes_first(clients):
    pages = (
        listing(version("main/a.jpg", "v3"), marker("main/a.jpg", "m1"), more=True),
        listing(version("main/a.jpg", "v2"), version("main/a.jpg", "v1")),
    )

    assert purged(clients, "main/a.jpg", "v3", *pages) == [
        ("/main/a.jpg", each) for each in ("v1", "v2", "v3", "m1")
    ]


def test_what_was_put_there_since_stays_with_its_markers(clients):
    entries = (
        version("main/a.jpg", "v3"),
        version("main/a.jpg", "v2"),
        version("main/a.jpg", "v1"),
        marker("main/a.jpg", "m1"),
    )

    gone = purged(clients, "main/a.jpg", "v2", listing(*entries))

    assert [version_id for _, version_id in gone] == ["v1", "v2"]


def test_a_repetition_that_finds_the_newest_gone_deletes_no_other(clients):
    assert purged(clients, "main/a.jpg", "v2", listing(version("main/a.jpg", "v3"))) == []
    left = purged(clients, "main/a.jpg", "v2", listing(marker("main/a.jpg", "m1")))
    assert left == [("/main/a.jpg", "m1")]


def test_listing_ends_behind_the_key_itself(clients):
    """A key is a prefix of others, that may be very many."""
    page = listing(version("main/a", "v1"), version("main/a.jpg", "v2"), more=True)

    assert purged(clients, "main/a", "v1", page) == [("/main/a", "v1")]


def test_a_key_is_taken_as_it_is(clients):
    key = "main/K\u00e4se +%.jpg"
    page = listing(version("main/K%C3%A4se+%2B%25.jpg", "v1"))

    assert purged(clients, key, "v1", page) == [("/main/K%C3%A4se%20%2B%25.jpg", "v1")]


def test_without_versions_the_etag_tells_one_object_from_the_next(clients):
    before = listing(version("main/a.jpg", "null", "before"))

    assert purged(clients, "main/a.jpg", "before", before) == [("/main/a.jpg", "null")]
    assert purged(clients, "main/a.jpg", "earlier", before) == []
    assert StoredObject("main/a.jpg", "before", 1, version_id="null").version == "before"
    assert StoredObject("main/a.jpg", "before", 1).version == "before"
    assert StoredObject("main/a.jpg", "before", 1, version_id="v1").version == "v1"


def test_the_newest_version_is_the_one_last_put_there_deleted_since_or_not(clients):
    entries = (
        marker("main/a.jpg", "m1"),
        version("main/a.jpg", "v2"),
        version("main/a.jpg", "v1"),
    )
    client = clients()
    ScriptedHttp(client, listing(*entries), listing())
    media = Media(client, "photos")

    assert newest_version(media, "main/a.jpg") == "v2"
    assert newest_version(media, "main/a.jpg") is None


def test_a_bucket_that_may_not_be_listed_says_so(clients):
    client = clients()
    ScriptedHttp(client, s3_error(403, "AccessDenied"))

    with pytest.raises(SetupError, match="access denied"):
        newest_version(Media(client, "photos"), "main/a.jpg")
