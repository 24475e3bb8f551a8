"""XMP: the XML that photo programs write into files."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

Xmp = Mapping[str, tuple[str, ...]]

MAX_BYTES = 4 << 20
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PREFIXES = {
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/exif/1.0/": "exif",
    "http://cipa.jp/exif/1.0/": "exifEX",
    "http://ns.adobe.com/tiff/1.0/": "tiff",
    "http://ns.adobe.com/exif/1.0/aux/": "aux",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://www.digikam.org/ns/1.0/": "digiKam",
    "http://ns.microsoft.com/photo/1.0/": "MicrosoftPhoto",
}
_PACKET = re.compile(rb"<(x:xmpmeta|rdf:RDF)\b.*?</\1\s*>", re.S)


def read_xmp(data: bytes) -> Xmp:
    """The properties of an XMP packet: ``dc:title`` -> its values in order.

    Never raises: a packet that is no XML, or that declares entities, says nothing.
    """
    root = _parse(data)
    found: dict[str, tuple[str, ...]] = {}
    if root is None:
        return found
    for description in root.iter(f"{_RDF}Description"):
        for name, text in description.attrib.items():
            _add(found, name, (text,))
        for element in description:
            _add(found, element.tag, _values(element))
    return found


def _parse(data: bytes) -> "Element | None":
    from xml.etree.ElementTree import ParseError

    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    packet = _PACKET.search(data[:MAX_BYTES])
    # Declarations stay out with the wrapper, so a broken one can't hide the properties.
    if packet is None:
        return None
    try:
        root: Element = fromstring(packet[0])
    except (ParseError, DefusedXmlException, UnicodeError, ValueError):
        return None
    return root


def _add(found: dict[str, tuple[str, ...]], name: str, values: tuple[str, ...]) -> None:
    namespace, brace, local = name.removeprefix("{").partition("}")
    if brace and namespace in _PREFIXES and values:
        found.setdefault(f"{_PREFIXES[namespace]}:{local}", values)


def _values(element: "Element") -> tuple[str, ...]:
    items = element.iter(f"{_RDF}li")
    texts = [item.text for item in items] or [element.text]
    return tuple(text.strip() for text in texts if text and text.strip())
