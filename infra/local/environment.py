"""The environment in which commands work on the gallery that `make run` is running.

eval "$(.venv/bin/python -m infra.local.environment)"
.venv/bin/python -m migrations.generate_thumbnails
"""

import json
import os
import shlex
import sys
from pathlib import Path

from infra.build import ROOT
from infra.local.gallery import Endpoints


def main() -> int:
    """Print ``export`` lines for a shell; 2 when no gallery has run here yet."""
    data = Path(os.environ.get("CONTACTSHEET_DATA") or ROOT / ".local").expanduser()
    try:
        endpoints = Endpoints(**json.loads((data / "endpoints.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:  # TypeError: of an earlier version
        print(f"no running gallery in {data} ({error}); start it: make run", file=sys.stderr)
        return 2
    for name, value in endpoints.environment().items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
