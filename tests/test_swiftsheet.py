"""The swift worksheet writes the bytes that XlsxWriter's own does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.swedish_book import SwedishWorkbook
from betalningsansvar.reports.files.swiftsheet import Block
from betalningsansvar.reports.files.workbook import Book
from tests.cell_values import TABLES, Table


class Plain(Worksheet):  # type: ignore[misc]
    """XlsxWriter's own, every cell of a table through its public methods; a cell is how it is written."""

    def blank_cell(self, style: Any) -> Callable[[int, int], Any]:
        return lambda row, at: self.write_blank(row, at, None, style)

    def text_cell(self, text: str, style: Any) -> Callable[[int, int], Any]:
        self.str_table._get_shared_string_index(text)
        self.str_table.count -= 1
        return lambda row, at: self.write_string(row, at, text, style)

    def number_cell(self, number: Any, style: Any) -> Callable[[int, int], Any]:
        return lambda row, at: self.write_number(row, at, number, style)

    def time_cell(self, day: date, style: Any) -> Callable[[int, int], Any]:
        return lambda row, at: self.write_datetime(row, at, day, style)

    def set_heights(self, heights: Mapping[int, float]) -> None:
        for row, height in heights.items():
            self.set_row(row, height)

    def write_block(self, block: Block) -> None:
        for at, (values, cells) in enumerate(block.columns):
            for row, value in zip(block.rows, values, strict=True):
                cells[value](row, at)


def written(path: Path, tables: list[Table], times: int, *, among: bool) -> tuple[bytes, Book]:
    """The tables below one another, each row so many times; with `among`, other cells stand in the last one."""
    book = Book(title="Prov", author="Region", created=date(2018, 11, 5))
    for name in ("Blad", "Ett till"):
        sheet = book.sheet(name, landscape=True)
        sheet.height(0, 26)
        sheet.text(0, 0, "Rubrik", "title")
        sheet.row = 2
        for kinds, rows in tables:
            columns = [Column(kind.title(), kind, summed=kind in ("ore", "antal")) for kind in kinds]
            first = sheet.row + 1
            sheet.table(columns, rows * times)
        sheet.native.set_row(first, 40, None, {"level": 1})
        if among:
            sheet.link(first, len(kinds) - 1, "fakturor/a.xlsx", "a")
            sheet.text(first + 1, len(kinds) + 1, "bredvid")
        sheet.paragraph(sheet.row, 0, 3, "Text över flera kolumner", width=40, lead="Fet")
        sheet.link(sheet.row + 1, 0, "fakturor/a.xlsx", "a")
        sheet.native.write_number(sheet.row + 2, 0, 5)
    chart = book.bar_chart()
    chart.add_series({"categories": ["Blad", 3, 0, 4, 0], "values": ["Blad", 3, 0, 4, 0]})
    if among:
        sheet.native.insert_chart(2, 40, chart)
    book.save(path)
    return path.read_bytes(), book


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TABLES, min_size=1, max_size=3), st.integers(1, 9), st.booleans())
def test_the_same_bytes(tmp_path: Path, tables: list[Table], times: int, among: bool) -> None:
    swift, book = written(tmp_path / "a.xlsx", tables, times, among=among)
    if not among:
        hold(tmp_path / "a.xlsx", book.written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SwedishWorkbook, "worksheet_class", Plain)
        assert written(tmp_path / "b.xlsx", tables, times, among=among)[0] == swift
