import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.object_url import ObjectUrl
from chalicelib.errors import ForeignKeyRefusedError

BUCKET = "my.photos"
PREFIXES = [
    "",
    "s3://my.photos/",
    "https://my.photos.s3.amazonaws.com/",
    "https://my.photos.s3.eu-central-1.amazonaws.com/",
    "https://my.photos.s3-eu-west-1.amazonaws.com/",
    "https://my.photos.s3.dualstack.eu-central-1.amazonaws.com/",
    "https://s3.eu-central-1.amazonaws.com/my.photos/",
    "https://s3.amazonaws.com/my.photos/",
    "https://s3.cn-north-1.amazonaws.com.cn/my.photos/",
    "http://127.0.0.1:4566/my.photos/",
    "http://my.photos.localhost:4566/",
    "https://d111111abcdef8.cloudfront.net/",
    "https://cdn.example.org/",
]
KEYS = [
    "main/a.jpg",
    "main/with space.jpg",
    "main/a+b.jpg",
    "main/100%.jpg",
    "main/%2B%25.jpg",
    "main/a%20b.jpg",
    "main/ü.jpg",
    unicodedata.normalize("NFD", "main/ü.jpg"),
    "main/🏔️/a.jpg",
    "main/a#b?c=d&e.jpg",
    "main/" + "x" * 1019,
    "main/../a.jpg",
    "main//a.jpg",
    "main/see https://example.org/a.jpg",
    "loose.jpg",
]


@pytest.mark.parametrize("prefix", PREFIXES)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_is_found_in_every_form_and_written_back_in_it(prefix, key):
    is_http = prefix.startswith("http")
    url = prefix + (quote(key, safe="/") if is_http else key)

    found = ObjectUrl.parse(url, BUCKET)

    assert (found.key, found.prefix) == (key, prefix)
    assert ObjectUrl.parse(found.with_key(key), BUCKET) == found


@given(st.sampled_from(PREFIXES), st.text(min_size=1))
def test_any_key_survives_any_form(prefix, key):
    here = ObjectUrl("other", prefix)

    url = here.with_key(f"main/{key}")

    assert ObjectUrl.parse(url, BUCKET) == ObjectUrl(f"main/{key}", prefix)


def test_a_plus_in_an_address_is_a_plus_and_a_percent_is_decoded_once():
    assert ObjectUrl.parse("https://cdn.example.org/a+b.jpg", BUCKET).key == "a+b.jpg"
    assert ObjectUrl.parse("https://cdn.example.org/a%2520b.jpg", BUCKET).key == "a%20b.jpg"
    assert ObjectUrl.parse("a%20b.jpg", BUCKET).key == "a%20b.jpg"
    assert ObjectUrl.parse("s3://my.photos/a%20b.jpg", BUCKET).key == "a%20b.jpg"


def test_what_follows_the_path_of_an_address_is_no_part_of_the_key():
    signed = "https://my.photos.s3.amazonaws.com/main/a.jpg?X-Amz-Signature=abc#top"

    found = ObjectUrl.parse(signed, BUCKET)

    assert found.key == "main/a.jpg"
    assert found.with_key("main/b.jpg") == "https://my.photos.s3.amazonaws.com/main/b.jpg"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3://other/main/a.jpg",
        "s3://my.photos",
        "s3://my.photos/",
        "https://other.s3.amazonaws.com/main/a.jpg",
        "https://s3.amazonaws.com/other/main/a.jpg",
        "https://s3.eu-central-1.amazonaws.com/main/a.jpg",
        "https://my.photos.s3.amazonaws.com/",
        "https://cdn.example.org",
        "https://cdn.example.org/",
        "https://cdn.example.org/?a",
    ],
)
def test_another_bucket_s_object_and_no_object_at_all_are_refused(url):
    with pytest.raises(ForeignKeyRefusedError):
        ObjectUrl.parse(url, BUCKET)
