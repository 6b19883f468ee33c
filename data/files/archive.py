"""The zip archive an .xlsx file is: whether it is safe to open, and what in it the Excel reader cannot tell."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree

from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.times import SerialEpoch

_OLE = b"\xd0\xcf\x11\xe0"  # how old .xls files begin, and new ones under a password
_MOST_BYTES = 2 << 30
_MOST_PARTS = 10_000
_SUSPECT_SIZE, _SUSPECT_RATIO = 20 << 20, 250  # repetitive sheets shrink to a hundredth at most

# Fixed bytes are looked for first: a pattern with a choice at its start takes ten times as long on a large sheet.
_ERROR_CELLS = (b't="e"', b"t='e'")
_FORMULAS = (b"<f", b":f")
_FORMULA_WITHOUT_VALUE = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f\b[^<>]*/>)\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FAR_RIGHT = re.compile(rb"""r=["'][A-Z]{3}\d""")
_FILLED_FAR_RIGHT = re.compile(rb"""<(?:\w+:)?c [^<>]*\br=["'][A-Z]{3}\d+["'][^<>]*(?<!/)>""")
_REFERENCE = re.compile(r"([A-Z]+)(\d+)")
_NO_VALUE = "formel utan värde"


class Archive:
    """An .xlsx file's parts. Raises InputError if it is not one, is damaged, or unpacks to an absurd size."""

    def __init__(self, content: bytes, name: str) -> None:
        self._name = name
        if content.startswith(_OLE):
            raise InputError(
                [f"{name}: the workbook has a password or is an old .xls. Save it as .xlsx without a password."]
            )
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._check_sizes()
            self._check_parts()
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
            raise InputError([f"{name}: the file is no whole Excel workbook. Save it as .xlsx again."]) from None

    def _check_sizes(self) -> None:
        parts = self._zip.infolist()
        absurd = [p for p in parts if p.file_size > max(_SUSPECT_SIZE, p.compress_size * _SUSPECT_RATIO)]
        if absurd or len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > _MOST_BYTES:
            raise InputError(
                [
                    f"{self._name}: the workbook unpacks to far more than its size, as a zip bomb does, and is not "
                    "opened. Export the cases again, or as CSV."
                ]
            )

    def _check_parts(self) -> None:
        """Unpack every part once: one that is damaged, or larger than it declares, raises BadZipFile."""
        for part in self._zip.infolist():
            content = self._zip.read(part)
            if part.filename.endswith(".xml") and _reaches_far_right(content):
                raise InputError(
                    [
                        f"{self._name}: a sheet has values beyond column ZZ, so it is no table of cases or it is "
                        "damaged. Remove them, or export the cases again."
                    ]
                )

    def date_system(self) -> SerialEpoch:
        """The day that day number 0 of this workbook's dates belongs to: 1900, or 1904 of older Macs."""
        for element in self._parse("xl/workbook.xml").iter():
            if _local(element.tag) == "workbookPr" and element.get("date1904") in ("1", "true"):
                return 1904
        return 1900

    def broken_cells(self, sheet: str) -> dict[tuple[int, int], str]:
        """Cells of `sheet` that hold an Excel error or a formula without a result: (row, column), both from 1."""
        xml = self._zip.read(self._part_of(sheet))
        if not _may_have_broken_cells(xml):
            return {}
        try:
            return dict(_broken(xml))
        except (ElementTree.ParseError, ValueError):
            raise InputError([f"{self._name}: sheet {sheet} is damaged. Save the workbook as .xlsx again."]) from None

    def _part_of(self, sheet: str) -> str:
        """Where the XML of the sheet with this name is."""
        links = {e.get("Id"): e.get("Target", "") for e in self._parse("xl/_rels/workbook.xml.rels").iter()}
        for element in self._parse("xl/workbook.xml").iter():
            if _local(element.tag) == "sheet" and element.get("name") == sheet:
                link = next((value for key, value in element.items() if _local(key) == "id"), None)
                target = links.get(link, "")
                return target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        raise InputError([f"{self._name}: sheet {sheet} is not where it should be. Save the workbook as .xlsx again."])

    def _parse(self, part: str) -> ElementTree.Element:
        try:
            return ElementTree.fromstring(self._zip.read(part))
        except (KeyError, ElementTree.ParseError):
            raise InputError(
                [f"{self._name}: {part} is missing or damaged, so this is no Excel workbook. Save it as .xlsx again."]
            ) from None


def _reaches_far_right(xml: bytes) -> bool:
    return bool(_FAR_RIGHT.search(xml) and _FILLED_FAR_RIGHT.search(xml))


def _may_have_broken_cells(xml: bytes) -> bool:
    if any(sign in xml for sign in _ERROR_CELLS):
        return True
    return any(sign in xml for sign in _FORMULAS) and bool(_FORMULA_WITHOUT_VALUE.search(xml))


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
            column = _column_number(found[1]) if found else column + 1
            shown = _what_is_broken(element)
            if shown:
                yield (row, column), shown
        elif tag == "row":
            element.clear()


def _what_is_broken(cell: ElementTree.Element) -> str:
    content = {_local(part.tag): part.text or "" for part in cell}
    if cell.get("t") == "e":
        return content.get("v", "") or "#"
    without_value = not content.get("v") and not (cell.get("t") == "str" and "v" in content)
    return _NO_VALUE if "f" in content and without_value else ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
