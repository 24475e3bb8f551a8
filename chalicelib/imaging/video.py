"""Video: one frame for the poster, and what the container says about itself."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from chalicelib.domain.thumbnail import PREVIEW_BOX, fit
from chalicelib.errors import UndrawableError
from chalicelib.imaging.decoding import WatchedFile
from chalicelib.imaging.limits import refuse_large_picture
from chalicelib.imaging.negative import Negative, upright
from chalicelib.imaging.profiles import profile_of_code_points

if TYPE_CHECKING:
    from av import VideoFrame
    from av.container import InputContainer
    from av.video.stream import VideoStream
    from PIL import Image

_BYTES_PER_PIXEL = 10
_POSTER_SECONDS = 1.0
_POSTER_FRACTION = 0.1
_OTHER_FRACTIONS = (0.3, 0.5)
_MAX_FRAMES = 60
_MAX_PACKETS = 2000
_DARK = 24  # mean of 0 to 255
_ORIENTATIONS = {0: 1, 90: 8, 180: 3, 270: 6}
_HD_HEIGHT = 720
# Larger frames are made smaller as they become pixels, but not by the last step.
_FRAME_BOX = (2 * PREVIEW_BOX[0], 2 * PREVIEW_BOX[1])
_MAX_PIXELS_OF_SEVERAL_FRAMES = 4096 * 2304


# FFmpeg also knows formats that are lists of other files. None of these, and nothing by guess.
_READERS = {
    "mp4": "mov",
    "mov": "mov",
    "3gp": "mov",
    "mkv": "matroska",
    "webm": "matroska",
    "avi": "avi",
    "mpeg-ts": "mpegts",
    "mpeg": "mpeg",
    "flv": "flv",
    "wmv": "asf",
    "ogv": "ogg",
    "jpeg": "jpeg_pipe",
    "png": "png_pipe",
    "gif": "gif",
    "webp": "webp_pipe",
    "bmp": "bmp_pipe",
    "tiff": "tiff_pipe",
}
_MPEG_PICTURES = b"\x00\x00\x01\xb3"


@dataclass(frozen=True)
class Clip:
    """What a video's container says.

    Attributes:
        width: Pixels, upright, as shown.
        height: Pixels, upright, as shown.
        duration_seconds: None when it isn't said.
        tags: Of the container and the video stream, by lowercase name.
    """

    width: int | None = None
    height: int | None = None
    duration_seconds: float | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


def open_poster(file: BinaryIO, name: str) -> Negative:
    """Decode one frame near the beginning that is not black, if there is one.

    Args:
        file: Seekable; only the ranges that are needed are read.
        name: Its format; FFmpeg's reader of that one gets to see it, and no other.

    Raises:
        UndrawableError: too-large, truncated, corrupt, unsupported, out-of-memory.
    """
    watched = WatchedFile(file)
    with watched.decoding("The video"), _opened(watched, name) as (container, stream):
        width, height = stream.width or 0, stream.height or 0
        refuse_large_picture(width, height, width * height * _BYTES_PER_PIXEL)
        frame = _poster(container, stream)
        return _negative(frame, stream)


def read_clip(file: BinaryIO, name: str) -> Clip:
    """Read size, duration and tags.

    Args:
        file: As for `open_poster`.
        name: As for `open_poster`.

    Raises:
        UndrawableError: What is there is no video.
    """
    watched = WatchedFile(file)
    with watched.decoding("The video"), _opened(watched, name) as (container, stream):
        width, height = _shown_size(stream, stream.width or 0, stream.height or 0)
        frame = next(_frames(container, stream), None)
        if frame is not None:
            width, height = upright(width, height, _orientation(frame))
        tags = {**stream.metadata, **container.metadata}
        return Clip(
            width or None,
            height or None,
            _duration_seconds(container, stream),
            {name.lower(): value for name, value in tags.items()},
        )


@contextmanager
def _opened(file: WatchedFile, name: str) -> Iterator[tuple["InputContainer", "VideoStream"]]:
    import av

    reader = _READERS.get(name)
    if reader is None:
        raise UndrawableError("unsupported", f"FFmpeg is not asked about {name}.")
    if name == "mpeg":
        reader = "mpegvideo" if file.read(4) == _MPEG_PICTURES else name
        file.seek(0)
    with av.open(file, mode="r", format=reader, metadata_errors="ignore") as container:
        streams = [s for s in container.streams.video if s.codec_context is not None]
        if not streams:
            raise UndrawableError("unsupported", "The file has sound but no picture.")
        # A cover picture is a video stream too, but never the larger of two.
        stream = max(streams, key=lambda s: (s.frames != 1, s.width * s.height))
        if _is_large(stream):
            stream.codec_context.thread_count = 1
            stream.codec_context.skip_frame = "NONKEY"
        yield container, stream


def _is_large(stream: "VideoStream") -> bool:
    """Whether several frames at once would be too much: then one key frame must do."""
    return stream.width * stream.height > _MAX_PIXELS_OF_SEVERAL_FRAMES


def _poster(container: "InputContainer", stream: "VideoStream") -> "VideoFrame":
    duration = _duration_seconds(container, stream) or 0.0
    moments = [min(_POSTER_SECONDS, duration * _POSTER_FRACTION)]
    moments += [duration * fraction for fraction in _OTHER_FRACTIONS if duration]
    best: tuple[float, VideoFrame] | None = None
    for attempt, moment in enumerate(moments):
        frame = _frame_at(container, stream, moment, attempt == 0 and not _is_large(stream))
        if frame is None:
            continue
        brightness = _brightness(frame)
        if best is None or brightness > best[0]:
            best = brightness, frame
        if brightness > _DARK:
            break
    if best is None:
        raise UndrawableError("corrupt", "No frame of the video decodes.")
    return best[1]


def _frame_at(
    container: "InputContainer", stream: "VideoStream", seconds: float, is_exact: bool
) -> "VideoFrame | None":
    """The frame at a moment, or the key frame before it; the last that decodes, if none later."""
    import av

    if seconds > 0 or not is_exact:
        try:
            container.seek(_position(container, seconds), backward=True)
        except av.FFmpegError:
            return None if not is_exact else next(_frames(container, stream), None)
    last = None
    start = stream.start_time or 0
    for count, frame in enumerate(_frames(container, stream)):
        last = frame
        if not is_exact or count >= _MAX_FRAMES or frame.pts is None:
            break
        if stream.time_base is None or (frame.pts - start) * stream.time_base >= seconds:
            break
    if last is None and is_exact and seconds > 0:  # an index that leads beyond the end
        return _frame_at(container, stream, 0, is_exact=False)
    return last


def _position(container: "InputContainer", seconds: float) -> int:
    """A moment on the container's own clock, which need not begin at zero."""
    import av

    start = container.start_time or 0
    # MPEG streams have no index: asked for their very first moment, they miss its key frame.
    return int(seconds * av.time_base) + start if seconds > 0 else min(0, start)


