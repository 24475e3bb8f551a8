import pytest

from chalicelib.domain.errand import is_earlier, sequencer_of

SEEN = "0055AED6DCD90281E5"


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("0055AED6DCD90281E5", False),
        ("0055AED6DCD90281E4", True),
        ("0055aed6dcd90281e4", True),
        ("0055AED6DCD90281DF", True),
        ("0055AED6DCD90281E6", False),
        ("0055AED6DCD90281F0", False),
        # by one rule of padding earlier, by another later
        ("0055AED6DCD90281", False),
        ("0055AED6DCD90281E500", False),
        ("00", False),
    ],
)
def test_an_event_is_earlier_for_certain_only_among_sequencers_of_one_length(told, expected):
    assert is_earlier(sequencer_of("b", told), sequencer_of("b", SEEN)) == expected


@pytest.mark.parametrize("told", [None, ""])
def test_f18_nothing_is_certain_where_s3_told_no_sequencer(told):
    known = sequencer_of("b", SEEN)

    assert not is_earlier(sequencer_of("b", told), known)
    assert not is_earlier(known, sequencer_of("b", told))


def test_a_row_that_came_from_another_bucket_says_nothing_of_this_one_s_events():
    assert not is_earlier(sequencer_of("new", "00"), sequencer_of("old", "FF"))
    assert not is_earlier(sequencer_of("new", "00"), "FF")
