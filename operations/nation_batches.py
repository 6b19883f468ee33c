"""Every region's months of cases that do not fit in memory, each by its own rules, counted in parts of Parquet.

Every part is taken apart by region, and each region's rows are counted by its own plan (`billing.span.by_region`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from betalningsansvar.billing.days import ABSENT
from betalningsansvar.billing.lines import TariffGapError, gaps_together
from betalningsansvar.billing.regions import NO_REGION
from betalningsansvar.billing.span.by_region import RegionSums, region_sums, regions_added
from betalningsansvar.billing.span.plan import SpanPlan, span_plan
from betalningsansvar.billing.span.totals import combined
from betalningsansvar.data.issues import about_files
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.operations.nation_findings import Assumed, reach, told_of_agreements, told_of_assumed
from betalningsansvar.operations.nation_law import region_law
from betalningsansvar.operations.part import NO_RECORDS, Records, compute_part
from betalningsansvar.operations.part_engines import Compute, Engine
from betalningsansvar.operations.parts import compute_parts, with_counts
from betalningsansvar.operations.requests import Progress, require_span
from betalningsansvar.operations.span_batches import BatchRequest, told_of_blocked
from betalningsansvar.reports.files.manifest import Fingerprint
from betalningsansvar.reports.nation.record import NationReport, RegionReport
from betalningsansvar.reports.span.record import SpanReport


@dataclass(frozen=True)
class NationCounting:
    """The sums of every region's span, by its own plan (`operations.part.Counting`)."""

    plans: Mapping[int, SpanPlan]
    as_of: date | None

    def sums(self, cases: pd.DataFrame) -> tuple[RegionSums, Records]:
        return region_sums(cases, self.plans), NO_RECORDS

    def added(self, parts: Sequence[RegionSums]) -> RegionSums:
        return regions_added(parts)

    def completed(self, total: RegionSums, records: Iterator[Records]) -> RegionSums:
        return total


@dataclass(frozen=True)
class NationBatchWork:
    """The report, and the files that were read as a manifest lists them."""

    report: NationReport
    inputs: tuple[Fingerprint, ...]


def compute_nation_batches(
    request: BatchRequest, engine: Engine, progress: Progress | None = None, compute: Compute = compute_part
) -> NationBatchWork:
    """Compute every region. Raises what `operations.nation.compute_nation` and `operations.parts.compute_parts` do."""
    require_span(request.first, request.last, request.as_of, request.today)
    months = request.first.through(request.last)
    laws = {at: region_law(at, request.law) for at in (*range(len(region_names())), NO_REGION)}
    plans = {at: span_plan(one.law.agreement, one.law.tariffs, months, request.as_of) for at, one in laws.items()}
    work = compute_parts(request.parts, NationCounting(plans, request.as_of), engine, progress, compute)
    total: RegionSums = work.total
    newest = max((part.newest for part in total.values()), default=ABSENT)
    as_of, ends = reach(request.as_of, newest, sum(part.waiting for part in total.values()), request.last)
    done, assumed, gaps = [], [], []
    for at in sorted({at for at, _ in total}, key=lambda at: (at == NO_REGION, at)):
        own = [total[at, guessed] for guessed in (False, True) if (at, guessed) in total]
        try:
            totals = combined(own, replace(plans[at], as_of=as_of), allow_inferred=request.allow_inferred)
        except TariffGapError as gap:
            gaps.append(gap)
            continue
        if (at, True) in total:
            assumed.append(Assumed.of(total[at, True], totals))
        unknown = laws[at].unknown(request.first.start, request.last.last_day)
        done.append(RegionReport(laws[at].region, SpanReport(totals, about_files([])), unknown))
    if gaps:
        raise gaps_together(gaps)
    absent = tuple(code for at, code in enumerate(region_names()) if not {(at, False), (at, True)} & total.keys())
    told = [ends, told_of_agreements(done), told_of_assumed(assumed), work.issues]
    blocked = told_of_blocked([one.span.totals for one in done])
    return NationBatchWork(NationReport(tuple(done), absent, with_counts([*told, *blocked])), work.inputs)
