import pytest

from chalicelib.api.etags import etag_of, is_known

ETAG = etag_of("[1]")


def test_other_bytes_have_another_etag():
    assert etag_of("[1]") == ETAG
    assert etag_of("[2]") != ETAG
    assert ETAG.startswith('"')
    assert ETAG.endswith('"')


@pytest.mark.parametrize(
    "header", [ETAG, f"W/{ETAG}", f'"other", {ETAG}', f'W/"a,b",{ETAG}', "*", f" {ETAG} "]
)
def test_an_etag_that_the_caller_names_is_known(header):
    assert is_known(ETAG, header)


@pytest.mark.parametrize("header", [None, "", '"other"', ETAG.strip('"'), ETAG[:-2], '"*"', "**"])
def test_another_one_is_not(header):
    assert not is_known(ETAG, header)
