"""What a person reads is true: commands and settings are documented, links lead somewhere."""

import re
from pathlib import Path

import pytest

from migrations.immich.oddities import ODDITIES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
RELIABILITY = (ROOT / "docs/reliability.md").read_text()
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


@pytest.mark.parametrize("setting", sorted(settings()))
def test_every_setting_is_in_the_readme(setting: str):
    assert f"`{setting}`" in README


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str):
    assert f"python -m migrations.{command}" in README


def test_every_target_of_the_makefile_that_the_documents_name_is_there():
    makefile = (ROOT / "Makefile").read_text()
    text = README + (ROOT / "CONTRIBUTING.md").read_text()

    for target in set(re.findall(r"(?:`|    )make ([a-z]+)\b", text)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_links_between_documents_lead_somewhere():
    for document in (*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")):
        for link in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


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
