"""Which galleries there can be, and what is counted in the templates."""

from pathlib import Path

import pytest

from infra.cost.gallery import Gallery, ImpossibleGalleryError, Stacks, read_stacks


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"photos": -1}, "photos is -1: it goes from 0 to 100,000,000"),
        ({"gb": float("nan")}, "gb is nan: it goes from 0 to 1,000,000"),
        ({"videos_gb": float("inf")}, "videos_gb is inf: it goes from 0 to 1,000,000"),
        ({"views": 1_000_001}, "views is 1000001: it goes from 0 to 1,000,000"),
        ({"people": 10_001}, "people is 10001: it goes from 0 to 10,000"),
        ({"photos": 0, "gb": 5}, "5 GB of no photos: say how many --photos there are"),
        ({"photos": 5, "gb": 0}, "5 photos of 0 GB: say how large they are by --gb"),
        (
            {"photos": 5, "gb": 500},
            "500 GB in 5 photos is more than 1 GB each; videos are counted by --videos-gb",
        ),
    ],
)
def test_a_gallery_that_can_t_be_is_refused(wrong: dict[str, float], message: str):
    with pytest.raises(ImpossibleGalleryError) as refused:
        Gallery(**wrong)  # type: ignore[arg-type]  # what a caller may get wrong

    assert str(refused.value) == message


def test_videos_are_counted_by_their_size():
    gallery = Gallery(photos=1_000, gb=4, videos_gb=0.25)

    assert (gallery.videos, gallery.files, gallery.mb_a_photo) == (3, 1_003, 4)


def test_an_empty_gallery_is_one():
    assert Gallery(photos=0, gb=0).files == 0


def test_what_costs_by_being_there_is_counted_in_the_templates(tmp_path: Path):
    (tmp_path / "app.yaml").write_text(
        """
Resources:
  Uploads:
    Properties:
      Events:
        UploadsSqsEventSource:
          Properties: {BatchSize: 5}
  First:
    Type: AWS::CloudWatch::Alarm
  Topic:
    Type: AWS::SNS::Topic
"""
    )
    (tmp_path / "edge.yaml").write_text("Resources:\n  Other:\n    Type: AWS::CloudWatch::Alarm\n")

    assert read_stacks(tmp_path) == Stacks(alarms=2, polled_queues=1)


def test_queues_of_the_deployed_templates_are_limited_and_so_never_asked_by_fewer_than_five():
    text = (Path(__file__).parents[3] / "infra" / "app.yaml").read_text()

    assert read_stacks().polled_queues == text.count("MaximumConcurrency:") == 3
