"""What a run issued as one folder: numbered documents, what needs no payment, and the underlag of both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.files.csvfiles import write_table
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import write_manifest
from betalningsansvar.reports.files.protect import protect_underlag
from betalningsansvar.reports.files.sidebyside import Job, writers
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.issued.content import documents
from betalningsansvar.reports.issued.document import document_books, document_pages, require_sums
from betalningsansvar.reports.issued.export import issued_facts
from betalningsansvar.reports.issued.folder import invoice_table, line_table, write_receipt
from betalningsansvar.reports.issued.law import IssuedLaw
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.invoice_content import invoices as month_documents
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.listed_cases import touches
from betalningsansvar.reports.month.papers import largest_first, processes_for, write_underlag_book
from betalningsansvar.reports.month.pdf import write_underlag_pdf
from betalningsansvar.reports.month.publish import INVOICES, SPECIFICATIONS
from betalningsansvar.reports.month.underlag import underlag_name
from betalningsansvar.reports.month.underlag_content import Underlag, underlag

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill


def write_invoices(
    issued: Sequence[IssuedInvoice],
    out: Path | Destination,
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    laws: Mapping[int, IssuedLaw],
    bill: Bill | None = None,
    settles: Mapping[int, Sequence[int]] | None = None,
    accounts: Mapping[str, str] | None = None,
    workbooks: bool = True,
    pdf: bool = False,
    password: str | None = None,
    processes: int = 1,
) -> None:
    """Write issued invoices into a new folder: `fakturor/`, `underlag/`, `fakturor.csv` and `fakturarader.csv`.

    `laws` holds by invoice number what each was issued by, `settles` the year's invoices of each settlement and
    `accounts`, by kommun, how it was counted. With the month's `bill`, the means' accounts stand on the invoices, a
    kommun that owes nothing gets its unnumbered message, and each gets its underlag; a settlement and an export have
    none. With a `password` the underlag are encrypted. At most so many `processes` write them, where it pays.

    Raises OutputError, ReadBackError, ProtectionError and WriterDiedError; nothing is published.
    """
    if pdf:
        require_typst()
    previews = _previews(bill, issued, sender, customers)
    numbered = list(
        documents(
            issued,
            sender=sender,
            customers=customers,
            laws=laws,
            previews=previews,
            settles=settles or {},
            accounts=accounts or {},
        )
    )
    messages = _messages(bill, issued, previews)
    papers = [*numbered, *messages]
    require_sums(papers)
    rows = sum(len(document.lines) for document in numbered) + (int(touches(bill).sum()) if bill is not None else 0)
    many = processes_for(rows, (1 + (bill is not None)) * len(papers), pdf=pdf, most=processes)
    with output_folder(out) as folder, writers(many, write_underlag_book) as others:
        for name in (INVOICES, SPECIFICATIONS) if bill is not None else (INVOICES,):
            (folder / name).mkdir()
        books: list[Job] = []
        pages: list[Job] = []
        for own in largest_first(_underlag(bill, papers)):
            path = folder / SPECIFICATIONS / f"{underlag_name(own)}.pdf"
            books.append(partial(write_underlag_book, own, path.parent))
            pages.append(partial(write_underlag_pdf, own, path))
        books += document_books(papers, folder / INVOICES) if workbooks else []
        pages += document_pages(papers, folder / INVOICES)
        others.do_all(books, lambda: None, leaving_python=pages if pdf else [])
        if password is not None and bill is not None:
            protect_underlag(folder, password)
        write_table(folder / "fakturor.csv", invoice_table(issued))
        write_table(folder / "fakturarader.csv", line_table(issued))
        write_receipt(issued, folder)
        write_manifest(folder, "utfardat", **issued_facts(issued))


def _previews(
    bill: Bill | None, issued: Sequence[IssuedInvoice], sender: Avsandare, customers: Mapping[str, Kund]
) -> dict[str, Invoice]:
    """The month's documents by kommun, as they were before they were numbered."""
    if bill is None:
        return {}
    lines = charged_lines(bill)
    references = invoice_references(lines, bill.cases)
    dated = max((invoice.invoice_date for invoice in issued), default=bill.period.last_day)
    made = month_documents(bill, lines, references, sender=sender, customers=customers, invoice_date=dated, mark="")
    return {document.kommun: document for document in made}


def _messages(bill: Bill | None, issued: Sequence[IssuedInvoice], previews: Mapping[str, Invoice]) -> list[Invoice]:
    """To whom there is nothing to pay, the first time the month is issued; a correction tells those it concerns."""
    if bill is None or sum(invoice.amount_ore for invoice in issued) != bill.amount_ore:
        return []
    concerned = {invoice.kommun for invoice in issued}
    return [own for own in previews.values() if own.nothing_to_pay and own.kommun not in concerned]


def _underlag(bill: Bill | None, papers: Sequence[Invoice]) -> list[Underlag]:
    """The underlag of each payer; cases without one go to nobody."""
    if bill is None:
        return []
    references = invoice_references(charged_lines(bill), bill.cases)
    return [own for own in underlag(bill, papers, references) if own.kommun]
