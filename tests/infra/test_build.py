"""The package: the same sources give the same bytes, and every handler starts."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import layers
from infra.build import (
    AWS,
    LOCAL,
    REQUIREMENTS,
    ROOT,
    Code,
    Package,
    build,
    finish_template,
)
from infra.layers import LayerError, Target, provide_layer, read_pins, wheel_tags
from infra.local.gallery import Endpoints
from infra.packing import append_to_zip, file_digest, write_zip
from tests.benchmarks.coldstart import CALL, calls, cloud, cpu_ms

UNPACKED_LIMIT = 262_144_000
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
ZIP_LIMITS: dict[Code, int] = {"api": 15_000_000, "image": 25_000_000}
"""What is larger starts late: a cold start loads the zip before anything else."""
FUNCTIONS = {
    "APIHandler": "api",
    "Authorizer": "api",
    "ThumbnailUploads": "image",
    "HeavyUploads": "heavy",
    "FailedUploads": "api",
    "RefreshPages": "api",
    "CreateThumbnail": "image",
    "DrawHeavy": "heavy",
    "BackfillThumbnails": "heavy",
    "PurgeBin": "api",
    "AuditPages": "api",
}
DECODERS = {
    "api": set(),
    "image": {"PIL", "pillow_heif"},
    "heavy": {"PIL", "pillow_heif", "av", "rawpy", "numpy"},
}
# What checks tokens and signs addresses: 5 MB that nothing that draws ever loads.
DOOR = {"jwt", "cryptography", "cffi"}
# What a copy of the tree needs to be built.
SOURCES = (
    "app.py",
    "chalicelib",
    ".chalice",
    "infra",
    *(p.name for p in ROOT.glob("requirements*")),
)
# What another file system does: it hands out the files of a folder in another order.
BACKWARDS = """
import os

scan, listed = os.scandir, os.listdir


class Backwards:
    def __init__(self, folder="."):
        with scan(folder) as entries:
            self.left = list(entries)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    close = __exit__

    def __iter__(self):
        return self

    def __next__(self):
        if not self.left:
            raise StopIteration
        return self.left.pop()


