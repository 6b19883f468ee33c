"""Cells of a sheet that hold no value: Excel's errors, formulas without a result, and what the reader does not know.

The Excel reader gives up the whole workbook at one cell of a kind it does not know (`#SPILL!`, a type to come). Such
cells are made errors it knows, so that the others are read, and are told with what stands in them.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from xml.etree import ElementTree

# Fixed bytes are looked for first: a pattern with a choice at its start takes ten times as long on a large sheet.
ERROR_CELLS = (b't="e"', b"t='e'")
FORMULAS = (b"<f", b":f")
"""A sheet with none of these and none of `ERROR_CELLS` in its XML has no broken cell."""
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_CELL = re.compile(rb"<((?:\w+:)?)c\b([^<>]*)(?<!/)>(.*?)</\1c>", re.DOTALL)
_TYPE = re.compile(rb"""\st\s*=\s*["']([^"']*)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v\b[^<>]*>([^<]*)</")
_KNOWN_TYPES = frozenset({b"", b"n", b"s", b"str", b"inlineStr", b"b", b"e", b"d"})
_KNOWN_ERRORS = frozenset({b"#N/A", b"#NULL!", b"#DIV/0!", b"#VALUE!", b"#REF!", b"#NAME?", b"#NUM!"})
_NUMBER = re.compile(rb"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?\s*")
_REFERENCE = re.compile(r"([A-Za-z]+)(\d+)")
_NO_VALUE = "formel utan värde"
_UNKNOWN = "en sorts cell som inte känns igen"


def may_have_broken_cells(xml: bytes) -> bool:
    """Whether it is worth while to look at every cell."""
    if any(sign in xml for sign in ERROR_CELLS):
        return True
    return any(sign in xml for sign in FORMULAS) and bool(_FORMULA_WITHOUT_VALUE.search(xml))


def broken_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """What each broken cell shows, by row and column, both from 1. Raises what the XML parser raises."""
    return dict(_broken(xml))


def with_known_cells(xml: bytes, strings: int) -> tuple[bytes, dict[bytes, str]]:
    """The sheet with every cell the reader does not know made `#N/A`, and what stood in each, by its reference.

    `strings` is how many shared texts the workbook has: a cell may point to none of them.
    """
    told: dict[bytes, str] = {}

    def known(found: re.Match[bytes]) -> bytes:
        prefix, attributes, inside = found[1], found[2], found[3]
        kind, value = (match[1] if match else b"" for match in (_TYPE.search(attributes), _VALUE.search(inside)))
        if _is_known(kind, value, strings):
            return found[0]
        reference = re.search(rb"""\sr\s*=\s*["']([A-Za-z]+\d+)""", attributes)
        place = b' r="%b"' % reference[1] if reference else b""
        shown = value.decode("utf-8", "replace") if kind == b"e" else _UNKNOWN
        told[reference[1].upper() if reference else b""] = shown
        return b'<%bc%b t="e"><%bv>#N/A</%bv></%bc>' % (prefix, place, prefix, prefix, prefix)

    return _CELL.sub(known, xml), told


def _is_known(kind: bytes, value: bytes, strings: int) -> bool:
    if kind not in _KNOWN_TYPES:
        return False
    if kind == b"e":
        return value in _KNOWN_ERRORS
    if kind == b"s":
        return value.strip().isdigit() and int(value) < strings
    return kind not in (b"", b"n") or not value or bool(_NUMBER.fullmatch(value))


def _broken(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    row = column = 0
    for event, element in ElementTree.iterparse(io.BytesIO(xml), events=("start", "end")):
        tag = _local(element.tag)
        if event == "start":
            if tag == "row":
                row, column = int(element.get("r", row + 1)), 0
            continue
        if tag == "c":
            found = _REFERENCE.fullmatch(element.get("r", ""))
            column = column_number(found[1]) if found else column + 1
            shown = _what_is_broken(element)
            if shown:
                yield (int(found[2]) if found else row, column), shown
        elif tag == "row":
            element.clear()


def _what_is_broken(cell: ElementTree.Element) -> str:
    content = {_local(part.tag): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return content.get("v", "") or "#"
    without_value = not content.get("v") and not (cell.get("t") == "str" and "v" in content)
    return _NO_VALUE if "f" in content and without_value else ""


def column_number(letters: str) -> int:
    """The column that `A`, `Z` or `AA` names, from 1."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
