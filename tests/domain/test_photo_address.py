import pytest

from chalicelib.domain.photo_address import photo_address


@pytest.mark.parametrize(
    ("key", "address"),
    [
        ("main/a.jpg", "/photos/main/a.jpg"),
        ("main/a b+c%20ü.jpg", "/photos/main/a%20b%2Bc%2520%C3%BC.jpg"),
        ("main/a?b#c.jpg", "/photos/main/a%3Fb%23c.jpg"),
        ("main/see https://example.org/a.jpg", "/photos/main/see%20https%3A//example.org/a.jpg"),
        ("https://cdn.example.org/a.jpg", "https://cdn.example.org/a.jpg"),
    ],
)
def test_the_edge_serves_an_object_under_its_key_encoded_once(key, address):
    assert photo_address(key) == address
