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
from betalningsansvar.data.files.headers import FORMS, Form, known_columns
from betalningsansvar.data.files.inputs import InputError, InputFile, sha256
from betalningsansvar.data.files.rawtable import RawTable, blank_rows

DELIMITERS = (";", ",", "\t")
_RECORDS_AT_A_TIME = 50_000
_LOOKED_AT = 100


@dataclass(frozen=True, slots=True)
class _Head:
    """The header record: its fields, the row it stands in, and where the rows below it begin."""

    fields: tuple[str, ...]
    delimiter: str
    row: int
    body_start: int
    body_line: int


@dataclass(frozen=True, slots=True)
class _Body:
    header: tuple[str, ...]
    columns: tuple[Texts, ...]
    rows: npt.NDArray[np.int32]
    field_counts: dict[int, int]


def read_text_file(file: InputFile, forms: Sequence[Form] = FORMS) -> RawTable:
    """Read a CSV or text file (RFC 4180; comma, semicolon or tab; encodings as in `data.files.encodings`).

    `forms` are those the header may have: they tell the delimiter. A row is a record, as Excel counts them: a
    quoted field with line breaks is one row, and a blank row counts. Raises InputError when the file as a whole
    cannot be read.
    """
    content = file.read()
    digest = sha256(content)
    if content.startswith(b"PK\x03\x04"):
        raise InputError([f"{file.name}: this is an Excel workbook named as text. Rename it so that it ends in .xlsx."])
    text, encoding = to_utf8(content, file.name)
    del content
    head = _read_head(text, file.name, forms)
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
    )


def _read_head(text: bytes, name: str, forms: Sequence[Form]) -> _Head:
    """Find the header: the first record that is not blank, cut at the delimiter that gives most known columns."""
    start, row, line = 0, 1, 1
    if text[:4].lower() == b"sep=":  # a hint to Excel, which does not count the line
        start, line = _after_line(text, 0), 2
    while start < len(text) and not text[start : _after_line(text, start)].strip(b" \t;,\n"):
        start, row, line = _after_line(text, start), row + 1, line + 1
    if start >= len(text):
        raise InputError([f"{name}: the file holds only blank lines. Export it again, or leave it out."])
    candidates = []
    for delimiter in DELIMITERS:
        lines = _Lines(text, start)
        try:
            fields = tuple(field.strip() for field in next(csv.reader(lines, delimiter=delimiter)))
        except csv.Error:
            continue
        candidates.append(_Head(fields, delimiter, row, lines.position, line + lines.count))
    if not candidates:
        raise InputError([f"{name}, line {line}: the header row cannot be read as CSV. Check its quotes."])
    return max(candidates, key=lambda head: (known_columns(head.fields, forms), len(head.fields)))


def _after_line(text: bytes, start: int) -> int:
    end = text.find(b"\n", start)
    return len(text) if end < 0 else end + 1


class _Lines:
    """The lines of `text` from `start`, one at a time; `position` is where the next one begins."""

    def __init__(self, text: bytes, start: int) -> None:
        self._text, self.position, self.count = text, start, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= len(self._text):
            raise StopIteration
        start, self.position = self.position, _after_line(self._text, self.position)
        self.count += 1
        return self._text[start : self.position].decode("utf-8")


def _read_quickly(text: bytes, head: _Head) -> _Body | None:
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
    if not end or width < 2:
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


def _rows(count: int, head: _Head) -> npt.NDArray[np.int32]:
    return np.arange(head.row + 1, head.row + 1 + count, dtype=np.int32)


def _without_blank_rows(head: _Head, table: pa.Table, rows: npt.NDArray[np.int32]) -> _Body:
    """Leave out the rows in which every field is blank (`;;;;`)."""
    blank = blank_rows(table.columns, table.num_rows)
    if len(blank):
        keep = np.ones(table.num_rows, dtype=bool)
        keep[blank] = False
        table, rows = table.filter(pa.array(keep)), rows[keep]
    return _Body(head.fields, tuple(table.columns), rows, {})


def _read_exactly(text: bytes, head: _Head, name: str) -> _Body:
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


def _filled_records(text: bytes, head: _Head, name: str) -> Iterator[tuple[int, list[str]]]:
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


def _records(text: bytes, head: _Head, name: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Every record below the header with its row. Raises InputError where a quote swallows the rows after it."""
    lines = _Lines(text, head.body_start)
    reader = csv.reader(lines, delimiter=head.delimiter)
    row, start, first_line = head.row, lines.position, head.body_line
    try:
        for record in reader:
            row += 1
            if lines.count + head.body_line - first_line > 1:
                _refuse_swallowed_rows(text[start : lines.position].decode(), head, f"{name}, line {first_line}")
            yield row, record
            start, first_line = lines.position, head.body_line + lines.count
    except csv.Error as error:
        raise InputError([f"{name}, line {first_line}: {error}. Check the quotes on that line."]) from None


def _refuse_swallowed_rows(record: str, head: _Head, where: str) -> None:
    """Raise InputError if a record of several lines is no proper quoted field, or looks like several rows."""
    why = "a quote opens on this line and is not closed as it should"
    try:
        list(csv.reader(io.StringIO(record), delimiter=head.delimiter, strict=True))
        lines = record.rstrip("\n").split("\n")
        whole = [line.count(head.delimiter) >= len(head.fields) - 1 for line in lines]
        looks_like_rows = any(whole[1:-1]) or sum(whole) > 1
    except csv.Error:
        looks_like_rows = True
    if looks_like_rows:
        raise InputError(
            [f"{where}: {why}, so rows after it would be lost. Close the quote, or double it inside a quoted field."]
        )
