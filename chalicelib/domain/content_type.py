"""What a photo or video is told to be by its name, before anybody has looked at it."""

from collections.abc import Mapping

_IMAGE_TYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "heic": "image/heic",
    "heif": "image/heif",
    "hif": "image/heif",
    "jfif": "image/jpeg",
    "jpe": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    # camera raws: https://www.iana.org/assignments/media-types knows only the first
    "dng": "image/dng",
    **{
        extension: f"image/x-{maker}-{extension}"
        for maker, extensions in {
            "canon": "cr2 cr3 crw",
            "epson": "erf",
            "fuji": "raf",
            "hasselblad": "3fr fff",
            "kodak": "dcr k25 kdc",
            "leica": "rwl",
            "mamiya": "mef",
            "minolta": "mrw",
            "nikon": "nef nrw",
            "olympus": "orf",
            "panasonic": "raw rw2",
            "pentax": "pef",
            "phaseone": "iiq",
            "samsung": "srw",
            "sigma": "x3f",
            "sony": "arw sr2 srf",
        }.items()
        for extension in extensions.split()
    },
}
_VIDEO_TYPES = {
    "3g2": "video/3gpp2",
    "3gp": "video/3gpp",
    "avi": "video/x-msvideo",
    "flv": "video/x-flv",
    "m2ts": "video/mp2t",
    "m4v": "video/x-m4v",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "mpe": "video/mpeg",
    "mpeg": "video/mpeg",
    "mpg": "video/mpeg",
    "mts": "video/mp2t",
    "ogv": "video/ogg",
    "webm": "video/webm",
    "wmv": "video/x-ms-wmv",
}
MEDIA_TYPES: Mapping[str, str] = {**_IMAGE_TYPES, **_VIDEO_TYPES}
_SIDECAR_TYPE = "application/rdf+xml"
_UNKNOWN_TYPE = "application/octet-stream"


def content_type(key: str) -> str:
    """The media type that a key's extension stands for; that of any bytes for an unknown one."""
    extension = key.rpartition("/")[2].rpartition(".")[2].lower()
    if extension == "xmp":
        return _SIDECAR_TYPE
    return MEDIA_TYPES.get(extension, _UNKNOWN_TYPE)
