"""One picture of the sample album: which scene, when, where, with which camera, in which file."""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from infra.local.album_scene import Scene


@dataclass(frozen=True)
class Camera:
    """A camera as EXIF tells of it.

    Attributes:
        make: Its maker.
        model: Its name.
        lens: The lens on it.
        focal_mm: Focal length, millimetres.
        aperture: F-number.
    """

    make: str
    model: str
    lens: str
    focal_mm: float
    aperture: float


@dataclass(frozen=True)
class Place:
    """Where a picture was taken.

    Attributes:
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        altitude_m: Metres above the sea.
        offset_hours: Of the clock there from UTC.
    """

    latitude: float
    longitude: float
    altitude_m: float
    offset_hours: float


@dataclass(frozen=True)
class Picture:
    """One file of the album.

    Attributes:
        path: Inside the album's folder, with forward slashes; unique.
        title: What the file says it shows; empty: nothing.
        taken: Local time with its offset; None: the file has no date.
        scene: What is painted; its seed makes it what it is.
        size: Upright (width, height), pixels.
        orientation: EXIF's 1 to 8: how the file must be turned to stand upright.
        camera: What EXIF tells of it; None: nothing.
        place: GPS position; None: none.
        artist: Whose picture.
        seconds: Length of a video; 0 for a photo.
    """

    path: str
    title: str
    taken: datetime | None
    scene: Scene
    size: tuple[int, int]
    orientation: int
    camera: Camera | None
    place: Place | None
    artist: str
    seconds: float = 0.0


FUJI = Camera("FUJIFILM", "X-T4", "XF16-55mmF2.8 R LM WR", 23.0, 5.6)


PHONE = Camera("Apple", "iPhone 13", "iPhone 13 back dual wide camera 5.1mm f/1.6", 5.1, 1.6)


OLD_PHONE = Camera("Apple", "iPhone 7", "iPhone 7 back camera 3.99mm f/1.8", 3.99, 1.8)


CANON = Camera("Canon", "Canon EOS R6", "RF24-105mm F4 L IS USM", 35.0, 8.0)


SONY = Camera("SONY", "ILCE-7M3", "FE 20mm F1.8 G", 20.0, 1.8)


NIKON = Camera("NIKON CORPORATION", "NIKON D750", "24.0-120.0 mm f/4.0", 50.0, 7.1)


PIXEL = Camera("Google", "Pixel 7", "Pixel 7 back camera 6.81mm f/1.85", 6.81, 1.85)


PROVENCE = Place(43.9126, 5.0510, 640, 2)


HARZ = Place(51.7991, 10.6156, 880, 1)


SAHARA = Place(31.0802, -4.0134, 710, 0)


CONSTANCE = Place(47.6603, 9.1758, 396, 2)


LOFOTEN = Place(68.0710, 13.1620, 12, 1)


BLACK_FOREST = Place(48.0167, 8.1333, 940, 2)


DOLOMITES = Place(46.6180, 12.3020, 2340, 2)


UTAH = Place(36.9833, -110.1120, 1580, -6)


HOME = Place(48.1486, 11.3210, 560, 1)


HOME_SUMMER = Place(48.1486, 11.3210, 560, 2)


SKYE = Place(57.5061, -6.1830, 220, 1)


SEYCHELLES = Place(-4.3710, 55.8272, 3, 4)


TUSCANY = Place(43.0640, 11.6030, 430, 2)


BRITTANY = Place(48.3300, -4.7710, 18, 2)


SMOKIES = Place(35.5628, -83.4985, 2020, -4)


PATAGONIA = Place(-50.9423, -73.4068, 60, -3)


ICELAND = Place(64.1466, -16.2310, 30, 0)


LA_PALMA = Place(28.7540, -17.8850, 2390, 1)


NEPAL = Place(28.2096, 83.9856, 3200, 5.75)


A32, A43, A169 = (1920, 1280), (1800, 1350), (2048, 1152)


UP23, UP34, SQUARE = (1280, 1920), (1350, 1800), (1440, 1440)


PANO, WIDE = (3000, 1000), (2880, 900)


BIG32, BIG43, BIG_UP = (4240, 2832), (4000, 3000), (3000, 4000)


def _at(when: str, place: Place) -> datetime:
    zone = timezone(timedelta(hours=place.offset_hours))
    return datetime.strptime(when, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone)


def photo(
    path: str,
    title: str,
    when: str,
    place: Place,
    camera: Camera,
    size: tuple[int, int],
    scene: Scene,
    orientation: int = 1,
    artist: str = "Mara Lindqvist",
) -> Picture:
    """A photo near a place at its local time, `when` written as 2019-09-07 09:12:26."""
    near = Place(
        round(place.latitude + (scene.seed % 7 - 3) * 0.0041, 6),
        round(place.longitude + (scene.seed % 11 - 5) * 0.0037, 6),
        place.altitude_m,
        place.offset_hours,
    )
    return Picture(path, title, _at(when, place), scene, size, orientation, camera, near, artist)
