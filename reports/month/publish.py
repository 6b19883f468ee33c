"""Everything a person opens after a run, written into one folder that appears whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
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
from betalningsansvar.reports.files.tables import write_tables
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.checks import checks, invoice_check, require_ties
from betalningsansvar.reports.month.deviations import write_deviations
from betalningsansvar.reports.month.invoice_content import invoices
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.manifest import month_facts
from betalningsansvar.reports.month.papers import InvoicePaper, Paper, UnderlagPaper, write_papers
from betalningsansvar.reports.month.summary import summary_name, write_summary
from betalningsansvar.reports.month.summary_overview import KommunFiles
from betalningsansvar.reports.month.underlag import underlag_name
from betalningsansvar.reports.month.underlag_content import Underlag, underlag

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

INVOICES, SPECIFICATIONS = "fakturor", "underlag"
# To start a process and send it its papers takes as long as to write so many rows. A PDF counts as few, since one
# process sets PDFs while it writes books.
_ROWS_OF_A_PROCESS, _ROWS_OF_A_PDF = 5_000, 25

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
    before the folder is published. Every workbook is read back before that. With a `password`, the underlag is then
    encrypted. At most so many `processes` write the kommuner's papers, where there are enough of them to pay for it.

    With `parquet` the CSV tables stand as Parquet too.

    Raises OutputError (the folder cannot be written or replaced), ProtectionError (the underlag cannot be
    encrypted), ReadBackError (figures that must be equal are not) and WriterDiedError; nothing is published.
    """
    ties = checks(bill, [file for file in inputs if isinstance(file, ReadFile)])
    require_ties(ties)
    lines = charged_lines(bill)
    references = invoice_references(lines, bill.cases)
    documents = list(invoices(bill, lines, references, sender=sender, customers=customers, invoice_date=invoice_date))
    ties = (*ties, invoice_check(bill, documents))
    require_ties(ties)
    specifications = list(underlag(bill, documents, references))
    if pdf:
        require_typst()
    with output_folder(out) as folder:
        steps = _Steps(progress, len(documents) + len(specifications) + 3)
        write_tables(folder, ((name, [table]) for name, table in bill_tables(bill).items()), parquet=parquet)
        files = _write_kommuner(folder, documents, specifications, lines, steps, pdf=pdf, processes=processes)
        summary = folder / f"{summary_name(bill)}.xlsx"
        author = sender.namn
        book = write_summary(
            bill, summary, files=files, checks=ties, author=author, created=invoice_date, previous=previous
        )
        hold(summary, book.written, twice=True)
        steps.done()
        deviations = folder / "avvikelser.xlsx"
        hold(deviations, write_deviations(bill, deviations, author=author, created=invoice_date).written)
        steps.done()
        if password is not None:
            protect_underlag(folder, password)
        origin = Origin(bill.agreement, bill.as_of, options, inputs, tariffs, bill.rates)
        write_manifest(folder, "manad", origin, **month_facts(bill, ties))
        steps.done()


def _write_kommuner(
    folder: Path,
    documents: Sequence[Invoice],
    specifications: Sequence[Underlag],
    lines: pd.DataFrame,
    steps: _Steps,
    *,
    pdf: bool,
    processes: int,
) -> dict[str, KommunFiles]:
    """Invoice and underlag of every kommun, each held against the lines; returns where they stand."""
    for name in (INVOICES, SPECIFICATIONS):
        (folder / name).mkdir()
    by_kommun = dict(iter(lines.groupby("kommun", observed=True)))
    jobs: list[Paper] = [
        *(InvoicePaper(own, by_kommun.get(own.kommun, lines.iloc[:0]), folder / INVOICES, pdf) for own in documents),
        *(UnderlagPaper(own, folder / SPECIFICATIONS, pdf) for own in specifications),
    ]
    rows = sum(len(own.listed) + len(own.names) for own in specifications) + (_ROWS_OF_A_PDF * len(jobs) if pdf else 0)
    write_papers(jobs, min(processes, 1 + rows // _ROWS_OF_A_PROCESS), steps.done)
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
