"""The sample album's one video: the sun over a moving sea."""

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import av
import numpy as np
from PIL import Image

from infra.local.album_brush import varnish
from infra.local.album_land import paint_water
from infra.local.album_pictures import Picture
from infra.local.album_sky import paint_sky

FRAMES_PER_SECOND = 24


def write_video(path: Path, picture: Picture, scale: float = 1.0) -> None:
    """An MP4 (H.264, yuv420p, index in front) with the moment and the place it was taken.

    Args:
        path: The file to write.
        picture: Its scene must be a sea with a sun.
        scale: Below 1 a smaller, quicker one.
    """
    width, height = (round(side * scale) // 2 * 2 for side in picture.size)
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        if picture.taken:
            container.metadata["creation_time"] = picture.taken.astimezone(UTC).strftime(
                "%Y-%m-%dT%H:%M:%S.000000Z"
            )
        container.metadata["title"] = picture.title
        if picture.place:
            place = picture.place
            container.metadata["location"] = f"{place.latitude:+08.4f}{place.longitude:+09.4f}/"
        stream = container.add_stream("libx264", rate=FRAMES_PER_SECOND)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"crf": "23", "preset": "veryfast", "threads": "1"}
        count = round(picture.seconds * FRAMES_PER_SECOND)
        for image in _frames(picture, (width, height), count):
            for packet in stream.encode(
                av.VideoFrame.from_ndarray(np.asarray(image), format="rgb24")
            ):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


def _frames(picture: Picture, size: tuple[int, int], count: int) -> Iterator[Image.Image]:
    scene = picture.scene
    w, h = size[0] // 2, size[1] // 2
    drift = w // 16
    wide = paint_sky(w + drift, h, scene.horizon * h, scene.sky, scene.seed)
    mask = np.repeat(np.clip(np.arange(h)[:, None] + 0.5 - scene.horizon * h, 0, 1), w, axis=1)
    for number in range(count):
        t = number / count
        shift = t * drift
        left = int(shift)
        part = np.float32(shift - left)
        canvas = wide[:, left : left + w] * (1 - part) + wide[:, left + 1 : left + 1 + w] * part
        canvas = paint_water(
            canvas,
            scene.horizon * h,
            mask.astype(np.float32),
            scene.sky,
            scene.seed,
            scene.rough or 0.5,
            scene.near,
            phase=number / FRAMES_PER_SECOND,
        )
        yield varnish(canvas, size, grain=0)
