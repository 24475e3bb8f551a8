import gzip
import json
import re
import shutil

import pytest

from infra import build_page as module
from infra.build_page import WEB, BuildPageError, build_page, sources_digest

SCRIPT_BUDGET_BYTES = 60_000


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return build_page(tmp_path_factory.mktemp("page"))


@pytest.fixture
def sources(tmp_path):
    """A copy of the page's sources, without its packages."""
    skip = shutil.ignore_patterns("node_modules", "dist")
    return shutil.copytree(WEB, tmp_path / "web", ignore=skip)


def test_the_page_loads_its_own_files_only_and_no_inline_script(page):
    html = (page / "index.html").read_text()

    assert 'src="/gallery/assets/' in html
    assert "<style" not in html
    assert "://" not in html
    for script in html.split("<script")[1:]:
        assert script.split("</script>")[0].endswith(">")  # nothing between the tags


def test_the_scripts_of_the_first_load_stay_within_their_budget(page):
    html = (page / "index.html").read_text(encoding="utf-8")
    scripts = [page / "assets" / name for name in re.findall(r"/assets/([\w.-]+\.js)", html)]

    assert scripts
    assert sum(len(gzip.compress(path.read_bytes())) for path in scripts) <= SCRIPT_BUDGET_BYTES


def test_a_second_build_of_unchanged_sources_does_nothing(page, monkeypatch):
    def refuse(*arguments, **named):
        pytest.fail(f"ran {arguments} {named}")

    monkeypatch.setattr(module, "_run", refuse)

    assert build_page(page) == page


def test_the_digest_changes_with_any_source(sources):
    before = sources_digest(sources)

    (sources / "src" / "style" / "page.css").write_text("body {}")
    after_change = sources_digest(sources)
    (sources / "src" / "text.ts").rename(sources / "src" / "words.ts")

    assert len({before, after_change, sources_digest(sources)}) == 3


def test_a_failing_program_is_an_error_that_holds_what_it_said(sources, tmp_path):
    (sources / "package-lock.json").write_text("not json")

    with pytest.raises(BuildPageError, match=r"npm-cli\.js ci .* failed .* exit status"):
        build_page(tmp_path / "out", sources)


@pytest.mark.usefixtures("page")
def test_a_failed_build_is_tried_again(sources, tmp_path):
    (sources / "node_modules").symlink_to(WEB / "node_modules")
    (sources / "src" / "main.tsx").write_text("import './missing';")

    for _ in range(2):
        with pytest.raises(BuildPageError, match="missing"):
            build_page(tmp_path / "out", sources)


def test_the_lock_pins_every_package_by_checksum_and_names_no_registry():
    lock = json.loads((WEB / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    assert packages
    assert all("integrity" in entry for entry in packages.values())
    assert not any("resolved" in entry for entry in packages.values())


def test_every_direct_package_has_an_exact_version():
    package = json.loads((WEB / "package.json").read_text())

    for version in (package["dependencies"] | package["devDependencies"]).values():
        assert version[0].isdigit()
