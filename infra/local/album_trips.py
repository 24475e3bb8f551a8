"""The sample album's list, trip by trip: a table, so set like one."""

from collections.abc import Iterator
from dataclasses import replace

from infra.local.album_hours import Sky
from infra.local.album_pictures import (
    A32,
    A43,
    A169,
    BIG32,
    BIG43,
    BIG_UP,
    BLACK_FOREST,
    BRITTANY,
    CANON,
    CONSTANCE,
    DOLOMITES,
    FUJI,
    HARZ,
    HOME,
    HOME_SUMMER,
    ICELAND,
    LA_PALMA,
    LOFOTEN,
    NEPAL,
    NIKON,
    OLD_PHONE,
    PANO,
    PATAGONIA,
    PHONE,
    PIXEL,
    PROVENCE,
    SAHARA,
    SEYCHELLES,
    SKYE,
    SMOKIES,
    SONY,
    SQUARE,
    TUSCANY,
    UP23,
    UP34,
    UTAH,
    WIDE,
    Picture,
    photo,
)
from infra.local.album_scene import Scene
from infra.local.album_terrain import View

GREEN_LIGHTS = ("57e39b", "37c98f", "4a7fc0", "7a4fb0")
PINK_LIGHTS = ("7cf0b0", "4fcf9a", "b56ad0", "d85a9a")


# fmt: off
def _south() -> Iterator[Picture]:
    yield photo(
        "2016 Provence/DSC_0412.JPG", "Lavender before the harvest", "2016-07-09 20:12:40",
        PROVENCE, NIKON, BIG32,
        Scene(
            "land", Sky("golden", (0.72, 0.1), "wisps", 0.5), 106, 0.36,
            View("hills", 6, 46, 300, 50, 0.5, eye=16, near=6), "lavender", air=0.9, rows=3.0,
            extras=("tree 0.24 0.43 0.2",)
        ),
    )
    yield photo(
        "2016 Provence/DSC_0431.JPG", "Wheat, and the wind in it", "2016-07-10 11:47:05",
        PROVENCE, NIKON, A32,
        Scene(
            "land", Sky("noon", None, "heaps", 0.4), 107, 0.55,
            View("hills", 9, 50, 700, 250, 2.4, eye=14, near=6), "wheat", air=2.5, rows=3.4,
            extras=("tree 0.70 0.66 0.34",)
        ),
    )
    yield photo(
        "2016 Provence/DSC_0440.JPG", "Ada", "2016-07-10 19:58:21", PROVENCE, NIKON, UP34,
        Scene("face", Sky("golden", (0.85, 0.16)), 108, 0.55, None, "ada", near="5c5a86"),
        8,
    )
    yield photo(
        "2016 Harz/IMG_1187.JPG", "Brocken in the fog", "2016-11-05 09:31:12", HARZ, OLD_PHONE,
        A43,
        Scene("forest", Sky("mist", (0.62, 0.2)), 109, 0.34, air=0.2),
    )
    yield photo(
        "2017 Sahara/DSC_0833.JPG", "Erg Chebbi, first light", "2017-03-18 06:58:30", SAHARA,
        NIKON, A32,
        Scene(
            "land", Sky("sunrise", (0.24, 0.07), "wisps", 0.35), 110, 0.38,
            View("dunes", 4, 60, 300, 150, 0.6, eye=18), "desert", air=0.8
        ),
    )
    yield photo(
        "2017 Sahara/DSC_0834.JPG", "Crest", "2017-03-18 07:02:11", SAHARA, NIKON, UP23,
        Scene(
            "land", Sky("golden"), 111, 0.34, View("dunes", 4, 66, 520, 640, 2.2, eye=14),
            "desert", air=0.8, extras=("people 0.66 0.385 0.05 0",)
        ),
        6,
    )
    yield photo(
        "2017 Sahara/DSC_0851.JPG", "Noon, no shade", "2017-03-18 12:40:55", SAHARA, NIKON, WIDE,
        Scene(
            "land", Sky("noon", None, "wisps", 0.3), 112, 0.42,
            View("dunes", 14, 62, 300, 450, 1.2, eye=20), "desert", air=0.9
        ),
    )
    yield photo(
        "2017 Sahara/DSC_0877.JPG", "More stars than sand", "2017-03-18 23:14:09", SAHARA, NIKON,
        A32,
        Scene(
            "land", Sky("night", None, stars=1.0, milky_way=True), 113, 0.66,
            View("dunes", 4, 56, 120, 800, 3.5, eye=12), "desert", air=0.9
        ),
    )
    yield photo(
        "2017 Bodensee/Summer at the lake.jpg", "Summer at the lake", "2017-08-02 19:41:00",
        CONSTANCE, OLD_PHONE, A43,
        Scene(
            "sea", Sky("golden", (0.33, 0.17), "heaps", 0.3), 114, 0.47, ground="coast",
            rough=0.25, near="2a5f7a", extras=("boat 0.66 0.20", "boat 0.80 0.09 0.015")
        ),
    )
    yield photo(
        "2017 Bodensee/Über dem See.jpg", "Über dem See", "2017-08-03 05:52:37", CONSTANCE,
        OLD_PHONE, A169,
        Scene(
            "land", Sky("dawn", None, "wisps", 0.5), 115, 0.5,
            View("alps", 11, 120, 500, 50, 2.3, eye=4, water=0.34, valley=420, rough=0.4),
            "meadow", 0.03, air=0.55, near="31506e", extras=("mist 0.50 0.022 0.9",)
        ),
    )


