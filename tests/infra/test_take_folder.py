"""A person's folder into the bucket."""

from pathlib import Path
from typing import Any

import pytest

from infra.local.gallery import Endpoints, local_client
from infra.local.take_folder import FolderError, plan_folder, take_folder


def write(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def silent(_done: int, _total: int, _what: str) -> None:
    pass


class TestPlan:
    def test_takes_photos_and_videos_of_every_subfolder(self, tmp_path: Path):
        write(tmp_path, "a.JPG", "2024/Ostsee & Wind/b.heic", "2024/c.MOV", "raw/d.CR2")

        plan = plan_folder(tmp_path)

        assert [(photo.key, photo.content_type) for photo in plan.photos] == [
            ("main/2024/Ostsee & Wind/b.heic", "image/heic"),
            ("main/2024/c.MOV", "video/quicktime"),
            ("main/a.JPG", "image/jpeg"),
            ("main/raw/d.CR2", "image/x-canon-cr2"),
        ]

    def test_leaves_out_what_is_hidden_or_no_photo_and_counts_it(self, tmp_path: Path):
        write(tmp_path, "a.jpg", ".DS_Store", "._a.jpg", "Thumbs.db", "x/notes.txt", ".git/b.jpg")
        write(tmp_path, "README")

        plan = plan_folder(tmp_path)

        assert [photo.key for photo in plan.photos] == ["main/a.jpg"]
        assert plan.left_out == {
            "hidden": 2,
            "in hidden folders": 1,
            ".db": 1,
            ".txt": 1,
            "no extension": 1,
        }

    def test_names_what_cannot_be_read_and_goes_on(self, tmp_path: Path):
        write(tmp_path, "a.jpg")
        (tmp_path / "gone.jpg").symlink_to(tmp_path / "nowhere.jpg")

        plan = plan_folder(tmp_path)

        assert [photo.key for photo in plan.photos] == ["main/a.jpg"]
        assert plan.unusable == ((str(tmp_path / "gone.jpg"), "No such file or directory"),)

    def test_names_what_looks_like_a_thumbnail_of_ours(self, tmp_path: Path):
        write(tmp_path, "a.jpg", "a_thumb.jpg")

        plan = plan_folder(tmp_path)

        assert [photo.key for photo in plan.photos] == ["main/a.jpg"]
        assert plan.unusable[0][0].endswith("a_thumb.jpg")
        assert "named like a thumbnail" in plan.unusable[0][1]

    def test_names_a_file_whose_name_is_no_text(self, tmp_path: Path):
        write(tmp_path, "a.jpg")
        (tmp_path / "\udcff.jpg").write_bytes(b"x")

        plan = plan_folder(tmp_path)

        assert "not UTF-8" in plan.unusable[0][1]

    @pytest.mark.parametrize(
        ("names", "folder", "problem"),
        [
            ([], "nowhere", "does not exist"),
            (["a.jpg"], "a.jpg", "is not a folder"),
            ([], ".", "holds no photo"),
            (["notes.txt", ".hidden.jpg"], ".", "holds no photo"),
        ],
    )
    def test_nothing_to_take_is_an_error_that_says_so(
        self, tmp_path: Path, names: list[str], folder: str, problem: str
    ):
        write(tmp_path, *names)

        with pytest.raises(FolderError, match=problem):
            plan_folder(tmp_path / folder)


@pytest.mark.aws
class TestTake:
    """Into a gallery named `folders`, so that others find theirs as they left it."""

    def test_copies_with_type_and_name_and_not_twice(self, tmp_path: Path, endpoints: Endpoints):
        write(tmp_path, "2024/ü b.jpg", "c.MOV")
        s3: Any = local_client("s3", endpoints.aws_endpoint)
        photos = plan_folder(tmp_path, "folders").photos

        first = take_folder(s3, endpoints.bucket, photos, silent)
        again = take_folder(s3, endpoints.bucket, photos, silent)

        assert first.copied == ("folders/2024/ü b.jpg", "folders/c.MOV")
        assert (again.copied, again.present) == ((), 2)
        head = s3.head_object(Bucket=endpoints.bucket, Key="folders/2024/ü b.jpg")
        assert head["ContentType"] == "image/jpeg"
        assert head["Metadata"]["filename"] == "%C3%BC%20b.jpg"

    def test_a_file_that_vanished_is_named_and_the_rest_go_on(
        self, tmp_path: Path, endpoints: Endpoints
    ):
        write(tmp_path, "x.jpg", "y.jpg")
        s3: Any = local_client("s3", endpoints.aws_endpoint)
        photos = plan_folder(tmp_path, "folders").photos
        (tmp_path / "x.jpg").unlink()

        taken = take_folder(s3, endpoints.bucket, photos, silent)

        assert taken.copied == ("folders/y.jpg",)
        assert taken.failed == ((str(tmp_path / "x.jpg"), "No such file or directory"),)

    def test_other_bytes_under_the_same_name_are_copied(self, tmp_path: Path, endpoints: Endpoints):
        write(tmp_path, "z.jpg")
        s3: Any = local_client("s3", endpoints.aws_endpoint)
        take_folder(s3, endpoints.bucket, plan_folder(tmp_path, "folders").photos, silent)
        (tmp_path / "z.jpg").write_bytes(b"Z.jpg")

        taken = take_folder(s3, endpoints.bucket, plan_folder(tmp_path, "folders").photos, silent)

        assert taken.copied == ("folders/z.jpg",)
