from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import numpy as np
import pillow_heif
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.errors import UndrawableError
from chalicelib.imaging.develop import develop, draw_preview
from tests.imaging.pictures import (
    a_jpeg,
    a_video,
    corners_of,
    display_p3,
    distance,
    drawing_of,
    four_corners,
    middle_of,
    odd_press,
    png_header,
    saved,
    with_segment,
)

UPRIGHT = ["red", "green", "blue", "yellow"]
# Where a viewer shows the four stored corners, by the drawings of the EXIF standard (4.6.5, A).
TURNED = {
    1: ["red", "green", "blue", "yellow"],
    2: ["green", "red", "yellow", "blue"],
    3: ["yellow", "blue", "green", "red"],
    4: ["blue", "yellow", "red", "green"],
    5: ["red", "blue", "green", "yellow"],
    6: ["blue", "red", "yellow", "green"],
    7: ["yellow", "green", "blue", "red"],
    8: ["green", "yellow", "red", "blue"],
}


@pytest.mark.parametrize(("orientation", "corners"), TURNED.items())
def test_a_photo_is_turned_upright_and_fits_the_box_afterwards(orientation, corners):
    drawing = drawing_of(a_jpeg(1600, 1200, orientation))

    upright = (1600, 1200) if orientation < 5 else (1200, 1600)
    assert corners_of(drawing.thumb.data) == corners
    assert corners_of(drawing.small.data) == corners
    assert (drawing.width, drawing.height) == upright
    assert (drawing.thumb.width, drawing.thumb.height) == (
        (800, 600) if orientation < 5 else (450, 600)
    )
    assert (drawing.small.width, drawing.small.height) == (
        (320, 240) if orientation < 5 else (180, 240)
    )


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", [1, 3, 6, 7])
def test_every_format_with_an_orientation_is_turned_once(kind, orientation):
    exif = Image.Exif()
    exif[274] = orientation

    drawing = drawing_of(saved(four_corners(), kind, exif=exif))

    assert corners_of(drawing.thumb.data) == TURNED[orientation]
    assert (drawing.width, drawing.height) == ((400, 300) if orientation < 5 else (300, 400))


def test_a_heic_is_turned_by_its_container_and_not_again_by_its_exif():
    exif = Image.Exif()
    exif[274] = 6
    pillow_heif.register_heif_opener()  # only to write it
    buffer = BytesIO()
    pillow_heif.from_pillow(four_corners()).save(buffer, exif=exif.tobytes(), quality=80)

    drawing = drawing_of(buffer.getvalue())

    assert corners_of(drawing.thumb.data) == TURNED[6]
    assert (drawing.width, drawing.height) == (300, 400)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF"])
def test_every_kind_of_picture_is_drawn_as_jpeg_with_nothing_beside(kind):
    drawing = drawing_of(saved(four_corners(900, 900), kind))

    thumb = Image.open(BytesIO(drawing.thumb.data))
    assert (thumb.format, thumb.mode, thumb.size) == ("JPEG", "RGB", (600, 600))
    assert not thumb.info.get("progressive")  # small ones gain nothing by it
    assert not {"exif", "icc_profile", "comment", "xmp"} & thumb.info.keys()
    assert corners_of(drawing.thumb.data) == UPRIGHT
    assert not drawing.damaged


@pytest.mark.parametrize(
    ("size", "thumb"),
    [((20000, 1), (800, 1)), ((1, 20000), (1, 600)), ((37, 21), (37, 21)), ((1, 1), (1, 1))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_strip_keeps_a_pixel_and_a_small_picture_its_size(size, thumb, kind):
    drawing = drawing_of(saved(Image.new("RGB", size, "teal"), kind))

    assert (drawing.thumb.width, drawing.thumb.height) == thumb
    assert Image.open(BytesIO(drawing.thumb.data)).size == thumb


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 1500),
    height=st.integers(1, 1500),
    orientation=st.integers(1, 8),
    kind=st.sampled_from(["JPEG", "PNG"]),
)
def test_a_rendition_is_always_inside_its_box_and_never_enlarged(width, height, orientation, kind):
    exif = Image.Exif()
    exif[274] = orientation

    drawing = drawing_of(saved(Image.new("RGB", (width, height), "navy"), kind, exif=exif))

    boxes = ((drawing.thumb, 800, 600), (drawing.small, 320, 240))
    for rendition, box_width, box_height in boxes:
        assert 1 <= rendition.width <= min(box_width, drawing.width)
        assert 1 <= rendition.height <= min(box_height, drawing.height)
        assert Image.open(BytesIO(rendition.data)).size == (rendition.width, rendition.height)
    assert {drawing.width, drawing.height} == {width, height}