def _north() -> Iterator[Picture]:
    yield photo(
        "2018 Lofoten/IMG_4711.JPG", "Reine, in between two snowfalls", "2018-02-21 11:20:44",
        LOFOTEN, CANON, BIG32,
        Scene(
            "land", Sky("frost", None, "fleece", 0.4), 120, 0.5,
            View("alps", 1, 190, 500, 50, 2.3, eye=5, water=0.25, valley=260, rough=0.7),
            "winter", 0.06, air=0.8, near="28506e"
        ),
    )
    yield photo(
        "2018 Lofoten/IMG_4739.JPG", "They came at nine", "2018-02-21 21:08:02", LOFOTEN, CANON,
        A32,
        Scene(
            "land", Sky("night", None, stars=0.7, aurora=GREEN_LIGHTS), 121, 0.62,
            View("alps", 2, 95, 60, 450, 4.1, eye=4, water=0.3, valley=460, rough=0.5), "winter",
            0.05, air=1.2, near="0c1c30"
        ),
    )
    yield photo(
        "2018 Lofoten/IMG_4740.JPG", "And stayed", "2018-02-21 21:31:48", LOFOTEN, CANON, UP23,
        Scene(
            "forest", Sky("night", None, stars=0.8, aurora=PINK_LIGHTS), 122, 0.7,
            ground="summer", air=0.9, near="141d2c"
        ),
    )
    yield photo(
        "2018 Lofoten/IMG_4755.JPG", "The red cabin", "2018-02-22 16:02:19", LOFOTEN, CANON, A32,
        Scene(
            "land", Sky("blue", None, "wisps", 0.5), 123, 0.46,
            View("alps", 3, 170, 200, 650, 0.4, eye=16, valley=420, near=30, rough=0.3), "winter",
            air=0.9, extras=("cabin 0.68 0.80 0.16", "snowfall 700")
        ),
    )
    yield photo(
        "2018 Schwarzwald/DSCF2203.JPG", "Birch gold", "2018-10-13 15:22:31", BLACK_FOREST, FUJI,
        UP23,
        Scene("birches", Sky("golden", (0.68, 0.2)), 124, 0.66, ground="autumn"),
    )
    yield photo(
        "2018 Schwarzwald/DSCF2210.JPG", "Valley of fog", "2018-10-14 08:05:57", BLACK_FOREST,
        FUJI, A32,
        Scene(
            "ridges", Sky("sunrise", (0.35, 0.1), "wisps", 0.4), 125, 0.46, ground="soft",
            near="22312e", extras=("mist 0.72 0.05 0.85", "firs 0.98 0.24 0.5")
        ),
    )
    yield photo(
        "2018 Schwarzwald/DSCF2214.JPG", "Mirror at Titisee", "2018-10-14 09:40:03", BLACK_FOREST,
        FUJI, SQUARE,
        Scene(
            "land", Sky("morning", None, "heaps", 0.3), 126, 0.5,
            View("alps", 12, 95, 500, 350, 0.3, eye=3, water=0.4, valley=240, rough=0.5), "gold",
            0.05, air=0.7, near="2b4a52"
        ),
        3,
    )


