"""Somebody else's XML as a tree: no document type, no entities, nothing fetched, and limits before it is built."""

from __future__ import annotations

from xml.etree.ElementTree import Element, ParseError, fromstring
from xml.parsers import expat

from betalningsansvar.data.files.inputs import InputError

MOST_BYTES = 20 << 20
_DEEPEST, _MOST_ELEMENTS = 60, 1_000_000


class _RefusedError(Exception):
    pass


def xml_tree(name: str, content: bytes) -> Element:
    """The root element. Raises InputError."""
    if len(content) > MOST_BYTES:
        raise InputError([f"{name}: är större än {MOST_BYTES >> 20} MB och läses inte. Be om fakturan utan bilagor."])
    try:
        _require_plain(content)
        return fromstring(content)
    except _RefusedError as refused:
        raise InputError([f"{name}: {refused}. Be avsändaren om fakturan som en vanlig e-faktura."]) from None
    except (expat.ExpatError, ParseError, ValueError, LookupError, RecursionError):
        raise InputError([f"{name}: är ingen hel XML-fil. Be avsändaren om en ny."]) from None


def _require_plain(content: bytes) -> None:
    """Go through the file once without building anything."""
    parser = expat.ParserCreate()
    depth = elements = 0

    def start(_name: str, _attributes: object) -> None:
        nonlocal depth, elements
        depth, elements = depth + 1, elements + 1
        if depth > _DEEPEST or elements > _MOST_ELEMENTS:
            raise _RefusedError("har fler eller djupare element än någon faktura")

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_: object) -> None:
        raise _RefusedError("har en dokumenttyp (DOCTYPE), som kan hämta eller blåsa upp innehåll, och läses inte")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    parser.Parse(content, True)
