"""One kommun's invoice or underlag as a workbook that is written and read back, for a process to do."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from betalningsansvar.reports.files.readback import hold, hold_to_lines
from betalningsansvar.reports.month.invoice import SHEET, write_invoice
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.underlag import underlag_name, write_underlag
from betalningsansvar.reports.month.underlag_content import Underlag

# So many rows pay for a process of their own, and what a workbook of few rows counts as. A PDF counts as little, since
# one process sets PDFs while it writes books.
_ROWS_OF_A_PROCESS, _ROWS_OF_A_BOOK, _ROWS_OF_A_PDF = 30_000, 35, 75


def write_invoice_book(invoice: Invoice, lines: pd.DataFrame, folder: Path) -> None:
    """Write an invoice into `folder`; `lines` are the Bill's charged lines of its kommun, which it must tell.

    Raises OSError and ReadBackError.
    """
    path = folder / f"{invoice.file_name}.xlsx"
    book = write_invoice(invoice, path)
    hold(path, book.written)
    hold_to_lines(path.name, book.written[SHEET].tables[0], lines)


def write_underlag_book(underlag: Underlag, folder: Path) -> None:
    """Write an underlag into `folder`. Raises OSError and ReadBackError."""
    path = folder / f"{underlag_name(underlag)}.xlsx"
    hold(path, write_underlag(underlag, path).written)


def largest_first(specifications: Iterable[Underlag]) -> list[Underlag]:
    """So that no process is left with a long one alone."""
    return sorted(specifications, key=lambda own: -len(own.listed))


def processes_for(rows: int, books: int, *, pdf: bool, most: int) -> int:
    """How many processes so many rows in so many workbooks pay for."""
    work = rows + books * (_ROWS_OF_A_BOOK + (_ROWS_OF_A_PDF if pdf else 0))
    return min(most, 1 + work // _ROWS_OF_A_PROCESS)
