"""Writes the page's types of what the API answers, from the API's own description.

Usage:
    python -m infra.generate_types          writes web/src/api-schema.ts
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chalicelib.api.openapi import document
from infra.build_page import WEB, BuildPageError, install_packages, run_script

TYPES = WEB / "src" / "api-schema.ts"
_BANNER = (
    "/** What the API answers: made from its description by `python -m infra.generate_types`. */"
)
# The description itself, of which the page asks nothing.
_LEFT_OUT = ("OpenApi",)


def generated_types() -> str:
    """TypeScript types of every schema of the API.

    Raises:
        BuildPageError: npm or the generator failed.
    """
    schemas = {
        name: _as_json_schema(schema)
        for name, schema in document()["components"]["schemas"].items()
        if name not in _LEFT_OUT
    }
    install_packages()
    with tempfile.TemporaryDirectory(prefix="types-") as folder:
        given, types = Path(folder) / "schemas.json", Path(folder) / "types.ts"
        given.write_text(json.dumps({"banner": _BANNER, "definitions": schemas}), encoding="utf-8")
        run_script(WEB / "generate-types.mjs", [str(given), str(types)])
        return types.read_text(encoding="utf-8")


def _as_json_schema(schema: Any) -> Any:
    """A schema that names others where JSON Schema by itself has them."""
    match schema:
        case {"$ref": str(name)}:
            return {**schema, "$ref": name.replace("#/components/schemas/", "#/definitions/")}
        case dict():
            return {name: _as_json_schema(part) for name, part in schema.items()}
        case list() | tuple():
            return [_as_json_schema(part) for part in schema]
    return schema


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line; 0 done, 1 failed."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.generate_types",
        description="Write the page's types of what the API answers.",
    )
    parser.parse_args(arguments)
    try:
        TYPES.write_text(generated_types(), encoding="utf-8")
    except BuildPageError as error:
        print(error, file=sys.stderr)
        return 1
    print(TYPES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
