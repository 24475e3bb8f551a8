"""From the sources to what CloudFormation deploys: a template and three zips, for either target.

``local`` runs on this interpreter, ``aws`` on Python 3.13, arm64. Both come from the same sources
and templates: Chalice packages ``app.py`` merged with ``infra/app.yaml``; its single zip is then
split by function. The API must start fast and carries no decoder; the functions that draw at once
carry those of pictures, in a zip that starts fast, too; the heavy ones carry all of them.

    python -m infra.build local
    python -m infra.build aws --output .build
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml  # type: ignore[import-untyped]  # one call; its stubs are no dependency of ours

from infra.layers import (
    Layer,
    LayerError,
    Target,
    compile_sources,
    find_interpreter,
    provide_layer,
)
from infra.packing import append_to_zip, file_digest

ROOT = Path(__file__).resolve().parent.parent
CHALICE_STAGE = "gallery"
STATE_MACHINE = ROOT / "infra" / "backfill.asl.yaml"
Code = Literal["api", "image", "heavy"]
REQUIREMENTS: dict[Code, tuple[str, ...]] = {
    "api": ("requirements.txt", "requirements-api.txt"),
    "image": ("requirements.txt", "requirements-image.txt"),
    "heavy": ("requirements.txt", "requirements-image.txt", "requirements-heavy.txt"),
}
"""What each zip carries besides our own code."""
DRAWING_FUNCTIONS: dict[str, Code] = {
    "ThumbnailUploads": "image",
    "CreateThumbnail": "image",
    "HeavyUploads": "heavy",
    "DrawHeavy": "heavy",
    "BackfillThumbnails": "heavy",
}
"""The zips of the functions that draw, by their logical names; all others get the API's."""

LOCAL = Target(
    name="local",
    python_version=f"{sys.version_info.major}.{sys.version_info.minor}",
    platforms=(),
    architecture=None,
)
AWS = Target(
    name="aws",
    python_version="3.13",
    platforms=tuple(
        f"manylinux{glibc}_aarch64"
        for glibc in ("_2_28", "_2_27", "_2_26", "_2_24", "_2_17", "2014")
    ),
    architecture="arm64",
)
TARGETS = {target.name: target for target in (LOCAL, AWS)}


@dataclass(frozen=True)
class Package:
    """What a deployment needs.

    Attributes:
        template: SAM template as JSON; each ``CodeUri`` names a zip beside it.
        zips: The zips by what they hold.
        digest: Changes when the template or a zip changes.
    """

    template: Path
    zips: dict[Code, Path]
    digest: str


class BuildError(Exception):
    """A package cannot be built; the message says what is wrong and what to do."""


def build(target: Target, output: Path) -> Package:
    """Build one target, doing again only what its sources changed.

    Args:
        target: LOCAL or AWS.
        output: Folder of the build (``.build``); also keeps the dependencies between builds.

    Raises:
        BuildError: A dependency has no fitting wheel, or Chalice refuses the application.
    """
    folder = output / target.name
    folder.mkdir(parents=True, exist_ok=True)
    layers: dict[Code, Layer] = {
        code: provide_layer(target, output / "layers", [ROOT / name for name in names])
        for code, names in REQUIREMENTS.items()
    }
    source_digest = _digest_of_sources([layer.digest for layer in layers.values()])
    stamp = folder / "built.json"
    built = _read_built(stamp)
    if built is not None and built.get("sources") == source_digest:
        return _package(folder, str(built["digest"]))
    stamp.unlink(missing_ok=True)
    interpreter = find_interpreter(target)
    if interpreter is None:
        print(
            f"no python{target.python_version} here: shipping without .pyc, "
            "so that cold starts take about twice the CPU",
            file=sys.stderr,
        )
    with tempfile.TemporaryDirectory(prefix="stage-", dir=folder) as temporary:
        staging, packaged = Path(temporary) / "source", Path(temporary) / "packaged"
        _stage(staging)
        _run_chalice(staging, packaged)
        application = Path(temporary) / "application"
        with zipfile.ZipFile(packaged / "deployment.zip") as archive:
            archive.extractall(application)
        compile_sources(application, interpreter)
        for code, layer in layers.items():
            append_to_zip(layer.zip, application, folder / f"{code}.zip")
        template = yaml.safe_load((packaged / "sam.yaml").read_text(encoding="utf-8"))
    finished = finish_template(template, target)
    (folder / "app.json").write_text(json.dumps(finished, indent=1, sort_keys=True) + "\n")
    package = _package(folder, _digest_of_package(folder))
    stamp.write_text(json.dumps({"sources": source_digest, "digest": package.digest}))
    return package


