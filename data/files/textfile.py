"""CSV and text files: the delimiter, the header, and every field as text with the row it stands in."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from betalningsansvar.data.bytematrix import Texts
from betalningsansvar.data.files.encodings import to_utf8
from betalningsansvar.data.files.headers import FORMS, Form
from betalningsansvar.data.files.inputs import InputError, InputFile, sha256
from betalningsansvar.data.files.kinds import ZIP, other_kind
from betalningsansvar.data.files.rawtable import RawTable, blank_rows
from betalningsansvar.data.files.texthead import Head, Lines, find_head

_RECORDS_AT_A_TIME = 50_000
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class _Body:
    header: tuple[str, ...]
    columns: tuple[Texts, ...]
    rows: npt.NDArray[np.int32]
    field_counts: dict[int, int]


def read_text_file(file: InputFile, forms: Sequence[Form] = FORMS) -> RawTable:
    """Read a CSV or text file (RFC 4180; delimiters as in `texthead`, encodings as in `encodings`).

    `forms` are those the header may have: they tell header and delimiter. A row is a record, as Excel counts them: a
    quoted field with line breaks is one row, and a blank row counts. Raises InputError when the file as a whole
    cannot be read.
    """
    content = file.read()
    digest = sha256(content)
    if kind := other_kind(content):
        raise InputError([f"{file.name}: är {kind}."])
    if content.startswith(ZIP):
        raise InputError(
            [f"{file.name}: är en Excelarbetsbok med fel namn. Byt namn på den så att det slutar på .xlsx."]
        )
    text, encoding = to_utf8(content, file.name)
    del content
    head = find_head(text, file.name, forms)
    body = _read_quickly(text, head) or _read_exactly(text, head, file.name)
    return RawTable(
        name=file.name,
        sha256=digest,
        encoding=encoding,
        delimiter=head.delimiter,
        header=body.header,
        columns=body.columns,
        rows=body.rows,
        field_counts=body.field_counts,
        header_row=head.row,
    )


def _read_quickly(text: bytes, head: Head) -> _Body | None:
    """Read all rows at once, or return None when a line is not exactly one row with the header's fields.

    A count of lines equal to the count of rows proves that no quote has swallowed a line and that no line is
    blank or broken, so that the row numbers follow from the order.
    """
    body = memoryview(text)[head.body_start :]
    end = len(body)
    while end and body[end - 1] == ord("\n"):
        end -= 1
    body = body[:end]
    width = len(head.fields)
    if not end or width < 2 or not head.delimiter.isascii():
        return None
    broken_lines: list[int] = []

    def note(row: object) -> str:
        broken_lines.append(1)
        return "skip"

    names = [str(n) for n in range(width)]
    try:
        table = pacsv.read_csv(
            pa.BufferReader(pa.py_buffer(body)),
            read_options=pacsv.ReadOptions(column_names=names, block_size=1 << 22),
            parse_options=pacsv.ParseOptions(
                delimiter=head.delimiter,
                quote_char='"',
                double_quote=True,
                escape_char=False,
                newlines_in_values=False,
                ignore_empty_lines=False,
                invalid_row_handler=note,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types={name: pa.string() for name in names}, strings_can_be_null=False, check_utf8=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    lines = text.count(b"\n", head.body_start, head.body_start + end) + 1
    if broken_lines or table.num_rows != lines:
        return None
    return _without_blank_rows(head, table, _rows(lines, head))


def _rows(count: int, head: Head) -> npt.NDArray[np.int32]:
    return np.arange(head.row + 1, head.row + 1 + count, dtype=np.int32)


def _without_blank_rows(head: Head, table: pa.Table, rows: npt.NDArray[np.int32]) -> _Body:
    """Leave out the rows in which every field is blank (`;;;;`)."""
    blank = blank_rows(table.columns, table.num_rows)
    if len(blank):
        keep = np.ones(table.num_rows, dtype=bool)
        keep[blank] = False
        table, rows = table.filter(pa.array(keep)), rows[keep]
    return _Body(head.fields, tuple(table.columns), rows, {})


def _read_exactly(text: bytes, head: Head, name: str) -> _Body:
    """Read record by record: slower, but with the true row of each and with the broken ones kept apart."""
    filled = _filled_records(text, head, name)
    first = list(islice(filled, _LOOKED_AT))
    width = _width(head.fields, [fields for _, fields in first])
    parts: list[list[pa.Array]] = [[] for _ in range(width)]
    records: list[list[str]] = []
    rows: list[int] = []
    field_counts: dict[int, int] = {}
    for row, fields in chain(first, filled):
        if len(fields) != width:
            field_counts[len(rows)] = len(fields)
            fields = (fields + [""] * width)[:width]
        rows.append(row)
        records.append(fields)
        if len(records) == _RECORDS_AT_A_TIME:
            _move(records, parts)
    _move(records, parts)
    columns = tuple(pa.chunked_array(part, pa.string()) for part in parts)
    header = (*head.fields, *[""] * width)[:width]
    return _Body(header, columns, np.array(rows, dtype=np.int32), field_counts)


def _filled_records(text: bytes, head: Head, name: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not blank, without blanks around the fields and without line breaks in them."""
    for row, record in _records(text, head, name):
        fields = [" ".join(field.split("\n")).strip() for field in record]
        if any(fields):
            yield row, fields


def _width(header: Sequence[str], first: Sequence[Sequence[str]]) -> int:
    """How many fields a row has: as many as the header, unless the first rows agree on another number.

    Some programs end the header or the rows, but not both, with delimiters. One row alone proves nothing: it
    may as well be broken, with its values moved aside.
    """
    named = max((n for n, field in enumerate(header, start=1) if field), default=0)
    lengths = {len(fields) for fields in first}
    alike = len(first) > 1 and len(lengths) == 1
    if alike and len(first[0]) >= named and not any(any(fields[named:]) for fields in first):
        return len(first[0])
    return len(header)


def _move(records: list[list[str]], parts: list[list[pa.Array]]) -> None:
    for part, values in zip(parts, zip(*records, strict=True), strict=False):
        part.append(pa.array(values, pa.string()))
    records.clear()


def _records(text: bytes, head: Head, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Every record below the header with its row. Raises InputError where a quote swallows the rows after it."""
    lines = Lines(text, head.body_start)
    reader = csv.reader(lines, delimiter=head.delimiter)
    row, start, first_line = head.row, lines.position, head.body_line
    try:
        for record in reader:
            row += 1
            if lines.count + head.body_line - first_line > 1:
                _refuse_swallowed_rows(text[start : lines.position].decode(), head, f"{name}, rad {first_line}")
            yield row, record
            start, first_line = lines.position, head.body_line + lines.count
    except csv.Error:
        raise InputError(
            [f"{name}, rad {first_line}: raden går inte att läsa som CSV. Kontrollera citattecknen på den."]
        ) from None


def _refuse_swallowed_rows(record: str, head: Head, where: str) -> None:
    """Raise InputError if a record of several lines is no proper quoted field, or looks like several rows."""
    why = "ett citattecken öppnas på raden och stängs inte som det ska"
    try:
        list(csv.reader(io.StringIO(record), delimiter=head.delimiter, strict=True))
        lines = record.rstrip("\n").split("\n")
        whole = [line.count(head.delimiter) >= len(head.fields) - 1 for line in lines]
        looks_like_rows = any(whole[1:-1]) or sum(whole) > 1
    except csv.Error:
        looks_like_rows = True
    if looks_like_rows:
        raise InputError(
            [f"{where}: {why}, så raderna efter den skulle gå förlorade. Stäng citattecknet, eller dubblera det."]
        )
