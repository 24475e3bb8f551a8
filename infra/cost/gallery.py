"""The gallery whose bill is worked out, and the stacks that it runs on."""

import math
import re
from dataclasses import dataclass
from pathlib import Path

MB_A_PHOTO = 4.0
"""In the mean, of 12 megapixels (docs/performance.md)."""
MB_A_VIDEO = 100.0
"""A minute of full HD from a phone, about."""
# Beyond these a zero too many is likelier, and prices get another step.
_MOST_GB, _MOST_GB_A_PHOTO = 1_000_000.0, 1.0
_MOST_PHOTOS, _MOST_VIEWS, _MOST_PEOPLE = 100_000_000, 1_000_000, 10_000
_TEMPLATES = ("app.yaml", "edge.yaml", "data.yaml")


class ImpossibleGalleryError(ValueError):
    """No gallery can be like that; the message says what is wrong."""


@dataclass(frozen=True)
class Gallery:
    """How large it is and what people do with it.

    Attributes:
        photos: Videos left out.
        gb: Of the photos' originals, in gigabytes of AWS (2^30 bytes).
        videos_gb: Of the videos'.
        views: Visits a month, each of ten minutes: see `infra.cost.usage`.
        uploads: New photos and videos a month.
        people: Who sign in during a month.

    Raises:
        ImpossibleGalleryError: There can't be such a gallery.
    """

    photos: int = 10_000
    gb: float = 40.0
    videos_gb: float = 0.0
    views: int = 300
    uploads: int = 300
    people: int = 2

    def __post_init__(self) -> None:
        for name, most in (
            ("photos", _MOST_PHOTOS),
            ("gb", _MOST_GB),
            ("videos_gb", _MOST_GB),
            ("views", _MOST_VIEWS),
            ("uploads", _MOST_PHOTOS),
            ("people", _MOST_PEOPLE),
        ):
            value = getattr(self, name)
            if not (math.isfinite(value) and 0 <= value <= most):
                raise ImpossibleGalleryError(f"{name} is {value}: it goes from 0 to {most:,.0f}")
        if self.gb and not self.photos:
            raise ImpossibleGalleryError(
                f"{self.gb:,g} GB of no photos: say how many --photos there are"
            )
        if self.photos and not self.gb:
            raise ImpossibleGalleryError(
                f"{self.photos:,} photos of 0 GB: say how large they are by --gb"
            )
        if self.gb > _MOST_GB_A_PHOTO * self.photos:
            raise ImpossibleGalleryError(
                f"{self.gb:,g} GB in {self.photos:,} photos is more than "
                f"{_MOST_GB_A_PHOTO:g} GB each; videos are counted by --videos-gb"
            )

    @property
    def videos(self) -> int:
        """How many, at `MB_A_VIDEO`."""
        return math.ceil(self.videos_gb * 1_000 / MB_A_VIDEO)

    @property
    def files(self) -> int:
        """Photos and videos."""
        return self.photos + self.videos

    @property
    def mb_a_photo(self) -> float:
        """In the mean."""
        return self.gb * 1_000 / self.photos if self.photos else MB_A_PHOTO


@dataclass(frozen=True)
class Stacks:
    """What of the stacks costs money whether or not somebody comes.

    Attributes:
        alarms: Of CloudWatch.
        polled_queues: Queues that a function listens to.
    """

    alarms: int
    polled_queues: int


def read_stacks(folder: Path = Path(__file__).parent.parent) -> Stacks:
    """Count in the templates that are deployed."""
    there = [folder / name for name in _TEMPLATES if (folder / name).exists()]
    text = "\n".join(path.read_text(encoding="utf-8") for path in there)
    return Stacks(
        alarms=len(re.findall(r"^ +Type: AWS::CloudWatch::Alarm$", text, re.MULTILINE)),
        polled_queues=len(re.findall(r"^ +\w+SqsEventSource:$", text, re.MULTILINE)),
    )
