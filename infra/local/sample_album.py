"""The sample album: about sixty painted landscapes and one video, written as a family's photos.

python -m infra.local.sample_album /tmp/album
"""

import argparse
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path

from PIL import Image

from infra.local.album_pictures import Picture
from infra.local.album_trips import pictures
from infra.local.album_video import write_video
from infra.local.landscapes import paint

ALBUM: tuple[Picture, ...] = pictures()
QUALITY = 88

# what undoes the turn that EXIF's orientation asks a viewer to make
_LAID_DOWN = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


_DIED = "a painter died; run again to paint what is missing"


class AlbumError(Exception):
    """The album could not be painted to its end; what is written is whole."""


def missing(folder: Path, album: Sequence[Picture] = ALBUM) -> tuple[Picture, ...]:
    """The pictures whose files are not in the folder yet, the costliest first."""
    absent = (picture for picture in album if not (folder / picture.path).exists())
    return tuple(sorted(absent, key=_cost, reverse=True))


def _cost(picture: Picture) -> float:
    return picture.size[0] * picture.size[1] * (1 + 20 * picture.seconds)


def write_album(
    folder: Path,
    progress: Callable[[int, int], None] | None = None,
    album: Sequence[Picture] = ALBUM,
    scale: float = 1.0,
    painters: int | None = None,
) -> list[Path]:
    """Write the files that are missing, each whole or not at all.

    Safe to interrupt and to run again. With more than one painter the caller's main module must
    be importable without doing anything (`if __name__ == "__main__":`).

    Args:
        folder: Made if absent.
        progress: Told (files there, files in all) at the start and after each file.
        album: What to write.
        scale: Below 1 smaller pictures, for tests.
        painters: Processes; None: one per processor, four at most.

    Returns:
        The path of every file of the album, in its order.

    Raises:
        AlbumError: A painter died.
    """
    for picture in album:  # what a killed painter left
        _draft(folder / picture.path).unlink(missing_ok=True)
    todo = missing(folder, album)
    done = len(album) - len(todo)
    tell = progress or (lambda _there, _all: None)
    tell(done, len(album))
    count = min(painters or min(os.cpu_count() or 1, 4), len(todo))
    written = _share(folder, todo, scale, count) if count > 1 else _alone(folder, todo, scale)
    for _ in written:
        done += 1
        tell(done, len(album))
    return [folder / picture.path for picture in album]


def _alone(folder: Path, todo: Sequence[Picture], scale: float) -> Iterator[Path]:
    for picture in todo:
        yield write_picture(folder, picture, scale)


def _share(folder: Path, todo: Sequence[Picture], scale: float, count: int) -> Iterator[Path]:
    context = multiprocessing.get_context("spawn")
    painters = []
    queue = list(todo)
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            painter = context.Process(target=_painter, args=(theirs, folder, scale), daemon=True)
            painter.start()
            theirs.close()
            painters.append((painter, ours))
        busy: list[Connection] = []
        for _, ours in painters:
            _order(ours, queue.pop(0))
            busy.append(ours)
        while busy:
            for ready in wait(busy):
                assert isinstance(ready, Connection)  # noqa: S101 (what we gave is what we get)
                yield _receive(ready)
                if queue:
                    _order(ready, queue.pop(0))
                else:
                    busy.remove(ready)
    finally:
        for painter, ours in painters:
            ours.close()
            painter.terminate()
        for painter, _ in painters:
            painter.join()


def _order(ours: Connection, picture: Picture) -> None:
    try:
        ours.send(picture)
    except BrokenPipeError as error:
        raise AlbumError(_DIED) from error


def _receive(ready: Connection) -> Path:
    try:
        answer = ready.recv()
    except (EOFError, ConnectionResetError) as error:
        raise AlbumError(_DIED) from error
    if isinstance(answer, BaseException):
        raise answer
    return Path(answer)


def _painter(orders: Connection, folder: Path, scale: float) -> None:
    """Paint what comes down the pipe until it closes."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the group: the parent decides
    threading.Thread(target=_follow_parent, daemon=True).start()
    while True:
        try:
            picture = orders.recv()
        except EOFError:
            return
        try:
            answer: Path | Exception = write_picture(folder, picture, scale)
        except Exception as error:  # noqa: BLE001 (it is raised again on the other side)
            answer = error
        try:
            orders.send(answer)
        except BrokenPipeError:  # the parent is gone
            return


def _follow_parent() -> None:
    """End at once when the parent does, even killed: nobody is left to paint for."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _draft(path: Path) -> Path:
    return path.with_name(f".{path.name}.part")


