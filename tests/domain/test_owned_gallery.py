import pytest

from chalicelib.domain.object_key import GALLERY
from chalicelib.domain.owned_gallery import gallery_id


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Holidays 2024", "holidays-2024-1a2b3c"),
        ("Ärger & Öl", "arger-ol-1a2b3c"),
        ("  --  ", "1a2b3c"),
        ("写真", "1a2b3c"),
        ("x" * 100, "x" * 30 + "-1a2b3c"),
        ("a" * 29 + " b", "a" * 29 + "-1a2b3c"),
        ("../etc", "etc-1a2b3c"),
    ],
)
def test_a_gallery_s_id_is_made_of_its_name_and_an_ending_of_its_own(name, expected):
    made = gallery_id(name, "1a2b3c")

    assert made == expected
    assert GALLERY.fullmatch(made)
