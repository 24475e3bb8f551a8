import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.api import parameters
from chalicelib.api.parameters import (
    ChangeRequest,
    Parameters,
    checked_change,
    encode_cursor,
    gallery_only,
    json_object,
    list_query,
    media_query,
    rendition_size,
    served_path,
    upload_of,
)
from chalicelib.browse import MediaQuery
from chalicelib.errors import (
    ForeignOriginError,
    InvalidParameterError,
    InvalidRequestError,
    UnsupportedMediaTypeError,
)

HASH = "ab" * 32
POSITION = ("2024-05-17T09:30:00.000", "a1")


def test_without_parameters_the_newest_hundred_of_the_timeline_are_asked_for():
    assert media_query({}) == MediaQuery("main", "all", None, 100, 0, None)


def test_every_parameter_is_read():
    query = {
        "gallery": ["beach-2024"],
        "view": ["bin"],
        "content_type": ["video"],
        "limit": ["500"],
        "offset": ["1000000000"],
    }

    assert media_query(query) == MediaQuery("beach-2024", "bin", "video", 500, 10**9)
    assert list_query({"by": ["day"], "view": ["bin"]}) == ("main", "bin", None, True)
    assert list_query({}) == ("main", "all", None, False)
    assert rendition_size({}) == "medium"
    assert rendition_size({"size": ["large"]}) == "large"
    assert served_path({"path": ["a b.jpg"]}) == ("main", "a b.jpg")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("limit", value) for value in ("0", "501", "-1", "+1", "1.0", "1e2", "", " 1", "٣", "x")),
        *(("limit", value) for value in ("1_0", "0x1", "9" * 400, "1\n", "\x00")),
        *(("offset", value) for value in ("-1", "1000000001", "9" * 13, "NaN", "")),
        *(("content_type", value) for value in ("", "Image", "image,video", "image/jpeg")),
        *(("view", value) for value in ("", "ALL", "locked", "p:ann", "all#2024-05")),
        *(("gallery", value) for value in ("", "Main", "../main", "g" * 41, "a b", "main\n", "é")),
        ("cursor", "x"),
        ("colour", "red"),
        ("Limit", "1"),
        ("", ""),
    ],
)
def test_a_malformed_or_unknown_parameter_is_refused_by_its_name(name, value):
    with pytest.raises(InvalidParameterError) as refused:
        media_query({name: [value]})

    assert refused.value.parameter == name
    assert str(refused.value).startswith(f"{name}: ")


@pytest.mark.parametrize("name", ["limit", "cursor", "gallery", "view"])
def test_a_parameter_that_stands_twice_is_refused_even_when_both_agree(name):
    with pytest.raises(InvalidParameterError, match="more than once"):
        media_query({name: ["1", "1"]})


@pytest.mark.parametrize(
    ("read", "query", "parameter"),
    [
        (list_query, {"by": ["year"]}, "by"),
        (list_query, {"search": ["x"]}, "search"),
        (rendition_size, {"size": ["huge"]}, "size"),
        (gallery_only, {"limit": ["1"]}, "limit"),
        (served_path, {}, "path"),
        (served_path, {"path": ["a"], "gallery": ["../x"]}, "gallery"),
    ],
)
def test_every_route_refuses_what_it_does_not_know(read, query, parameter):
    with pytest.raises(InvalidParameterError) as refused:
        read(query)

    assert refused.value.parameter == parameter


def test_a_route_without_parameters_knows_none():
    with pytest.raises(InvalidParameterError, match="limit: unknown"):
        Parameters({"limit": ["1"]}, ())


# --- cursors -------------------------------------------------------------------------


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 10**9))
def test_a_cursor_comes_back_as_it_was_given(id, offset):
    query = MediaQuery("main", limit=20)

    cursor = encode_cursor(query, POSITION[0], id, offset)

    assert media_query({"limit": ["20"], "cursor": [cursor]}) == MediaQuery(
        "main", "all", None, 20, offset, (POSITION[0], id)
    )


def test_a_cursor_may_be_used_with_another_limit():
    cursor = encode_cursor(MediaQuery("main", limit=20), *POSITION, 20)

    assert media_query({"limit": ["50"], "cursor": [cursor]}).before == POSITION


@pytest.mark.parametrize(
    "other", [{"gallery": ["beach"]}, {"view": ["bin"]}, {"content_type": ["video"]}]
)
def test_a_cursor_of_another_query_is_refused(other):
    cursor = encode_cursor(MediaQuery("main"), *POSITION, 20)

    with pytest.raises(InvalidParameterError, match="cursor: not one that this query gave"):
        media_query({"cursor": [cursor], **other})


def test_a_cursor_and_an_offset_contradict_each_other():
    cursor = encode_cursor(MediaQuery("main"), *POSITION, 20)

    with pytest.raises(InvalidParameterError, match="offset: can't be combined with cursor"):
        media_query({"cursor": [cursor], "offset": ["0"]})


def test_a_cursor_with_any_byte_altered_is_refused():
    query = MediaQuery("main")
    cursor = encode_cursor(query, *POSITION, 20)
    text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    for index in range(len(text)):
        altered = bytearray(text)
        altered[index] ^= 1
        sent = urlsafe_b64encode(bytes(altered)).decode().rstrip("=")
        with pytest.raises(InvalidParameterError):
            media_query({"cursor": [sent]})