def test_a_preview_is_inside_its_larger_box():
    data = a_jpeg(4000, 3000, orientation=6)

    preview = draw_preview(BytesIO(data), len(data))

    assert (preview.width, preview.height) == (1152, 1536)
    assert corners_of(preview.data) == TURNED[6]


def test_a_noisy_thumbnail_is_saved_at_less_quality_and_stays_small():
    noise = np.random.default_rng(1).integers(60, 200, (600, 800, 3), dtype=np.uint8)

    drawing = drawing_of(saved(Image.fromarray(noise), "PNG"))

    assert len(drawing.thumb.data) <= 100_000  # at quality 85 it would be over 280 kB


# (220, 60, 60) of Display P3 is (239, 35, 50) in sRGB: worked out with the published matrices.
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
def test_display_p3_becomes_srgb(kind):
    image = Image.new("RGB", (64, 64), (220, 60, 60))

    drawing = drawing_of(saved(image, kind, icc_profile=display_p3()))

    assert distance(middle_of(drawing.thumb.data), (239, 35, 50)) <= 4


def test_display_p3_in_a_heic_becomes_srgb():
    heif = pillow_heif.from_pillow(Image.new("RGB", (64, 64), (220, 60, 60)))
    buffer = BytesIO()
    heif.save(buffer, icc_profile=display_p3(), quality=95)

    drawing = drawing_of(buffer.getvalue())

    assert distance(middle_of(drawing.thumb.data), (239, 35, 50)) <= 5


@pytest.mark.parametrize(
    "profile", [b"no profile", display_p3()[:200], b"\x00" * 128, odd_press(), display_p3()[:-90]]
)
def test_a_broken_or_foreign_profile_changes_no_colour(profile):
    image = Image.new("RGB", (64, 64), (220, 60, 60))

    drawing = drawing_of(saved(image, icc_profile=profile, quality=95))

    assert distance(middle_of(drawing.thumb.data), (220, 60, 60)) <= 4


def test_cmyk_is_read_by_its_own_profile():
    cyan = Image.new("CMYK", (64, 64), (255, 0, 0, 0))

    drawing = drawing_of(saved(cyan, icc_profile=odd_press(), quality=95))

    assert distance(middle_of(drawing.thumb.data), (119, 119, 119)) <= 4  # L* 50 in sRGB


def test_cmyk_without_a_profile_is_drawn_all_the_same():
    drawing = drawing_of(saved(Image.new("CMYK", (64, 64), (255, 0, 0, 0)), quality=95))

    red, green, blue = middle_of(drawing.thumb.data)
    assert red < 40
    assert green > 200
    assert blue > 200


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize(("deep", "eight"), [(65535, 255), (32896, 128), (5140, 20), (0, 0)])
def test_sixteen_bit_gray_is_scaled_and_not_cut_off(kind, deep, eight):
    image = Image.fromarray(np.full((50, 70), deep, dtype=np.uint16))

    drawing = drawing_of(saved(image, kind))

    assert distance(middle_of(drawing.thumb.data), (eight,) * 3) <= 2


@pytest.mark.parametrize("byte_order", ["<", ">"])
def test_sixteen_bit_gray_is_scaled_down_smoothly_in_either_byte_order(byte_order):
    ramp = np.linspace(0, 65535, 1600).round().astype(np.uint16)
    rows = np.tile(ramp, (1200, 1)).astype(f"{byte_order}u2")
    image = Image.frombytes("I;16" if byte_order == "<" else "I;16B", (1600, 1200), rows.tobytes())

    thumb = Image.open(BytesIO(drawing_of(saved(image, "TIFF")).thumb.data)).convert("L")

    # By hand: column x of 800 shows the ramp at (2x + 1) / 1600 of its way.
    found = [thumb.getpixel((x, 300)) for x in range(20, 800, 60)]
    assert found == pytest.approx([255 * (2 * x + 1) / 1600 for x in range(20, 800, 60)], abs=3)


