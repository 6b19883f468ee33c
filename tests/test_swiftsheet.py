"""The swift worksheet writes the bytes that XlsxWriter's own does."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.swedish_book import SwedishWorkbook
from betalningsansvar.reports.files.workbook import Book, Column, Kind


def _whole(at: datetime) -> datetime:
    """A time as the cases have it, to the second."""
    return at.replace(microsecond=0)


VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "text": st.one_of(st.sampled_from(["", " ", "=1+1", "<r>a</r>", "Å & <b>"]), st.text(max_size=5)),
    "wrap": st.one_of(st.sampled_from(["H-1", "långt " * 30, "a\nb"]), st.text(max_size=60)),
    "ore": st.one_of(st.none(), st.integers(-(10**13), 10**13)),
    "dygn": st.one_of(st.none(), st.integers(-(10**9), 10**9)),
    "medel": st.integers(0, 10**9),
    "antal": st.one_of(st.none(), st.integers(-5000, 5000)),
    "dag": st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2100, 1, 1))),
    "tid": st.one_of(st.none(), st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(_whole)),
}


class Plain(Worksheet):  # type: ignore[misc]
    """XlsxWriter's own, every cell through its public methods."""

    def cell(self, row: int, column: int) -> Any:
        return self.table[row][column]

    def again(self, row: int, column: int, cell: Any) -> None:
        kind = type(cell).__name__
        if kind == "String":
            text = next(text for text, index in self.str_table.string_table.items() if index == cell.string)
            self.write_string(row, column, text, cell.format)
        elif kind == "Blank":
            self.write_blank(row, column, None, cell.format)
        else:
            self.write_number(row, column, cell.number, cell.format)


def written(path: Path, rows: list[tuple[Any, ...]]) -> tuple[bytes, Book]:
    book = Book(title="Prov", author="Region", created=date(2018, 11, 5))
    sheet = book.sheet("Blad", landscape=True)
    sheet.height(0, 26)
    sheet.text(0, 0, "Rubrik", "title")
    sheet.row = 2
    sheet.table([Column(kind.title(), kind, summed=kind in ("ore", "antal")) for kind in VALUES], rows)
    sheet.paragraph(sheet.row, 0, 3, "Text över flera kolumner", width=40, lead="Fet")
    sheet.link(sheet.row + 1, 0, "fakturor/a.xlsx", "a")
    sheet.native.write_number(sheet.row + 2, 0, 5)
    book.save(path)
    return path.read_bytes(), book


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(*VALUES.values()), max_size=5), st.integers(1, 3))
def test_the_same_bytes(tmp_path: Path, rows: list[tuple[Any, ...]], times: int) -> None:
    swift, book = written(tmp_path / "a.xlsx", rows * times)
    hold(tmp_path / "a.xlsx", book.written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SwedishWorkbook, "worksheet_class", Plain)
        assert written(tmp_path / "b.xlsx", rows * times)[0] == swift