def finish_template(template: dict[str, Any], target: Target) -> dict[str, Any]:
    """Give each function its own zip, and the target's Python and processor.

    A state machine gets its definition.
    """
    resources = {}
    for name, resource in template["Resources"].items():
        properties = dict(resource.get("Properties", {}))
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = f"{DRAWING_FUNCTIONS.get(name, 'api')}.zip"
            properties["Runtime"] = f"python{target.python_version}"
            if target.architecture:
                properties["Architectures"] = [target.architecture]
        elif resource["Type"] == "AWS::StepFunctions::StateMachine":
            properties["Definition"] = yaml.safe_load(STATE_MACHINE.read_text(encoding="utf-8"))
        resources[name] = {**resource, "Properties": properties}
    return {**template, "Resources": resources}


def _package(folder: Path, digest: str) -> Package:
    zips = {code: folder / f"{code}.zip" for code in REQUIREMENTS}
    return Package(folder / "app.json", zips, digest)


def _read_built(stamp: Path) -> dict[str, Any] | None:
    try:
        built = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return built if isinstance(built, dict) else None


def _sources() -> Iterator[Path]:
    """What Chalice packages, in a fixed order."""
    yield ROOT / "app.py"
    yield from sorted((ROOT / "chalicelib").rglob("*.py"))
    yield from sorted((ROOT / ".chalice").glob("*.json"))


def _digest_of_sources(layers: Iterable[str]) -> str:
    digest = hashlib.sha256("\n".join(layers).encode())
    machinery = (ROOT / "infra" / name for name in ("app.yaml", "build.py", "packing.py"))
    for path in (*_sources(), *machinery, STATE_MACHINE):
        digest.update(f"{path.relative_to(ROOT)}\0{file_digest(path)}\n".encode())
    return digest.hexdigest()


def _digest_of_package(folder: Path) -> str:
    names = ("app.json", *(f"{code}.zip" for code in REQUIREMENTS))
    return hashlib.sha256(
        "\n".join(file_digest(folder / name) for name in names).encode()
    ).hexdigest()


def _stage(staging: Path) -> None:
    """Copy what Chalice may see: no requirements, so that it can compile nothing silently."""
    for path in _sources():
        copy = staging / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)


def _run_chalice(staging: Path, packaged: Path) -> None:
    command = [
        *(sys.executable, "-c", "from chalice.cli import main; raise SystemExit(main())"),
        *("package", "--stage", CHALICE_STAGE),
        *("--merge-template", str(ROOT / "infra" / "app.yaml"), str(packaged)),
    ]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "AWS_DEFAULT_REGION": "us-east-1",  # Chalice asks for one; the template names none
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        command, cwd=staging, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BuildError(f"chalice package failed:\n{done.stdout}{done.stderr}")


def main(arguments: list[str] | None = None) -> int:
    """Build one target and say where it lies."""
    parser = argparse.ArgumentParser(prog="python -m infra.build", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("target", choices=sorted(TARGETS))
    parser.add_argument("--output", type=Path, default=ROOT / ".build", help="default: .build")
    options = parser.parse_args(arguments)
    try:
        package = build(TARGETS[options.target], options.output)
    except (BuildError, LayerError) as error:
        print(f"build failed: {error}", file=sys.stderr)
        return 1
    for path in (package.template, *package.zips.values()):
        print(f"{path}  {path.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
