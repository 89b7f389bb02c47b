"""The two formats of an answer: JSON as it is, XML with the element names of the specification.

An answer is plain data: objects, lists, texts, numbers, true and false, None. A list's elements are named after what
the list is called (`services` holds `service`). Characters that XML 1.0 does not allow are left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

import orjson

from channels.open311.errors import NotFoundHere

CONTENT_TYPES = {"json": "application/json", "xml": "text/xml"}
_ITEMS = {
    "services": "service",
    "service_requests": "request",
    "attributes": "attribute",
    "values": "value",
    "endpoints": "endpoint",
    "formats": "format",
    "errors": "error",
}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Data = Mapping[str, object] | Sequence[object] | str | int | float | bool | None


def check_format(name: str) -> str:
    """Raises NotFoundHere when an answer cannot be given in it."""
    if name not in CONTENT_TYPES:
        raise NotFoundHere(f"the format {name!r} is not known here; use .xml or .json")
    return name


def written(name: str, root: str, data: Data) -> bytes:
    """`data` in the format `name`; `root` is the XML document's root element and no part of the JSON."""
    if name == "json":
        return orjson.dumps(data)
    element = Element(root)
    _fill(element, root, data)
    body: bytes = tostring(element, encoding="utf-8", xml_declaration=False)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + body


def _fill(element: Element, name: str, data: object) -> None:
    if isinstance(data, Mapping):
        for key, value in data.items():
            _fill(SubElement(element, str(key)), str(key), value)
    elif isinstance(data, list | tuple):
        for value in data:
            _fill(SubElement(element, _ITEMS[name]), _ITEMS[name], value)
    elif isinstance(data, bool):
        element.text = "true" if data else "false"
    elif data is not None:
        element.text = _NOT_XML.sub("", str(data))