def _alps() -> Iterator[Picture]:
    yield photo(
        "2019 Dolomiten/DSC01234.jpg", "Drei Zinnen hut to hut, day one", "2019-09-07 09:12:26",
        DOLOMITES, SONY, BIG43,
        Scene(
            "land", Sky("morning", None, "heaps", 0.3), 130, 0.44,
            View("alps", 21, 200, 800, 650, 3.3, eye=30, valley=500, near=50, rough=0.5),
            "summer", air=1.0, extras=("firs 1.05 0.24 0.4",)
        ),
    )
    yield photo(
        "2019 Dolomiten/DSC01260.jpg", "Alpenglow", "2019-09-07 19:28:40", DOLOMITES, SONY, A32,
        Scene(
            "land", Sky("sunset", None, "wisps", 0.5), 131, 0.48,
            View("alps", 2, 190, 400, 350, 1.3, eye=50, valley=350, near=60, rough=1.0), "dusted",
            air=0.9
        ),
    )
    yield photo(
        "2019 Dolomiten/DSC01291.jpg", "Lago, six in the morning", "2019-09-08 06:34:15",
        DOLOMITES, SONY, A32,
        Scene(
            "land", Sky("sunrise", None, "fleece", 0.35), 132, 0.5,
            View("alps", 13, 170, 250, 700, 4.0, eye=5, water=0.28, valley=300, rough=0.7),
            "autumn", 0.04, air=0.75, near="1f4a4e", extras=("mist 0.505 0.012 0.8",)
        ),
    )
    yield photo(
        "2019 Dolomiten/DSC01302.jpg", "Jon, far ahead as always", "2019-09-08 18:51:09",
        DOLOMITES, SONY, UP23,
        Scene(
            "ridges", Sky("sunset", (0.62, 0.14), "wisps", 0.6), 133, 0.52, near="2c2440",
            extras=("hill 0.80 -0.3", "people 0.37 0.815 0.24 0")
        ),
        6,
    )
    yield photo(
        "2019 Utah/DSC01710.jpg", "The long road to the buttes", "2019-10-19 17:48:33", UTAH,
        SONY, PANO,
        Scene(
            "land", Sky("golden", None, "wisps", 0.55), 134, 0.52,
            View("mesas", 5, 70, 300, 450, 0.6, eye=14), "canyon", air=1.0
        ),
    )
    yield photo(
        "2019 Utah/DSC01722.jpg", "Last light on the walls", "2019-10-19 18:36:20", UTAH, SONY,
        A32,
        Scene(
            "land", Sky("sunset", (0.42, 0.05), "fleece", 0.5), 3, 0.58,
            View("mesas", 27, 85, 100, 450, 0.6, eye=10), "canyon", air=0.8
        ),
    )
    yield photo(
        "2019 Utah/DSC01748.jpg", "Up, up", "2019-10-20 07:41:58", UTAH, SONY, A43,
        Scene(
            "land", Sky("sunrise", (0.18, 0.12), "wisps", 0.4), 136, 0.62,
            View("mesas", 15, 60, 100, 250, 2.6, eye=40, near=20), "canyon", air=0.7,
            extras=("balloons 7",)
        ),
    )
    yield photo(
        "2019 Utah/DSC01751.jpg", "", "2019-10-20 12:15:10", UTAH, SONY, UP34,
        Scene(
            "land", Sky("noon", None, "heaps", 0.35), 137, 0.56,
            View("mesas", 5, 110, 300, 450, 1.9, eye=12), "canyon", air=1.4
        ),
        8,
    )


