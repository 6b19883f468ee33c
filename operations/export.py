"""What has been issued, for other systems: CSV, invoices, e-invoices, or a bookkeeping file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, assert_never

from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.dispute_reading import disputes
from betalningsansvar.billing.ledger.reading import invoices, run_of, runs, stored_texts
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.settings.bokforing import load_bookkeeping
from betalningsansvar.operations.issued_before import settled_invoices, vouchers_by_run
from betalningsansvar.operations.issued_laws import issued_laws
from betalningsansvar.operations.parties import Parties
from betalningsansvar.operations.requests import RequestError
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.issued.export import write_bookkeeping, write_einvoices
from betalningsansvar.reports.issued.folder import write_ledger
from betalningsansvar.reports.issued.publish import write_invoices
from betalningsansvar.reports.issued.sie import earlier_vouchers

Form = Literal["csv", "xlsx", "pdf", "ubl", "sie"]


@dataclass(frozen=True)
class ExportRequest:
    """What to export from the ledger, and as what. `month`, `run` (an entry) and `numbers` narrow it; CSV takes a month
    or everything. `today` is the day on a bookkeeping file."""

    ledger: str
    form: Form
    out: Destination
    today: date
    parties: Parties = field(default_factory=Parties)
    bokforing: NamedFile | None = None
    month: Month | None = None
    run: int | None = None
    numbers: tuple[int, ...] = ()


def export_folder(out: Destination, form: Form, month: Month | None) -> Destination:
    """The folder as that of an export, which only the same export may replace."""
    return replace(out, made=Made(f"ledger export {form}", str(month or "alla")))


@dataclass(frozen=True)
class Exported:
    """How many invoices the folder holds, and what the reader must know about it, or blank."""

    invoices: int
    notice: str = ""


def export(request: ExportRequest) -> Exported:
    """Write the folder. Raises LedgerError, SettingsError, EInvoiceError,
    SieError, OutputError and ReadBackError."""
    period = str(request.month) if request.month else None
    out = export_folder(request.out, request.form, request.month)
    sender, customers = request.parties.sender, request.parties.customers
    with Ledger.parse(request.ledger).reading() as connection:
        for number in request.numbers:
            run_of(connection, number)
        issued = invoices(connection, period=period, run=request.run, numbers=request.numbers or None)
        match request.form:
            case "csv":
                found = runs(connection, period)
                texts = [text for each in found for text in stored_texts(connection, each)]
                write_ledger(issued, found, disputes(connection, period), texts, out)
            case "xlsx" | "pdf":
                laws = issued_laws(connection, issued)
                as_pdf = request.form == "pdf"
                write_invoices(
                    issued,
                    out,
                    sender=sender,
                    customers=customers,
                    laws=laws,
                    settles=settled_invoices(connection, issued),
                    workbooks=not as_pdf,
                    pdf=as_pdf,
                )
            case "ubl":
                settles = settled_invoices(connection, issued)
                return Exported(write_einvoices(issued, out, sender=sender, customers=customers, settles=settles))
            case "sie":
                if request.bokforing is None:
                    raise RequestError("En bokföringsfil behöver konton. Ange filen med dem.")
                config = load_bookkeeping(request.bokforing)
                booked = write_bookkeeping(issued, out, sender=sender, config=config, generated=request.today)
                whole_month = period and not request.run and not request.numbers
                by_run = vouchers_by_run(connection, period) if period and whole_month else []
                return Exported(booked, earlier_vouchers(by_run))
            case _:
                assert_never(request.form)
    return Exported(len(issued))
