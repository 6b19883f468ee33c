"""Which line of a text file is the header, and which sign divides its fields.

Exports have titles, a period and blank lines above the header, and any of many delimiters. The header is the line
that, cut at some delimiter, holds most of the columns that are looked for; where none holds any (a foreign export),
the first line that is as wide as those below it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from betalningsansvar.data.files.headers import Form, has_all_needed, known_columns
from betalningsansvar.data.files.inputs import InputError

DELIMITERS = (";", ",", "\t", "|", "^", "~", "¤")
LINES_LOOKED_AT = 40
_MOST_BYTES, _LONGEST_LINE = 1 << 20, 1 << 16  # what comes later, or is longer, is no header
LEAST_KNOWN = 2  # columns: one word can stand in a title as well
_BLANKS = b' \t;,|^~"\n'
WIDE = 0.8  # of the widest line


@dataclass(frozen=True, slots=True)
class Head:
    """The header record: its fields, the row it stands in, and where the rows below it begin."""

    fields: tuple[str, ...]
    delimiter: str
    row: int
    body_start: int
    body_line: int


class Lines:
    """The lines of `text` from `start`, one at a time; `position` is where the next one begins."""

    def __init__(self, text: bytes, start: int) -> None:
        self._text, self.position, self.count = text, start, 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self.position >= len(self._text):
            raise StopIteration
        start, self.position = self.position, after_line(self._text, self.position)
        self.count += 1
        return self._text[start : self.position].decode("utf-8")


def after_line(text: bytes, start: int) -> int:
    """Where the line after the one at `start` begins."""
    end = text.find(b"\n", start)
    return len(text) if end < 0 else end + 1


def find_head(text: bytes, name: str, forms: Sequence[Form]) -> Head:
    """The header of `text`. Raises InputError where the text is blank or no line can be read as CSV."""
    start, delimiters = _told_delimiter(text)
    heads: list[Head] = []
    for of_one_line in _candidates(text, start, delimiters):
        heads += of_one_line
        if any(has_all_needed(head.fields, forms) for head in of_one_line):
            break
    if not heads:
        if not text[start:].strip(_BLANKS):
            raise InputError(
                [f"{name}: filen innehåller bara tomma rader. Ta ut uppgifterna igen, eller utelämna filen."]
            )
        raise InputError([f"{name}: rubrikraden går inte att läsa som CSV. Kontrollera citattecknen i filens början."])
    best = max(heads, key=lambda head: (known_columns(head.fields, forms), -head.row, len(head.fields)))
    if known_columns(best.fields, forms) < LEAST_KNOWN:
        best = _widest(heads)
    return best


def _told_delimiter(text: bytes) -> tuple[int, tuple[str, ...]]:
    """Where the text begins below a line such as `sep=;`, a hint to Excel, and the delimiters that are possible."""
    end = after_line(text, 0)
    hint = text[:end].decode("utf-8").strip().strip('"')
    if hint[:4].lower() == "sep=" and len(hint) <= 5 and not hint[4:].isalnum():
        return end, (hint[4:] or "\t",)
    return 0, DELIMITERS


def _candidates(text: bytes, start: int, delimiters: Sequence[str]) -> Iterator[list[Head]]:
    """The first lines that are not blank, each read as a record with each delimiter. `row` counts as Excel does."""
    line, row, looked_at = (2 if start else 1), 1, 0
    end = min(len(text), start + _MOST_BYTES)
    while start < end and looked_at < LINES_LOOKED_AT:
        if len(line_text := text[start : after_line(text, start)]) <= _LONGEST_LINE and line_text.strip(_BLANKS):
            looked_at += 1
            of_one_line = []
            for delimiter in delimiters:
                lines = Lines(text, start)
                try:
                    fields = tuple(field.strip() for field in next(csv.reader(lines, delimiter=delimiter)))
                except csv.Error:
                    continue
                of_one_line.append(Head(fields, delimiter, row, lines.position, line + lines.count))
            yield of_one_line
        start, row, line = after_line(text, start), row + 1, line + 1


def _widest(heads: Sequence[Head]) -> Head:
    """The first line with nearly as many filled fields as the widest: the header of an export that is not ours."""

    def filled(head: Head) -> int:
        return sum(map(bool, head.fields))

    most = max(map(filled, heads))
    return next(head for head in heads if filled(head) >= max(WIDE * most, 1))
