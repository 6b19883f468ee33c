"""A month: computed once, then written as a folder, or one kommun's paper at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import Literal

import pandas as pd

from betalningsansvar.billing import engine
from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.downtime import flag_downtime
from betalningsansvar.billing.engine import Bill, bill
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.pseudonyms import pseudonyms, require_key
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.parties import Parties
from betalningsansvar.operations.requests import Progress, require_month
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.files.protect import encrypt, require_anonymous_references, require_encryption
from betalningsansvar.reports.files.typeset import require_typst
from betalningsansvar.reports.month.case_references import invoice_references
from betalningsansvar.reports.month.checks import Check, checks, invoice_check, line_checks, require_ties
from betalningsansvar.reports.month.invoice import write_invoice
from betalningsansvar.reports.month.invoice_content import invoices
from betalningsansvar.reports.month.invoice_record import Invoice
from betalningsansvar.reports.month.pdf import write_invoice_pdf, write_underlag_pdf
from betalningsansvar.reports.month.publish import write_bill
from betalningsansvar.reports.month.underlag import underlag_name, write_underlag
from betalningsansvar.reports.month.underlag_content import Underlag, underlag
from betalningsansvar.tariffs.downtime import load_downtimes

Paper = Literal["faktura", "underlag"]
Suffix = Literal[".xlsx", ".pdf"]


class NoPaperError(StopError):
    """There is no paper of the kommun this month. `kommun` is its code."""

    def __init__(self, kommun: str, month: Month) -> None:
        self.kommun, self.month = kommun, month
        super().__init__(
            f"Kommun {kommun} har inget papper för {month}: den ligger utanför regionen och har inga ärenden."
        )


@dataclass(frozen=True)
class MonthRequest:
    """A month to compute. `as_of` is the day the data was extracted (None: by the data). `driftstopp` are times when
    the message system stood still. With a `pseudonym_key` codes stand in place of the patients' identities."""

    read: Read
    law: Law
    month: Month
    as_of: date | None = None
    allow_inferred: bool = False
    driftstopp: NamedFile | None = None
    pseudonym_key: bytes | None = None


@dataclass(frozen=True)
class MonthWork:
    """A month computed: the Bill, its charged `lines` and what each case is called on paper (`references`)."""

    request: MonthRequest
    bill: Bill
    lines: pd.DataFrame
    references: Mapping[int, str]

    @property
    def month(self) -> Month:
        return self.bill.period

    @property
    def options(self) -> dict[str, str]:
        """What was chosen, as manifest and ledger tell it."""
        law, read = self.request.law, self.request.read
        return {
            "month": str(self.month),
            "agreement": law.chosen,
            "as_of": str(self.bill.as_of),
            "allow_inferred": "ja" if self.request.allow_inferred else "nej",
            "pseudonyms": "nej" if self.request.pseudonym_key is None else "ja",
            "as_known": str(law.as_known) if law.as_known else "",
            **read.profile_facts,
        }


def compute_month(request: MonthRequest, progress: Progress | None = None) -> MonthWork:
    """Compute the month. Raises RequestError, RuleGapError, TariffGapError, NothingKnownError, SettingsError,
    WeakKeyError and ProtectionError, and ReadBackError when a line is charged for no case."""
    read, law = request.read, request.law
    require_month(request.month, request.as_of, read.today)
    cases = _without_identities(read.cases, request.pseudonym_key)
    windows = law.agreement.driftstopp + (load_downtimes(request.driftstopp) if request.driftstopp else ())
    issues = flag_downtime(cases, read.issues, windows)
    size = len(cases)
    result = bill(
        cases,
        issues,
        law.agreement,
        law.tariffs,
        request.month,
        request.as_of,
        allow_inferred=request.allow_inferred,
        progress=_counted("Räknar", size, progress) if progress else None,
    )
    require_ties(line_checks(result))
    lines = charged_lines(result)
    return MonthWork(request, result, lines, invoice_references(lines, result.cases))


def kommun_amounts(request: MonthRequest) -> Mapping[str, int]:
    """The öre of each kommun that owes something for the month, by its code; in half the time of the whole month.
    Raises as `compute_month`."""
    read, law = request.read, request.law
    require_month(request.month, request.as_of, read.today)
    return engine.kommun_amounts(
        read.cases, law.agreement, law.tariffs, request.month, request.as_of, allow_inferred=request.allow_inferred
    )


def _counted(what: str, size: int, progress: Progress) -> Callable[[int], None]:
    """Told of so many more cases, it tells of how many of all; the chunks may be done side by side."""
    counted, lock = 0, Lock()

    def more(cases: int) -> None:
        nonlocal counted
        with lock:
            counted += cases
            progress(what, counted, size)

    return more


