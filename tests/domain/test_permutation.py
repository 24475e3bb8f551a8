import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.permutation import Permutation

seeds = st.integers(0, 2**53 - 1)


def the_order(length: int, seed: int) -> list[int]:
    order = Permutation(length, seed)
    return [order[place] for place in range(length)]


@pytest.mark.parametrize("length", [*range(70), 255, 256, 257, 1023, 1024, 1025])
@settings(max_examples=20)  # of each of 76 lengths
@given(seed=seeds)
def test_every_number_stands_at_one_place(length, seed):
    assert sorted(the_order(length, seed)) == list(range(length))


@given(st.integers(0, 300), seeds)
def test_the_same_seed_gives_the_same_order(length, seed):
    assert the_order(length, seed) == the_order(length, seed)


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**32, 2**32 + 1, 2**53 - 2])
def test_a_seed_beside_another_gives_another_order(seed):
    assert the_order(100, seed) != the_order(100, seed + 1)


def test_both_halves_of_a_seed_matter():
    orders = {tuple(the_order(100, low + (high << 32))) for low in range(20) for high in range(20)}

    assert len(orders) == 400


@pytest.mark.parametrize(("length", "place"), [(0, 0), (5, 5), (5, -1), (5, 10**9)])
def test_a_place_beyond_the_end_is_none(length, place):
    with pytest.raises(IndexError):
        _ = Permutation(length, 1)[place]


@pytest.mark.parametrize("length", [2000, 3000])
def test_neighbours_in_time_stand_a_third_of_the_library_apart(length):
    """The mean distance of two places of a random order is a third of their number."""
    for seed in range(100):
        places = [0] * length
        for place, rank in enumerate(the_order(length, seed)):
            places[rank] = place
        distances = [abs(places[rank] - places[rank + 1]) for rank in range(length - 1)]
        mean = sum(distances) / len(distances)
        assert mean == pytest.approx(length / 3, rel=0.05)


def test_every_number_comes_first_about_equally_often():
    """8,000 seeds, 16 numbers: 500 each, give or take five standard deviations of 22."""
    firsts = [Permutation(16, seed)[0] for seed in range(8000)]

    assert all(390 < firsts.count(number) < 610 for number in range(16))


@given(st.integers(1, 10**8), seeds, st.data())
def test_a_library_of_any_size_is_shuffled_without_looking_at_it(length, seed, data):
    place = data.draw(st.integers(0, length - 1))

    assert 0 <= Permutation(length, seed)[place] < length
