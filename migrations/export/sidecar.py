"""XMP sidecars: what the gallery knows of a photo, as Immich, digiKam and others read it."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta, timezone
from xml.sax.saxutils import escape, quoteattr

from chalicelib.domain.asset import Asset, Face

FAVORITE = "Favorite"
ALBUMS = "Albums"
# digiKam: 3 is accepted, https://docs.digikam.org/en/left_sidebar/labels_view.html
_PICKED = "3"
_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "exif": "http://ns.adobe.com/exif/1.0/",
    "tiff": "http://ns.adobe.com/tiff/1.0/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "lr": "http://ns.adobe.com/lightroom/1.0/",
    "digiKam": "http://www.digikam.org/ns/1.0/",
    "fstop": "http://www.fstopapp.com/xmp/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "mwg-rs": "http://www.metadataworkinggroup.com/schemas/regions/",
    "stArea": "http://ns.adobe.com/xmp/sType/Area#",
    "stDim": "http://ns.adobe.com/xap/1.0/sType/Dimensions#",
}
# https://www.w3.org/TR/xml/#charsets; DEL becomes a space for Adobe's readers
_NO_XML = re.compile("[^\t\n\r\x20-\x7e\x80-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MINUTES_OF_DAY = 24 * 60
# EXIF's orientation -> how an upright place becomes one of the stored pixels: whether x and y
# are exchanged first, and whether x and y then count from the other side.
_TO_STORED = {
    1: (False, False, False),
    2: (False, True, False),
    3: (False, True, True),
    4: (False, False, True),
    5: (True, False, False),
    6: (True, False, True),
    7: (True, True, True),
    8: (True, True, False),
}


def sidecar(asset: Asset, names: Mapping[str, str]) -> bytes:
    """An XMP packet with all of an asset that XMP has a word for.

    One ``rdf:Description``: some readers look at the first only. The same asset always gives
    the same bytes.

    Args:
        asset: The row.
        names: Of persons, by id; those who have one.
    """
    properties = [
        *_dates(asset),
        *_place(asset),
        *_texts(asset),
        *_keywords(asset),
        *_people(asset, names),
    ]
    favorite = ' fstop:favorite="1"' if asset.is_favorite else ""
    spaces = "".join(f"\n    xmlns:{name}={quoteattr(uri)}" for name, uri in _NAMESPACES.items())
    body = "".join(f"   {line}\n" for line in properties)
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Contact Sheet">\n'
        f" <rdf:RDF{spaces}>\n"
        f'  <rdf:Description rdf:about=""{favorite}>\n'
        f"{body}"
        "  </rdf:Description>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        '<?xpacket end="w"?>\n'
    ).encode()


def _dates(asset: Asset) -> Iterable[str]:
    """The wall clock, with its offset where it is known; else the moment, in UTC."""
    moment = asset.taken_local or asset.taken_at
    if moment is None:
        return
    offset = asset.utc_offset_minutes
    if asset.taken_local and offset is not None and abs(offset) < _MINUTES_OF_DAY:
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    text = moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")
    for name in ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate"):
        yield _element(name, text)


def _place(asset: Asset) -> Iterable[str]:
    details = asset.details
    latitude, longitude = _number(asset, "latitude"), _number(asset, "longitude")
    if latitude is not None and longitude is not None:
        yield _element("exif:GPSLatitude", _degrees(latitude, "NS"))
        yield _element("exif:GPSLongitude", _degrees(longitude, "EW"))
        altitude = _number(asset, "altitude")
        if altitude is not None:
            yield _element("exif:GPSAltitude", f"{round(abs(altitude) * 1000)}/1000")
            yield _element("exif:GPSAltitudeRef", "1" if altitude < 0 else "0")
    for name in ("City", "State", "Country"):
        if text := details.get(name.lower()):
            yield _element(f"photoshop:{name}", str(text))


def _texts(asset: Asset) -> Iterable[str]:
    details = asset.details
    # Immich takes a photo's own tiff:ImageDescription before any dc:description.
    for name, detail in (
        ("dc:title", "title"),
        ("dc:description", "description"),
        ("tiff:ImageDescription", "description"),
    ):
        if text := details.get(detail):
            item = f'<rdf:li xml:lang="x-default">{_escaped(str(text))}</rdf:li>'
            yield f"<{name}><rdf:Alt>{item}</rdf:Alt></{name}>"
    if artist := details.get("artist"):
        yield _list("dc:creator", "Seq", [str(artist)])
    rating = details.get("rating")
    if rating is not None:
        yield _element("xmp:Rating", str(rating))
    if asset.is_favorite:
        yield _element("digiKam:PickLabel", _PICKED)


def _keywords(asset: Asset) -> Iterable[str]:
    """Tags with their hierarchy, and flat; albums and favourites in the hierarchy alone."""
    tags = _several(asset, "tags")
    flat = dict.fromkeys(tag.rpartition("/")[2] or tag for tag in tags)
    # A name is one level, whatever it is made of.
    albums = (f"{ALBUMS}/{name.replace('/', '_')}" for name in _several(asset, "albums"))
    favorite = (FAVORITE,) if asset.is_favorite else ()
    paths = dict.fromkeys((*tags, *albums, *favorite))
    if flat:
        yield _list("dc:subject", "Bag", flat)
    if paths:
        yield _list("digiKam:TagsList", "Seq", paths)
        # "|" parts levels there
        levels = dict.fromkeys(path.replace("|", "_").replace("/", "|") for path in paths)
        yield _list("lr:hierarchicalSubject", "Bag", levels)


def _people(asset: Asset, names: Mapping[str, str]) -> Iterable[str]:
    """Who is in the picture, and where, as places in the stored pixels.

    Source: Metadata Working Group, Guidelines for Handling Image Metadata 2.0, section 5.9:
    regions are told of the pixels as they are stored; readers turn them with the picture.
    """
    faces = [asset.faces[name] for name in sorted(asset.faces)]
    named = dict.fromkeys(name for face in faces if (name := names.get(face.person_id or "")))
    if named:
        yield _list("Iptc4xmpExt:PersonInImage", "Bag", named)
    faces = [face for face in faces if _has_place(face)]
    if not faces:
        return
    orientation = asset.details.get("orientation")
    turn = _TO_STORED.get(orientation if isinstance(orientation, int) else 1, _TO_STORED[1])
    width, height = asset.width or 0, asset.height or 0
    if not (width and height):
        width, height = faces[0].image_size
    if turn[0]:
        width, height = height, width
    regions = "".join(_region(face, names.get(face.person_id or ""), turn) for face in faces)
    yield (
        '<mwg-rs:Regions rdf:parseType="Resource">'
        f'<mwg-rs:AppliedToDimensions stDim:w="{width}" stDim:h="{height}" stDim:unit="pixel"/>'
        f"<mwg-rs:RegionList><rdf:Bag>{regions}</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
    )


def _has_place(face: Face) -> bool:
    """Whether it is known where a face is, and not only that it is there."""
    left, top, right, bottom = face.box
    return min(face.image_size) > 0 and left < right and top < bottom


def _region(face: Face, name: str | None, turn: tuple[bool, bool, bool]) -> str:
    left, top, right, bottom = face.box
    across, down = face.image_size
    x, y = (left + right) / 2 / across, (top + bottom) / 2 / down
    width, height = (right - left) / across, (bottom - top) / down
    is_turned, from_right, from_bottom = turn
    if is_turned:
        x, y, width, height = y, x, height, width
    if from_right:
        x = 1 - x
    if from_bottom:
        y = 1 - y
    area = "".join(
        f' stArea:{side}="{value:.6f}"'
        for side, value in (("x", x), ("y", y), ("w", width), ("h", height))
    )
    told = _element("mwg-rs:Name", name) if name else ""
    return (
        '<rdf:li rdf:parseType="Resource">'
        f'{told}<mwg-rs:Type>Face</mwg-rs:Type><mwg-rs:Area{area} stArea:unit="normalized"/>'
        "</rdf:li>"
    )


def _degrees(value: float, sides: str) -> str:
    """``52,31.2000000N``: degrees and minutes, to a centimetre."""
    tenth_millionths = round(abs(value) * 60 * 10**7)
    degrees, minutes = divmod(tenth_millionths, 60 * 10**7)
    side = sides[0] if value >= 0 else sides[1]
    return f"{degrees},{minutes // 10**7}.{minutes % 10**7:07}{side}"


def _number(asset: Asset, name: str) -> float | None:
    value = asset.details.get(name)
    return value if isinstance(value, int | float) else None


def _several(asset: Asset, name: str) -> tuple[str, ...]:
    value = asset.details.get(name)
    return value if isinstance(value, tuple) else ()


def _element(name: str, text: str) -> str:
    return f"<{name}>{_escaped(text)}</{name}>"


def _list(name: str, kind: str, texts: Iterable[str]) -> str:
    items = "".join(_element("rdf:li", text) for text in texts)
    return f"<{name}><rdf:{kind}>{items}</rdf:{kind}></{name}>"


def _escaped(text: str) -> str:
    """As XML; what XML has no room for is left out, and a carriage return survives."""
    return escape(_NO_XML.sub("", text), {"\r": "&#13;"})
