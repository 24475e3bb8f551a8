"""The sample album: what it holds, that it comes out the same, and whole or not at all."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import av
import numpy as np
import psutil  # type: ignore[import-untyped]  # its stubs are a package of their own
import pytest
from PIL import Image, ImageOps

from infra.local import sample_album
from infra.local.album_pictures import Picture
from infra.local.landscapes import KINDS, paint
from infra.local.sample_album import (
    ALBUM,
    AlbumError,
    exif_of,
    main,
    missing,
    write_album,
    write_picture,
)

PHOTOS = [picture for picture in ALBUM if not picture.seconds]
TAKEN = [picture.taken for picture in ALBUM if picture.taken]
CAMERAS = {picture.camera.model for picture in ALBUM if picture.camera}
SMALL = 0.06


def the(name: str) -> Picture:
    return next(picture for picture in ALBUM if picture.path.endswith(name))


def test_the_album_has_about_sixty_pictures_with_unique_paths_and_one_video():
    paths = [picture.path for picture in ALBUM]

    assert 55 <= len(paths) <= 65
    assert len({path.lower() for path in paths}) == len(paths)
    assert sum(1 for picture in ALBUM if picture.seconds) == 1
    assert all(path.count("/") <= 1 and ".." not in path for path in paths)


def test_the_album_spans_years_with_one_to_six_pictures_a_day_and_one_undated():
    days = Counter(taken.date() for taken in TAKEN)

    assert {taken.year for taken in TAKEN} == set(range(2016, 2026))
    assert max(days.values()) >= 3
    assert max(days.values()) <= 6
    assert [picture.path for picture in ALBUM if not picture.taken] == ["Postkarte ohne Datum.png"]


def test_the_album_covers_zones_cameras_orientations_shapes_and_big_files():
    widths_over_heights = {round(w / h, 1) for w, h in (picture.size for picture in PHOTOS)}

    assert len({taken.utcoffset() for taken in TAKEN}) >= 6
    assert timedelta(hours=5, minutes=45) in {taken.utcoffset() for taken in TAKEN}
    assert len(CAMERAS) >= 5
    assert {picture.orientation for picture in ALBUM} >= {1, 2, 3, 5, 6, 8}
    assert {0.7, 0.8, 1.0, 1.3, 1.5, 1.8, 3.0} <= widths_over_heights
    assert sum(1 for picture in PHOTOS if picture.size[0] * picture.size[1] >= 12_000_000) >= 6
    assert {picture.scene.kind for picture in ALBUM} == set(KINDS)


@pytest.mark.parametrize("name", ["DSC01234.jpg", "IMG_4739.JPG", "Oma Rut.jpg"])
def test_a_scene_painted_twice_has_the_same_pixels(name):
    picture = the(name)

    first, second = (paint(picture.scene, picture.size, SMALL) for _ in range(2))

    assert first.tobytes() == second.tobytes()


def test_no_two_pictures_look_alike():
    tiny = [
        np.asarray(paint(p.scene, p.size, 0.05).resize((8, 8)), dtype=np.int16) for p in ALBUM[::6]
    ]

    nearest = min(np.abs(a - b).mean() for i, a in enumerate(tiny) for b in tiny[i + 1 :])

    assert nearest > 6  # of 255, a mean over the whole picture


@pytest.mark.parametrize("name", ["DSC_0834.JPG", "Oma Rut.jpg", "DSCF9011.JPG", "DSCF9040.JPG"])
def test_a_turned_file_stands_upright_once_its_orientation_is_followed(tmp_path, name):
    picture = the(name)
    upright = paint(picture.scene, picture.size, SMALL)

    file = write_picture(tmp_path, picture, SMALL)

    with Image.open(file) as stored:
        assert stored.getexif()[0x0112] == picture.orientation != 1
        shown = ImageOps.exif_transpose(stored)
    assert shown.size == upright.size
    apart = np.abs(np.asarray(shown, dtype=np.int16) - np.asarray(upright, dtype=np.int16))
    assert apart.mean() < 6  # what JPEG loses


def test_a_written_file_tells_when_where_and_with_what_it_was_taken(tmp_path):
    file = write_picture(tmp_path, the("Über dem See.jpg"), SMALL)

    with Image.open(file) as stored:
        exif = stored.getexif()
    detail, gps = exif.get_ifd(0x8769), exif.get_ifd(0x8825)
    assert detail[0x9003] == "2017:08:03 05:52:37"
    assert detail[0x9011] == "+02:00"
    assert (exif[0x010F], exif[0x0110]) == ("Apple", "iPhone 7")
    assert exif[0x010E].encode("latin-1").decode() == "Über dem See"  # EXIF has bytes, not letters
    assert detail[0x8827] > 0
    assert gps[1] == "N"
    degrees, minutes, seconds = (float(part) for part in gps[2])
    assert degrees + minutes / 60 + seconds / 3600 == pytest.approx(47.66, abs=0.03)


def test_south_and_west_are_written_as_such():
    patagonia, seychelles = exif_of(the("DSC05511.jpg")), exif_of(the("IMG_3301.JPG"))

    assert [patagonia.get_ifd(0x8825)[tag] for tag in (1, 3)] == ["S", "W"]
    assert [seychelles.get_ifd(0x8825)[tag] for tag in (1, 3)] == ["S", "E"]


def test_the_undated_picture_is_a_png_without_exif(tmp_path):
    file = write_picture(tmp_path, the("Postkarte ohne Datum.png"), SMALL)

    with Image.open(file) as stored:
        assert stored.format == "PNG"
        assert not stored.getexif()


def test_the_video_plays_for_four_seconds_and_begins_with_its_index(tmp_path):
    file = write_picture(tmp_path, the("IMG_3327.MP4"), 0.15)

    with av.open(str(file)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert stream.frames == 96
        assert stream.average_rate == 24
        assert container.metadata["creation_time"].startswith("2022-11-09T14:04:30")
    head = file.read_bytes()
    assert 0 < head.index(b"moov") < head.index(b"mdat")


def test_writing_again_keeps_what_is_there_and_adds_what_is_missing(tmp_path):
    album = ALBUM[2:5]
    told = []
    kept = tmp_path / album[0].path
    kept.parent.mkdir()
    kept.write_bytes(b"somebody's")

    files = write_album(tmp_path, lambda *numbers: told.append(numbers), album, SMALL, painters=1)

    assert kept.read_bytes() == b"somebody's"
    assert all(file.exists() for file in files)
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert missing(tmp_path, album) == ()


def test_several_painters_write_the_same_files_as_one(tmp_path):
    album = ALBUM[2:6]

    many = write_album(tmp_path / "many", None, album, SMALL, painters=2)
    one = write_album(tmp_path / "one", None, album, SMALL, painters=1)

    assert [file.read_bytes() for file in many] == [file.read_bytes() for file in one]


def test_an_interrupted_picture_leaves_no_file_at_all(tmp_path, monkeypatch):
    def stop_half_way(draft, _picture, _scale):
        draft.write_bytes(b"half")
        raise KeyboardInterrupt

    monkeypatch.setattr(sample_album, "_write_photo", stop_half_way)

    with pytest.raises(KeyboardInterrupt):
        write_album(tmp_path, None, ALBUM[:2], SMALL, painters=1)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_draft_left_by_a_killed_painter_is_swept_by_the_next_run(tmp_path):
    picture = the("Oma Rut.jpg")
    draft = tmp_path / "2020 Zuhause" / ".Oma Rut.jpg.part"
    draft.parent.mkdir()
    draft.write_bytes(b"half")

    write_album(tmp_path, None, [picture], SMALL, painters=1)

    assert [path.name for path in draft.parent.iterdir()] == ["Oma Rut.jpg"]


def test_a_folder_that_cannot_be_written_ends_with_status_2(tmp_path, capsys):
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")

    status = main([str(in_the_way)])

    assert status == 2
    assert "name a folder that can be written" in capsys.readouterr().err


def test_a_painter_that_dies_is_an_error_and_not_a_hang(tmp_path):
    def kill_them(there, _in_all):
        if there:
            for painter in multiprocessing.active_children():
                painter.kill()

    with pytest.raises(AlbumError, match="run again"):
        write_album(tmp_path, kill_them, ALBUM[2:12], SMALL, painters=2)

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 1), (signal.SIGTERM, -15), (signal.SIGKILL, -9)]
)
def test_no_painter_outlives_the_command(tmp_path, number, status):
    command = [sys.executable, "-m", "infra.local.sample_album", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL) as run:
        assert run.stderr is not None
        run.stderr.readline()  # 0 of all: the painters are about to start
        children = _children_of(run.pid)

        run.send_signal(number)

        assert run.wait(60) == status
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
    assert len(children) >= 1
    assert [path.name for path in tmp_path.rglob("*.part")] == [] or status < 0


def _children_of(pid: int) -> list[psutil.Process]:
    for _ in range(100):
        children: list[psutil.Process] = psutil.Process(pid).children(recursive=True)
        if len(children) > 1 or (children and os.cpu_count() == 1):
            return children
        time.sleep(0.05)
    raise AssertionError("no painter was started")


def test_files_are_named_as_a_family_names_them():
    names = [Path(picture.path).name for picture in ALBUM]

    assert {"IMG_4711.JPG", "DSC01234.jpg", "Summer at the lake.jpg"} <= set(names)
    assert any(not name.isascii() for name in names)
