"""What people expect of the page, line by line: each has tests, and these say what they guard."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.build import ROOT

HERE = Path(__file__).parent
LINES = range(1, 51)
LINE = re.compile(r"Line (\d+): ")
GUARDS = re.compile(r"Guards: (.*)", re.DOTALL)
# `web/src/route.ts: formatRoute, parseRoute`; what is put into words names no code
GUARDED = re.compile(r"(?P<path>(?:web|chalicelib|infra|app)[\w/.-]*\.\w+)(?:: (?P<names>[^;]*))?")
NAME = re.compile(r"[-.\w]+")


def promises() -> Iterator[tuple[str, str]]:
    """Every test that begins with a line's number, with its docstring."""
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                told = ast.get_docstring(node) or ""
                if LINE.match(told):
                    yield f"{path.name}: {node.name}", told


PROMISES = dict(promises())


def test_the_documentation_tells_every_line():
    told = (ROOT / "docs" / "page.md").read_text(encoding="utf-8")

    assert [int(number) for number in re.findall(r"^(\d+)\. ", told, re.MULTILINE)] == list(LINES)


def test_every_line_has_a_test():
    found = {int(LINE.match(told)[1]) for told in PROMISES.values()}  # type: ignore[index]

    assert sorted(found) == list(LINES)


@pytest.mark.parametrize("name", PROMISES)
def test_what_a_test_guards_is_there(name: str):
    guards = GUARDS.search(PROMISES[name])
    assert guards, f"{name} does not say what it guards"

    found = list(GUARDED.finditer(" ".join(guards[1].split())))

    assert found, f"{name} names no file"
    for guarded in found:
        text = (ROOT / guarded["path"]).read_text(encoding="utf-8")
        for part in (guarded["names"] or "").split(","):
            word = part.strip().partition(" (")[0]
            if NAME.fullmatch(word):
                assert word.rpartition(".")[2] in text, f"{guarded['path']} has no {word}"
