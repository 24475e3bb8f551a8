"""An asset as Immich's database says it, without a database."""

import hashlib
from typing import Any

from migrations.immich.source import SourceAsset, SourceExif, SourceFace

PATH = "/mnt/media/a.jpg"
SHA1 = hashlib.sha1(b"content", usedforsecurity=False).digest()
OF_PATH = hashlib.sha1(f"path:{PATH}".encode(), usedforsecurity=False).digest()


def an_immich_asset(**said: Any) -> SourceAsset:
    """A photo of an upload library, about which nothing is odd."""
    defaults: dict[str, Any] = {
        "id": "a1",
        "owner_id": "alice",
        "type": "IMAGE",
        "status": "active",
        "original_path": PATH,
        "original_filename": "a.jpg",
        "sidecar_path": None,
        "deleted_at": None,
        "is_offline": False,
        "is_external": False,
        "is_favorite": False,
        "visibility": "timeline",
        "live_video_id": None,
        "file_created_at": "2019-05-12 10:00:00+00",
        "local_date_time": "2019-05-12 12:00:00+00",
        "duration": None,
        "checksum": SHA1,
        "checksum_algorithm": None,
        "thumbhash": bytes(20),
        "width": 4000,
        "height": 3000,
        "exif": SourceExif(file_size=1000),
        "faces": (),
        "tags": (),
        "albums": (),
    }
    return SourceAsset(**(defaults | said))


def a_face(**said: Any) -> SourceFace:
    """A face of p1's in a preview of 1440 x 1080."""
    defaults: dict[str, Any] = {
        "id": "f1",
        "person_id": "p1",
        "box": (144, 108, 288, 216),
        "image_size": (1440, 1080),
        "source": "machine-learning",
    }
    return SourceFace(**(defaults | said))
