import warnings

import pytest

from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import decoding


@pytest.mark.parametrize(
    ("raised", "reason"),
    [
        (OSError("image file is truncated (3 bytes not processed)"), "truncated"),
        (EOFError("no more data"), "truncated"),
        (MemoryError(), "out-of-memory"),
        (KeyError("MPO"), "corrupt"),
        (OSError("broken data stream"), "corrupt"),
        (SyntaxError("unknown pixel mode"), "unsupported"),
        (UndrawableError("too-large", "Huge."), "too-large"),
    ],
)
def test_whatever_a_decoder_raises_has_a_reason(raised, reason):
    with pytest.raises(UndrawableError) as caught, decoding("The picture"):
        raise raised

    assert caught.value.reason == reason


def test_pillows_remarks_are_silenced_once_and_no_one_elses():
    for _ in range(3):
        with decoding("The picture"):
            warnings.warn_explicit("odd tag", UserWarning, "a.py", 1, module="PIL.TiffImagePlugin")

    with pytest.raises(UserWarning):
        warnings.warn_explicit("ours", UserWarning, "b.py", 1, module="chalicelib.imaging")
    ignored = [f for f in warnings.filters if f[0] == "ignore" and f[3] and "PIL" in f[3].pattern]
    assert len(ignored) == 1