def _home() -> Iterator[Picture]:
    hills = View("hills", 16, 34, 420, 150, 0.9, eye=9, near=6)
    tree = "tree 0.42 0.72 0.5"
    yield photo(
        "2020 Zuhause/IMG_0107.JPG", "Our lime tree, January", "2020-01-19 10:30:00", HOME, CANON,
        A32,
        Scene(
            "land", Sky("frost", None, "wisps", 0.5), 140, 0.6, hills, "winter",
            extras=(tree, "snowfall 500")
        ),
    )
    yield photo(
        "2020 Zuhause/IMG_0388.JPG", "Our lime tree, April", "2020-04-22 10:30:00", HOME_SUMMER,
        CANON, A32,
        Scene(
            "land", Sky("morning", None, "heaps", 0.35), 141, 0.6, hills, "spring", rows=2.0,
            extras=(tree, "flowers 0.82 2")
        ),
    )
    yield photo(
        "2020 Zuhause/IMG_0641.JPG", "Our lime tree, July", "2020-07-18 10:30:00", HOME_SUMMER,
        CANON, A32,
        Scene(
            "land", Sky("noon", None, "heaps", 0.45), 142, 0.6, hills, "summer", rows=2.0,
            extras=(tree, "flowers 0.84 0")
        ),
    )
    yield photo(
        "2020 Zuhause/IMG_0902.JPG", "Our lime tree, October", "2020-10-17 10:30:00", HOME_SUMMER,
        CANON, A32,
        Scene(
            "land", Sky("golden", None, "fleece", 0.4), 143, 0.6, hills, "autumn", rows=2.0,
            extras=(tree, "flock 0.74 0.2 0.03 17")
        ),
    )
    yield photo(
        "2020 Zuhause/Mio lacht.jpg", "Mio", "2020-07-18 16:20:45", HOME_SUMMER, PHONE, UP34,
        Scene("face", Sky("morning", None, "heaps", 0.5), 144, 0.62, None, "mio", near="4f7a4a"),
    )
    yield photo(
        "2020 Zuhause/Oma Rut.jpg", "Rut turns eighty", "2020-10-17 15:04:12", HOME_SUMMER, CANON,
        UP23,
        Scene("face", Sky("golden", (0.2, 0.3)), 145, 0.6, None, "rut", near="8a5a34"),
        5,
    )
    yield photo(
        "2021 Allgäu/IMG_2031.JPG", "Powder", "2021-01-23 14:11:37", HOME, PHONE, UP34,
        Scene(
            "forest", Sky("frost", (0.7, 0.24), "wisps", 0.3), 146, 0.36, ground="winter",
            air=0.7, extras=("snowfall 600",)
        ),
        6,
    )
    yield photo(
        "2021 Allgäu/IMG_2044.JPG", "Pink hour", "2021-01-23 16:48:50", HOME, PHONE, A43,
        Scene(
            "land", Sky("dawn", None, "fleece", 0.4), 147, 0.44,
            View("alps", 17, 150, 800, 300, 5.2, eye=44, valley=380, near=50, rough=0.8),
            "winter", air=0.8, extras=("firs 1.02 0.26 0.5",)
        ),
    )


