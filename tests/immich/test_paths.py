"""From Immich's paths to keys."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.errors import SetupError
from migrations.immich.paths import PathMap, top_folder

MAP = PathMap.parse(["/mnt/media=main/", "/mnt/media/studio=work", "/usr/src/app/upload=main/up/"])


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/mnt/media/2019/a.jpg", "main/2019/a.jpg"),
        ("/mnt/media//2019/./x/../a.jpg", "main/2019/a.jpg"),
        ("/mnt/media/mnt/media/a.jpg", "main/mnt/media/a.jpg"),
        ("/mnt/media/studio/a.jpg", "work/a.jpg"),
        ("/mnt/media/studios/a.jpg", "main/studios/a.jpg"),
        ("/usr/src/app/upload/library/a.jpg", "main/up/library/a.jpg"),
        ("upload/library/a.jpg", "main/up/library/a.jpg"),
        ("./upload/library/a.jpg", "main/up/library/a.jpg"),
        ("/mnt/media", None),
        ("/mnt/media2/a.jpg", None),
        ("/srv/mnt/media/a.jpg", None),
        ("/mnt/media/../etc/passwd", None),
        ("/mnt/MEDIA/a.jpg", None),
        ("", None),
    ],
)
def test_paths_match_at_their_start_on_a_boundary_once(path: str, key: str | None):
    assert MAP.key(path) == key


@pytest.mark.parametrize("folder", ["upload", "upload/", "/usr/src/app/upload"])
def test_a_relative_folder_is_one_of_the_container_s_own(folder: str):
    found = PathMap.parse([f"{folder}=main/"])

    assert found.key("upload/library/a.jpg") == "main/library/a.jpg"
    assert found.key("/usr/src/app/upload/library/a.jpg") == "main/library/a.jpg"


@pytest.mark.parametrize(
    ("flag", "told"),
    [
        ("/mnt/media", "expected FOLDER=PREFIX"),
        ("=main/", "expected FOLDER=PREFIX"),
        ("/mnt/media=", "is no place in a gallery"),
        ("/mnt/media=/main/", "is no place in a gallery"),
        ("/mnt/media=s3://photos/main/", "is no place in a gallery"),
        ("/mnt/media=Main/", "is no place in a gallery"),
        ("/mnt/media=main/../other/", "is no place in a gallery"),
        ("/mnt/media=main//x/", "is no place in a gallery"),
        ("/mnt/media=main/.small/", "is no place in a gallery"),
    ],
)
def test_a_flag_that_means_nothing_is_refused_by_name(flag: str, told: str):
    with pytest.raises(SetupError, match=told) as error:
        PathMap.parse([flag])

    assert flag in str(error.value)
    assert "--map /mnt/media=main/" in str(error.value)


def test_a_folder_that_is_mapped_twice_is_refused():
    with pytest.raises(SetupError, match="mapped twice"):
        PathMap.parse(["/mnt/media=main/", "/mnt//media/=work/"])


def test_listing_the_bucket_asks_for_nothing_twice():
    assert MAP.prefixes == ("main/", "work/")
    assert MAP.galleries == ("main", "work")


@pytest.mark.parametrize(
    ("path", "folder"),
    [
        ("/mnt/media/2019/a.jpg", "/mnt/media"),
        ("/data/library/alice/a.jpg", "/data/library"),
        ("/photos/a.jpg", "/photos"),
        ("upload/library/alice/a.jpg", "/usr/src/app/upload"),
        ("/usr/src/app/upload/x/a.jpg", "/usr/src/app/upload"),
        ("/usr/src/app/a.jpg", "/usr/src/app"),
        ("/usr/src/application/x/a.jpg", "/usr/src"),
        ("/a.jpg", "/"),
    ],
)
def test_a_file_s_top_folder_is_what_a_map_begins_with(path: str, folder: str):
    assert top_folder(path) == folder
    if folder != "/":
        assert PathMap.parse([f"{folder}=main/"]).key(path)


def test_originals_lie_in_the_folder_of_their_map():
    one = PathMap.parse(["/mnt/media=main/"]).folders(["/srv/photos"])
    both = MAP.folders(["/mnt/media=/srv/photos", "upload=/srv/upload"])

    assert one.place("/mnt/media/2019/a.jpg") == Path("/srv/photos/2019/a.jpg")
    assert both.place("/mnt/media/a=b.jpg") == Path("/srv/photos/a=b.jpg")
    assert both.place("upload/library/a.jpg") == Path("/srv/upload/library/a.jpg")
    assert both.place("/mnt/media/studio/a.jpg") is None  # of a map that no folder was told for
    assert both.place("/mnt/media/../../etc/passwd") is None


def test_a_folder_of_several_maps_must_say_of_which():
    with pytest.raises(SetupError, match="say of which --map: --originals "):
        MAP.folders(["/srv/photos"])


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (["/mnt/media="], "--originals /mnt/media=: expected a folder after ="),
        (["/mnt/media=/a", "/mnt//media/=/b"], "/mnt/media lies in /a already"),
        (["/mnt/media=/a", "/elsewhere=/b"], "say of which --map"),
    ],
)
def test_a_folder_that_is_none_or_told_twice_is_refused(flags: list[str], told: str):
    with pytest.raises(SetupError, match=told) as error:
        MAP.folders(flags)

    assert flags[-1] in str(error.value)


def test_one_map_may_take_everything():
    whole = PathMap.parse(["/=main/everything/"])

    assert whole.key("/mnt/media/a.jpg") == "main/everything/mnt/media/a.jpg"
    assert whole.key("/") is None


@given(st.text(), st.text())
def test_no_path_leads_out_of_its_prefix_or_its_folder(start: str, end: str):
    folders = MAP.folders(["/mnt/media=/srv/photos"])
    for path in (start, f"/mnt/media/{start}", f"/mnt/media/{start}/../{end}"):
        key, here = MAP.key(path), folders.place(path)
        if key is not None:
            assert key.startswith(("main/", "work/"))
            assert ".." not in key.split("/")
        if here is not None:
            assert here.is_relative_to("/srv/photos")
            assert ".." not in here.parts
