"""What docs/page.md promises, and the browser tests that hold it to its word."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROMISES = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")
_NUMBERED = re.compile(r"^(\d+)\. ", re.MULTILINE)
_LINES = re.compile(r"^Lines? ([\d, and-]+):")


@cache
def docstrings() -> list[tuple[str, str]]:
    """Every browser test with its docstring."""
    return [
        (f"{path.name}::{node.name}", ast.get_docstring(node) or "")
        for path in sorted((ROOT / "tests" / "browser").glob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def numbers_of(docstring: str) -> set[int]:
    """The promises that a test says it is about."""
    match = _LINES.match(docstring)
    return {int(number) for number in re.findall(r"\d+", match[1])} if match else set()


@pytest.mark.parametrize("number", [int(n) for n in _NUMBERED.findall(PROMISES)])
def test_each_promise_of_the_page_has_a_browser_test(number: int):
    about = [name for name, docstring in docstrings() if number in numbers_of(docstring)]

    assert about, f"no test in tests/browser begins with 'Line {number}: …'"


def test_the_page_makes_fifty_promises():
    assert [int(n) for n in _NUMBERED.findall(PROMISES)] == list(range(1, 51))


def test_browser_tests_of_promises_name_the_code_that_keeps_them():
    nameless = [name for name, text in docstrings() if numbers_of(text) and "Guards: " not in text]

    assert nameless == []


def test_the_code_they_name_is_there():
    missing = [
        (name, path)
        for name, text in docstrings()
        for path in re.findall(r"(?:web|infra|chalicelib)/[\w/.-]+\.(?:tsx?|py|css)", text)
        if not (ROOT / path).exists()
    ]

    assert missing == []
