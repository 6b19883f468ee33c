"""Numbered invoices, credits and settlements as files: the designed document in Excel, and in PDF if asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from betalningsansvar.reports.files.readback import ReadBackError, hold
from betalningsansvar.reports.files.sidebyside import Job
from betalningsansvar.reports.month.invoice import write_invoice
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.pdf import write_invoice_pdf


def require_sums(documents: Sequence[Invoice]) -> None:
    """Raise ReadBackError where a document's lines are not its amount."""
    for document in documents:
        if sum(line.amount_ore for line in document.lines) != document.amount_ore:
            raise ReadBackError(
                f"{document.file_name}: raderna summerar inte till fakturans belopp. Inget har skrivits."
            )


def document_books(documents: Sequence[Invoice], folder: Path) -> Iterator[Job]:
    """Write each document under its own name and read it back. A job raises OSError and ReadBackError."""
    for number, document in enumerate(documents):
        yield partial(_write_book, document, folder / f"{document.file_name}.xlsx", twice=number == 0)


def document_pages(documents: Sequence[Invoice], folder: Path) -> Iterator[Job]:
    """The same as PDF."""
    for document in documents:
        yield partial(write_invoice_pdf, document, folder / f"{document.file_name}.pdf")


def _write_book(document: Invoice, path: Path, *, twice: bool) -> None:
    hold(path, write_invoice(document, path).written, twice=twice)