def _without_identities(cases: pd.DataFrame, key: bytes | None) -> pd.DataFrame:
    if key is None:
        return cases
    require_key(key)
    require_anonymous_references(cases)
    return cases.assign(patient_id=pseudonyms(cases["patient_id"], key))


@dataclass(frozen=True)
class Papers:
    """What a person opens of a month, as records: the invoice and the underlag of each kommun in the order of codes,
    and the checks that tie them together."""

    work: MonthWork
    parties: Parties
    invoice_date: date
    invoices: tuple[Invoice, ...]
    checks: tuple[Check, ...]

    @cached_property
    def underlag(self) -> tuple[Underlag, ...]:
        """Made when one is opened: they tell why of every case, which takes half the time of the month itself."""
        return tuple(underlag(self.work.bill, self.invoices, self.work.references))


def month_papers(work: MonthWork, parties: Parties, invoice_date: date) -> Papers:
    """The papers of a month. Raises ReadBackError when two figures that must be equal are not."""
    ties = checks(work.bill, work.request.read.inputs)
    require_ties(ties)
    documents = tuple(
        invoices(
            work.bill,
            work.lines,
            work.references,
            sender=parties.sender,
            customers=parties.customers,
            invoice_date=invoice_date,
        )
    )
    ties = (*ties, invoice_check(work.bill, documents))
    require_ties(ties)
    return Papers(work, parties, invoice_date, documents, ties)


def paper_file(
    papers: Papers, kommun: str, paper: Paper, suffix: Suffix, password: str | None = None
) -> tuple[str, bytes]:
    """One kommun's invoice or underlag as a file: its name and bytes; `password` encrypts it. Raises NoPaperError,
    OutputError (PDF needs its extra) and ProtectionError."""
    if password is not None:
        require_encryption()
    if suffix == ".pdf":
        require_typst()
    with TemporaryDirectory() as folder:
        if paper == "faktura":
            invoice = next((i for i in papers.invoices if i.kommun == kommun), None)
            if invoice is None:
                raise NoPaperError(kommun, papers.work.month)
            path = Path(folder) / f"{invoice.file_name}{suffix}"
            (write_invoice if suffix == ".xlsx" else write_invoice_pdf)(invoice, path)
        else:
            specification = next((u for u in papers.underlag if u.kommun == kommun), None)
            if specification is None:
                raise NoPaperError(kommun, papers.work.month)
            path = Path(folder) / f"{underlag_name(specification)}{suffix}"
            (write_underlag if suffix == ".xlsx" else write_underlag_pdf)(specification, path)
        if password is not None:
            encrypt(path, password)
        return path.name, path.read_bytes()


@dataclass(frozen=True)
class WriteRequest:
    """Where and how a month is written. `password` encrypts the underlag; `pdf` adds PDF beside the workbooks.
    From `ledger`, an address, the summary gets what the month before was invoiced. At most so many `processes` write
    it: more than one only for a program that does nothing when it is imported. `parquet` adds the CSV tables as
    Parquet."""

    out: Destination
    parties: Parties
    invoice_date: date
    pdf: bool = False
    password: str | None = None
    ledger: str | None = None
    processes: int = 1
    parquet: bool = False


def bill_folder(out: Destination, month: Month) -> Destination:
    """The folder as that of a month's bill, which only another bill of the month may replace."""
    return replace(out, made=Made("bill", str(month)))


def write_month(work: MonthWork, request: WriteRequest, progress: Progress | None = None) -> None:
    """Write everything a person opens into one folder that appears whole or not at all.

    Raises OutputError, ProtectionError, ReadBackError, WriterDiedError, and NoLedgerError and LedgerError; nothing is
    published then.
    """
    if request.password is not None:
        require_encryption()
    previous = None
    if request.ledger:
        # SQLAlchemy costs a fifth of the start-up time, and only a month with a ledger needs it.
        from betalningsansvar.operations.issued_before import month_amounts

        previous = month_amounts(request.ledger, work.month.plus(-1))
    write_bill(
        work.bill,
        bill_folder(request.out, work.month),
        sender=request.parties.sender,
        customers=request.parties.customers,
        invoice_date=request.invoice_date,
        inputs=work.request.read.inputs,
        tariffs=work.request.law.fingerprints,
        options=work.options
        | {
            "invoice_date": str(request.invoice_date),
            "underlag_encrypted": "nej" if request.password is None else "ja",
        },
        previous=previous,
        pdf=request.pdf,
        password=request.password,
        parquet=request.parquet,
        processes=request.processes,
        progress=(lambda done, total: progress("Skriver", done, total)) if progress else None,
    )