def _frames(container: "InputContainer", stream: "VideoStream") -> Iterator["VideoFrame"]:
    """Every frame that decodes; broken packets are passed over."""
    import av

    for count, packet in enumerate(container.demux(stream)):
        try:
            yield from stream.decode(packet)
        except av.FFmpegError:
            continue
        if count >= _MAX_PACKETS:
            return


def _negative(frame: "VideoFrame", stream: "VideoStream") -> Negative:
    width, height = _shown_size(stream, frame.width, frame.height)
    shown = fit(frame.width, frame.height, _FRAME_BOX)
    image: Image.Image = frame.to_image(  # type: ignore[no-untyped-call]
        width=shown[0],
        height=shown[1],
        interpolation="AREA",
        src_colorspace=_colour_matrix(frame),
    )
    profile = profile_of_code_points(int(frame.color_primaries), int(frame.color_trc))
    return Negative(image, width, height, _orientation(frame), profile)


def _colour_matrix(frame: "VideoFrame") -> int:
    from av.video.reformatter import Colorspace

    unspecified = 2
    if frame.colorspace == unspecified and frame.height >= _HD_HEIGHT:
        return int(Colorspace.ITU709)
    return int(frame.colorspace)


def _orientation(frame: "VideoFrame") -> int:
    """The display matrix says how far to turn, counterclockwise."""
    return _ORIENTATIONS.get(round(frame.rotation / 90) * 90 % 360, 1)


def _shown_size(stream: "VideoStream", width: int, height: int) -> tuple[int, int]:
    """Pixels that aren't square are stretched, as a player does."""
    ratio = stream.sample_aspect_ratio
    if not ratio or not 0.1 < ratio < 10:
        return width, height
    return max(1, round(width * ratio)), height


def _duration_seconds(container: "InputContainer", stream: "VideoStream") -> float | None:
    import av

    if container.duration and container.duration > 0:
        return container.duration / av.time_base
    if stream.duration and stream.time_base and stream.duration > 0:
        return float(stream.duration * stream.time_base)
    return None


def _brightness(frame: "VideoFrame") -> float:
    plane = frame.reformat(width=32, height=32, format="gray").planes[0]
    rows = [bytes(plane)[at : at + 32] for at in range(0, 32 * plane.line_size, plane.line_size)]
    return sum(map(sum, rows)) / (32 * 32)
