"""Libraries made up for benchmarks: any photo of ten million, worked out from its rank."""

import calendar
import hashlib
import random
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import accumulate

from chalicelib.domain.asset import TRASHED, Asset, Face
from chalicelib.domain.person import Person
from chalicelib.domain.places import ALL, BIN
from chalicelib.domain.thumbnail import thumbnail_key

FIRST_YEAR = 2010
YEARS = 15
MONTHS = tuple(f"{FIRST_YEAR + n // 12}-{n % 12 + 1:02}" for n in range(12 * YEARS))
NOW = datetime(2025, 1, 15, 12, tzinfo=UTC)
# Of the largest libraries, one month of a wedding photographer, or of a camera in a window.
LARGEST_MONTH = "2019-07"
PERSONS = 24
# Beside the timeline, in the bin
_BINNED_SHARE = 0.01
_BIN_DAYS = 30
# Photos are taken from seven in the morning to eleven at night.
_MORNING_MS = 7 * 3_600_000
_DAY_MS = 16 * 3_600_000
_SIZES = ((4032, 3024), (3024, 4032), (4000, 3000), (6000, 4000), (1920, 1080))


@dataclass(frozen=True)
class Library:
    """A library of photos over fifteen years, the same ones for the same seed.

    Attributes:
        gallery: Its gallery.
        size: Number of assets in its timeline.
        seed: Decides everything.
        largest: Number of assets in `LARGEST_MONTH`; None for no more than its share.
    """

    gallery: str
    size: int
    seed: int
    largest: int | None = None

    @cached_property
    def days(self) -> Mapping[str, Sequence[int]]:
        """By month, how many assets each local day has."""
        weights = {month: _day_weights(self.seed, month) for month in MONTHS}
        left = self.size
        found: dict[str, Sequence[int]] = {}
        if self.largest is not None:
            found[LARGEST_MONTH] = _shared(self.largest, weights.pop(LARGEST_MONTH))
            left -= self.largest
        sizes = _shared(left, [sum(weight) for weight in weights.values()])
        for (month, weight), size in zip(weights.items(), sizes, strict=True):
            found[month] = _shared(size, weight)
        return dict(sorted(found.items()))

    @cached_property
    def month_sizes(self) -> Mapping[str, int]:
        """By month, oldest first, how many assets it has."""
        return {month: sum(days) for month, days in self.days.items()}

    @cached_property
    def largest_month(self) -> str:
        """The month that has most."""
        return max(self.month_sizes, key=self.month_sizes.__getitem__)

    @cached_property
    def persons(self) -> Sequence[Person]:
        """Those whose faces are known."""
        return [
            Person(
                id=hashlib.blake2b(f"{self.seed}p{n}".encode(), digest_size=16).hexdigest(),
                gallery=self.gallery,
                name=f"Person {n}",
                is_favorite=n < 3,
                created_at=NOW,
            )
            for n in range(PERSONS)
        ]

    def asset(self, month: str, rank: int) -> Asset:
        """An asset of the timeline.

        Args:
            month: Local month.
            rank: In it, from the oldest, 0.
        """
        starts = self._day_starts[month]
        day = bisect_right(starts, rank) - 1
        held = starts[day + 1] - starts[day]
        chance = self._chance(month, rank)
        # within a share of the day of its own, so that ranks are in order of time
        moment = _MORNING_MS + int((rank - starts[day] + chance[60] / 256) * _DAY_MS / held)
        year, _, number = month.partition("-")
        taken = datetime(int(year), int(number), day + 1) + timedelta(milliseconds=moment)  # noqa: DTZ001 (a wall clock)
        return self._asset(chance, taken)

    def assets(self, month: str) -> Iterator[Asset]:
        """Every asset of a month, oldest first."""
        for rank in range(self.month_sizes[month]):
            yield self.asset(month, rank)

    def binned(self) -> Iterator[Asset]:
        """What is in the bin, by the time of its deletion."""
        number = round(self.size * _BINNED_SHARE)
        first = NOW - timedelta(days=_BIN_DAYS)
        for n in range(number):
            chance = self._chance(BIN, n)
            taken = datetime(FIRST_YEAR, 1, 1) + timedelta(minutes=chance[61] * 30_000)  # noqa: DTZ001
            deleted_at = first + timedelta(days=_BIN_DAYS) * (n / number)
            yield self._asset(chance, taken, deleted_at)

    @cached_property
    def _day_starts(self) -> Mapping[str, Sequence[int]]:
        return {month: tuple(accumulate(days, initial=0)) for month, days in self.days.items()}

    def _chance(self, month: str, rank: int) -> bytes:
        """64 random bytes: 0-15 id, 16-37 thumbhash, the others decide one thing each."""
        return hashlib.blake2b(f"{self.seed}{ALL}{month}{rank}".encode()).digest()

    def _asset(self, chance: bytes, taken: datetime, deleted_at: datetime | None = None) -> Asset:
        asset_id = chance[:16].hex()
        is_video = chance[40] < 26  # a tenth
        number = int.from_bytes(chance[41:43], "big") % 10_000
        name = f"{'MOV' if is_video else 'IMG'}_{number:04}.{'mp4' if is_video else 'jpg'}"
        # one half was uploaded, the other dropped into the bucket in folders by date
        ending = name[-4:]
        day = taken.isoformat()[:10]
        path = f"{asset_id}{ending}" if chance[43] & 1 else f"{day[:4]}/{day[5:7]}/{day}_{name}"
        key = f"{self.gallery}/{path}"
        width, height = _SIZES[-1] if is_video else _SIZES[chance[44] % 4]
        duration = round(1 + int.from_bytes(chance[45:47], "big") / 1000, 3) if is_video else None
        thumbnail = thumbnail_key(key)
        return Asset(
            id=asset_id,
            key=key,
            url=key,
            thumbnail_url=thumbnail,
            thumbnail_key=thumbnail,
            filename=name,
            file_type="video" if is_video else "image",
            mime_type="video/mp4" if is_video else "image/jpeg",
            width=width,
            height=height,
            duration=duration,
            file_size=900_000 + int.from_bytes(chance[47:50], "big") % 6_000_000,
            file_hash=(chance[:16] * 2).hex(),
            taken_at=taken.replace(tzinfo=UTC),
            taken_local=taken,
            utc_offset_minutes=0,
            is_favorite=chance[50] < 5,  # one in fifty
            deleted_at=deleted_at,
            deleted_reason=TRASHED if deleted_at else None,
            thumbhash=chance[16:38],
            source_etag=chance[20:36].hex(),
            faces=self._faces(chance),
            details=_CAMERAS[chance[51] % len(_CAMERAS)],
            version=1,
            created_at=NOW,
            updated_at=NOW,
        )

    def _faces(self, chance: bytes) -> Mapping[str, Face]:
        number = 2 if chance[52] < 8 else 1 if chance[52] < 36 else 0  # 3 % and 11 %
        if not number:
            return {}
        return {
            # some are seen far more often than others
            f"f{n}": Face(
                person_id=self.persons[chance[53 + n] * chance[55 + n] * PERSONS >> 16].id,
                box=(chance[57], chance[58], chance[57] + 90, chance[58] + 120),
                image_size=(1440, 1080),
                source="machine-learning",
            )
            for n in range(number)
        }


