"""Take a guard out of the code, to see that a test notices."""

import inspect
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest


@contextmanager
def without_guard(owner: Any, name: str, *lines: tuple[str, str]) -> Iterator[None]:
    """Run with parts of a function or method replaced.

    Args:
        owner: The module or class that holds it.
        name: Of the function.
        lines: Text that stands in its source exactly once, and what stands there while
            the context lasts.
    """
    function = inspect.unwrap(getattr(owner, name))
    source = textwrap.dedent(inspect.getsource(function))
    for guard, instead in lines:
        assert source.count(guard) == 1, f"{name} has no single {guard!r} any more"
        source = source.replace(guard, instead)
    module = sys.modules[function.__module__]
    made: dict[str, Any] = {}
    code = compile(source, f"<{name} without its guard>", "exec")
    exec(code, module.__dict__, made)  # noqa: S102 (our own source, with one line changed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, made[name])
        yield
