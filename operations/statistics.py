"""Days from notice to discharge, per kommun and month."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.statistics import monthly_statistics
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.settings.befolkning import Population, load_population
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.statistics_csv import write_statistics


@dataclass(frozen=True)
class StatisticsRequest:
    """The months `first` through `last`; `befolkning` is a file of inhabitants per kommun."""

    read: Read
    law: Law
    first: Month
    last: Month
    as_of: date | None = None
    befolkning: NamedFile | None = None


@dataclass(frozen=True)
class Statistics:
    """The table of `billing.statistics.monthly_statistics`, and the inhabitants by kommunkod."""

    table: pd.DataFrame
    population: Mapping[str, Population]


def statistics(request: StatisticsRequest) -> Statistics:
    """Count. Raises RequestError, and InputError for a faulty file of inhabitants."""
    require_months(request.first, request.last, request.as_of, request.read.today)
    people = load_population(request.befolkning) if request.befolkning else {}
    months = request.first.through(request.last)
    as_of = request.as_of or request.last.last_day
    return Statistics(monthly_statistics(request.read.cases, request.law.agreement, months, as_of), people)


def write_statistics_file(found: Statistics, out: Destination) -> None:
    """Write the table as CSV. Raises OutputError."""
    with output_file(out, (".csv",)) as fresh:
        write_statistics(found.table, found.population, fresh)
