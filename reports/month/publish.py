"""Everything a person opens after a run, written into one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.data.settings.avsandare import Avsandare
from betalningsansvar.data.settings.kunder import Kund
from betalningsansvar.reports.files.csvfiles import bill_tables
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import Fingerprint, Origin, ReadFile, write_manifest
from betalningsansvar.reports.files.protect import protect_underlag
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.sidebyside import Job, writers
from betalningsansvar.reports.files.tables import write_tables
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.checks import checks, invoice_check, require_ties
from betalningsansvar.reports.month.deviations import MOST_ROWS, write_deviations
from betalningsansvar.reports.month.invoice_content import invoiced, invoices
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.listed_cases import touches
from betalningsansvar.reports.month.manifest import month_facts
from betalningsansvar.reports.month.papers import (
    largest_first,
    processes_for,
    write_invoice_book,
    write_underlag_book,
)
from betalningsansvar.reports.month.pdf import write_invoice_pdf, write_underlag_pdf
from betalningsansvar.reports.month.summary import summary_name, write_summary
from betalningsansvar.reports.month.summary_overview import KommunFiles
from betalningsansvar.reports.month.underlag import underlag_name
from betalningsansvar.reports.month.underlag_content import Underlag, underlag

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

INVOICES, SPECIFICATIONS = "fakturor", "underlag"

Progress = Callable[[int, int], None]


def write_bill(
    bill: Bill,
    out: Path | Destination,
    *,
    sender: Avsandare,
    customers: Mapping[str, Kund],
    invoice_date: date,
    inputs: Sequence[Fingerprint],
    tariffs: Sequence[Fingerprint],
    options: Mapping[str, str],
    previous: Mapping[str, int] | None = None,
    pdf: bool = False,
    password: str | None = None,
    parquet: bool = False,
    processes: int = 1,
    progress: Progress | None = None,
) -> None:
    """Write the invoices, underlag, summary, avvikelser, CSV files and manifest of one month into `out`.

    `customers` are the recipients by kommunkod. `inputs` and `tariffs` are the files of the run, taken with
    `Fingerprint.of` when they were read; `options` what the user chose, as text. `previous` are the öre invoiced for
    the month before, by kommun, where a ledger tells them. `progress(done, total)` is called after each workbook and
    PDF and before the folder is published. Every workbook is read back before that. With a `password`, the underlag is
    then encrypted. At most so many `processes` write the kommuner's papers, where there are enough to pay for it.

    With `parquet` the CSV tables stand as Parquet too.

    Raises OutputError (the folder cannot be written or replaced), ProtectionError (the underlag cannot be
    encrypted), ReadBackError (figures that must be equal are not) and WriterDiedError; nothing is published.
    """
    ties = checks(bill, [file for file in inputs if isinstance(file, ReadFile)])
    require_ties(ties)
    if pdf:
        require_typst()
    author, created = sender.namn, invoice_date
    many = processes_for(_rows(bill), 2 * len(invoiced(bill)), pdf=pdf, most=processes)
    with output_folder(out) as folder, writers(many, write_underlag_book) as others:
        lines = charged_lines(bill)
        references = invoice_references(lines, bill.cases)
        made = invoices(bill, lines, references, sender=sender, customers=customers, invoice_date=invoice_date)
        documents = list(made)
        ties = (*ties, invoice_check(bill, documents))
        require_ties(ties)
        specifications = list(underlag(bill, documents, references))
        papers = len(documents) + len(specifications)
        steps = _Steps(progress, papers * (1 + pdf) + 3)
        for name in (INVOICES, SPECIFICATIONS):
            (folder / name).mkdir()

        def write_what_tells_of_all() -> None:
            write_tables(folder, ((name, [table]) for name, table in bill_tables(bill).items()), parquet=parquet)
            files, summary = _places(documents, specifications), folder / f"{summary_name(bill)}.xlsx"
            book = write_summary(
                bill, summary, files=files, checks=ties, author=author, created=created, previous=previous
            )
            hold(summary, book.written, twice=True)
            steps.done()

        deviations = partial(
            write_deviations,
            bill.issues,
            folder / "avvikelser.xlsx",
            month=bill.period,
            foot=bill.agreement.namn,
            author=author,
            created=created,
        )
        others.do_all(
            [deviations, *_books(folder, documents, specifications, lines)],
            steps.done,
            meanwhile=write_what_tells_of_all,
            leaving_python=[*_pages(folder, documents, specifications)] if pdf else [],
        )
        if password is not None:
            protect_underlag(folder, password)
        origin = Origin(bill.agreement, bill.as_of, options, inputs, tariffs, bill.rates)
        write_manifest(folder, "manad", origin, **month_facts(bill, ties))
        steps.done()


def _rows(bill: Bill) -> int:
    """How many rows the workbooks have, about."""
    return int(touches(bill).sum()) + 2 * len(bill.lines) + min(len(bill.issues), MOST_ROWS)


def _books(
    folder: Path, documents: Sequence[Invoice], specifications: Sequence[Underlag], lines: pd.DataFrame
) -> Iterator[Job]:
    """Invoice and underlag of every kommun, each to be held against the lines; the largest underlag first."""
    for own in largest_first(specifications):
        yield partial(write_underlag_book, own, folder / SPECIFICATIONS)
    by_kommun = dict(iter(lines.groupby("kommun", observed=True)))
    for invoice in documents:
        yield partial(write_invoice_book, invoice, by_kommun.get(invoice.kommun, lines.iloc[:0]), folder / INVOICES)


def _pages(folder: Path, documents: Sequence[Invoice], specifications: Sequence[Underlag]) -> Iterator[Job]:
    """The same as PDF."""
    for own in largest_first(specifications):
        yield partial(write_underlag_pdf, own, folder / SPECIFICATIONS / f"{underlag_name(own)}.pdf")
    for invoice in documents:
        yield partial(write_invoice_pdf, invoice, folder / INVOICES / f"{invoice.file_name}.pdf")


def _places(documents: Sequence[Invoice], specifications: Sequence[Underlag]) -> dict[str, KommunFiles]:
    """Where the papers of every kommun stand."""
    found = {s.kommun: KommunFiles("", f"{SPECIFICATIONS}/{underlag_name(s)}.xlsx") for s in specifications}
    for invoice in documents:
        found[invoice.kommun] = replace(found[invoice.kommun], invoice=f"{INVOICES}/{invoice.file_name}.xlsx")
    return found


@dataclass(slots=True)
class _Steps:
    """Counts workbooks for whoever shows the progress."""

    progress: Progress | None
    total: int
    count: int = 0

    def done(self) -> None:
        self.count += 1
        if self.progress:
            self.progress(self.count, self.total)
