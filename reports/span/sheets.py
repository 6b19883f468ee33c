"""What the workbooks of months together have in common: the columns of amounts, a sheet's head, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.workbook import Book, Sheet

CASES, AMOUNTS = ["debiteras", "genomsnitt", "blockerad"], ["dygn_micro", "amount_ore"]
CASE_COLUMNS = (
    Column("Debiteras", "antal", summed=True),
    Column("I genom- snittet", "antal", 9, summed=True),
    Column("Blockerade", "antal", summed=True),
)
DYGN, ORE = Column("Dygn", "dygn", 9, summed=True), Column("Belopp", "ore", 18, summed=True)
CODE, KOMMUN = Column("Kod", "text", 6), Column("Kommun", "text", 12, 30)


def headed(book: Book, name: str, *, title: str, footer: str, subtitle: str, as_of: date) -> Sheet:
    """A new sheet on its side, with its head and foot; the next row is free."""
    sheet = book.sheet(name, landscape=True)
    sheet.footer(f"{footer}  ·  {name}")
    sheet.height(0, 26)
    sheet.text(0, 0, title, "title")
    sheet.text(1, 0, f"{subtitle}. Uppgifter till och med {as_of}.", "subtitle")
    sheet.row = 3
    return sheet


def put_table(sheet: Sheet, columns: Sequence[Column], frame: pd.DataFrame) -> int:
    """The frame's rows below headings that stay; returns the first row written."""
    first = sheet.row + 1
    sheet.native.freeze_panes(first, 0)
    sheet.table(columns, [tuple(row) for row in frame.astype(object).to_numpy().tolist()])
    return first