def _islands() -> Iterator[Picture]:
    yield photo(
        "2021 Schottland/DSCF5120.JPG", "Rain, then this", "2021-06-12 17:25:08", SKYE, FUJI,
        BIG32,
        Scene(
            "land", Sky("storm", None, "deck", 0.7), 150, 0.46,
            View("alps", 18, 90, 300, 100, 0.7, eye=26, valley=380, near=24, rough=0.6), "meadow",
            air=0.8, extras=("rainbow 0.60 0.40",)
        ),
    )
    yield photo(
        "2021 Schottland/DSCF5148.JPG", "Out to the islands", "2021-06-13 21:50:33", SKYE, FUJI,
        PANO,
        Scene(
            "land", Sky("sunset", (0.63, 0.1), "fleece", 0.5), 151, 0.5,
            View("alps", 3, 80, 500, 450, 2.3, eye=14, water=0.46, valley=300, rough=0.4),
            "meadow", 0.35, air=0.6, near="24405c"
        ),
    )
    yield photo(
        "2021 Schottland/DSCF5163.JPG", "Grey has its days too", "2021-06-14 13:07:19", SKYE,
        FUJI, A32,
        Scene(
            "sea", Sky("overcast", None, "deck", 0.75), 152, 0.48, ground="coast", rough=0.8,
            near="3d5560", extras=("flock 0.3 0.3 0.035 9",)
        ),
    )
    yield photo(
        "2022 Toskana/DSCF6402.JPG", "Val d'Orcia in the morning", "2022-05-14 06:48:22", TUSCANY,
        FUJI, A32,
        Scene(
            "land", Sky("sunrise", (0.7, 0.09), "wisps", 0.4), 153, 0.42,
            View("hills", 7, 62, 30, 50, 0.6, eye=22), "summer", air=0.4, rows=1.4,
            extras=("mist 0.52 0.05 0.7", "tree 0.3 0.5 0.13")
        ),
    )
    yield photo(
        "2022 Toskana/DSCF6417.JPG", "Poppies", "2022-05-14 12:10:41", TUSCANY, FUJI, A43,
        Scene(
            "land", Sky("noon", None, "heaps", 0.4), 154, 0.45,
            View("hills", 19, 50, 600, 250, 3.3, eye=14, near=6), "patchwork", air=2.2, rows=2.0,
            extras=("flowers 0.58 0",)
        ),
    )
    yield photo(
        "2022 Toskana/DSCF6420.JPG", "", "2022-05-14 12:10:44", TUSCANY, FUJI, A43,
        Scene(
            "land", Sky("noon", None, "heaps", 0.45), 155, 0.55,
            View("hills", 19, 50, 640, 290, 3.6, eye=16, near=6), "patchwork", air=2.2, rows=2.0,
            extras=("flowers 0.66 0",)
        ),
    )
    yield photo(
        "2022 Seychellen/IMG_3301.JPG", "Anse, before breakfast", "2022-11-08 08:15:27",
        SEYCHELLES, PHONE, A43,
        Scene(
            "beach", Sky("noon", None, "heaps", 0.4), 156, 0.42, rough=0.4, near="1b8fa8",
            extras=("palms 0.16 1.04 0.8 0.22",)
        ),
    )
    yield photo(
        "2022 Seychellen/IMG_3318.JPG", "Under the palms", "2022-11-08 18:09:55", SEYCHELLES,
        PHONE, UP34,
        Scene(
            "sea", Sky("ember", (0.4, 0.06), "fleece", 0.45), 157, 0.6, rough=0.45, near="3a2c50",
            extras=("palms 0.86 1.05 0.72 -0.22",)
        ),
        6,
    )
    yield photo(
        "2022 Seychellen/IMG_3325.JPG", "Sailing home", "2022-11-09 17:56:14", SEYCHELLES, PHONE,
        A169,
        Scene(
            "sea", Sky("sunset", (0.62, 0.12), "bank", 0.45), 158, 0.55, rough=0.5, near="2c3560",
            extras=("boat 0.34 0.24", "flock 0.75 0.2 0.03 7")
        ),
    )


