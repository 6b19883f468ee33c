"""Opens the written bokslut with another library and holds every table's cells against the figures."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pandas as pd
from openpyxl import load_workbook

from betalningsansvar.reports.bokslut.tables import Table
from betalningsansvar.reports.files.readback import ReadBackError


def require_same_figures(path: Path, sheets: Mapping[str, Table]) -> None:
    """Raise ReadBackError when a sheet lacks a row, or an amount in it is not the table's to the öre."""
    book = load_workbook(path, read_only=True, data_only=True)
    try:
        for title, table in sheets.items():
            written = list(book[title].iter_rows(min_row=2, max_row=len(table.rows) + 1, values_only=True))
            if len(written) != len(table.rows):
                raise ReadBackError(f"{path.name}, {title}: {len(table.rows)} rows expected, {len(written)} found.")
            for at, column in enumerate(table.columns):
                if column.kind == "ore":
                    _require_ore(path, title, table, at, [row[at] if at < len(row) else None for row in written])
    finally:
        book.close()


def _require_ore(path: Path, title: str, table: Table, at: int, cells: list[object]) -> None:
    column = table.columns[at]
    for row, (wanted, cell) in enumerate(zip(table.rows[column.name], cells, strict=True), start=2):
        found = None if cell is None else int(Decimal(repr(cell)).scaleb(2).to_integral_value())
        expected = None if pd.isna(wanted) else int(wanted)
        if found != expected:
            raise ReadBackError(
                f"{path.name}, {title}, row {row}, {column.heading}: {expected} öre expected, {found} found."
            )
