"""A year settled (bokslut): invoiced against outcome, per kommun."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import pandas as pd

from betalningsansvar.billing.data_ends import ENDS
from betalningsansvar.billing.ledger.connection import Ledger
from betalningsansvar.billing.ledger.head import Head
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.year.bokslut import Bokslut, reconcile
from betalningsansvar.billing.year.control_totals import control_totals
from betalningsansvar.billing.year.two_figures import ControlTotal, require_ties
from betalningsansvar.operations.findings import findings_of_months
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.ledger_year import read_ledger_year
from betalningsansvar.operations.requests import require_month
from betalningsansvar.reports.bokslut.publish import write_bokslut
from betalningsansvar.reports.files.destination import Destination, Made


@dataclass(frozen=True)
class YearRequest:
    """The year, and the address of the ledger of what was issued; without one only schablon is settled."""

    read: Read
    law: Law
    year: int
    ledger: str | None = None
    as_of: date | None = None
    allow_inferred: bool = False


@dataclass(frozen=True)
class YearWork:
    """A year settled, the totals that tie it together, and the end of the ledger when it was read."""

    request: YearRequest
    bokslut: Bokslut
    totals: tuple[ControlTotal, ...]
    head: Head | None

    @cached_property
    def issues(self) -> pd.DataFrame:
        """What was found in the data, and what hangs on it in the months of the year."""
        request, told = self.request, self.bokslut.issues
        months = Month(request.year, 1).through(Month(request.year, 12))
        ends, inferred = told[told["kod"] == ENDS], request.allow_inferred
        return findings_of_months(request.read, request.law, months, request.as_of, ends, allow_inferred=inferred)

    @property
    def options(self) -> dict[str, str]:
        """What was chosen, as the manifest tells it."""
        request = self.request
        return {
            "year": str(request.year),
            "agreement": request.law.chosen,
            "as_of": str(self.bokslut.as_of),
            "allow_inferred": "ja" if request.allow_inferred else "nej",
            "ledger": "ja" if request.ledger else "nej",
            **request.read.profile_facts,
        }


def settle_year(request: YearRequest) -> YearWork:
    """Settle the year. Raises RequestError, LedgerError, RuleGapError, TariffGapError, and ControlTotalError when two
    figures that must be equal are not."""
    read, law = request.read, request.law
    require_month(Month(request.year, 1), request.as_of, read.today)
    issued, head = read_ledger_year(Ledger.parse(request.ledger), request.year) if request.ledger else (None, None)
    bokslut = reconcile(
        read.cases,
        read.issues,
        law.agreement,
        law.tariffs,
        request.year,
        request.as_of,
        ledger=issued,
        allow_inferred=request.allow_inferred,
    )
    totals = control_totals(bokslut, sum(source.cases for source in read.sources))
    require_ties(totals)
    return YearWork(request, bokslut, totals, head)


def year_folder(out: Destination, year: int) -> Destination:
    """The folder as that of a year's bokslut, which only another of the same year may replace."""
    return replace(out, made=Made("reconcile", str(year)))


def write_year(work: YearWork, out: Destination) -> None:
    """Write the year into one folder that appears whole or not at all. Raises OutputError and ReadBackError."""
    write_bokslut(
        replace(work.bokslut, issues=work.issues),
        year_folder(out, work.request.year),
        sources=work.request.read.sources,
        tariffs=work.request.law.fingerprints,
        options=work.options,
    )
