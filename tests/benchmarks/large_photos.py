"""Photos as cameras make them, of 6 to 48 megapixels, from smaller ones: enlarged, with noise.

What a small photo lacks in detail, a sensor's noise makes up for: it is in every pixel, and most
of what the decoder has to read.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from infra.local.sample_album import write_album

CACHE = Path(__file__).parent.parent.parent / ".build" / "bench"
SIZES = {6: (3000, 2000), 12: (4000, 3000), 24: (6000, 4000), 48: (8064, 6048)}
_PROGRESSIVE_SIZES = (12, 48)
# One for each source, in turn: as phones and as larger cameras save.
_SAVED = ((92, "4:2:0"), (94, "4:2:0"), (96, "4:2:2"))
_SMALLEST_PIXELS = 1_000_000
_READ_NOISE = 2.0
_SHOT_NOISE = 0.12  # variance for each level of brightness
_ROWS_AT_ONCE = 512


@dataclass(frozen=True)
class LargePhoto:
    """A photo to measure with.

    Attributes:
        path: Where it lies.
        megapixels: A key of `SIZES`.
        is_progressive: Else baseline.
    """

    path: Path
    megapixels: int
    is_progressive: bool


def folder_of_photos() -> Path:
    """The folder that `PHOTOS` names, else the sample album."""
    if given := os.environ.get("PHOTOS"):
        return Path(given)
    album = CACHE / "album"
    write_album(album)
    return album


def find_sources(folder: Path, count: int = len(_SAVED)) -> list[Path]:
    """JPEGs of a folder to make larger ones of: those with most bytes for each pixel.

    Raises:
        ValueError: There are too few.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in (".jpg", ".jpeg") or path.stem.endswith("_thumb"):
            continue
        try:
            with Image.open(path) as image:
                pixels = image.width * image.height
                if image.mode == "RGB" and pixels >= _SMALLEST_PIXELS:
                    found.append((path.stat().st_size / pixels, path))
        except (UnidentifiedImageError, OSError):
            continue
    if len(found) < count:
        raise ValueError(f"{folder} has {len(found)} JPEGs of a megapixel or more, not {count}")
    step = len(found) // count  # from rich in detail to poor
    return [path for _, path in sorted(found, reverse=True)[:: max(1, step)][:count]]


def make_photos(sources: Sequence[Path], folder: Path) -> Iterator[LargePhoto]:
    """Every size of every source, made where it is not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(sources):
        quality, subsampling = _SAVED[number % len(_SAVED)]
        for megapixels, size in SIZES.items():
            made = None
            for is_progressive in (False, True):
                if is_progressive and megapixels not in _PROGRESSIVE_SIZES:
                    continue
                path = folder / f"{_digest(source, number)}-{megapixels}-{is_progressive:d}.jpg"
                if not path.exists():
                    made = made or _enlarged(source, size, seed=number)
                    partial = path.with_suffix(".partial")
                    made.save(
                        partial,
                        "JPEG",
                        quality=quality,
                        subsampling=subsampling,
                        progressive=is_progressive,
                        optimize=is_progressive,
                    )
                    partial.replace(path)
                yield LargePhoto(path, megapixels, is_progressive)


def _enlarged(source: Path, size: tuple[int, int], seed: int) -> Image.Image:
    with Image.open(source) as image:
        upright = ImageOps.exif_transpose(image).convert("RGB")
    if upright.height > upright.width:
        upright = upright.rotate(90, expand=True)
    fitted = ImageOps.fit(upright, size, Image.Resampling.BICUBIC)
    pixels = np.asarray(fitted).copy()
    random = np.random.default_rng(seed)
    for top in range(0, size[1], _ROWS_AT_ONCE):
        rows = pixels[top : top + _ROWS_AT_ONCE].astype(np.float32)
        deviation = np.sqrt(_READ_NOISE**2 + _SHOT_NOISE * rows)
        rows += random.standard_normal(rows.shape, dtype=np.float32) * deviation
        pixels[top : top + _ROWS_AT_ONCE] = np.clip(rows + 0.5, 0, 255).astype(np.uint8)
    return Image.fromarray(pixels)


def _digest(source: Path, number: int) -> str:
    recipe = json.dumps([_SAVED, SIZES, _READ_NOISE, _SHOT_NOISE, number])
    return hashlib.sha256(recipe.encode() + source.read_bytes()).hexdigest()[:12]
