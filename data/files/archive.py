"""The zip archive an .xlsx file is: whether it is safe to open, and what in it the Excel reader cannot tell."""

from __future__ import annotations

import io
import lzma
import posixpath
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree

import numpy as np

from betalningsansvar.data.files.brokencells import broken_cells, may_have_broken_cells
from betalningsansvar.data.files.inputs import InputError
from betalningsansvar.data.files.kinds import ZIP, other_kind
from betalningsansvar.data.files.sheetscan import SheetScan
from betalningsansvar.data.times import SerialEpoch

_MOST_PARTS = 10_000
_SUSPECT_SIZE, _SUSPECT_RATIO = 20 << 20, 250  # repetitive sheets shrink to a hundredth at most
_LEAST_LIMIT, _MOST_RATIO = 150 << 20, 40  # of all parts together; a large sheet of real cases shrinks to a fifteenth
_CELLS_LAID_OUT, _PER_BYTES = 8_000_000, 10_000_000
_PIECE = 1 << 20
_BYTES_A_CELL = 40
_STRINGS = "xl/sharedstrings.xml"
_STRING = re.compile(rb"<(?:\w+:)?si[\s/>]")
_STRING_CELL = re.compile(rb"""\st=["']s["'][^<>]*>\s*<(?:\w+:)?v>\s*(\d{1,9})\s*<""")
_STRING_TYPE = re.compile(rb"""\st\s*=\s*["']s["']""")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    OSError,
    ValueError,
    KeyError,
)
_HIDDEN_ROW = re.compile(rb"""<(?:\w+:)?row(?=\s)([^<>]*\shidden\s*=\s*["'](?:1|true)["'][^<>]*)>""")
_ROW_NUMBER = re.compile(rb"""\sr\s*=\s*["'](\d{1,7})["']""")


