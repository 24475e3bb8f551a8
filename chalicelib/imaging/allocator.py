"""Memory of pixels, kept from one picture to the next."""

from functools import cache

# mallopt(3): https://man7.org/linux/man-pages/man3/mallopt.3.html
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES = 32 << 20
_LARGE_BYTES = 16 << 20


@cache
def keep_freed_memory() -> None:
    """Have the C library keep up to 32 MB that were freed.

    glibc gives the memory of a picture back at once, and gets it anew for the next one, page by
    page, each filled with zeros: up to a tenth of what a thumbnail costs. Other C libraries are
    left as they are.
    """
    import ctypes

    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_MMAP_THRESHOLD, _LARGE_BYTES)
        mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
