import pytest

from chalicelib.api.cookies import (
    forgotten_session,
    photo_cookies,
    read_cookies,
    session_cookies,
    share_cookie,
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, {}),
        ("", {}),
        ("a=1", {"a": "1"}),
        ("a=1; b=2", {"a": "1", "b": "2"}),
        ("a=1;b=2", {"a": "1", "b": "2"}),
        ('a="1"', {"a": "1"}),
        ("a=b=c", {"a": "b=c"}),
        ("a", {}),
        ("a=", {"a": ""}),
        ("a=1; a=1", {"a": "1"}),
        ("a=1; a=2; b=3", {"b": "3"}),
        (";;=;", {"": ""}),
    ],
)
def test_cookies_are_read_and_one_with_two_values_is_none(header, expected):
    assert read_cookies(header) == expected


def attributes(cookie: str) -> tuple[str, set[str]]:
    pair, *rest = cookie.split("; ")
    return pair, set(rest)


def test_a_session_s_cookies_are_for_the_site_alone_and_no_script_reads_them():
    session, refresh = session_cookies("id.token", "refresh")

    assert attributes(session) == (
        "__Host-session=id.token",
        {"Path=/", "Max-Age=3600", "HttpOnly", "Secure", "SameSite=Lax"},
    )
    assert attributes(refresh) == (
        "__Secure-refresh=refresh",
        {"Path=/api/session", "Max-Age=2592000", "HttpOnly", "Secure", "SameSite=Strict"},
    )


def test_a_refresh_token_that_stays_is_not_told_again():
    assert len(session_cookies("id.token", None)) == 1


def test_cookies_of_photos_are_sent_with_those_of_their_gallery_alone():
    (cookie,) = photo_cookies("main", {"CloudFront-Policy": "p"})

    assert attributes(cookie) == (
        "CloudFront-Policy=p",
        {"Path=/photos/main/", "Max-Age=3600", "HttpOnly", "Secure", "SameSite=Lax"},
    )


@pytest.mark.parametrize(("seconds", "age"), [(60, {"Max-Age=60"}), (None, set())])
def test_a_guest_s_cookie_lasts_as_long_as_the_link(seconds, age):
    assert attributes(share_cookie("id.key", seconds)) == (
        "__Host-share=id.key",
        {"Path=/", "HttpOnly", "Secure", "SameSite=Lax"} | age,
    )


def test_signing_out_forgets_every_cookie_where_it_was_set():
    told = [attributes(cookie) for cookie in forgotten_session(["main"])]

    assert {pair for pair, _ in told} == {
        *("__Host-session=", "__Secure-refresh=", "__Host-share="),
        *("CloudFront-Policy=", "CloudFront-Signature=", "CloudFront-Key-Pair-Id="),
    }
    assert all({"Max-Age=0", "Secure", "HttpOnly"} <= rest for _, rest in told)
    assert [rest & {"Path=/", "Path=/api/session", "Path=/photos/main/"} for _, rest in told] == [
        *({"Path=/"}, {"Path=/api/session"}, {"Path=/"}),
        *[{"Path=/photos/main/"}] * 3,
    ]
