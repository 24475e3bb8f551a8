"""What a gallery uses of AWS: in a month, and once when its photos are put in.

Each number says where it comes from; docs/cost.md has them in one table. Where nothing was
measured the assumption is on the dear side.
"""

import math
from dataclasses import dataclass, fields

from infra.cost.gallery import MB_A_VIDEO, Gallery, Stacks
from migrations.estimate import MAX_VIDEO_BYTES, PAGE_WRITE_UNITS, Workload, estimated

HOURS = 730  # in a month, as AWS counts

# ---- kept: of docs/performance.md and `migrations.estimate`
THUMBNAILS_MB = 0.07  # both, for each photo or video
PREVIEW_MB, PREVIEWED_SHARE = 0.6, 0.2  # 2048x1536 where somebody looked at it large
ROW_KB, LISTS_KB = 1.1, 0.3  # with DynamoDB's 100 bytes an item; a tile of 70 bytes in four lists
CODE_GB = 0.5  # the functions' zips of a few releases, and the page

# ---- a visit: ten minutes of one person
VISIT_SECONDS = 600
LOOK_SECONDS, REQUESTS_A_LOOK, UNITS_A_LOOK = 10, 2, 1.5  # months and totals (use-looking.ts)
MONTHS, UNITS_A_MONTH = 12, 8.03  # bucket of a month, in the mean, at 100,000 photos
OPENING_REQUESTS, OPENING_UNITS = 8, 10.5  # session, galleries, months, days, totals, persons …
TILES, TILE_MB = 300, 0.057  # the larger thumbnail, as screens of a high density show it
OPENED = 20  # photos, each at 2048x1536, by way of the API
DRAWN_SHARE = 0.1  # of them, whose preview is not there yet
PAGE_FILES, PAGE_MB = 15, 0.3
VIDEO_REQUESTS = 10  # one video is watched to its end, in ranges
AUTHORIZED_SECONDS = 60  # so long is a cookie's answer known
ANSWER_SECONDS, COLD_START_SECONDS = 0.05, 1.5  # of a function of 1 GB; two start cold
DRAW_GB_SECONDS = 4.5  # 2 GB for 1.5 s, and the API's function that waits

# ---- a new photo or video: it comes alone, and everything is done for it alone
EVENTS = 3  # of the original and of both thumbnails
MESSAGE_REQUESTS, BULK_MESSAGE_REQUESTS = 3, 1.4  # sent, received, deleted; five at a time
LIST_WRITE_UNITS, LIST_READ_UNITS, BULK_LIST_READ_UNITS = 100, 20, 2  # docs/decisions.md
PART_MB = 16.8  # of a large file, which takes two requests more
UPLOAD_GB_SECONDS = 1.0  # three calls at 2 GB that start, one of the lists' function
BULK_UPLOAD_GB_SECONDS = 0.03  # the same with five and twenty in a call
BULK_CALLS = 0.65

# ---- always
POLLERS, POLL_SECONDS = 5, 20  # of each queue; with a maximum of calls it never is fewer:
# https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
NIGHTS, WEEKS = 30, 4.35
NIGHT_GB_SECONDS, NIGHT_UNITS = 5, 20
AUDIT_UNITS_A_ROW = ROW_KB / 4.096 / 2
AUDIT_GB_SECONDS_A_ROW = 0.0004  # 2 GB for 0.2 ms
METRICS = 4  # thumbnails made and failed, conflicts of lists, refused sign-ins
PARAMETERS = 2
EMAILS = 10  # of alarms and of the budget
LOG_KB = 1.0  # a call: AWS's three lines and one of ours


@dataclass(frozen=True)
class Usage:
    """How much of what `migrations.prices.PriceList` has a price for; same names, same units."""

    s3_gb_month: float = 0.0
    s3_put: float = 0.0
    s3_get: float = 0.0
    internet_gb: float = 0.0
    write_unit: float = 0.0
    read_unit: float = 0.0
    table_gb_month: float = 0.0
    backup_gb_month: float = 0.0
    lambda_request: float = 0.0
    lambda_gb_second: float = 0.0
    api_request: float = 0.0
    edge_gb: float = 0.0
    edge_request: float = 0.0
    edge_function: float = 0.0
    person: float = 0.0
    queue_request: float = 0.0
    state_transition: float = 0.0
    log_gb: float = 0.0
    log_gb_month: float = 0.0
    metric: float = 0.0
    alarm: float = 0.0
    parameter: float = 0.0
    key_request: float = 0.0
    email: float = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        names = [field.name for field in fields(self)]
        return Usage(**{name: getattr(self, name) + getattr(other, name) for name in names})

    def times(self, count: float) -> "Usage":
        """So many times as much."""
        return Usage(**{field.name: count * getattr(self, field.name) for field in fields(self)})


def month_of(gallery: Gallery, stacks: Stacks) -> Usage:
    """A month in which photos are looked at and uploaded."""
    return idle_month(gallery, stacks) + _visits(gallery) + _uploads(gallery)


