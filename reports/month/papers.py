"""One kommun's invoice or underlag as files: written, read back, and set as PDF where asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

import pandas as pd

from betalningsansvar.reports.files.readback import hold, hold_to_lines
from betalningsansvar.reports.month.invoice import SHEET, write_invoice
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.pdf import write_invoice_pdf, write_underlag_pdf
from betalningsansvar.reports.month.underlag import underlag_name, write_underlag
from betalningsansvar.reports.month.underlag_content import Underlag


@dataclass(frozen=True, slots=True)
class InvoicePaper:
    """An invoice to write into `folder`, and the Bill's charged `lines` of its kommun, which it must tell."""

    invoice: Invoice
    lines: pd.DataFrame
    folder: Path
    pdf: bool


@dataclass(frozen=True, slots=True)
class UnderlagPaper:
    """An underlag to write into `folder`."""

    underlag: Underlag
    folder: Path
    pdf: bool


def write_paper(paper: InvoicePaper | UnderlagPaper) -> None:
    """Write one paper. Raises OSError and ReadBackError."""
    match paper:
        case InvoicePaper():
            path = paper.folder / f"{paper.invoice.file_name}.xlsx"
            book = write_invoice(paper.invoice, path)
            hold(path, book.written)
            hold_to_lines(path.name, book.written[SHEET].tables[0], paper.lines)
            if paper.pdf:
                write_invoice_pdf(paper.invoice, path.with_suffix(".pdf"))
        case UnderlagPaper():
            path = paper.folder / f"{underlag_name(paper.underlag)}.xlsx"
            hold(path, write_underlag(paper.underlag, path).written)
            if paper.pdf:
                write_underlag_pdf(paper.underlag, path.with_suffix(".pdf"))
        case _:
            assert_never(paper)
