"""How alike two pictures look: the structural similarity index, on each channel, averaged.

Wang, Bovik, Sheikh, Simoncelli: Image quality assessment, from error visibility to structural
similarity (2004); a Gaussian window of 11 pixels, deviation 1.5.
"""

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

Plane = npt.NDArray[np.float64]

_WINDOW = np.exp(-((np.arange(11) - 5) ** 2) / (2 * 1.5**2))
_WINDOW /= _WINDOW.sum()
_LIGHT, _CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def similarity(one: Image.Image, other: Image.Image) -> float:
    """1 for the same picture, less for others.

    Args:
        one: RGB.
        other: RGB, of the same size.
    """
    a, b = (np.asarray(image, dtype=np.float64) for image in (one, other))
    return float(np.mean([_of_plane(a[..., band], b[..., band]) for band in range(3)]))


def _of_plane(a: Plane, b: Plane) -> float:
    mean_a, mean_b = _smooth(a), _smooth(b)
    variance_a = _smooth(a * a) - mean_a**2
    variance_b = _smooth(b * b) - mean_b**2
    covariance = _smooth(a * b) - mean_a * mean_b
    light = (2 * mean_a * mean_b + _LIGHT) / (mean_a**2 + mean_b**2 + _LIGHT)
    contrast = (2 * covariance + _CONTRAST) / (variance_a + variance_b + _CONTRAST)
    return float((light * contrast).mean())


def _smooth(plane: Plane) -> Plane:
    across = sliding_window_view(plane, len(_WINDOW), axis=1) @ _WINDOW
    smooth: Plane = sliding_window_view(across, len(_WINDOW), axis=0) @ _WINDOW
    return smooth
