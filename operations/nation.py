"""Every region's months at once, each by its own rules: `bill --agreements region`.

A region is computed as it would be alone, by `operations.span`, of the cases of its hospitals: so its figures are those
of its own run, and a mean is of the region and the kommun. Of files larger than memory by `operations.nation_batches`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from betalningsansvar.billing.data_ends import still_in
from betalningsansvar.billing.days import ABSENT, day_number
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.lines import TariffGapError, gaps_together
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.regions import by_region, hospital_regions
from betalningsansvar.billing.span.sums import sums
from betalningsansvar.data.issues import in_order
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.operations.nation_findings import Assumed, reach, told_of_agreements, told_of_assumed
from betalningsansvar.operations.nation_law import region_law
from betalningsansvar.operations.requests import Progress, require_span
from betalningsansvar.operations.span import SpanRequest, months_computed, span_options
from betalningsansvar.operations.span_batches import BatchRequest
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.files.manifest import Fingerprint, Origin
from betalningsansvar.reports.nation.publish import write_nation
from betalningsansvar.reports.nation.record import NationReport, RegionReport


def compute_nation(request: SpanRequest, progress: Progress | None = None) -> NationReport:
    """Compute every region. Of the request's law only the amounts count: each region has its own rules. Raises what
    `operations.span.compute_span` does: one that lacks an amount stops all, with what all of them lack."""
    read = request.read
    require_span(request.first, request.last, request.as_of, request.today)
    regions = hospital_regions(read.cases)
    parts, of_files = by_region(read.cases, read.issues, regions)
    rows = computable(read.cases)
    newest = day_number(newest_day(read.cases, rows, date.min)) if len(rows) else ABSENT
    as_of, ends = reach(request.as_of, newest, len(still_in(read.cases, rows)), request.last)
    done: list[RegionReport] = []
    assumed: list[Assumed] = []
    gaps: list[TariffGapError] = []
    for number, (at, (cases, issues)) in enumerate(parts.items(), start=1):
        law = region_law(at, request.law)
        own_read = replace(read, cases=cases, issues=issues)
        try:
            span = months_computed(replace(request, read=own_read, law=law.law, as_of=as_of))
        except TariffGapError as gap:
            gaps.append(gap)
            continue
        own = np.flatnonzero(regions.assumed[regions.region == at])
        assumed.append(Assumed.of(sums(cases.iloc[own].reset_index(drop=True), span.totals.plan), span.totals))
        done.append(RegionReport(law.region, span, law.unknown(request.first.start, request.last.last_day)))
        if progress:
            progress("Räknar", number, len(parts))
    if gaps:
        raise gaps_together(gaps)
    absent = tuple(code for at, code in enumerate(region_names()) if at not in parts)
    told = [ends, told_of_agreements(done), told_of_assumed(assumed), of_files]
    every = pd.concat([*told, *(one.span.issues for one in done)], ignore_index=True)
    every["stake_ore"] = every["stake_ore"].astype("Int64")
    return NationReport(tuple(done), absent, in_order(read.cases, every))


def nation_folder(out: Destination, first: Month, last: Month) -> Destination:
    """The folder as that of the country's bill, which only another bill of the same months may replace."""
    return replace(out, made=Made("bill", f"land {first}--{last}"))


def write_nation_folder(
    report: NationReport,
    request: SpanRequest | BatchRequest,
    inputs: Sequence[Fingerprint],
    out: Destination,
    *,
    parquet: bool = False,
) -> None:
    """Write what `reports.nation` makes of the regions. Raises OutputError and ReadBackError; then nothing is there."""
    rates = tuple(dict.fromkeys(rate for one in report.regions for rate in one.span.totals.rates))
    as_of = max(one.span.totals.as_of for one in report.regions)
    options = span_options(request, agreements="region")
    origin = Origin(request.law.agreement, as_of, options, inputs, request.law.fingerprints, rates)
    write_nation(report, out, origin, created=request.today, parquet=parquet)
