"""`avvikelser.xlsx`: what was found in the data, for whoever mends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.reports.files.csvfiles import issue_rows
from betalningsansvar.reports.files.workbook import Book, Column
from betalningsansvar.reports.words.swedish import month_name

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

SHEET = "Avvikelser"
# Excel takes ten times as many rows, and nobody mends a file row by row beyond this; the CSV has them all.
MOST_ROWS = 50_000

_COLUMNS = (
    Column("Fil", "text", 12, 34),
    Column("Rad", "antal", 6, to_the_left=True),
    Column("Ärende", "text", 10, 24),
    Column("Kod", "text", 20, 44),
    Column("Allvar", "text", 9),
    Column("Kolumn", "text", 12, 26),
    Column("Värde", "text", 12, 26),
    Column("Vad som är fel", "wrap", 44, 44),
    Column("Åtgärd", "wrap", 44, 44),
)


def write_deviations(bill: Bill, path: Path, *, author: str, created: date) -> Book:
    """Write the workbook. Raises OSError."""
    book = Book(title=f"Avvikelser {bill.period}", author=author, created=created)
    sheet = book.sheet(SHEET, landscape=True)
    sheet.footer(f"Avvikelser {bill.period}  ·  {bill.agreement.namn}")
    found = issue_rows(bill.issues)
    sheet.native.set_row(0, 26)
    sheet.text(0, 0, "Avvikelser i uppgifterna", "title")
    told = f"Betalningsansvar {month_name(bill.period)}: {found.num_rows} avvikelser."
    if found.num_rows > MOST_ROWS:
        told += f" De {MOST_ROWS} första visas; alla finns i avvikelser.csv."
    sheet.text(1, 0, told, "subtitle")
    sheet.row = 3
    sheet.native.freeze_panes(4, 0)
    shown = found.slice(0, MOST_ROWS)
    sheet.table(_COLUMNS, list(zip(*(column.to_pylist() for column in shown.columns), strict=True)))
    book.save(path)
    return book
