"""Days from notice to discharge, per kommun and month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from betalningsansvar.billing.data_ends import require_reaching, still_in, told_of_end
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.regions import NO_REGION, hospital_regions
from betalningsansvar.billing.statistics import monthly_statistics
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.settings.befolkning import Population, load_population
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.statistics_csv import write_statistics
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.by_region import regional_law

SUFFIXES = (".csv", ".parquet")


@dataclass(frozen=True)
class StatisticsRequest:
    """The months `first` through `last`; `befolkning` is a file of inhabitants per kommun. `by_region`: each hospital's
    region apart, by its own rules."""

    read: Read
    law: Law
    first: Month
    last: Month
    as_of: date | None = None
    befolkning: NamedFile | None = None
    by_region: bool = False


@dataclass(frozen=True)
class Statistics:
    """The table of `billing.statistics.monthly_statistics` (with `region` first where the regions stand apart), the
    inhabitants by kommunkod, and the issues of the data
    with what was not known when it ended."""

    table: pd.DataFrame
    population: Mapping[str, Population]
    issues: pd.DataFrame


def statistics(request: StatisticsRequest) -> Statistics:
    """Count. Raises RequestError, DataEndsError, and InputError for a faulty file of inhabitants."""
    require_months(request.first, request.last, request.as_of, request.read.today)
    people = load_population(request.befolkning) if request.befolkning else {}
    months = request.first.through(request.last)
    as_of = request.as_of or request.last.last_day
    cases = request.read.cases
    if request.by_region:
        table = _of_regions(cases, months, as_of)
    else:
        table = monthly_statistics(cases, request.law.agreement, months, as_of)
    return Statistics(table, people, request.read.issues if request.as_of else _with_end(request))


def _of_regions(cases: pd.DataFrame, months: Sequence[Month], as_of: date) -> pd.DataFrame:
    """The tables of every region under each other. Who is back within 30 days is seen within the region."""
    regions, codes = hospital_regions(cases), list(region_names())
    parts = []
    for at in regions.present():
        own = cases.iloc[np.flatnonzero(regions.region == at)].reset_index(drop=True)
        region = codes[at] if at != NO_REGION else ""
        agreement = regional_law(region).agreement if region else find_agreement("nationell")
        part = monthly_statistics(own, agreement, months, as_of)
        part.insert(0, "region", region)
        parts.append(part)
    return pd.concat(parts, ignore_index=True)


def _with_end(request: StatisticsRequest) -> pd.DataFrame:
    """The issues, after how many patients no discharge is known of when the data ends within the months."""
    cases, issues = request.read.cases, request.read.issues
    rows = computable(cases)
    require_reaching(cases, rows, request.first.start)
    newest = newest_day(cases, rows, date.min)
    ends = told_of_end(newest, len(still_in(cases, rows)) if newest < request.last.last_day else 0)
    return pd.concat([ends, issues], ignore_index=True) if len(ends) else issues


def write_statistics_file(found: Statistics, out: Destination) -> None:
    """Write the table as CSV or Parquet, as the file's name ends. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_statistics(found.table, found.population, fresh)
