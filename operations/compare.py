"""What is billed held against what is owed, case by case: the ledger's months, or an invoice that a kommun got."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.ledger.comparing import compare_issued
from betalningsansvar.billing.ledger.completeness import compare_received
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.ledger.reading import frozen_months
from betalningsansvar.billing.period import Month
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.received import read_received
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import RequestError, require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.issued.folder import write_differences


@dataclass(frozen=True)
class CompareRequest:
    """The data, and either the address of a ledger or a `received` invoice. Months from `first` through `last`; by
    default those that are billed."""

    read: Read
    law: Law
    ledger: str | None = None
    received: InputFile | None = None
    first: Month | None = None
    last: Month | None = None
    as_of: date | None = None
    allow_inferred: bool = False


@dataclass(frozen=True)
class Differences:
    """The cases that differ (`billing.ledger.completeness.differences`) and the months compared."""

    table: pd.DataFrame
    months: tuple[Month, ...]


def compare(request: CompareRequest) -> Differences:
    """Compare; nothing is written. Raises RequestError, LedgerError, InputError, and what billing a month raises."""
    if (request.ledger is None) == (request.received is None):
        raise RequestError("Ange antingen en liggare eller en mottagen faktura att jämföra med.")
    received = read_received(request.received) if request.received else None
    months = _months(request, received)
    if received is None:
        by_name = {str(month): month for month in months}
        ledger = Ledger.parse(request.ledger or "")
        return Differences(compare_issued(ledger, list(by_name), lambda name: _wanted(request, by_name[name])), months)
    kommuner = sorted(set(received["kommun"]))
    parts = []
    for month in months:
        own = received[received["fran"].str[:7] == str(month)]
        parts.append(compare_received(own, _wanted(request, month), str(month), kommuner))
    return Differences(pd.concat(parts, ignore_index=True), months)


def _months(request: CompareRequest, received: pd.DataFrame | None) -> tuple[Month, ...]:
    if received is not None:
        billed = [Month.parse(period) for period in received["fran"].str[:7].unique()]
    else:
        with Ledger.parse(request.ledger or "").reading() as connection:
            billed = frozen_months(connection)
    if not billed and not (request.first and request.last):
        raise RequestError("Inget är fakturerat ännu. Ange vilka månader som ska jämföras.")
    first, last = request.first or min(billed), request.last or max(billed)
    require_months(first, last, request.as_of, request.read.today)
    return tuple(first.through(last))


def _wanted(request: CompareRequest, month: Month) -> pd.DataFrame:
    read, law = request.read, request.law
    result = bill(
        read.cases,
        read.issues,
        law.agreement,
        law.tariffs,
        month,
        request.as_of,
        allow_inferred=request.allow_inferred,
    )
    return wanted_lines(charged_lines(result))


def write_comparison(found: Differences, out: Destination) -> None:
    """Write the differences as CSV. Raises OutputError."""
    with output_file(out, (".csv",)) as fresh:
        write_differences(found.table, fresh)