def idle_month(gallery: Gallery, stacks: Stacks) -> Usage:
    """A month in which nobody comes."""
    calls = NIGHTS + WEEKS
    return Usage(
        s3_gb_month=kept_gb(gallery) + CODE_GB,
        table_gb_month=gallery.files * (ROW_KB + LISTS_KB) / 1e6,
        backup_gb_month=gallery.files * ROW_KB / 1e6,
        read_unit=NIGHTS * NIGHT_UNITS + WEEKS * AUDIT_UNITS_A_ROW * gallery.files,
        lambda_request=calls,
        lambda_gb_second=(
            NIGHTS * NIGHT_GB_SECONDS + WEEKS * AUDIT_GB_SECONDS_A_ROW * gallery.files
        ),
        queue_request=stacks.polled_queues * POLLERS * HOURS * 3_600 / POLL_SECONDS,
        metric=METRICS,
        alarm=stacks.alarms,
        parameter=PARAMETERS,
        email=EMAILS,
    ) + _logs(calls)


def kept_gb(gallery: Gallery) -> float:
    """Originals and what was drawn of them."""
    drawn_mb = THUMBNAILS_MB * gallery.files + PREVIEW_MB * PREVIEWED_SHARE * gallery.photos
    return gallery.gb + gallery.videos_gb + drawn_mb / 1_000


def seen_gb(gallery: Gallery) -> float:
    """What visitors are sent in a month: pictures, the page, and a video where there are any."""
    videos_mb = MB_A_VIDEO if gallery.videos else 0.0
    pictures_mb = TILES * TILE_MB + OPENED * PREVIEW_MB
    return gallery.views * (pictures_mb + PAGE_MB + videos_mb) / 1_000


def putting_in(gallery: Gallery) -> Usage:
    """Once: every photo and video is uploaded, and drawn as it arrives."""
    return _arrivals(gallery, gallery.photos, gallery.videos, bulk=True)


def taking_out(gallery: Gallery) -> Usage:
    """Once: every original is fetched to a computer outside of AWS, with what is known of it."""
    return Usage(
        internet_gb=gallery.gb + gallery.videos_gb,
        s3_get=gallery.files,
        read_unit=gallery.files * AUDIT_UNITS_A_ROW,
    )


def _visits(gallery: Gallery) -> Usage:
    looks = VISIT_SECONDS / LOOK_SECONDS
    requests = looks * REQUESTS_A_LOOK + MONTHS + OPENED + OPENING_REQUESTS
    authorized = VISIT_SECONDS / AUTHORIZED_SECONDS
    drawn = OPENED * DRAWN_SHARE
    files = TILES + OPENED + PAGE_FILES + (VIDEO_REQUESTS if gallery.videos else 0)
    calls = requests + authorized + 2 * drawn  # a preview is drawn, and its event is looked at
    one = Usage(
        s3_get=files + drawn,
        s3_put=drawn,
        read_unit=looks * UNITS_A_LOOK
        + MONTHS * UNITS_A_MONTH
        + OPENED
        + OPENING_UNITS
        + authorized,
        lambda_request=calls,
        lambda_gb_second=(requests + authorized) * ANSWER_SECONDS
        + 2 * COLD_START_SECONDS
        + drawn * DRAW_GB_SECONDS,
        api_request=requests,
        edge_request=requests + files,
        edge_function=2 * files - PAGE_FILES,  # before and after a picture, before a page
        queue_request=drawn * MESSAGE_REQUESTS,
        key_request=1,
    ) + _logs(calls)
    here = Usage(edge_gb=seen_gb(gallery), person=gallery.people if gallery.views else 0)
    return one.times(gallery.views) + here


def _uploads(gallery: Gallery) -> Usage:
    videos = round(gallery.uploads * gallery.videos / gallery.files) if gallery.files else 0
    return _arrivals(gallery, gallery.uploads - videos, videos, bulk=False)


def _arrivals(gallery: Gallery, photos: int, videos: int, *, bulk: bool) -> Usage:
    """Files that come in, each alone or (in bulk) many at a time in the order of the lists."""
    image_bytes, files = round(photos * gallery.mb_a_photo * 1e6), photos + videos
    drawn = estimated(Workload(0, 0, photos, videos, 0, image_bytes, videos * MAX_VIDEO_BYTES))
    parts = sum(
        count * (math.ceil(mb / PART_MB) + 2)
        for count, mb in ((photos, gallery.mb_a_photo), (videos, MB_A_VIDEO))
        if mb > PART_MB
    )
    whole = photos if gallery.mb_a_photo <= PART_MB else 0
    calls = files * (BULK_CALLS if bulk else EVENTS + 1)
    gb_seconds = files * (BULK_UPLOAD_GB_SECONDS if bulk else UPLOAD_GB_SECONDS)
    lists = files * (PAGE_WRITE_UNITS if bulk else LIST_WRITE_UNITS)
    return Usage(
        s3_put=whole + parts + drawn.put_requests,
        s3_get=drawn.get_requests,
        write_unit=drawn.row_write_units + lists,
        read_unit=drawn.read_units + files * (BULK_LIST_READ_UNITS if bulk else LIST_READ_UNITS),
        lambda_request=calls + files,
        lambda_gb_second=drawn.lambda_gb_seconds + gb_seconds + files * ANSWER_SECONDS,
        api_request=files,
        edge_request=files,
        queue_request=files * EVENTS * (BULK_MESSAGE_REQUESTS if bulk else MESSAGE_REQUESTS),
    ) + _logs(calls + files)


def _logs(calls: float) -> Usage:
    """Lines of so many calls, written and kept."""
    gb = calls * LOG_KB / 1e6
    return Usage(log_gb=gb, log_gb_month=gb)
