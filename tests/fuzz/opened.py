"""What was written, opened by readers that are not ours: nothing in it does more than the program meant it to do."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import PurePosixPath

import openpyxl
from lxml import etree

from tests.fuzz.desk import HOUSE
from tests.sie_reader import read as read_sie

_OUR_FORMULA = re.compile(
    r"=(?:SUM\([A-Z]{1,3}\d+:[A-Z]{1,3}\d+\)|-?[A-Z]{1,3}\d+|IF\([A-Z]{1,3}\d+=[A-Z]{1,3}\d+,\"OK\",\"FEL\"\)"
    r"|HYPERLINK\(\"(?:fakturor|underlag)/[a-z0-9_-]+\.xlsx\",\"[^\"]*\"\))"
)
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_TERMINAL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]")
_UNSAFE_NAME = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


def look(name: str, content: bytes) -> None:
    """A file by its name: it is what it says, and no more."""
    path = PurePosixPath(name)
    for part in path.parts:
        assert not _UNSAFE_NAME.search(part) and not _RESERVED.fullmatch(part), f"a name no Windows takes: {part!r}"
    readers = {".xlsx": workbook, ".csv": rows, ".xml": xml, ".si": read_sie, ".json": json.loads, ".html": page_bytes}
    if path.suffix in readers:
        readers[path.suffix](content)


def terminal(told: str) -> None:
    """Nothing printed is a command to the terminal, or turns the order of what is read."""
    found = _TERMINAL.search(told)
    assert not found, f"a terminal would obey: {told[max(0, found.start() - 60) : found.end() + 20]!r}"


def workbook(content: bytes) -> set[str]:
    """The texts of the cells. No formula but ours, and nothing from outside."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        related = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert not any("externalLink" in name or "vba" in name.lower() for name in names)
    assert b'TargetMode="External"' not in related, "the workbook opens something outside itself"
    texts = set()
    for sheet in openpyxl.load_workbook(io.BytesIO(content)):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None, f"a link in {cell.coordinate}"
                if cell.data_type == "f":
                    assert _OUR_FORMULA.fullmatch(str(cell.value)), f"a formula: {str(cell.value)[:80]!r}"
                elif isinstance(cell.value, str):
                    texts.add(cell.value)
    return texts


def rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    """A CSV file as its rows, which all have the fields of the header."""
    text = content.decode("utf-8-sig")
    found = [*csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)]
    assert {len(row) for row in found} <= {len(found[0])}, "the fields of a row do not fit"
    return found


def rows_for_people(content: bytes) -> None:
    """A CSV file that a Swedish Excel opens: semicolons, and no cell that it would take for a formula."""
    assert content.startswith(b"\xef\xbb\xbf")
    for row in rows(content, ";")[1:]:
        for cell in row:
            risky = cell.lstrip(" \u00a0").startswith(_FORMULA_MARKS) and not re.fullmatch(r"-?\d+", cell)
            assert not risky, f"a formula: {cell[:80]!r}"


def xml(content: bytes) -> str:
    """All the text of an XML file without entities of its own."""
    assert b"<!DOCTYPE" not in content and b"<!ENTITY" not in content
    return "\n".join(etree.fromstring(content, etree.XMLParser(resolve_entities=False)).itertext())


def page_bytes(content: bytes) -> None:
    page(content.decode())


_READ_ALOUD = ("aria-", "alt", "title")
"""Attributes that hold what a person is told, and no address."""


class _Page(HTMLParser):
    """Refuses elements and attributes that none of our own pages has, and scripts that are not ours."""

    script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        tags, names = _vocabulary()
        assert tag in tags, f"an element <{tag}>"
        for name, value in attrs:
            assert name in names and not name.startswith("on"), f"an attribute {name} of <{tag}>"
            plain = re.sub(r"[\s\x00-\x1f]", "", value or "").casefold()
            if not name.startswith(_READ_ALOUD):
                assert not plain.startswith(("javascript:", "vbscript:", "data:text")), f"{name}={value}"
            if name in ("src", "href", "action", "formaction"):
                assert not plain.startswith(("http:", "https:", "//")) or "ond" not in plain, f"{name}={value}"
        self.script = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_data(self, data: str) -> None:
        assert not (self.script and "ond" in data.replace("condition", "").replace("second", "")), "a script"


def page(text: str) -> None:
    """An HTML page: only elements and attributes of ours."""
    reader = _Page(convert_charrefs=True)
    reader.feed(text)
    reader.close()


@cache
def _vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Every element and attribute in our templates, and in the code that writes HTML."""
    sources = [*(HOUSE / "web").rglob("*.html"), *(HOUSE / "web").rglob("*.py"), *(HOUSE / "reports").rglob("*.py")]
    written = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    tags = frozenset(re.findall(r"<([a-z][a-z0-9]*)", written))
    return tags, frozenset(re.findall(r"[\s\"'{}]([a-z][a-z0-9-]*)=", written.casefold())) | {"hidden", "required"} | {
        name for name in re.findall(r"[\s}]([a-z][a-z-]*)(?=[\s>{])", "".join(re.findall(r"<[a-z][^>]*>", written)))
    }
