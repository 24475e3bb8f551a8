"""The page and the server agree on what a photo or video is called."""

import json
from pathlib import Path

from chalicelib.domain.content_type import MEDIA_TYPES

PAGE_TYPES = Path(__file__).parent.parent / "web" / "src" / "upload" / "media-types.json"


def test_the_page_takes_the_types_that_the_server_knows():
    assert json.loads(PAGE_TYPES.read_text()) == MEDIA_TYPES
