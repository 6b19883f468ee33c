"""What is issued held against what is owed, case by case, over the ledger's months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.charged_lines import charged_lines
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.ledger.comparing import compare_issued
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.corrections import wanted_lines
from betalningsansvar.billing.ledger.reading import frozen_months
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.findings import of_all_months
from betalningsansvar.data.identity import hidden_names
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import RequestError, require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.issued.folder import write_differences


@dataclass(frozen=True)
class CompareRequest:
    """The data and the address of a ledger. Months from `first` through `last`; by default those that are billed."""

    read: Read
    law: Law
    ledger: str
    first: Month | None = None
    last: Month | None = None
    as_of: date | None = None
    allow_inferred: bool = False


@dataclass(frozen=True)
class Differences:
    """The cases that differ (`billing.ledger.completeness.differences`) and the months compared. A case whose name
    tells who the patient is has the name that it has in every written list of these cases, `(dold 1)` … `issues` are
    what was found in the data, with what hangs on it in these months."""

    table: pd.DataFrame
    months: tuple[Month, ...]
    issues: pd.DataFrame


def compare(request: CompareRequest) -> Differences:
    """Compare; nothing is written. Raises RequestError, LedgerError, and what billing a month raises."""
    months = _months(request)
    by_name = {str(month): month for month in months}
    ledger = Ledger.parse(request.ledger)
    found: list[pd.DataFrame] = []
    table = compare_issued(ledger, list(by_name), lambda name: _wanted(request, by_name[name], found))
    hidden = hidden_names(request.read.cases["arende_id"])
    issues = of_all_months(found, request.read.issues)
    return Differences(table.assign(arende_id=table["arende_id"].replace(hidden)), months, issues)


def _months(request: CompareRequest) -> tuple[Month, ...]:
    with Ledger.parse(request.ledger).reading() as connection:
        billed = frozen_months(connection)
    if not billed and not (request.first and request.last):
        raise RequestError("Inget är fakturerat ännu. Ange vilka månader som ska jämföras.")
    first, last = request.first or min(billed), request.last or max(billed)
    require_months(first, last, request.as_of, request.read.today)
    return tuple(first.through(last))


def _wanted(request: CompareRequest, month: Month, found: list[pd.DataFrame]) -> pd.DataFrame:
    """What is owed for the month; its findings are put with the others `found`."""
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
    found.append(result.issues)
    return wanted_lines(charged_lines(result))


def write_comparison(found: Differences, out: Destination) -> None:
    """Write the differences as CSV. Raises OutputError."""
    with output_file(out, (".csv",)) as fresh:
        write_differences(found.table, fresh)