@pytest.mark.parametrize("junk", ["!", "\n", " ", "=", "é", "+/"])
def test_a_cursor_with_something_added_is_refused(junk):
    cursor = encode_cursor(MediaQuery("main"), *POSITION, 20)

    for altered in (cursor + junk, junk + cursor, cursor[:8] + junk + cursor[8:]):
        if altered.rstrip("=") != cursor:
            with pytest.raises(InvalidParameterError):
                media_query({"cursor": [altered]})


@pytest.mark.parametrize("cursor", ["x", "ü", "=", "AAAA", "A" * 5000, "\x00", "////", "a b"])
def test_what_never_was_a_cursor_is_refused(cursor):
    with pytest.raises(InvalidParameterError) as refused:
        media_query({"cursor": [cursor]})
    assert refused.value.parameter == "cursor"


@pytest.mark.parametrize(
    "state",
    ["1", "null", "{}", "[]", "[1,2,3]", '["a","b"]', '["a","b","c"]', '["a","b",-1]',
     '["a","b",NaN]', '["a",null,1]', '["a","b",true]', "[" * 5000],
)  # fmt: skip
def test_a_forged_cursor_is_refused_as_well(state):
    """The checksum is no secret: anybody can make one that fits."""
    query = MediaQuery("main")
    sealed = f"{parameters._seal(query, state)}{state}"
    cursor = urlsafe_b64encode(sealed.encode()).decode().rstrip("=")

    with pytest.raises(InvalidParameterError, match="cursor"):
        media_query({"cursor": [cursor]})


# --- changes -------------------------------------------------------------------------


def change(body: bytes = b"{}", method: str = "POST", **headers: str) -> dict[str, Any]:
    sent = {"content-type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return checked_change(ChangeRequest(method, sent, body))


@pytest.mark.parametrize("site", ["same-origin", "none"])
def test_a_change_from_the_gallery_s_own_page_or_a_program_is_taken(site):
    assert change(b'{"a": 1}', sec_fetch_site=site) == {"a": 1}
    assert change(b'{"a": 1}') == {"a": 1}


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "Same-Origin"])
def test_a_change_from_a_page_of_another_site_is_refused(site):
    with pytest.raises(ForeignOriginError):
        change(sec_fetch_site=site)


@pytest.mark.parametrize(
    "media_type",
    ["application/json", "application/json; charset=utf-8", "Application/JSON ;x=y"],
)
def test_json_is_taken_however_its_type_is_written(media_type):
    assert change(content_type=media_type) == {}


@pytest.mark.parametrize(
    "media_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/json",
     "text/plain; application/json"],
)  # fmt: skip
def test_a_change_of_another_media_type_is_refused(media_type):
    with pytest.raises(UnsupportedMediaTypeError):
        change(content_type=media_type)
    with pytest.raises(UnsupportedMediaTypeError):
        change(b"{}", content_type=media_type)


def test_a_change_without_a_body_is_one_where_none_is_needed():
    assert change(b"", "DELETE", content_type="") == {}
    assert change(b"") == {}
    with pytest.raises(InvalidRequestError):
        change(b"", content_type="")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"{",
        b"{'a': 1}",
        b'{"a": 1}{}',
        b'{"a": NaN}',
        b'{"a": Infinity}',
        b'{"a": -Infinity}',
        b'{"a": 1e999}',
        b'{"a": -1e999}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"a": "\xff"}',
        b"\xef\xbb\xbf{}",
        '{"a": 1}'.encode("utf-16"),
        b'{"a": "line\nbreak"}',
        b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"a":' * 100_000,
        b'{"a": ' + b"1" * 10_000 + b"}",
    ],
)
def test_a_body_that_is_no_single_json_object_is_refused(body):
    with pytest.raises(InvalidRequestError):
        json_object(body)


scalars: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text()
)


def objects(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(inner) | st.dictionaries(st.text(), inner)


@given(st.dictionaries(st.text(), st.recursive(scalars, objects, max_leaves=5)))
def test_every_json_object_is_read(value: Any):
    if "Infinity" not in (written := json.dumps(value)):
        assert json_object(written.encode()) == value


# --- uploads -------------------------------------------------------------------------


def an_upload(**fields: Any) -> dict[str, Any]:
    return {"filename": "a.jpg", "size_bytes": 10, "sha256": HASH} | fields


def test_an_upload_is_read():
    upload = upload_of(an_upload(gallery="beach", content_type="image/jpeg"))

    assert (upload.gallery, upload.filename, upload.size_bytes) == ("beach", "a.jpg", 10)
    assert (upload.sha256, upload.content_type) == (HASH, "image/jpeg")
    assert upload_of(an_upload()).content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("size_bytes", value) for value in ("10", 1.0, True, None, [10])),
        *(("sha256", value) for value in ("", "AB" * 32, "ab" * 31, "ab" * 33, 1, HASH + "\n")),
        *(("content_type", value) for value in ("", "jpeg", "a/b/c", "A/B", "a/b\r\nx: y", 1)),
        *(("gallery", value) for value in ("", "../main", 1, None, "main\n")),
        *(("filename", value) for value in (None, 1, ["a"])),
        ("colour", "red"),
    ],
)
def test_a_malformed_or_unknown_field_is_refused_by_its_name(name, value):
    with pytest.raises(InvalidParameterError) as refused:
        upload_of(an_upload(**{name: value}))

    assert refused.value.parameter == name


@pytest.mark.parametrize("name", ["filename", "size_bytes", "sha256"])
def test_a_missing_field_is_refused_by_its_name(name):
    body = an_upload()
    del body[name]

    with pytest.raises(InvalidParameterError, match=f"{name}: missing"):
        upload_of(body)