_CAMERAS: Sequence[Mapping[str, str | int | float]] = (
    {"camera_make": "Apple", "camera_model": "iPhone 12", "iso": 64, "f_number": 1.6},
    {"camera_make": "Google", "camera_model": "Pixel 7", "iso": 120, "f_number": 1.9},
    {
        "camera_make": "SONY",
        "camera_model": "ILCE-7M3",
        "lens_model": "FE 24-105mm F4 G OSS",
        "iso": 200,
        "f_number": 4.0,
        "exposure_seconds": 0.004,
        "focal_length_mm": 35.0,
        "city": "Lisboa",
        "country": "Portugal",
    },
)


def _day_weights(seed: int, month: str) -> list[float]:
    """How much each day of a month weighs: some more than others, holidays very much more."""
    chance = random.Random(f"{seed}{month}")
    year, number = map(int, month.split("-"))
    growth = 1 + 3 * (year - FIRST_YEAR) / YEARS
    days = calendar.monthrange(year, number)[1]
    weights = [growth * chance.lognormvariate(0, 1) for _ in range(days)]
    if chance.random() < (0.6 if number in (7, 8, 12) else 0.15):  # a journey
        first = chance.randrange(days)
        for day in range(first, min(first + 10, days)):
            weights[day] *= 8
    return weights


def _shared(number: int, weights: Sequence[float]) -> list[int]:
    """A number in whole parts by weight, whose sum it is."""
    whole = sum(weights)
    bounds = [round(number * part / whole) for part in accumulate(weights)]
    return [stop - start for start, stop in zip([0, *bounds], bounds, strict=False)]
