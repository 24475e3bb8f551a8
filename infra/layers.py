"""The dependencies of a target: wheels unpacked, checked, trimmed, compiled and zipped once."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.tags import Tag, parse_tag, sys_tags

from infra.packing import write_zip

AWS_SERVICES = frozenset(
    {"cognito-idp", "dynamodb", "dynamodbstreams", "lambda", "s3", "sqs", "ssm", "sso", "sts"}
)
"""Services whose models stay in botocore; the other four hundred weigh 20 MB."""

RECIPE = 3
"""Part of every layer's digest; raise it when a layer comes out otherwise."""


@dataclass(frozen=True)
class Target:
    """Where a package will run.

    Attributes:
        name: ``local`` or ``aws``.
        python_version: Such as ``3.13``.
        platforms: Platform tags of the wheels, none for this machine's.
        architecture: The Lambda's processor; None leaves Chalice's.
    """

    name: str
    python_version: str
    platforms: tuple[str, ...]
    architecture: str | None


@dataclass(frozen=True)
class Layer:
    """Dependencies as a zip.

    Attributes:
        zip: The zip that a function's own files are added to.
        digest: Changes when the requirements or the recipe change, or what can compile them comes.
    """

    zip: Path
    digest: str


class LayerError(Exception):
    """Dependencies cannot be had; the message is pip's or names the wheel at fault."""


def provide_layer(target: Target, folder: Path, requirements: Sequence[Path]) -> Layer:
    """Dependencies as a zip, made at the first call and found again later.

    Args:
        target: Decides Python version and platform of the wheels.
        folder: Where layers are kept.
        requirements: Files of pinned requirements, transitive ones included.

    Raises:
        LayerError: pip fails, or a wheel would not run on the target.
    """
    pins = read_pins(requirements)
    interpreter = find_interpreter(target)
    recipe = [RECIPE, target.python_version, target.platforms, pins]
    if interpreter is None:
        recipe.append("not compiled")  # made again once there is a Python that can
    digest = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:16]
    archive = folder / f"{target.name}-{digest}.zip"
    if not archive.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="unpack-", dir=folder) as temporary:
            unpacked = Path(temporary) / "layer"
            _install(target, pins, unpacked)
            _check_tags(target, unpacked)
            trim(unpacked)
            compile_sources(unpacked, interpreter)
            write_zip(unpacked, archive)
    return Layer(archive, digest)


def read_pins(requirements: Iterable[Path]) -> list[str]:
    """The requirements of some files without comments.

    Raises:
        LayerError: One is not pinned to a version.
    """
    pins = []
    for path in requirements:
        for line in path.read_text(encoding="utf-8").splitlines():
            pin = line.partition("#")[0].strip()
            if pin and "==" not in pin:
                raise LayerError(f"{path.name}: {pin!r} is not pinned; write name==version")
            if pin:
                pins.append(pin)
    return sorted(pins)


def find_interpreter(target: Target) -> str | None:
    """A Python of the target's version, to compile with; None when this machine has none."""
    if target.python_version == f"{sys.version_info.major}.{sys.version_info.minor}":
        return sys.executable
    candidate = shutil.which(f"python{target.python_version}")
    if candidate is None:
        return None
    probe = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    done = subprocess.run(probe, capture_output=True, text=True, check=False)
    return candidate if done.stdout.strip() == target.python_version else None


def compile_sources(folder: Path, interpreter: str | None) -> None:
    """Put ``.pyc`` beside every source, valid whatever its date; without them a cold start doubles.

    Args:
        folder: Holds the sources.
        interpreter: A Python of the target's version; None leaves them out.
    """
    if interpreter is None:
        return
    command = [
        *(interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
        *("-s", str(folder), "-p", "/var/task", str(folder)),
    ]
    environment = {**os.environ, "PYTHONHASHSEED": "0"}  # sets come out in one order
    # a file that does not compile (a template, another version's syntax) is left as it is
    subprocess.run(command, env=environment, capture_output=True, check=False)


def trim(folder: Path) -> None:
    """Remove what no function uses: other services' models, tests, scripts."""
    for data in (folder / "botocore" / "data", folder / "boto3" / "data"):
        for service in data.iterdir() if data.is_dir() else ():
            if service.is_dir() and service.name not in AWS_SERVICES:
                shutil.rmtree(service)
    shutil.rmtree(folder / "bin", ignore_errors=True)
    for name in ("tests", "test"):
        for tests in sorted(folder.glob(f"numpy/**/{name}")) + sorted(folder.glob(f"*/{name}")):
            shutil.rmtree(tests, ignore_errors=True)


def _install(target: Target, pins: list[str], folder: Path) -> None:
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--no-deps", "--no-compile", "--only-binary=:all:", "--target", str(folder)),
    ]
    for platform in target.platforms:
        command += ["--platform", platform]
    if target.platforms:
        command += ["--implementation", "cp", "--python-version", target.python_version]
    done = subprocess.run([*command, *pins], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise LayerError(f"the {target.name} dependencies can't be had:\n{done.stderr.strip()}")


def _check_tags(target: Target, folder: Path) -> None:
    """Refuse a wheel of another Python or processor, whatever pip let through."""
    wanted = frozenset(sys_tags()) if not target.platforms else None
    for wheel in sorted(folder.glob("*.dist-info/WHEEL")):
        tags = wheel_tags(wheel.read_text(encoding="utf-8"))
        fits = bool(tags & wanted) if wanted is not None else any(_fits(target, t) for t in tags)
        if not fits:
            raise LayerError(
                f"{wheel.parent.name} is a wheel for {', '.join(map(str, sorted(tags, key=str)))}, "
                f"not for {target.name}"
            )


def wheel_tags(text: str) -> frozenset[Tag]:
    """The tags that a wheel's WHEEL file declares."""
    lines = (line.partition(":") for line in text.splitlines())
    return frozenset(
        tag for name, _, value in lines if name == "Tag" for tag in parse_tag(value.strip())
    )


def _fits(target: Target, tag: Tag) -> bool:
    own = f"cp{target.python_version.replace('.', '')}"
    pure = tag.abi == "none" and tag.platform == "any"
    interpreter_fits = tag.interpreter in (own, "py3") or (
        tag.abi == "abi3" and tag.interpreter.startswith("cp3")
    )
    return interpreter_fits and (pure or tag.platform in target.platforms)