def _west() -> Iterator[Picture]:
    yield photo(
        "2023 Bretagne/IMG_7702.JPG", "Phare, calm for once", "2023-08-11 21:04:18", BRITTANY,
        CANON, A32,
        Scene(
            "sea", Sky("dusk", None, "wisps", 0.6), 160, 0.6, rough=0.35, near="22365c",
            extras=("lighthouse 0.70 0.62 0.36",)
        ),
    )
    yield photo(
        "2023 Bretagne/IMG_7719.JPG", "Squall off the point", "2023-08-12 15:33:02", BRITTANY,
        CANON, A169,
        Scene(
            "sea", Sky("storm", (0.2, 0.25), "deck", 0.7), 161, 0.5, rough=1.0, near="1f3a44",
            extras=("lighthouse 0.80 0.53 0.3",)
        ),
    )
    yield photo(
        "2023 Bretagne/IMG_7741.JPG", "Low tide", "2023-08-13 10:18:47", BRITTANY, CANON, A32,
        Scene(
            "beach", Sky("morning", None, "heaps", 0.35), 162, 0.38, ground="coast", rough=0.5,
            near="2a6a82"
        ),
    )
    yield photo(
        "2023 Smoky Mountains/PXL_20231021_114210.jpg", "Why they are called smoky",
        "2023-10-21 07:42:10", SMOKIES, PIXEL, BIG43,
        Scene("ridges", Sky("dawn", None, "wisps", 0.4), 163, 0.36, ground="soft", near="1c2b48"),
    )
    yield photo(
        "2023 Smoky Mountains/PXL_20231021_114955.jpg", "Sun-up", "2023-10-21 07:49:55", SMOKIES,
        PIXEL, WIDE,
        Scene(
            "ridges", Sky("sunrise", (0.56, 0.12), "wisps", 0.5), 164, 0.42, ground="soft",
            near="33304a"
        ),
    )
    yield photo(
        "2023 Smoky Mountains/PXL_20231021_225130.jpg", "The three of us", "2023-10-21 18:51:30",
        SMOKIES, PIXEL, UP34,
        Scene(
            "ridges", Sky("ember", (0.52, 0.2)), 165, 0.56, ground="soft", near="331c34",
            extras=("hill 0.80 0.0", "people 0.5 0.812 0.22 1")
        ),
    )
    yield photo(
        "2023 Smoky Mountains/PXL_20231022_160312.jpg", "", "2023-10-22 12:03:12", SMOKIES, PIXEL,
        UP34,
        Scene("birches", Sky("golden", (0.3, 0.2)), 166, 0.62, ground="summer"),
        8,
    )


