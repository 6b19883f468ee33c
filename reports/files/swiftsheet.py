"""A worksheet of XlsxWriter that makes a value of a long column once, and writes the same bytes in half the time.

It reaches into XlsxWriter, whose release `constraints.txt` pins; a test holds its files to those of XlsxWriter's own
worksheet, byte by byte.
"""

from __future__ import annotations

from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import (
    CellBlankTuple,
    CellDatetimeTuple,
    CellNumberTuple,
    CellStringTuple,
    Worksheet,
)

_SWIFT = (CellStringTuple, CellBlankTuple, CellNumberTuple, CellDatetimeTuple)


class SwiftWorksheet(Worksheet):  # type: ignore[misc]
    """Cells with a format are written without XlsxWriter's general way; all others as it writes them."""

    def __init__(self) -> None:
        super().__init__()
        self._letters: dict[int, str] = {}
        self._styles: dict[Any, int] = {}

    def cell(self, row: int, column: int) -> Any:
        """The cell that was written there."""
        return self.table[row][column]

    def again(self, row: int, column: int, cell: Any) -> None:
        """Write a cell that was made for another row."""
        if self._check_dimensions(row, column):
            return
        self.table[row][column] = cell
        if type(cell) is CellStringTuple:
            self.str_table.count += 1

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        kind, format_ = type(cell), cell.format
        if not format_ or kind not in _SWIFT:
            super()._write_cell(row, col, cell)
            return
        letters = self._letters.get(col) or self._letters.setdefault(col, xl_col_to_name(col))
        style = self._styles.get(format_) or self._styles.setdefault(format_, format_._get_xf_index())
        if kind is CellStringTuple:
            self.fh.write(f'<c r="{letters}{row + 1}" s="{style}" t="s"><v>{cell.string}</v></c>')
        elif kind is CellBlankTuple:
            self.fh.write(f'<c r="{letters}{row + 1}" s="{style}"/>')
        else:
            self.fh.write(f'<c r="{letters}{row + 1}" s="{style}"><v>{cell.number:.16G}</v></c>')
