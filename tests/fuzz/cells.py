"""From bytes to cells: CSV and workbooks changed at random. Each class takes a generator and raises on a fault."""

from __future__ import annotations

import csv
import io
import random
import re
import zipfile
from dataclasses import replace

import pandas as pd
import xlsxwriter

from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.intake import Intake, read_files
from betalningsansvar.data.stop import StopError
from tests.fuzz.desk import shows
from tests.fuzz.tables import NASTY, PATIENTS, sound_table

ENCODINGS = ("utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-32", "cp850", "mac-roman", "latin-1")
TYPED = [
    "arende_id", "folkbokforingskommun", "placeringskommun", "vardform", "inskriven", "utskrivningsklar", "utskriven",
    "sip_kravs", "rad",
]  # fmt: skip
_SHEET = "xl/worksheets/sheet1.xml"
_XML_BITS = (
    b'r="A1048576"', b'r="ZZ9"', b'r="A99999999999"', b'r="A0"', b't="z"', b't="e"', b't="s"', b"<v>#SPILL!</v>",
    b"<v>1e999</v>", b"<v>-1</v>", b"<v>2958466</v>", b"<v></v>", b"<f>NA()</f>", b"<c/>", b"</row>", b"<row>",
    b"&#0;", b"&x;",
    b"]]>", b"\xff\xfe", b's="9999"', b"<mergeCell ref='A1:B1'/>", b'<dimension ref="A1:XFD1048576"/>',
)  # fmt: skip


def csv_cells(rng: random.Random) -> None:
    """Nasty values in some cells of a sound CSV: every row is there, and those untouched read as before."""
    table = sound_table(rng)
    before = read_or_told(_csv(table, ";"), "a.csv")
    assert before is not None
    touched = _put_nasty(table, rng)
    after = read_or_told(_csv(table, rng.choice(";,|\t")), "a.csv")
    if after is not None:
        same_but(before, after, touched, len(table) - 1)


def csv_bytes(rng: random.Random) -> None:
    """The bytes of a CSV in any encoding cut, doubled and overwritten: as many rows as an independent reader sees."""
    table = sound_table(rng)
    _put_nasty(table, rng, most=2)
    text = _csv(table, rng.choice(";,|\t")).decode()
    content = changed(text.encode(rng.choice(ENCODINGS), "replace"), rng)
    intake = read_or_told(content, "a.csv")
    if intake is not None:
        (source,) = intake.sources
        assert len(intake.cases) == source.rows, "a row was lost between table and cases"
        if (
            source.encoding == "utf-8"
            and b'"' not in content
            and not re.search(rb"[\x00-\x08\x0b-\x1f\x7f\r]", content)
        ):
            lines = content.decode().split("\n")[source.header_row :]
            blank = re.compile(r"[\s;,|\t\u200b\u200e\u202e\u2060\ufeff\ufffe\uffff\xad\x80-\x9f]*")
            seen = sum(not blank.fullmatch(line) for line in lines)
            assert source.rows == seen, f"{seen} lines became {source.rows} rows"


def xlsx_cells(rng: random.Random) -> None:
    """Nasty values in some cells of a sound workbook."""
    table = sound_table(rng)
    before = read_or_told(_xlsx(table), "a.xlsx")
    assert before is not None
    touched = _put_nasty(table, rng)
    after = read_or_told(_xlsx(table), "a.xlsx")
    if after is not None:
        same_but(before, after, touched, len(table) - 1)


def xlsx_parts(rng: random.Random) -> None:
    """The XML of a workbook, the names of its parts, or its bytes changed at random."""
    content = _xlsx(sound_table(rng))
    kind = rng.random()
    if kind < 0.2:
        read_or_told(changed(content, rng), "a.xlsx")
        return
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    chosen = _SHEET if kind < 0.8 else rng.choice(sorted(parts))
    parts[chosen] = _changed_xml(parts[chosen], rng)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA))) as new:
        for name, data in parts.items():
            new.writestr(rng.choice((str.lower, str.upper, str))(name) if rng.random() < 0.1 else name, data)
    intake = read_or_told(out.getvalue(), "a.xlsx")
    if intake is not None:
        assert len(intake.cases) == intake.sources[0].rows, "a row was lost between table and cases"


def read_or_told(content: bytes, name: str) -> Intake | None:
    """The intake, or None where the run stops. Nothing that is told shows a patient."""
    try:
        intake = read_files([InputFile.from_bytes(name, content)])
    except StopError as error:
        shows_nobody(str(error))
        return None
    shows_nobody(intake.issues.to_csv())
    shows_nobody(repr([replace(source, sha256="") for source in intake.sources]))
    return intake


def shows_nobody(told: str) -> None:
    assert not any(shows(told, patient) for patient in PATIENTS), "a patient is shown"


def same_but(before: Intake, after: Intake, touched: set[int], rows: int) -> None:
    assert after.sources[0].rows == rows, "a row was lost"
    mine = before.cases[~before.cases["rad"].isin(touched)][TYPED].reset_index(drop=True)
    theirs = after.cases[~after.cases["rad"].isin(touched)][TYPED].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, theirs)


def _put_nasty(table: list[list[str]], rng: random.Random, most: int = 4) -> set[int]:
    """Put nasty values in cells below the header; the rows (from 1) that were touched."""
    touched = set()
    for _ in range(rng.randint(1, most)):
        row, column = rng.randrange(1, len(table)), rng.randrange(len(table[0]))
        table[row][column] = rng.choice(NASTY)
        touched.add(row + 1)
    return touched


def _csv(table: list[list[str]], delimiter: str) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerows(table)
    return out.getvalue().encode()


def _xlsx(table: list[list[str]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate(table):
            for column, value in enumerate(values):
                sheet.write_string(row, column, value)
    return out.getvalue()


def changed(content: bytes, rng: random.Random) -> bytes:
    data = bytearray(content)
    for _ in range(rng.randint(1, 4)):
        at, length = rng.randrange(len(data) + 1), rng.choice((1, 1, 2, 8, 64))
        kind = rng.randrange(4)
        if kind == 0:
            del data[at : at + length]
        elif kind == 1:
            data[at:at] = data[at : at + length]
        elif kind == 2:
            data[at:at] = rng.choice(
                (b"\n", b"\r\n", b";", b",", b"\t", b"|", b'"', b"\0", b"\xe5", b"\xc3\x83", b"\xff")
            )
        else:
            data[at : at + 1] = bytes([rng.randrange(256)])
    return bytes(data)


def _changed_xml(xml: bytes, rng: random.Random) -> bytes:
    for _ in range(rng.randint(1, 3)):
        bits = [*re.finditer(rb'r="[^"]*"|t="[^"]*"|<v>[^<]*</v>|<c [^>]*>|</c>', xml)]
        if not bits or rng.random() < 0.2:
            return changed(xml, rng)
        found = rng.choice(bits)
        xml = xml[: found.start()] + rng.choice(_XML_BITS) + xml[found.end() :]
    return xml


CLASSES = {"csv-celler": csv_cells, "csv-byte": csv_bytes, "xlsx-celler": xlsx_cells, "xlsx-delar": xlsx_parts}
