"""Faces from the preview's pixels to the original's, worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.asset import Face
from migrations.immich.faces import face_of
from tests.immich.assets import a_face


def ignored(_: str) -> None:
    """Of the oddities, where a test is about something else."""


@pytest.mark.parametrize(
    ("box", "image_size", "original", "expected"),
    [
        # a preview of 1440 x 1080 of 4000 x 3000: times 25 / 9
        ((144, 108, 288, 216), (1440, 1080), (4000, 3000), (400, 300, 800, 600)),
        ((1, 1, 2, 2), (1440, 1080), (4000, 3000), (3, 3, 6, 6)),
        ((0, 0, 1440, 1080), (1440, 1080), (4000, 3000), (0, 0, 4000, 3000)),
        # upright: 1080 x 1440 of 3000 x 4000
        ((108, 144, 216, 288), (1080, 1440), (3000, 4000), (300, 400, 600, 800)),
        # an original that is smaller than its preview
        ((100, 100, 200, 200), (1000, 1000), (500, 500), (50, 50, 100, 100)),
        # beyond the edges, and with its corners in another order
        ((-144, 900, 1500, 1200), (1440, 1080), (4000, 3000), (0, 2500, 4000, 3000)),
        ((288, 216, 144, 108), (1440, 1080), (4000, 3000), (400, 300, 800, 600)),
    ],
)
def test_a_box_is_scaled_to_the_original_and_ends_at_its_edges(box, image_size, original, expected):
    face = face_of(a_face(box=box, image_size=image_size), original, {"p1"}, ignored)

    assert face == Face("p1", expected, original, "machine-learning")


def test_a_face_stays_though_nothing_says_where_it_is():
    odd: set[str] = set()
    nowhere = a_face(image_size=(0, 1080))

    assert face_of(nowhere, (4000, 3000), {"p1"}, odd.add) == Face(
        "p1", (0, 0, 0, 0), (4000, 3000), "machine-learning"
    )
    assert face_of(nowhere, None, {"p1"}, odd.add).image_size == (0, 0)
    assert face_of(a_face(), None, {"p1"}, odd.add) == Face(
        "p1", (144, 108, 288, 216), (1440, 1080), "machine-learning"
    )
    assert odd == {"face-without-size", "face-unscaled"}


@pytest.mark.parametrize(("person", "expected"), [("p1", "p1"), ("not chosen", None), (None, None)])
def test_a_face_is_only_whose_is_taken_along(person, expected):
    odd: set[str] = set()

    assert face_of(a_face(person_id=person), (9, 9), {"p1"}, odd.add).person_id == expected
    assert odd == ({"unnamed-face"} if person and not expected else set())


lengths = st.integers(1, 2**31 - 1)
boxes = st.tuples(*[st.integers(-(2**31), 2**31 - 1)] * 4)
sizes = st.tuples(lengths, lengths)


@given(boxes, sizes, sizes | st.none())
def test_no_box_reaches_out_of_its_image(box, image_size, original):
    face = face_of(a_face(box=box, image_size=image_size), original, (), ignored)

    left, top, right, bottom = face.box
    assert 0 <= left <= right <= face.image_size[0]
    assert 0 <= top <= bottom <= face.image_size[1]
