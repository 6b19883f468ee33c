"""What is wrong in the data: before any money is computed, and for a month with the kronor that hang on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.agreements import RuleGapError
from betalningsansvar.billing.data_ends import DataEndsError
from betalningsansvar.billing.engine import NothingKnownError
from betalningsansvar.billing.lines import TariffGapError
from betalningsansvar.data.stop import StopError
from betalningsansvar.operations.month import MonthRequest, compute_month
from betalningsansvar.operations.requests import Progress
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.findings import write_findings

SUFFIXES = (".xlsx", ".csv")


@dataclass(frozen=True)
class MonthFindings:
    """The findings of a month, with `stake_ore` as its bill has them; of a month that cannot be computed those of the
    data alone, and what stopped it (`gap`)."""

    issues: pd.DataFrame
    gap: StopError | None = None


def month_findings(request: MonthRequest, progress: Progress | None = None) -> MonthFindings:
    """What is found when the month is computed. Raises RequestError for a month that cannot be asked for."""
    try:
        return MonthFindings(compute_month(request, progress).bill.issues)
    except (RuleGapError, TariffGapError, NothingKnownError, DataEndsError) as gap:
        return MonthFindings(request.read.issues, gap)


def write_check(issues: pd.DataFrame, out: Destination, today: date) -> None:
    """Write findings, with the kronor of a month where they have them, to a workbook or a CSV file, by the suffix of
    `out`. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_findings(issues, fresh, today)