def test_floating_point_gray_is_stretched_to_what_it_holds():
    ramp = np.linspace(0.0, 1.0, 100, dtype=np.float32).repeat(50).reshape(100, 50)

    drawing = drawing_of(saved(Image.fromarray(ramp), "TIFF"))

    assert distance(middle_of(drawing.thumb.data), (128,) * 3) <= 4


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF", "AVIF"])
def test_what_is_transparent_becomes_white_and_not_its_hidden_colour(kind):
    hidden = Image.new("RGBA", (60, 60), (0, 0, 0, 0))
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}

    drawing = drawing_of(saved(hidden, kind, **options))

    assert distance(middle_of(drawing.thumb.data), (255, 255, 255)) <= 2


def test_half_transparent_black_becomes_middle_gray():
    drawing = drawing_of(saved(Image.new("RGBA", (60, 60), (0, 0, 0, 128)), "PNG"))

    assert distance(middle_of(drawing.thumb.data), (127, 127, 127)) <= 2


def test_a_transparent_palette_and_a_transparent_gray_become_white():
    palette = Image.new("P", (40, 40), 3)
    palette.putpalette([0, 0, 0] * 16)

    for image, kind in ((palette, "PNG"), (palette, "GIF"), (Image.new("L", (40, 40), 3), "PNG")):
        drawing = drawing_of(saved(image, kind, transparency=3))

        assert distance(middle_of(drawing.thumb.data), (255, 255, 255)) <= 2


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_mode_of_png_is_drawn(mode):
    drawing = drawing_of(saved(four_corners().convert(mode), "PNG"))

    assert (drawing.thumb.width, drawing.thumb.height) == (400, 300)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_an_animation_shows_its_first_frame(kind):
    frames = [Image.new("RGB", (60, 60), colour) for colour in ("red", "blue", "lime")]

    drawing = drawing_of(saved(frames[0], kind, save_all=True, append_images=frames[1:]))

    assert distance(middle_of(drawing.thumb.data), (254, 0, 0)) <= 6


