"""What sidecars say, as Exiv2 reads it: the library that digiKam and others are built on."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path
from typing import Any

import pyexiv2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from chalicelib.api.serializers import asset_json
from chalicelib.domain.asset import Asset, Face
from migrations.export.sidecar import sidecar
from tests.builders import an_asset, wall_clock

NAMES = {"p1": "Ann Lee", "p2": "Bob"}
REGIONS = "Xmp.mwg-rs.Regions/mwg-rs:"
LEAVING = (Path(__file__).parents[2] / "docs/leaving.md").read_text()
Read = Callable[[Asset], dict[str, Any]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads back what is written of an asset: Exiv2's properties by name."""

    def properties(asset: Asset) -> dict[str, Any]:
        path = tmp_path / "IMG.jpg.xmp"
        path.write_bytes(sidecar(asset, NAMES))
        with pyexiv2.Image(str(path)) as image:
            found: dict[str, Any] = image.read_xmp()
        return found

    return properties


def a_face(person_id: str | None = "p1", *box: int) -> Face:
    left, top, right, bottom = box or (40, 30, 120, 90)
    return Face(person_id, (left, top, right, bottom), (400, 300), "machine-learning")


def full_asset() -> Asset:
    """One of which everything is known that a sidecar can say."""
    return an_asset(
        taken_local=wall_clock("2024-05-17T09:30:00.123"),
        utc_offset_minutes=-210,
        is_favorite=True,
        faces={"f1": a_face(), "f2": a_face("p2", 0, 0, 40, 30), "f3": a_face(None)},
        details={
            "latitude": -33.8567844,
            "longitude": 151.2131080,
            "altitude": -3.5,
            "city": "Sydney",
            "state": "New South Wales",
            "country": "Australia",
            "title": "Opera & harbour",
            "description": "first line,\r\nsecond <b>line</b>",
            "artist": "Ann, Bob",
            "rating": 4,
            "tags": ("Holiday/Australia", "a, b", "sea"),
            "albums": ("Down under", "2024"),
        },
    )


def as_the_api_says(found: dict[str, Any]) -> dict[str, Any]:
    """Properties in the API's words; what no property says is not there."""

    def text(name: str) -> Any:
        return found.get(name, {}).get('lang="x-default"')

    date = found.get("Xmp.exif.DateTimeOriginal")
    moment = datetime.fromisoformat(date) if date else None
    offset = moment.utcoffset() if moment else None
    tags = found.get("Xmp.digiKam.TagsList", [])
    known = {
        "media_date": moment and moment.replace(tzinfo=None).isoformat(timespec="milliseconds"),
        "utc_offset_minutes": None if offset is None else offset // timedelta(minutes=1),
        "latitude": degrees(found.get("Xmp.exif.GPSLatitude")),
        "longitude": degrees(found.get("Xmp.exif.GPSLongitude")),
        "altitude": metres(found),
        "city": found.get("Xmp.photoshop.City"),
        "state": found.get("Xmp.photoshop.State"),
        "country": found.get("Xmp.photoshop.Country"),
        "title": text("Xmp.dc.title"),
        "description": text("Xmp.dc.description"),
        "artist": next(iter(found.get("Xmp.dc.creator", ())), None),
        "rating": int(found["Xmp.xmp.Rating"]) if "Xmp.xmp.Rating" in found else None,
        "is_favorite": found.get("Xmp.fstop.favorite") == "1",
        "tags": [tag for tag in tags if tag != "Favorite" and not tag.startswith("Albums/")],
        "albums": [tag.removeprefix("Albums/") for tag in tags if tag.startswith("Albums/")],
        "people": [(region["name"], region["box"]) for region in regions(found)],
    }
    return {name: value for name, value in known.items() if value not in (None, [])}


def degrees(text: str | None) -> float | None:
    """``52,31.2N``; XMP specification part 2, GPSCoordinate."""
    if text is None:
        return None
    whole, minutes = text[:-1].split(",")
    return (1 if text[-1] in "NE" else -1) * (int(whole) + float(minutes) / 60)


def metres(found: dict[str, Any]) -> float | None:
    if "Xmp.exif.GPSAltitude" not in found:
        return None
    sign = -1 if found["Xmp.exif.GPSAltitudeRef"] == "1" else 1
    return sign * float(Fraction(found["Xmp.exif.GPSAltitude"]))


