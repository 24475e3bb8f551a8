"""Some pictures that stand for any number of photos, each under addresses of its own."""

import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

from PIL import Image

from chalicelib.domain.thumbnail import SMALL_BOX, THUMB_BOX, small_key, thumbnail_key
from infra.local.gallery import Endpoints, local_client

PICTURES = 120
_FOLDER = "page-pictures"
_QUALITY = 85


def shared_key(key: str | None, gallery: str) -> str | None:
    """The object that is given for a key: for those of a gallery one of the pictures."""
    if key is None or not key.startswith(f"{gallery}/"):
        return key
    original = _original(zlib.crc32(key.encode()) % PICTURES)
    return small_key(original) if "/.small/" in key else thumbnail_key(original)


def provide_pictures(endpoints: Endpoints) -> None:
    """Put the renditions of every picture into the bucket."""
    s3 = local_client("s3", endpoints.aws_endpoint)

    def put(number: int) -> None:
        whole = drawn(number)
        for key, box in ((small_key, SMALL_BOX), (thumbnail_key, THUMB_BOX)):
            s3.put_object(
                Bucket=endpoints.bucket,
                Key=key(_original(number)),
                Body=as_jpeg(whole, box),
                ContentType="image/jpeg",
                CacheControl="private, max-age=31536000, immutable",
            )

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(PICTURES)))


def drawn(number: int) -> Image.Image:
    """Something with colours and structure, as large as a thumbnail and as hard to decode."""
    layers = [
        Image.effect_noise((100, 75), 40 + (number * step) % 60).resize(
            THUMB_BOX, Image.Resampling.BICUBIC
        )
        for step in (1, 7, 13)
    ]
    return Image.merge("RGB", layers)


def as_jpeg(picture: Image.Image, box: tuple[int, int]) -> bytes:
    """As renditions are written: progressive."""
    buffer = BytesIO()
    picture.resize(box).save(buffer, "JPEG", quality=_QUALITY, progressive=True)
    return buffer.getvalue()


def _original(number: int) -> str:
    return f"{_FOLDER}/{number}.jpg"
