"""A worksheet of XlsxWriter that writes a table column by column: the same bytes in a fifth of the time.

A value of a column becomes a cell once, and a cell becomes XML once; a row is the texts of its cells, joined by the
row's number. It reaches into XlsxWriter, whose release `constraints.txt` pins; a test holds its files to those of
XlsxWriter's own worksheet, byte by byte.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from itertools import repeat
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

_DAY_ZERO = datetime(1899, 12, 31)
_LEAP_DAY = datetime(1900, 3, 1)
_SECONDS = 86_400
_SPAN = 16
"""XlsxWriter tells of so many rows at a time between which columns they have cells."""


@dataclass(frozen=True, slots=True)
class Block:
    """A table's cells, in the row `first` and those below, from the first column on: the values of each column, and
    the cell that each distinct value became."""

    first: int
    columns: tuple[tuple[Sequence[Any], dict[Any, Any]], ...]

    @property
    def rows(self) -> range:
        return range(self.first, self.first + len(self.columns[0][0]))


class SwiftWorksheet(Worksheet):  # type: ignore[misc]
    """Blocks are written here, all other cells as XlsxWriter writes them."""

    fh: Any
    dim_rowmin: int
    dim_rowmax: int

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Block] = []

    def blank_cell(self, style: Any) -> Any:
        return CellBlankTuple(style)

    def text_cell(self, text: str, style: Any) -> Any:
        """A text's cell; the text gets its place among the book's."""
        return CellStringTuple(self.str_table._get_shared_string_index(text), style)

    def number_cell(self, number: Decimal | int, style: Any) -> Any:
        return CellNumberTuple(number, style)

    def time_cell(self, at: date, style: Any) -> Any:
        """A day's or moment's cell: days since the last of 1899, with Excel's leap day of 1900 counted."""
        if isinstance(at, datetime) and at >= _LEAP_DAY and not at.microsecond and not at.tzinfo:
            since = at - _DAY_ZERO
            return CellDatetimeTuple(since.days + since.seconds / _SECONDS + 1, style)
        return CellDatetimeTuple(self._convert_date_time(at), style)

    def write_block(self, block: Block) -> None:
        """Write a table's cells; blocks come from the top down. A cell written in one of its rows, before or after,
        stands instead of the block's own."""
        if self._check_dimensions(block.first, 0) or self._check_dimensions(block.rows[-1], len(block.columns) - 1):
            return
        for values, cells in block.columns:
            texts = [value for value, cell in cells.items() if type(cell) is CellStringTuple]
            if texts:
                self.str_table.count += len(values) - len(texts) - values.count(None) - values.count("")
        self._blocks.append(block)

    def set_heights(self, heights: Mapping[int, float]) -> None:
        """Give rows heights of their own, in points."""
        for points in set(heights.values()):
            rows = [row for row, height in heights.items() if height == points]
            self.set_row(rows[0], points)
            self.row_info.update(dict.fromkeys(rows, self.row_info[rows[0]]))
            self.row_sizes.update(dict.fromkeys(rows, self.row_sizes[rows[0]]))

    def _write_rows(self) -> None:
        self._take_apart([block for block in self._blocks if any(map(self.table.get, block.rows))])
        top, bottom = self.dim_rowmin, self.dim_rowmax
        for block in self._blocks:
            self.dim_rowmax = block.first - 1
            super()._write_rows()
            self._write_block(block)
            self.dim_rowmin, self.dim_rowmax = block.rows.stop, bottom
        super()._write_rows()
        self.dim_rowmin = top

    def _get_range_data(self, *corners: int) -> Any:
        """What a chart shows of the sheet."""
        self._take_apart(self._blocks)
        return super()._get_range_data(*corners)

    def _take_apart(self, blocks: list[Block]) -> None:
        """Make ordinary cells of blocks, in which others stand or are looked for."""
        for block in blocks:
            for at, (values, cells) in enumerate(block.columns):
                for row, value in zip(block.rows, values, strict=True):
                    self.table[row].setdefault(at, cells[value])
        self._blocks = [block for block in self._blocks if block not in blocks]

    def _calculate_spans(self) -> None:
        spans: dict[int, tuple[int, int]] = {}

        def widen(group: int, low: int, high: int) -> None:
            own = spans.get(group, (low, high))
            spans[group] = (min(own[0], low), max(own[1], high))

        for row, cells in self.table.items():
            if cells:
                widen(row // _SPAN, min(cells), max(cells))
        for block in self._blocks:
            for group in range(block.first // _SPAN, block.rows[-1] // _SPAN + 1):
                widen(group, 0, len(block.columns) - 1)
        self.row_spans = {group: f"{low + 1}:{high + 1}" for group, (low, high) in spans.items()}

    def _write_block(self, block: Block) -> None:
        styles = self._numbered_styles(block)
        columns = []
        for at, (values, cells) in enumerate(block.columns, start=1):
            then = f'<c r="{xl_col_to_name(at)}' if at < len(block.columns) else "</row>"
            made = {value: f"{_after_number(cell, styles)}{then}" for value, cell in cells.items()}
            columns.append(map(made.__getitem__, values))
        numbers = map(str, range(block.first + 1, block.rows.stop + 1))
        parts = zip(repeat('<row r="'), self._row_heads(block), *columns)
        self.fh.write("".join(map(str.join, numbers, parts)))

    def _numbered_styles(self, block: Block) -> dict[Any, int]:
        """Formats get their numbers as they come row by row, as XlsxWriter meets them."""
        met = []
        for at, (values, cells) in enumerate(block.columns):
            first = {cell.format: value for value, cell in reversed(cells.items())}
            met += [(values.index(value), at, style) for style, value in first.items()]
        return {style: style._get_xf_index() for _, _, style in sorted(met, key=lambda place: place[:2])}

    def _row_heads(self, block: Block) -> Iterator[str]:
        """What stands in each row between its number and that of its first cell."""
        made: dict[Any, str] = {}
        for row in block.rows:
            span, info = self.row_spans[row // _SPAN], self.row_info.get(row)
            key = span, id(info)
            if key not in made:
                made[key] = self._row_head(span, info)
            yield made[key]

    def _row_head(self, span: str, info: Any) -> str:
        file, head = self.fh, StringIO()
        self.fh = head
        self._write_row(0, span, info)
        self.fh = file
        return head.getvalue().removeprefix('<row r="1') + '<c r="A'


def _after_number(cell: Any, styles: Mapping[Any, int]) -> str:
    """A cell's XML after the number of its row."""
    style = styles[cell.format]
    kind = type(cell)
    if kind is CellStringTuple:
        return f'" s="{style}" t="s"><v>{cell.string}</v></c>'
    if kind is CellBlankTuple:
        return f'" s="{style}"/>'
    return f'" s="{style}"><v>{cell.number:.16G}</v></c>'