os.scandir = Backwards
os.listdir = lambda folder=".": listed(folder)[::-1]
"""


@pytest.fixture(scope="module")
def package() -> Package:
    return build(LOCAL, ROOT / ".build")


def functions_of(package: Package) -> dict[str, Any]:
    resources = json.loads(package.template.read_text())["Resources"]
    return {n: r for n, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}


@pytest.mark.aws
class TestPackage:
    def test_two_builds_are_the_same_byte_for_byte(self, package: Package, tmp_path: Path):
        (tmp_path / "layers").symlink_to(ROOT / ".build" / "layers")

        again = build(LOCAL, tmp_path)

        assert again.digest == package.digest
        assert again.zips["image"].read_bytes() == package.zips["image"].read_bytes()

    @pytest.mark.parametrize("target", [LOCAL, AWS], ids=lambda target: target.name)
    def test_another_place_date_umask_and_order_give_the_same_bytes(
        self, target: Target, tmp_path: Path
    ):
        package = build(target, ROOT / ".build")
        tree, output = tmp_path / "elsewhere" / "tree", tmp_path / "output"
        for name in SOURCES:
            copied = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
            tree.mkdir(parents=True, exist_ok=True)
            copied(ROOT / name, tree / name)
        for path in tree.rglob("*"):
            os.utime(path, (1_000_000_000, 1_000_000_000))
            path.chmod(0o700 if path.is_dir() else 0o600)
        (tmp_path / "backwards").mkdir()
        (tmp_path / "backwards" / "sitecustomize.py").write_text(BACKWARDS)
        # the decoders come as they are; what every function carries is made anew
        api = provide_layer(
            target, ROOT / ".build" / "layers", [ROOT / name for name in REQUIREMENTS["api"]]
        )
        (output / "layers").mkdir(parents=True)
        for layer in (ROOT / ".build" / "layers").iterdir():
            if layer != api.zip:
                (output / "layers" / layer.name).symlink_to(layer)

        done = subprocess.run(
            [sys.executable, "-m", "infra.build", target.name, "--output", output],
            cwd=tree,
            umask=0o077,
            env={
                **os.environ,
                "PYTHONPATH": str(tmp_path / "backwards"),
                "PYTHONHASHSEED": "4711",
                "TZ": "Pacific/Kiritimati",
                "LC_ALL": "C",
            },
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0, done.stderr
        assert not (output / "layers" / api.zip.name).is_symlink()
        for path in (package.template, *package.zips.values()):
            again = output / target.name / path.name
            assert file_digest(again) == file_digest(path), path.name

    def test_each_zip_carries_the_decoders_of_its_functions(self, package: Package):
        for code, path in package.zips.items():
            tops = {name.split("/")[0] for name in zipfile.ZipFile(path).namelist()}
            assert tops & DECODERS["heavy"] == DECODERS[code]
            assert tops & DOOR == (DOOR if code == "api" else set())

    def test_holds_no_build_tool_nor_command_line(self, package: Package):
        for path in package.zips.values():
            tops = {name.split("/")[0] for name in zipfile.ZipFile(path).namelist()}
            assert {"app.py", "chalicelib", "chalice", "boto3"} <= tops
            assert not tops & {"pip", "setuptools", "yaml", "migrations", "infra", "tests"}

    @pytest.mark.parametrize("target", [LOCAL, AWS], ids=lambda target: target.name)
    def test_fits_a_lambda_and_what_is_waited_for_starts_fast(self, target: Target):
        package = build(target, ROOT / ".build")

        for path in package.zips.values():
            unpacked = sum(entry.file_size for entry in zipfile.ZipFile(path).infolist())
            assert unpacked < UNPACKED_LIMIT
        for code, limit in ZIP_LIMITS.items():
            assert package.zips[code].stat().st_size < limit

    def test_for_aws_every_function_runs_on_arm_and_holds_no_other_processor_s_wheel(self):
        package = build(AWS, ROOT / ".build")

        for function in functions_of(package).values():
            properties = function["Properties"]
            assert (properties["Architectures"], properties["Runtime"]) == (["arm64"], "python3.13")
        for path in package.zips.values():
            zipped = zipfile.ZipFile(path)
            wheels = [name for name in zipped.namelist() if name.endswith(".dist-info/WHEEL")]
            tags = {tag for name in wheels for tag in wheel_tags(zipped.read(name).decode())}
            platforms = {tag.platform for tag in tags}
            assert all(name == "any" or name.endswith("_aarch64") for name in platforms)
            assert len(platforms) > 1

    def test_every_source_is_compiled(self, package: Package):
        names = set(zipfile.ZipFile(package.zips["api"]).namelist())

        assert any(name.startswith("__pycache__/app.") for name in names)
        assert any(name.startswith("chalicelib/__pycache__/settings.") for name in names)

    def test_every_handler_starts_in_a_process_that_holds_nothing_else(
        self, package: Package, endpoints: Endpoints, emulator_python: Path, tmp_path: Path
    ):
        functions = functions_of(package)
        script = (
            "import importlib, sys; sys.path.insert(0, sys.argv[1]);"
            "module, name = sys.argv[2].rsplit('.', 1);"
            "assert callable(getattr(importlib.import_module(module), name))"
        )
        for code, path in package.zips.items():
            zipfile.ZipFile(path).extractall(tmp_path / code)

        for function in functions.values():
            code, handler = function["Properties"]["CodeUri"], function["Properties"]["Handler"]
            done = subprocess.run(
                # neither site-packages nor our tree: the standard library and the zip
                [emulator_python, "-I", "-S", "-c", script, tmp_path / code[:-4], handler],
                env={**endpoints.environment(), "PATH": os.environ["PATH"]},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 0, f"{handler}: {done.stderr}"

        assert {
            name: function["Properties"]["CodeUri"] for name, function in functions.items()
        } == {name: f"{code}.zip" for name, code in FUNCTIONS.items()}

    def test_first_requests_are_answered_out_of_the_zip_alone(
        self, package: Package, tmp_path: Path
    ):
        zipfile.ZipFile(package.zips["api"]).extractall(tmp_path / "task")

        with cloud() as address:
            for call in calls().values():
                assert cpu_ms(tmp_path / "task", address, CALL, call) > 0  # it says why, else


def test_the_state_machine_gets_its_definition():
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"StateMachineName": "x"}}

    finished = finish_template({"Resources": {"Backfill": machine}}, LOCAL)["Resources"]

    properties = finished["Backfill"]["Properties"]
    assert properties["StateMachineName"] == "x"
    assert properties["Definition"]["StartAt"] == "Plan"


def test_target_decides_python_processor_and_zip():
    function = {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": "python3.11"}}
    template = {
        "Resources": {"APIHandler": function, "CreateThumbnail": function, "Role": {"Type": "x"}}
    }

    finished = finish_template(template, AWS)["Resources"]

    assert finished["APIHandler"]["Properties"] == {
        "Runtime": "python3.13",
        "Architectures": ["arm64"],
        "CodeUri": "api.zip",
    }
    assert finished["CreateThumbnail"]["Properties"]["CodeUri"] == "image.zip"
    assert function["Properties"] == {"Runtime": "python3.11"}


class TestPacking:
    def test_zip_does_not_depend_on_dates_or_order(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ):
        found = Path.rglob
        for name, step in (("one", 1), ("two", -1)):
            folder = tmp_path / name / "deep"
            folder.mkdir(parents=True)
            for file in "ab":
                (folder / file).write_text(file)
                os.utime(folder / file, (ord(name[0]), ord(name[0])))
            # a file system has an order of its own, whatever was written first
            monkeypatch.setattr(
                Path, "rglob", lambda *asked, step=step: sorted(found(*asked))[::step]
            )
            write_zip(tmp_path / name, tmp_path / f"{name}.zip")

        assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()

    def test_one_name_in_base_and_addition_is_refused(self, tmp_path: Path):
        (tmp_path / "folder").mkdir()
        (tmp_path / "folder" / "app.py").write_text("1")
        write_zip(tmp_path / "folder", tmp_path / "base.zip")

        with pytest.raises(ValueError, match=r"app\.py"):
            append_to_zip(tmp_path / "base.zip", tmp_path / "folder", tmp_path / "all.zip")

        assert not (tmp_path / "all.zip").exists()


def test_a_requirement_without_version_is_refused(tmp_path: Path):
    (tmp_path / "requirements.txt").write_text("# why\nboto3==1.0  # reason\n\npillow>=1\n")

    with pytest.raises(LayerError, match="'pillow>=1' is not pinned"):
        read_pins([tmp_path / "requirements.txt"])


def test_every_requirement_of_ours_is_pinned():
    for path in ROOT.glob("requirements*.txt"):
        assert read_pins([path])


def test_a_layer_without_pyc_is_made_again_once_a_python_can_compile_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    (tmp_path / "none.txt").write_text("# nothing\n")
    monkeypatch.setattr(layers, "_install", lambda _target, _pins, folder: folder.mkdir())
    monkeypatch.setattr(layers, "find_interpreter", lambda _target: None)
    without = provide_layer(AWS, tmp_path, [tmp_path / "none.txt"])
    monkeypatch.setattr(layers, "find_interpreter", lambda _target: sys.executable)

    compiled = provide_layer(AWS, tmp_path, [tmp_path / "none.txt"])

    assert compiled.zip != without.zip
    assert compiled.digest != without.digest


@pytest.mark.parametrize(
    ("tag", "fits"),
    [
        ("cp313-cp313-manylinux2014_aarch64", True),
        ("cp39-abi3-manylinux2014_aarch64", True),
        ("py3-none-any", True),
        ("cp312-cp312-manylinux2014_aarch64", False),
        ("cp313-cp313-manylinux2014_x86_64", False),
        ("cp313-cp313-macosx_11_0_arm64", False),
        ("cp313-cp313-win_arm64", False),
    ],
)
def test_a_wheel_of_another_python_or_processor_is_no_part_of_a_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tag: str, fits: bool
):
    def install(_target: Target, _pins: list[str], folder: Path) -> None:
        (folder / "scipy-1.0.dist-info").mkdir(parents=True)
        (folder / "scipy-1.0.dist-info" / "WHEEL").write_text(f"Wheel-Version: 1.0\nTag: {tag}\n")

    (tmp_path / "one.txt").write_text("scipy==1.0\n")
    monkeypatch.setattr(layers, "_install", install)

    if fits:
        assert provide_layer(AWS, tmp_path, [tmp_path / "one.txt"]).zip.exists()
    else:
        with pytest.raises(LayerError, match=f"scipy-1.0.dist-info is a wheel for {tag}, not for"):
            provide_layer(AWS, tmp_path, [tmp_path / "one.txt"])


def test_a_wheel_of_several_platforms_fits_by_one_of_them():
    many = wheel_tags("Tag: cp313-cp313-manylinux_2_17_aarch64.manylinux2014_aarch64\n")

    assert {tag.platform for tag in many} == {"manylinux_2_17_aarch64", "manylinux2014_aarch64"}


@pytest.mark.aws
def test_a_build_without_the_target_s_python_says_what_that_costs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    (tmp_path / "layers").symlink_to(ROOT / ".build" / "layers")
    monkeypatch.setattr("infra.build.find_interpreter", lambda _target: None)

    package = build(LOCAL, tmp_path)

    assert "shipping without .pyc, so that cold starts take" in capsys.readouterr().err
    with zipfile.ZipFile(package.zips["api"]) as archive:
        own = [name for name in archive.namelist() if name.startswith("chalicelib/")]
    assert own
    assert not any(name.endswith(".pyc") for name in own)


def test_wheel_tags_are_read_from_its_own_file():
    tags = wheel_tags(
        "Wheel-Version: 1.0\nTag: cp311-abi3-manylinux_2_28_x86_64\nTag: py3-none-any\n"
    )

    assert sorted(map(str, tags)) == ["cp311-abi3-manylinux_2_28_x86_64", "py3-none-any"]
