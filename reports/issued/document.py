"""Numbered invoices, credits and settlements as files: the designed document in Excel, and in PDF if asked for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from betalningsansvar.reports.files.readback import ReadBackError, hold
from betalningsansvar.reports.month.invoice import write_invoice
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.pdf import write_invoice_pdf


def write_documents(documents: Iterable[Invoice], folder: Path, *, workbooks: bool = True, pdf: bool = False) -> None:
    """Write each document under its own name and read the workbooks back. Raises OSError and ReadBackError."""
    for number, document in enumerate(documents):
        if sum(line.amount_ore for line in document.lines) != document.amount_ore:
            raise ReadBackError(
                f"{document.file_name}: raderna summerar inte till fakturans belopp. Inget har skrivits."
            )
        path = folder / f"{document.file_name}.xlsx"
        if workbooks:
            hold(path, write_invoice(document, path).written, twice=number == 0)
        if pdf:
            write_invoice_pdf(document, path.with_suffix(".pdf"))