def write_picture(folder: Path, picture: Picture, scale: float = 1.0) -> Path:
    """Paint one picture and put its finished file in place by a rename.

    Args:
        folder: The album's.
        picture: What to write.
        scale: Below 1 a smaller one.

    Returns:
        The file.
    """
    path = folder / picture.path
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = _draft(path)
    try:
        if picture.seconds:
            write_video(draft, picture, scale)
        else:
            _write_photo(draft, picture, scale)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return path


def _write_photo(draft: Path, picture: Picture, scale: float) -> None:
    image = paint(picture.scene, picture.size, scale)
    if picture.orientation != 1:
        image = image.transpose(_LAID_DOWN[picture.orientation])
    if picture.path.lower().endswith(".png"):
        image.save(draft, "PNG")
    else:
        image.save(draft, "JPEG", quality=QUALITY, exif=exif_of(picture))


def exif_of(picture: Picture) -> Image.Exif:
    """What the camera would have written into the file."""
    exif = Image.Exif()
    exif[0x0112] = picture.orientation
    if picture.title:
        exif[0x010E] = picture.title.encode()
    if picture.artist:
        exif[0x013B] = picture.artist.encode()
    detail = exif.get_ifd(0x8769)
    if picture.taken:
        stamp = picture.taken.strftime("%Y:%m:%d %H:%M:%S")
        offset = picture.taken.strftime("%z")
        exif[0x0132] = detail[0x9003] = detail[0x9004] = stamp
        detail[0x9010] = detail[0x9011] = detail[0x9012] = f"{offset[:3]}:{offset[3:]}"
    if picture.camera:
        exif[0x010F], exif[0x0110] = picture.camera.make, picture.camera.model
        detail[0x829D], detail[0x920A] = picture.camera.aperture, picture.camera.focal_mm
        detail[0xA434] = picture.camera.lens
        detail[0x829A], detail[0x8827] = _exposure(picture.scene.sky.hour)
    if picture.place:
        exif.get_ifd(0x8825).update(_gps(picture))
    return exif


def _exposure(hour: str) -> tuple[float, int]:
    """Plausible (seconds, ISO) in the light of an hour."""
    dark = {
        "night": (10.0, 3200),
        "moonlit": (2.0, 1600),
        "blue": (0.1, 800),
        "dusk": (1 / 30, 400),
    }
    low = {"dawn", "sunset", "ember", "mist", "storm"}
    return dark.get(hour, (1 / 125, 320) if hour in low else (1 / 500, 100))


def _gps(picture: Picture) -> dict[int, object]:
    place = picture.place
    if place is None:
        return {}
    return {
        0: b"\x02\x03\x00\x00",
        1: "N" if place.latitude >= 0 else "S",
        2: _degrees(place.latitude),
        3: "E" if place.longitude >= 0 else "W",
        4: _degrees(place.longitude),
        5: b"\x00",
        6: place.altitude_m,
    }


def _degrees(value: float) -> tuple[float, float, float]:
    whole, rest = divmod(abs(value), 1)
    minutes, rest = divmod(rest * 60, 1)
    return whole, minutes, round(rest * 60, 3)


def _show(there: int, in_all: int) -> None:
    end = "" if sys.stderr.isatty() and there < in_all else "\n"
    start = "\r" if sys.stderr.isatty() else ""
    print(
        f"{start}painting the sample album: {there}/{in_all}", end=end, file=sys.stderr, flush=True
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the album into the folder named on the command line.

    Returns:
        0 done, 1 a painter died or Ctrl-C, 2 the folder can't be written.
    """
    parser = argparse.ArgumentParser(
        prog="python -m infra.local.sample_album",
        description="Write the sample album: painted landscapes with EXIF, and one video.",
        epilog="example: python -m infra.local.sample_album /tmp/album",
    )
    parser.add_argument("folder", type=Path, help="where to; files that are there are kept")
    folder = parser.parse_args(arguments).folder
    try:
        files = write_album(folder, _show)
    except AlbumError as error:
        print(f"{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"{folder}: {error.strerror}; name a folder that can be written", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ninterrupted; run again to paint what is missing", file=sys.stderr)
        return 1
    print(len(files))
    return 0


if __name__ == "__main__":
    sys.exit(main())
