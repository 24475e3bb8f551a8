"""What a backfill will take: requests, bytes, units and dollars, worked out before it begins."""

import dataclasses
from dataclasses import dataclass

from migrations.prices import AS_OF, US_EAST_1

# Per photo that is made. The original: HEAD and GET; the thumbnail and the small one: PUT.
_GETS, _PUTS = 2, 2
# What is there already refuses to be written, is looked at, with its original, and is written over.
_GETS_AGAIN, _PUTS_AGAIN = 7, 2
# Of a video a few pieces are read: its index and a key frame.
MAX_VIDEO_BYTES = 4_000_000
_VIDEO_GETS = 3
# A row of up to 1 kB is read in one unit (consistently) and written, with the picture's facts,
# in two.
_ROW_READ_UNITS, _ROW_WRITE_UNITS = 1.0, 2.0
_ROW_BYTES = 1_000
# Of lists: in their order, with five photos in a batch of the stream. So many do two processors
# make in a batch's second for each of a table's four partitions (`make bench-backfill`).
PAGE_WRITE_UNITS = 9.0
# Both renditions; q85 in 800x600 is 57 kB in the median, in 320x240 about 12 kB.
_WRITTEN_BYTES = 70_000
_LISTED_AT_ONCE = 1_000
# A Lambda of 2 GB has a little more than one processor, and a slower one than was measured here.
_LAMBDA_GB = 2.0
_SECONDS_PER_PHOTO, _SECONDS_PER_MB, _SECONDS_PER_VIDEO = 0.05, 0.02, 0.5
_CALL_SECONDS = 800
_TRANSITIONS_PER_CALL = 2


@dataclass(frozen=True)
class Workload:
    """What is to be done.

    Attributes:
        rows: In the table, all of which are read.
        objects: In the bucket, all of which are listed.
        images: To be made.
        videos: To be made.
        again: Of both, those that have a thumbnail already.
        image_bytes: Of the images' originals.
        video_bytes: Of the videos', as far as they will be read.
    """

    rows: int
    objects: int
    images: int
    videos: int
    again: int
    image_bytes: int
    video_bytes: int


@dataclass(frozen=True)
class Estimate:
    """What it will take, and what AWS asks for that by `US_EAST_1`.

    Attributes:
        get_requests: GET and HEAD, of S3.
        put_requests: PUT, of S3.
        list_requests: LIST, of S3.
        read_bytes: From S3.
        written_bytes: To S3.
        read_units: Of the rows.
        row_write_units: Of the rows.
        page_write_units: Of the lists, about.
        lambda_gb_seconds: Where Lambda draws, about.
        lambda_calls: The same.
        s3_dollars: Its requests.
        dynamodb_dollars: Its units.
        lambda_dollars: Where Lambda draws: with the state machine.
        transfer_dollars: Where a machine outside of AWS draws.
    """

    get_requests: int
    put_requests: int
    list_requests: int
    read_bytes: int
    written_bytes: int
    read_units: int
    row_write_units: int
    page_write_units: int
    lambda_gb_seconds: int
    lambda_calls: int
    s3_dollars: float
    dynamodb_dollars: float
    lambda_dollars: float
    transfer_dollars: float

    def as_json(self) -> dict[str, int | float | str]:
        """Its numbers by name, and of what date the prices are."""
        numbers = {
            name: round(value, 4) if isinstance(value, float) else value
            for name, value in dataclasses.asdict(self).items()
        }
        return {**numbers, "prices_of": f"{AS_OF:%Y-%m}", "prices_in": US_EAST_1.region}


def estimated(work: Workload) -> Estimate:
    """Work out what a workload takes."""
    prices = US_EAST_1
    photos = work.images + work.videos
    new = photos - work.again
    gets = _GETS * new + _GETS_AGAIN * work.again + _VIDEO_GETS * work.videos
    puts = _PUTS * photos + _PUTS_AGAIN * work.again
    lists = -(-work.objects // _LISTED_AT_ONCE)
    read_units = round(_ROW_READ_UNITS * photos + work.rows * _ROW_BYTES / 4_096 / 2)
    row_units = round(_ROW_WRITE_UNITS * photos)
    page_units = round(PAGE_WRITE_UNITS * photos)
    seconds = (
        _SECONDS_PER_PHOTO * work.images
        + _SECONDS_PER_MB * work.image_bytes / 1_000_000
        + _SECONDS_PER_VIDEO * work.videos
    )
    calls = max(1, round(seconds / _CALL_SECONDS))
    read_bytes = work.image_bytes + work.video_bytes
    return Estimate(
        get_requests=gets,
        put_requests=puts,
        list_requests=lists,
        read_bytes=read_bytes,
        written_bytes=_WRITTEN_BYTES * photos,
        read_units=read_units,
        row_write_units=row_units,
        page_write_units=page_units,
        lambda_gb_seconds=round(_LAMBDA_GB * seconds),
        lambda_calls=calls,
        s3_dollars=prices.s3_get.of(gets) + prices.s3_put.of(puts + lists),
        dynamodb_dollars=(
            prices.read_unit.of(read_units) + prices.write_unit.of(row_units + page_units)
        ),
        lambda_dollars=(
            prices.lambda_gb_second.of(_LAMBDA_GB * seconds)
            + prices.lambda_request.of(calls)
            + prices.state_transition.of(_TRANSITIONS_PER_CALL * calls)
        ),
        transfer_dollars=prices.internet_gb.of(read_bytes / 1e9),
    )