class Archive:
    """An .xlsx file's parts, found by name as the Excel reader finds them: in any letter case, with either slash.

    Raises InputError if the file is no workbook, is damaged, unpacks to an absurd size, or has cells so far apart that
    laying them out would take the memory of the machine.
    """

    def __init__(self, content: bytes, name: str) -> None:
        self._name, self._size = name, len(content)
        if kind := other_kind(content):
            raise InputError([f"{name}: är {kind}."])
        if not content.startswith(ZIP):
            raise InputError([f"{name}: {_not_a_workbook(content)}"])
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
            self._parts = {_part_name(part.filename): part for part in self._zip.infolist()}
            self._suspects: set[str] = set()
            self._hidden: set[str] = set()
            self._check_sizes()
            self._check_parts()
        except _DAMAGE:
            raise InputError([f"{name}: filen är ingen hel Excelarbetsbok. Spara den som .xlsx igen."]) from None

    def _check_sizes(self) -> None:
        parts = self._zip.infolist()
        if any(part.flag_bits & 1 for part in parts):
            raise InputError([f"{self._name}: arkivet har lösenord. Spara arbetsboken som .xlsx utan lösenord."])
        twice = [name for name, count in Counter(_part_name(part.filename) for part in parts).items() if count > 1]
        if twice:
            raise InputError([f"{self._name}: arbetsboken har två delar med samma namn. Spara den som .xlsx igen."])
        absurd = [p for p in parts if p.file_size > max(_SUSPECT_SIZE, p.compress_size * _SUSPECT_RATIO)]
        most = max(_LEAST_LIMIT, self._size * _MOST_RATIO)
        if absurd or len(parts) > _MOST_PARTS or sum(p.file_size for p in parts) > most:
            raise InputError(
                [
                    f"{self._name}: arbetsboken packas upp till långt mer än sin storlek, som en zip-bomb, och öppnas "
                    "inte. Ta ut uppgifterna igen, eller som CSV."
                ]
            )

    def _check_parts(self) -> None:
        """Unpack every part once: one that is damaged, or larger than it declares, raises BadZipFile."""
        laid_out = cells = 0
        for name, part in self._parts.items():
            scan = SheetScan() if name.startswith("xl/worksheets/") and name.endswith(".xml") else None
            for piece in self._pieces(part):
                if scan:
                    scan.feed(piece)
            if scan:
                laid_out += self._check_reach(scan.end(), part)
                cells += scan.cells
                self._suspects |= {name} if scan.suspect else set()
                self._hidden |= {name} if scan.hidden else set()
        if laid_out > _most_laid_out(self._size):
            raise InputError([f"{self._name}: arbetsboken har för många celler. Ta ut ärendena som CSV."])
        if _STRINGS in self._parts and self._text_volume(cells) > _most_laid_out(self._size) * _BYTES_A_CELL:
            raise InputError([f"{self._name}: långa texter upprepas i så många celler att de inte ryms. Ta bort dem."])

    def _text_volume(self, cells: int) -> int:
        """At most how many bytes the texts of all cells take when each has its own copy, as the reader makes them."""
        xml = self.read(_STRINGS)
        starts = [found.start() for found in _STRING.finditer(xml)]
        lengths = np.diff(np.array([*starts, len(xml)], dtype=np.int64))
        longest = int(lengths.max(initial=0))
        if longest * cells <= _most_laid_out(self._size) * _BYTES_A_CELL:
            return longest * cells
        volume = 0
        for name in self._parts:
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                sheet = self.read(name)
                chosen = np.array(_STRING_CELL.findall(sheet), dtype=np.int64)
                volume += int(lengths[chosen.clip(max=len(lengths) - 1)].sum()) if len(lengths) else 0
                volume += longest * max(0, len(_STRING_TYPE.findall(sheet)) - len(chosen))
        return volume

    def _pieces(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        with self._zip.open(part) as unpacked:
            while piece := unpacked.read(_PIECE):
                yield piece

    def _check_reach(self, scan: SheetScan, part: zipfile.ZipInfo) -> int:
        """How many cells the reader will lay out for the sheet. Raises InputError where that is absurd."""
        if next(self._pieces(part), b"")[:2] in (b"\xff\xfe", b"\xfe\xff"):
            raise InputError([f"{self._name}: ett blad har en teckenkodning som inte läses. Spara som .xlsx igen."])
        if scan.unplaced:
            scan = SheetScan(exactly=True)
            for piece in self._pieces(part):
                scan.feed(piece)
            scan.end()
        if scan.absurd:
            raise InputError(
                [
                    f"{self._name}: ett blad har en cell på en plats som inte finns ({scan.absurd[:20]}), så filen är "
                    "skadad. Spara arbetsboken som .xlsx igen."
                ]
            )
        if scan.laid_out > _most_laid_out(self._size):
            raise InputError(
                [
                    f"{self._name}: ett blad har ett värde långt från tabellen (cell {scan.farthest}). Ta bort det, "
                    "eller kopiera ärendena till ett nytt blad."
                ]
            )
        return scan.laid_out

    def date_system(self) -> SerialEpoch:
        """The day that day number 0 of this workbook's dates belongs to: 1900, or 1904 of older Macs."""
        for element in self._parse("xl/workbook.xml").iter():
            if _local(element.tag) == "workbookPr" and element.get("date1904") in ("1", "true"):
                return 1904
        return 1900

    def broken_cells(self, sheet: str) -> dict[tuple[int, int], str]:
        """Cells of `sheet` that hold an Excel error or a formula without a result: (row, column), both from 1."""
        part = self.part_of(sheet)
        if _part_name(part) not in self._suspects:
            return {}
        xml = self.read(part)
        if not may_have_broken_cells(xml):
            return {}
        try:
            return broken_cells(xml)
        except (ElementTree.ParseError, ValueError, LookupError):
            raise self._damaged(sheet) from None

    def hidden_rows(self, sheet: str) -> list[int]:
        """The rows of `sheet`, from 1, that nobody sees: hidden, or filtered away."""
        part = self.part_of(sheet)
        tags = _HIDDEN_ROW.findall(self.read(part)) if _part_name(part) in self._hidden else []
        return [int(number[1]) for tag in tags if (number := _ROW_NUMBER.search(tag))]

    def part_of(self, sheet: str) -> str:
        """Where the XML of the sheet with this name is."""
        links = {e.get("Id"): e.get("Target", "") for e in self._parse("xl/_rels/workbook.xml.rels").iter()}
        for element in self._parse("xl/workbook.xml").iter():
            if _local(element.tag) == "sheet" and element.get("name") == sheet:
                link = next((value for key, value in element.items() if _local(key) == "id"), None)
                target = links.get(link, "").replace("\\", "/")
                part = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
                if _part_name(part) in self._parts:
                    return part
        raise self._damaged(sheet)

    def read(self, part: str) -> bytes:
        """The unpacked bytes of a part. Raises KeyError where there is none."""
        return self._zip.read(self._parts[_part_name(part)])

    def with_part(self, part: str, content: bytes) -> bytes:
        """The whole archive again, with other content in one part."""
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as new:
            for name in self._parts:
                new.writestr(self._parts[name].filename, content if name == _part_name(part) else self.read(name))
        return out.getvalue()

    def _parse(self, part: str) -> ElementTree.Element:
        try:
            return ElementTree.fromstring(self.read(part))
        except (KeyError, ElementTree.ParseError, ValueError, LookupError):
            raise InputError(
                [f"{self._name}: delen {part} saknas eller är skadad, så filen är ingen Excelarbetsbok. Spara om den."]
            ) from None

    def _damaged(self, sheet: str) -> InputError:
        shown = "".join(letter for letter in sheet if letter.isprintable())[:40]
        return InputError([f"{self._name}: bladet {shown} är skadat. Spara arbetsboken som .xlsx igen."])


def _not_a_workbook(content: bytes) -> str:
    if content[:1024].count(0) == 0 and b"\n" in content[:4096]:
        return "är en textfil med fel namn. Byt namn på den så att det slutar på .csv."
    return "filen är ingen hel Excelarbetsbok. Spara den som .xlsx igen."


def _most_laid_out(size: int) -> int:
    return _CELLS_LAID_OUT * max(1, -(-size // _PER_BYTES))


def _part_name(name: str) -> str:
    """The name of a part as the Excel reader compares it."""
    return name.replace("\\", "/").lstrip("/").lower()


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