def _far() -> Iterator[Picture]:
    yield photo(
        "2024 Patagonia/DSC05511.jpg", "Lago Pehoé", "2024-02-10 08:22:13", PATAGONIA, SONY,
        BIG32,
        Scene(
            "land", Sky("golden", None, "fleece", 0.45), 170, 0.48,
            View("alps", 21, 210, 300, 250, 1.9, eye=6, water=0.26, valley=330, rough=0.8),
            "dusted", 0.1, air=1.0, near="1d6a78"
        ),
    )
    yield photo(
        "2024 Patagonia/DSC05534.jpg", "Towers", "2024-02-11 06:20:02", PATAGONIA, SONY, UP23,
        Scene(
            "land", Sky("sunrise", None, "wisps", 0.5), 171, 0.62,
            View("alps", 22, 250, 640, 700, 0.2, eye=24, valley=420, near=40, rough=0.9),
            "dusted", air=0.9
        ),
    )
    yield photo(
        "2024 Patagonia/DSC05580.jpg", "Dog of the estancia", "2024-02-11 20:47:29", PATAGONIA,
        SONY, A169,
        Scene(
            "ridges", Sky("dusk", (0.3, 0.05), "wisps", 0.6), 172, 0.55, near="141c36",
            extras=("hill 0.83 0.2", "people 0.64 0.838 0.27 4")
        ),
    )
    yield photo(
        "2024 La Palma/DSC05902.jpg", "Above the clouds, below the rest", "2024-06-08 23:52:40",
        LA_PALMA, SONY, UP23,
        Scene(
            "ridges", Sky("night", None, stars=1.0, milky_way=True), 173, 0.72, near="04060c",
            extras=("hill 0.86 0.2", "people 0.40 0.865 0.13 3")
        ),
    )
    yield photo(
        "2024 La Palma/DSC05931.jpg", "Moonrise over the sea", "2024-06-21 22:10:31", LA_PALMA,
        SONY, A32,
        Scene(
            "sea", Sky("moonlit", None, "fleece", 0.35, stars=0.3, moon=(0.58, 0.26, 0.05)), 174,
            0.58, ground="coast", rough=0.4, near="0c1c34"
        ),
    )
    yield photo(
        "2024 Nepal/IMG_8120.JPG", "Machapuchare, at last", "2024-11-02 06:31:17", NEPAL, CANON,
        A32,
        Scene(
            "land", Sky("frost", None, "bank", 0.5), 175, 0.56,
            View("alps", 23, 290, 500, 250, 4.7, eye=70, valley=560, near=80, rough=1.0),
            "dusted", air=0.9
        ),
    )
    yield photo(
        "2024 Nepal/IMG_8133.JPG", "Jon made it", "2024-11-02 06:44:50", NEPAL, CANON, UP23,
        Scene("face", Sky("frost", None, "wisps", 0.5), 176, 0.5, None, "jon", near="4a6288"),
        6, "Ada Lindqvist",
    )
    yield photo(
        "2025 Island/DSCF9011.JPG", "Vestrahorn", "2025-09-13 19:36:05", ICELAND, FUJI, PANO,
        Scene(
            "land", Sky("dusk", None, "fleece", 0.45), 177, 0.5,
            View("alps", 22, 120, 500, 250, 1.3, eye=4, water=0.36, valley=420, rough=0.3),
            "nordic", 0.04, air=0.9, near="26385c"
        ),
        3,
    )
    yield photo(
        "2025 Island/DSCF9024.JPG", "The sky again", "2025-09-13 23:20:11", ICELAND, FUJI, BIG_UP,
        Scene(
            "sea", Sky("night", None, stars=0.8, aurora=GREEN_LIGHTS), 178, 0.6, ground="coast",
            rough=0.12, near="0a1a2a"
        ),
    )
    yield photo(
        "2025 Island/DSCF9040.JPG", "Ring road tulips they are not", "2025-09-14 14:02:58",
        ICELAND, FUJI, A169,
        Scene(
            "land", Sky("overcast", None, "deck", 0.6), 179, 0.42,
            View("alps", 24, 130, 100, 900, 2.9, eye=24, valley=420, near=24, rough=0.2),
            "meadow", air=0.6, extras=("mist 0.42 0.05 0.7", "flowers 0.72 1")
        ),
        2,
    )


def _others() -> Iterator[Picture]:
    yield photo(
        "2022 Seychellen/IMG_3327.MP4", "The sun going under", "2022-11-09 18:04:30", SEYCHELLES,
        PHONE, (1280, 720),
        Scene(
            "sea", Sky("sunset", (0.56, 0.09), "fleece", 0.42), 190, 0.56, rough=0.5,
            near="2c3560"
        ),
    )
    yield Picture(
        "Postkarte ohne Datum.png", "", None,
        Scene(
            "land", Sky("golden", (0.3, 0.14), "heaps", 0.3), 191, 0.5,
            View("hills", 26, 60, 200, 600, 1.0, eye=16, near=6), "tulips", air=0.9, rows=2.4,
            extras=("balloons 4",)
        ),
        (1500, 1000), 1, None, None, "",
    )
# fmt: on


def pictures() -> tuple[Picture, ...]:
    """The whole album, oldest trip first; the one video and the undated picture last."""
    rolls = (_south, _north, _alps, _home, _islands, _west, _far)
    photos = tuple(picture for roll in rolls for picture in roll())
    video, undated = _others()
    return (*photos, replace(video, seconds=4.0), undated)
