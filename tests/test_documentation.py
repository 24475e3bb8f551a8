"""What a person reads is true: commands and settings are documented, links lead somewhere."""

import importlib
import re
from pathlib import Path

import pytest

from migrations.immich.oddities import ODDITIES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RELIABILITY = (ROOT / "docs/reliability.md").read_text()
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
# `make` where it is the command, not a word of a sentence; then the target and what it is given.
MAKE = r"(?:^|&& |, )(?:[A-Z_]+=\S* )*make ([a-zA-Z-]+)((?: (?:[A-Z_]+=\S*|…))*)"
MODULE = r"python[\d.]* -m ((?:infra|migrations|tests)\.[a-z_.]+)([^`\"]*)"
FLAG = r"(?<![\w-])--[a-z][a-z-]*"
PLACEHOLDERS = {"bench-NAME", "migrations.name"}
TESTS = "".join(path.read_text() for path in sorted(ROOT.glob("tests/**/test_*.py")))


def settings() -> set[str]:
    sources = [*ROOT.glob("chalicelib/**/*.py"), *ROOT.glob("infra/**/*.py")]
    text = "".join(path.read_text() for path in sources)
    direct = set(re.findall(r"CONTACTSHEET_[A-Z_]+", text))
    prefixed = re.findall(r'(?:required\(|PREFIX \+ )"([A-Z_]+)"', text)
    named = {f"CONTACTSHEET_{name}" for name in prefixed}
    return {name for name in direct | named if not name.endswith("_")} | {"PORT", "ALBUM"}


def commands() -> list[str]:
    return [
        path.stem
        for path in ROOT.glob("migrations/*.py")
        if '__name__ == "__main__"' in path.read_text()
    ]


def said_in(document: Path) -> list[str]:
    """What a document gives to be run: its indented lines without their remarks, its code."""
    text = document.read_text()
    indented = re.findall(r"^ {4,}(?:\$ )?(.+)$", text, re.MULTILINE)
    code = re.findall(r"`([^`]+)`", text)
    return [re.split(r" {2,}", line)[0] for line in indented] + [" ".join(c.split()) for c in code]


def has_command_line(module: str) -> bool:
    path = ROOT / f"{module.replace('.', '/')}.py"
    return path.exists() and '__name__ == "__main__"' in path.read_text()


def flags_of(module: str, capsys: pytest.CaptureFixture[str]) -> set[str]:
    """What its parser takes; the examples in its help say nothing."""
    with pytest.raises(SystemExit):
        importlib.import_module(module).main(["--help"])
    taken = re.findall(r"^  (-\S.*?)(?:  |$)", capsys.readouterr().out, re.MULTILINE)
    return {flag for line in taken for flag in re.findall(FLAG, line)}


def anchors(document: Path) -> set[str]:
    """The headings of a document as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    plain = [re.sub(r"\]\([^)]*\)", "", heading).strip().lower() for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("setting", sorted(settings()))
def test_every_setting_is_in_the_readme(setting: str):
    assert f"`{setting}`" in README


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str):
    assert f"python -m migrations.{command}" in README


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_that_a_document_says_is_a_target_with_these_variables(document: Path):
    paragraphs = (ROOT / "Makefile").read_text().split("\n\n")

    for said in said_in(document):
        for target, variables in re.findall(MAKE, said):
            rule = [text for text in paragraphs if re.search(rf"^{target}:", text, re.MULTILINE)]
            if target in PLACEHOLDERS:
                continue
            if not rule and target.startswith("bench-"):
                module = target.removeprefix("bench-").replace("-", "_")
                assert has_command_line(f"tests.benchmarks.{module}"), said
                continue
            assert rule, said
            for name in re.findall(r"\b([A-Z_]+)=", variables):
                assert name == "PYTHON" or re.search(rf"\b{name}\b", rule[0]), said


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_module_that_a_document_runs_has_a_command_line_with_these_flags(
    document: Path, capsys: pytest.CaptureFixture[str]
):
    for said in said_in(document):
        for module, options in re.findall(MODULE, said):
            if module in PLACEHOLDERS:
                continue
            assert has_command_line(module), said
            flags = set(re.findall(FLAG, options))
            assert not flags or flags <= flags_of(module, capsys), said


def test_what_a_document_says_to_run_is_found_wherever_it_stands(tmp_path: Path):
    (tmp_path / "page.md").write_text(
        "so `make\nbench-page`, `make x … A=1`:\n\n    B=1 make run     then\n\n"
        "- (`python -m\n  infra.build local --output x`)\n\n    $ git pull && make y C=1\n"
    )

    said = said_in(tmp_path / "page.md")

    assert [found for text in said for found in re.findall(MAKE, text)] == [
        *(("run", ""), ("y", " C=1"), ("bench-page", ""), ("x", " … A=1")),
    ]
    assert [found for text in said for found in re.findall(MODULE, text)] == [
        ("infra.build", " local --output x")
    ]


def test_links_between_documents_lead_somewhere():
    for document in DOCUMENTS:
        for link in re.findall(r"\]\((?!https?://)([^)]+)\)", document.read_text()):
            path, _, anchor = link.partition("#")
            target = document.parent / path if path else document
            assert target.exists(), f"{document.name}: {link}"
            assert not anchor or anchor in anchors(target), f"{document.name}: {link}"


def test_tests_that_the_decisions_name_are_there():
    text = (ROOT / "docs/decisions.md").read_text()

    for name in re.findall(r"`(test_[a-z0-9_]+)`", text):
        assert f"def {name}(" in TESTS, name


def test_each_fault_of_the_reliability_page_has_a_test_that_is_there():
    rows = re.findall(r"^\| ([FX]\d\d) \|.*\| (.+) \|$", RELIABILITY, re.MULTILINE)

    assert len(rows) >= 60
    for fault, cell in rows:
        named = re.findall(r"`(test_[a-z0-9_]+)`", cell)
        assert named, fault
        for name in named:
            assert f"def {name}(" in TESTS, f"{fault}: {name}"


def test_each_fault_that_a_test_is_named_for_is_on_the_reliability_page():
    names = re.findall(r"def test_((?:[fx]\d\d_)+)", TESTS)

    for fault in {fault.upper() for name in names for fault in name.split("_") if fault}:
        assert f"| {fault} |" in RELIABILITY


def test_every_oddity_of_a_library_stands_with_its_rule_in_the_guide():
    guide = (ROOT / "docs/moving-in.md").read_text()

    for name, rule in ODDITIES.items():
        assert f"| `{name}` | {rule} |" in guide
