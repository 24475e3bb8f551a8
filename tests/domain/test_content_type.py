import pytest

from chalicelib.domain.content_type import content_type


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("main/a.JPG", "image/jpeg"),
        ("main/a.heic", "image/heic"),
        ("main/a.b/film.MOV", "video/quicktime"),
        ("main/a.jpg.xmp", "application/rdf+xml"),
        ("main/a.jpg/notes", "application/octet-stream"),
        ("main/jpg.txt", "application/octet-stream"),
    ],
)
def test_a_file_is_told_to_be_what_its_extension_says(key, expected):
    assert content_type(key) == expected
