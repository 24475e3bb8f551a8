"""ICC profiles for colours that are only named: by code points, or by EXIF.

Code points are those of ITU-T H.273, which HEIF, AVIF, PNG and video share.
"""

import struct
from collections.abc import Callable
from functools import lru_cache

from chalicelib.imaging.exif import Exif, as_bytes

Colorants = tuple[tuple[float, float, float], ...]

# Red, green and blue as XYZ, adapted to D50 as profiles want it (Bradford).
_DISPLAY_P3: Colorants = (
    (0.51512, 0.24120, -0.00105),
    (0.29198, 0.69225, 0.04189),
    (0.15710, 0.06657, 0.78407),
)
_BT_2020: Colorants = (
    (0.67348, 0.27904, -0.00193),
    (0.16567, 0.67534, 0.02998),
    (0.12505, 0.04561, 0.79685),
)
_BT_709: Colorants = (
    (0.43607, 0.22249, 0.01392),
    (0.38515, 0.71687, 0.09708),
    (0.14307, 0.06061, 0.71410),
)
_ADOBE_RGB: Colorants = (
    (0.60974, 0.31111, 0.01947),
    (0.20528, 0.62567, 0.06087),
    (0.14919, 0.06322, 0.74457),
)
_COLORANTS = {9: _BT_2020, 11: _DISPLAY_P3, 12: _DISPLAY_P3}
_LINEAR, _PQ, _HLG = 8, 16, 18
_GAMMAS = {4: 2.2, 5: 2.8}
_ADOBE_GAMMA = 563 / 256
_CURVE_POINTS = 1024

_DIFFUSE_WHITE_NITS = 203  # ITU-R BT.2408
_PEAK_NITS = 1000
_KNEE = 0.5

_META_BYTES = 1 << 16
_COLOR_SPACE, _INTEROPERABILITY_INDEX = 0xA001, 0x0001
_ADOBE_RGB_COLOR_SPACE = 2


@lru_cache(maxsize=32)
def profile_of_code_points(primaries: int, transfer: int) -> bytes:
    """The ICC profile of colours named by code points; empty where they count as sRGB.

    What is brighter than white (PQ, HLG) is bent into the range of a plain screen:
    darker than half of white nothing changes, 1000 nits become white.

    Args:
        primaries: ColourPrimaries.
        transfer: TransferCharacteristics.
    """
    curve: Callable[[float], float] = _srgb
    if transfer == _PQ:
        curve = _pq
    elif transfer == _HLG:
        curve = _hlg
    elif transfer == _LINEAR:
        curve = float
    elif transfer in _GAMMAS:
        gamma = _GAMMAS[transfer]
        return _profile(_COLORANTS.get(primaries, _BT_709), lambda signal: signal**gamma)
    elif primaries not in _COLORANTS:
        return b""
    return _profile(_COLORANTS.get(primaries, _BT_709), curve)


def read_nclx(head: bytes) -> tuple[int, int] | None:
    """ColourPrimaries and TransferCharacteristics of the first ``nclx`` box (ISO 23008-12, 6.5.5).

    Args:
        head: The beginning of an AVIF or a HEIF.
    """
    at = head.find(b"colrnclx", 0, _META_BYTES)
    if at < 0 or at + 12 > len(head):
        return None
    primaries, transfer = struct.unpack_from(">2H", head, at + 8)
    return primaries, transfer


def profile_by_exif(exif: Exif) -> bytes:
    """The ICC profile of Adobe RGB where EXIF says so, as cameras do; else empty (DCF 2.0, 4.5)."""
    index = as_bytes(exif.interoperability.get(_INTEROPERABILITY_INDEX))
    is_adobe_rgb = index[:3] == b"R03"
    if is_adobe_rgb or exif.photo.get(_COLOR_SPACE) == (_ADOBE_RGB_COLOR_SPACE,):
        return _adobe_rgb()
    return b""


@lru_cache(maxsize=1)
def _adobe_rgb() -> bytes:
    return _profile(_ADOBE_RGB, lambda signal: signal**_ADOBE_GAMMA)


def _srgb(signal: float) -> float:
    """IEC 61966-2-1."""
    return signal / 12.92 if signal <= 0.04045 else ((signal + 0.055) / 1.055) ** 2.4


def _pq(signal: float) -> float:
    """SMPTE ST 2084."""
    root = signal ** (1 / 78.84375)
    light = max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    return _dimmed(10_000 * light ** (1 / 0.1593017578125))


def _hlg(signal: float) -> float:
    """ITU-R BT.2100, on a screen of 1000 nits; its curve for luminance, on each colour."""
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = signal**2 / 3 if signal <= 0.5 else (2.718281828459045 ** ((signal - c) / a) + b) / 12
    return _dimmed(_PEAK_NITS * scene**1.2)


def _dimmed(nits: float) -> float:
    """Light between 0 and 1 for a screen that shows nothing brighter than white."""
    light = nits / _DIFFUSE_WHITE_NITS
    if light <= _KNEE:
        return light
    over = (light - _KNEE) / (1 - _KNEE)
    most = (_PEAK_NITS / _DIFFUSE_WHITE_NITS - _KNEE) / (1 - _KNEE)
    return min(1.0, _KNEE + (1 - _KNEE) * over * (1 + over / most**2) / (1 + over))


def _profile(colorants: Colorants, curve: Callable[[float], float]) -> bytes:
    """A display profile, ICC.1 version 2.4."""
    levels = [round(65535 * curve(n / (_CURVE_POINTS - 1))) for n in range(_CURVE_POINTS)]
    table = b"curv\0\0\0\0" + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *levels)
    blocks = [
        (b"wtpt", _xyz(0.9642, 1.0, 0.8249)),
        *zip((b"rXYZ", b"gXYZ", b"bXYZ"), (_xyz(*c) for c in colorants), strict=True),
    ]
    tags, body = b"", b""
    start = 128 + 4 + 12 * (len(blocks) + 3)
    for name, block in blocks:
        tags += name + struct.pack(">II", start + len(body), len(block))
        body += block
    for name in (b"rTRC", b"gTRC", b"bTRC"):  # one table for the three
        tags += name + struct.pack(">II", start + len(body), len(table))
    body += table
    count = struct.pack(">I", len(blocks) + 3)
    header = struct.pack(
        ">I4xI4s4s4s12x4s28x12s48x",
        *(start + len(body), 0x02400000, b"mntr", b"RGB ", b"XYZ ", b"acsp"),
        _xyz(0.9642, 1.0, 0.8249)[8:],
    )
    return header + count + tags + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))
