"""One kommun's invoice or underlag as files: written, read back, and set as PDF where asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

import pandas as pd

from betalningsansvar.reports.files.readback import hold, hold_to_lines
from betalningsansvar.reports.files.sidebyside import do_all
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


Paper: TypeAlias = InvoicePaper | UnderlagPaper


def write_papers(papers: Sequence[Paper], processes: int, done: Callable[[], None]) -> None:
    """Write all papers, `done` after each in their order. Raises OSError, ReadBackError and WriterDiedError.

    Where one process is enough, a thread of it sets the PDFs meanwhile: typst leaves Python to the books.
    """
    if processes > 1 or not any(paper.pdf for paper in papers):
        do_all(write_paper, papers, processes, done)
        return
    setter = ThreadPoolExecutor(1)
    try:
        pages = [setter.submit(_write_pdf, paper) for paper in papers]
        for paper, page in zip(papers, pages, strict=True):
            _write_book(paper)
            page.result()
            done()
    finally:
        setter.shutdown(cancel_futures=True)


def write_paper(paper: Paper) -> None:
    """Write one paper. Raises OSError and ReadBackError."""
    _write_book(paper)
    _write_pdf(paper)


def _write_book(paper: Paper) -> None:
    match paper:
        case InvoicePaper():
            path = paper.folder / f"{paper.invoice.file_name}.xlsx"
            book = write_invoice(paper.invoice, path)
            hold(path, book.written)
            hold_to_lines(path.name, book.written[SHEET].tables[0], paper.lines)
        case UnderlagPaper():
            path = paper.folder / f"{underlag_name(paper.underlag)}.xlsx"
            hold(path, write_underlag(paper.underlag, path).written)
        case _:
            assert_never(paper)


def _write_pdf(paper: Paper) -> None:
    if not paper.pdf:
        return
    match paper:
        case InvoicePaper():
            write_invoice_pdf(paper.invoice, paper.folder / f"{paper.invoice.file_name}.pdf")
        case UnderlagPaper():
            write_underlag_pdf(paper.underlag, paper.folder / f"{underlag_name(paper.underlag)}.pdf")
        case _:
            assert_never(paper)