def regions(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Faces of an upright picture of 400 x 300: names and boxes in pixels."""
    listed: list[dict[str, Any]] = []
    while f"{REGIONS}RegionList[{len(listed) + 1}]" in found:
        region = f"{REGIONS}RegionList[{len(listed) + 1}]/mwg-rs:"
        assert found[f"{region}Type"] == "Face"
        assert found[f"{region}Area/stArea:unit"] == "normalized"
        x, y, w, h = (float(found[f"{region}Area/stArea:{side}"]) for side in "xywh")
        corners = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
        sizes = (400, 300, 400, 300)
        box = [round(part * size) for part, size in zip(corners, sizes, strict=True)]
        listed.append({"name": found.get(f"{region}Name"), "box": box})
    return listed


def test_a_sidecar_says_what_the_api_says(read: Read):
    asset = full_asset()

    found = as_the_api_says(read(asset))

    api = asset_json(asset)
    names = {"p1": "Ann Lee", "p2": "Bob", None: None}
    people = [(names[face["person_id"]], face["box"]) for face in api["faces"]]
    assert found == {
        **{name: api[name] for name in found if name != "people"},
        "latitude": pytest.approx(api["latitude"], abs=1e-9),
        "longitude": pytest.approx(api["longitude"], abs=1e-9),
        "people": people,
    }
    assert found.keys() > asset.details.keys()


def test_the_page_on_leaving_names_each_property():
    data = sidecar(full_asset(), NAMES)

    properties = set(re.findall(rb"^   <([A-Za-z0-9-]+:[A-Za-z]+)", data, re.MULTILINE))
    assert len(properties) == 21
    for name in properties | {b"fstop:favorite"}:
        assert f"`{name.decode()}`" in LEAVING or f"`{name.decode()}` 3" in LEAVING


def test_of_a_photo_that_nobody_knows_anything_of_the_sidecar_says_nothing(read: Read):
    assert read(an_asset(taken_local=None)) == {}


def test_each_program_finds_the_date_where_it_looks(read: Read):
    found = read(an_asset(taken_local=wall_clock("2024-05-17T09:30"), utc_offset_minutes=120))

    for name in ("exif.DateTimeOriginal", "photoshop.DateCreated", "xmp.CreateDate"):
        assert found[f"Xmp.{name}"] == "2024-05-17T09:30:00+02:00"


@pytest.mark.parametrize(
    ("local", "utc", "offset", "written"),
    [
        ("2024-05-17T09:30", None, None, "2024-05-17T09:30:00"),
        ("2024-05-17T09:30", None, 0, "2024-05-17T09:30:00+00:00"),
        ("2024-05-17T09:30", None, 345, "2024-05-17T09:30:00+05:45"),
        ("2024-05-17T09:30", None, 100_000, "2024-05-17T09:30:00"),
        (None, datetime(2024, 5, 17, 7, 30, tzinfo=UTC), None, "2024-05-17T07:30:00+00:00"),
        ("0044-03-15", None, None, "0044-03-15T00:00:00"),
    ],
)
def test_a_date_has_an_offset_only_where_one_is_known(
    local: str | None, utc: datetime | None, offset: int | None, written: str, read: Read
):
    asset = an_asset(
        taken_local=local and wall_clock(local), taken_at=utc, utc_offset_minutes=offset
    )

    assert read(asset)["Xmp.exif.DateTimeOriginal"] == written


def test_tags_are_flat_for_some_programs_and_a_tree_for_others(read: Read):
    found = read(
        an_asset(
            is_favorite=True,
            details={"tags": ("Places/Spain", "Trips/Spain", "x|y"), "albums": ("24/25",)},
        )
    )

    assert found["Xmp.dc.subject"] == ["Spain", "x|y"]
    assert found["Xmp.digiKam.TagsList"] == [
        *("Places/Spain", "Trips/Spain", "x|y", "Albums/24_25", "Favorite")
    ]
    assert found["Xmp.lr.hierarchicalSubject"] == [
        *("Places|Spain", "Trips|Spain", "x_y", "Albums|24_25", "Favorite")
    ]


def test_a_favorite_is_picked_and_its_stars_stay_what_they_are(read: Read):
    found = read(an_asset(is_favorite=True, details={"rating": 2}))

    assert found["Xmp.fstop.favorite"] == "1"
    assert found["Xmp.digiKam.PickLabel"] == "3"
    assert found["Xmp.xmp.Rating"] == "2"


def test_persons_are_named_once_also_those_with_two_faces(read: Read):
    found = read(an_asset(faces={"f1": a_face(), "f2": a_face(), "f3": a_face("nameless")}))

    assert found["Xmp.iptcExt.PersonInImage"] == ["Ann Lee"]
    assert [region["name"] for region in regions(found)] == ["Ann Lee", "Ann Lee", None]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_regions_lie_on_the_faces_once_the_picture_is_upright(orientation: int, read: Read):
    """What is painted on the stored pixels by the sidecar lies on the face, says Pillow."""
    box = (40, 30, 120, 90)
    found = read(
        an_asset(
            width=400,
            height=300,
            faces={"f": a_face("p1", *box)},
            details={"orientation": orientation},
        )
    )
    size = tuple(int(found[f"{REGIONS}AppliedToDimensions/stDim:{side}"]) for side in "wh")
    area = f"{REGIONS}RegionList[1]/mwg-rs:Area/stArea:"
    x, y, w, h = (float(found[area + side]) for side in "xywh")
    stored = Image.new("L", (size[0], size[1]))
    left, top = (x - w / 2) * size[0], (y - h / 2) * size[1]
    ImageDraw.Draw(stored).rectangle(
        (round(left), round(top), round(left + w * size[0]) - 1, round(top + h * size[1]) - 1), 255
    )
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = BytesIO()
    stored.save(file, "PNG", exif=exif)

    upright = ImageOps.exif_transpose(Image.open(file))

    assert upright.size == (400, 300)
    assert upright.getbbox() == box


@pytest.mark.parametrize(
    ("box", "image_size"), [((0, 0, 10, 10), (0, 0)), ((0, 0, 0, 0), (400, 300))]
)
def test_who_is_in_the_picture_is_named_also_where_nobody_knows_where(
    box: tuple[int, int, int, int], image_size: tuple[int, int], read: Read
):
    found = read(an_asset(faces={"f": Face("p1", box, image_size, "manual")}))

    assert found["Xmp.iptcExt.PersonInImage"] == ["Ann Lee"]
    assert not regions(found)


def test_a_description_is_under_the_name_that_wins_over_the_photos_own_in_immich(read: Read):
    found = read(an_asset(details={"description": "the lake"}))

    assert found["Xmp.tiff.ImageDescription"] == found["Xmp.dc.description"]
    assert found["Xmp.tiff.ImageDescription"] == {'lang="x-default"': "the lake"}


def test_a_tag_that_is_called_like_an_album_or_a_favorite_is_there_once(read: Read):
    tags, albums = ("Favorite", "Albums/X", "A/B"), ("X", "X|Y", "X_Y")
    asset = an_asset(is_favorite=True, details={"tags": tags, "albums": albums})

    found = read(asset)

    assert found["Xmp.digiKam.TagsList"] == [
        *("Favorite", "Albums/X", "A/B", "Albums/X|Y", "Albums/X_Y")
    ]
    assert found["Xmp.lr.hierarchicalSubject"] == [*("Favorite", "Albums|X", "A|B", "Albums|X_Y")]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
def test_any_text_is_well_formed_and_comes_back(text: str, read: Read):
    """XML has no room for control characters, U+FFFE and U+FFFF: those are left out."""
    asset = an_asset(details={"description": text, "tags": (f"a{text}",)})

    found = read(asset)

    allowed = "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and c not in "\x7f\ufffe\uffff")
    )
    assert found.get("Xmp.dc.description", {'lang="x-default"': ""}) == {
        'lang="x-default"': allowed
    }
    assert found["Xmp.digiKam.TagsList"] == [f"a{allowed}"]


def test_the_same_asset_gives_the_same_bytes():
    faces = {"f1": a_face(), "f2": a_face("p2")}

    first = sidecar(an_asset(faces=faces), NAMES)
    second = sidecar(an_asset(faces=dict(reversed(faces.items()))), NAMES)

    assert first == second