def test_a_jpeg_cut_in_half_shows_its_upper_half_and_is_marked_as_damaged():
    data = a_jpeg(1600, 1200)

    drawing = drawing_of(data[: len(data) // 2])

    assert drawing.damaged
    assert corners_of(drawing.thumb.data)[:2] == ["red", "green"]
    assert (drawing.width, drawing.height) == (1600, 1200)


@pytest.mark.parametrize(
    ("kind", "left"),
    [("PNG", slice(0, 2)), ("TIFF", slice(0, 2)), ("BMP", slice(2, 4))],  # BMP begins at the bottom
)
def test_other_pictures_cut_short_show_what_is_left_and_are_marked_as_damaged(kind, left):
    noise = np.random.default_rng(2).integers(0, 9, (300, 400, 3), dtype=np.uint8)
    image = Image.fromarray(np.asarray(four_corners()) - noise)
    data = saved(image, kind)

    drawing = drawing_of(data[: len(data) * 3 // 4])

    assert drawing.damaged
    assert corners_of(drawing.thumb.data)[left] == UPRIGHT[left]


def test_a_whole_photo_is_not_marked_as_damaged():
    assert not drawing_of(a_jpeg()).damaged


def test_a_jpeg_cut_before_its_pixels_is_truncated():
    data = a_jpeg(1600, 1200)
    scan = data.index(b"\xff\xda")

    for end in (scan - 30, scan + 2, scan + 14):
        with pytest.raises(UndrawableError) as caught:
            drawing_of(data[:end])

        assert caught.value.reason == "truncated"


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_a_picture_that_is_shorter_than_it_says_is_truncated_when_nothing_is_left(kind):
    data = saved(four_corners(), kind)

    with pytest.raises(UndrawableError) as caught:
        drawing_of(data[: len(data) // 3])

    assert caught.value.reason == "truncated"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"Dear diary,\nno picture today.\n" * 50, "unsupported"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "unsupported"),
        (b"%PDF-1.7\n" + b"\xff\xd8\xff\xe0" * 20, "unsupported"),
        (b"\x89PNG\r\n\x1a\n" + b"garbage" * 99, "corrupt"),
        (
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + b"no" * 999,
            "corrupt",
        ),
        (b"GIF89a" + b"\x00" * 4, "corrupt"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"?" * 60, "corrupt"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"?" * 200, "corrupt"),
        (png_header(64_000, 64_000), "too-large"),
        (png_header(30_000, 30_000), "too-large"),
        (png_header(0, 10), "corrupt"),
    ],
    ids=lambda value: value if isinstance(value, str) else repr(value[:12]),
)
def test_what_is_no_picture_has_a_reason(data, reason):
    with pytest.raises(UndrawableError) as caught:
        develop(BytesIO(data), len(data))

    assert caught.value.reason == reason
    assert caught.value.detail.endswith(".")


def test_a_jpeg_that_promises_too_many_pixels_is_refused_by_its_header():
    data = bytearray(a_jpeg())
    frame = data.index(b"\xff\xc0")
    data[frame + 5 : frame + 9] = b"\xff\xdc\xff\xdc"

    with pytest.raises(UndrawableError) as caught:
        drawing_of(bytes(data))

    assert caught.value.reason == "too-large"


def test_a_progressive_jpeg_is_refused_sooner_because_it_is_held_as_a_whole():
    data = bytearray(a_jpeg(progressive=True, subsampling="4:4:4"))
    frame = data.index(b"\xff\xc2")
    data[frame + 5 : frame + 9] = (16_000).to_bytes(2, "big") * 2

    with pytest.raises(UndrawableError) as caught:
        drawing_of(bytes(data))

    assert caught.value.reason == "too-large"


@pytest.mark.parametrize(
    ("mode", "size"), [("P", (10_000, 8_000)), ("RGBA", (9_000, 7_200))], ids=["palette", "alpha"]
)
def test_a_large_photo_with_a_palette_or_alpha_is_drawn(mode, size):
    # 80 and 65 megapixels: alpha is paid for twice
    data = saved(Image.new(mode, size, 5 if mode == "P" else (9, 9, 9, 255)), "PNG")

    drawing = drawing_of(data)

    assert drawing.thumb.width == 750


def test_junk_before_and_inside_a_jpeg_header_is_passed_over():
    data = a_jpeg()
    quantisation = data.index(b"\xff\xdb")

    before = drawing_of(b"\r\n\x00junk" + data)
    inside = drawing_of(data[:quantisation] + b"hello" + data[quantisation:])

    assert corners_of(before.thumb.data) == corners_of(inside.thumb.data) == UPRIGHT
    assert not before.damaged


@pytest.mark.parametrize(
    "payload",
    [
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
        b"Exif\x00\x00",
    ],
)
def test_broken_exif_does_not_keep_a_photo_from_being_drawn(payload):
    drawing = drawing_of(with_segment(a_jpeg(), 0xE1, payload))

    assert corners_of(drawing.thumb.data) == UPRIGHT


def test_a_broken_list_of_further_pictures_does_not_keep_a_photo_from_being_drawn():
    drawing = drawing_of(with_segment(a_jpeg(), 0xE2, b"MPF\x00II*\x00\x08\x00\x00\x00\x01\x00"))

    assert corners_of(drawing.thumb.data) == UPRIGHT


def test_a_png_with_more_text_than_pillow_allows_is_drawn():
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("comment", "x" * 2_000_000, zip=True)

    drawing = drawing_of(saved(four_corners(), "PNG", pnginfo=info))

    assert corners_of(drawing.thumb.data) == UPRIGHT


def test_many_threads_draw_the_same_bytes_at_once():
    files = [a_jpeg(900, 700, orientation, icc_profile=display_p3()) for orientation in range(1, 9)]
    alone = [drawing_of(data) for data in files]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(drawing_of, files * 3))

    assert together == alone * 3


@pytest.mark.parametrize("data", [a_jpeg(1600, 1200), a_video()], ids=["photo", "video"])
def test_a_failing_network_is_not_the_photos_fault(data):
    class Broken(BytesIO):
        reads = 0

        def read(self, size=-1):
            self.reads += 1
            if self.reads > 1:
                raise ConnectionResetError("peer went away")
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        develop(Broken(data), len(data))


@settings(max_examples=150, deadline=None)
@given(
    seed=st.sampled_from(["JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP"]),
    places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=12),
    keep=st.floats(0.05, 1),
)
def test_a_mangled_picture_is_drawn_or_refused_and_nothing_else(seed, places, keep):
    data = bytearray(SEEDS[seed])
    for place, value in places:
        data[int(place * (len(data) - 1))] = value
    mangled = bytes(data[: max(1, int(len(data) * keep))])

    try:
        drawing = drawing_of(mangled)
    except UndrawableError:
        return
    assert drawing.thumb.width <= 800
    assert drawing.thumb.height <= 600


SEEDS = {
    kind: saved(four_corners(120, 90), kind)
    for kind in ("JPEG", "PNG", "GIF", "TIFF", "WEBP", "BMP")
}
