"""Days from notice to discharge, per kommun and month."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_bytes

import numpy as np
import pandas as pd

from betalningsansvar.billing.data_ends import ends_within
from betalningsansvar.billing.days import ABSENT
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.regions import NO_REGION, hospital_regions
from betalningsansvar.billing.statistics import statistics_table
from betalningsansvar.billing.stay_counts import StayCounts, StayPlan, count_stays, counts_added, with_returns
from betalningsansvar.data.bytematrix import SECRET
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.settings.befolkning import Population, load_population
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.part import Records, compute_part, joined
from betalningsansvar.operations.part_engines import Compute, Engine
from betalningsansvar.operations.parts import PartsRequest, compute_parts, with_counts
from betalningsansvar.operations.requests import Progress, require_months
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.outputfile import output_file
from betalningsansvar.reports.month.statistics_csv import write_statistics
from betalningsansvar.tariffs.agreements import find_agreement
from betalningsansvar.tariffs.by_region import regional_law

SUFFIXES = (".csv", ".parquet")
_EVERYONE = 0

Counts = Mapping[int, StayCounts]
"""By the position of a region among the länskoder (NO_REGION: none); of all cases together under _EVERYONE alone."""


@dataclass(frozen=True)
class StatisticsRequest:
    """The months `first` through `last` of cases in memory, or of files to be read in parts; `befolkning` is a file of
    inhabitants per kommun. `by_region`: each hospital's region apart, by its own rules."""

    read: Read | PartsRequest
    law: Law
    first: Month
    last: Month
    as_of: date | None = None
    befolkning: NamedFile | None = None
    by_region: bool = False


@dataclass(frozen=True)
class Statistics:
    """The table of `billing.statistics.statistics_table` (with `region` first where the regions stand apart), the
    inhabitants by kommunkod, and the issues of the data with what was not known when it ended."""

    table: pd.DataFrame
    population: Mapping[str, Population]
    issues: pd.DataFrame


@dataclass(frozen=True)
class StatisticsCounting:
    """How long patients waited in every region, or in all together (`operations.part.Counting`). Who is back within 30
    days is seen within the region."""

    plans: Mapping[int, StayPlan]
    by_region: bool
    as_of: date | None = None

    def sums(self, cases: pd.DataFrame) -> tuple[Counts, Records]:
        found, records = {}, []
        for at, own in self._apart(cases):
            found[at], of_cases = count_stays(own, self.plans[at], at)
            records.append(of_cases)
        return found, joined(records)

    def _apart(self, cases: pd.DataFrame) -> Iterator[tuple[int, pd.DataFrame]]:
        if not self.by_region:
            yield _EVERYONE, cases
            return
        regions = hospital_regions(cases)
        for at in regions.present():
            yield at, cases.iloc[np.flatnonzero(regions.region == at)].reset_index(drop=True)

    def added(self, parts: Sequence[Counts]) -> Counts:
        keys = sorted({at for part in parts for at in part})
        return {at: counts_added([part[at] for part in parts if at in part]) for at in keys}

    def completed(self, total: Counts, records: Iterable[Records]) -> Counts:
        done = dict(total)
        for some in filter(len, records):
            for at in np.unique(some["region"]).tolist():
                done[at] = with_returns(done[at], [some[some["region"] == at]], self.plans[at])
        return done

    def table(self, total: Counts) -> pd.DataFrame:
        """The regions' tables under each other."""
        codes, parts = [*region_names(), ""], []  # NO_REGION, −1, is the last
        for at in sorted(total, key=lambda at: (at == NO_REGION, at)):
            part = statistics_table(total[at], self.plans[at].months)
            if self.by_region:
                part.insert(0, "region", codes[at])
            parts.append(part)
        return pd.concat(parts, ignore_index=True)


def statistics(
    request: StatisticsRequest,
    engine: Engine | None = None,
    progress: Progress | None = None,
    compute: Compute = compute_part,
) -> Statistics:
    """Count; files to be read in parts by `engine`. Raises RequestError, DataEndsError, InputError for a faulty file of
    inhabitants, and of parts what `operations.parts.compute_parts` does."""
    data = request.read
    require_months(request.first, request.last, request.as_of, data.today)
    people = load_population(request.befolkning) if request.befolkning else {}
    counting = _counting(request)
    if isinstance(data, Read):
        sums, records = counting.sums(data.cases)
        total, issues = counting.completed(counting.added([sums]), [records]), data.issues
    else:
        assert engine is not None, "somebody must compute the parts"
        work = compute_parts(data, counting, engine, progress, compute)
        total, issues = work.total, work.issues
    if not request.as_of and len(ends := _ends(total, request)):
        issues = pd.concat([ends, issues], ignore_index=True)
    return Statistics(counting.table(total), people, issues if isinstance(data, Read) else with_counts([issues]))


def _counting(request: StatisticsRequest) -> StatisticsCounting:
    months = tuple(request.first.through(request.last))
    as_of = request.as_of or request.last.last_day
    laws = {_EVERYONE: request.law.agreement}
    if request.by_region:
        laws = {at: regional_law(code).agreement for at, code in enumerate(region_names())}
        laws[NO_REGION] = find_agreement("nationell")
    secret = token_bytes(SECRET)
    return StatisticsCounting({at: StayPlan(law, months, as_of, secret) for at, law in laws.items()}, request.by_region)


def _ends(total: Counts, request: StatisticsRequest) -> pd.DataFrame:
    """How many patients no discharge is known of when the data ends within the months."""
    newest = max((one.newest for one in total.values()), default=ABSENT)
    waiting = sum(one.waiting for one in total.values())
    return ends_within(newest, waiting, request.first.start, request.last.last_day)


def write_statistics_file(found: Statistics, out: Destination) -> None:
    """Write the table as CSV or Parquet, as the file's name ends. Raises OutputError."""
    with output_file(out, SUFFIXES) as fresh:
        write_statistics(found.table, found.population, fresh)
