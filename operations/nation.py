"""Every region's months at once, each by its own rules: `bill --agreements region`.

A region is computed as it would be alone, by `operations.span`, of the cases of its hospitals: so its figures are those
of its own run, and a mean is of the region and the kommun.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.data_ends import charged, require_reaching, still_in, told_of_end
from betalningsansvar.billing.known import computable, newest_day
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.regions import NO_REGION, by_region, hospital_regions
from betalningsansvar.data.issues import about_files, in_order
from betalningsansvar.data.kommuner import region_names
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import Progress, require_months
from betalningsansvar.operations.span import SpanRequest, compute_span
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.files.manifest import Origin
from betalningsansvar.reports.nation.publish import write_nation
from betalningsansvar.reports.nation.record import NationReport, RegionReport
from betalningsansvar.reports.span.record import SpanReport
from betalningsansvar.reports.words.numbers import counted
from betalningsansvar.tariffs.by_region import RegionalLaw, regional_law


def compute_nation(request: SpanRequest, progress: Progress | None = None) -> NationReport:
    """Compute every region. Of the request's law only the amounts count: each region has its own rules. Raises what
    `operations.span.compute_span` does: one that lacks an amount stops all."""
    read = request.read
    require_months(request.first, request.last, request.as_of, read.today)
    regions = hospital_regions(read.cases)
    parts, of_files = by_region(read.cases, read.issues, regions)
    as_of, ends = _as_of(request)
    done: list[RegionReport] = []
    assumed: list[_Assumed] = []
    for number, (region, (cases, issues)) in enumerate(parts.items(), start=1):
        law = _law(region, request.law)
        own = replace(read, cases=cases, issues=issues)
        span = compute_span(replace(request, read=own, law=law.law, as_of=as_of))
        assumed.append(_Assumed.of(cases, regions.assumed[regions.region == region], span))
        done.append(RegionReport(law.region, span, law.unknown(request.first.start, request.last.last_day)))
        if progress:
            progress("Räknar", number, len(parts))
    absent = tuple(code for at, code in enumerate(region_names()) if at not in parts)
    told = [ends, _told_of_agreements(done), _told_of_assumed(assumed), of_files]
    issues = pd.concat([*told, *(one.span.issues for one in done)], ignore_index=True)
    issues["stake_ore"] = issues["stake_ore"].astype("Int64")
    return NationReport(tuple(done), absent, in_order(read.cases, issues))


def _as_of(request: SpanRequest) -> tuple[date, pd.DataFrame]:
    """The day the data was extracted, by all of it: a small region's newest day says little. And what is told of it."""
    cases, last = request.read.cases, request.last
    if request.as_of:
        return request.as_of, told_of_end(request.as_of, 0)
    rows = computable(cases)
    require_reaching(cases, rows, last.start)
    newest = newest_day(cases, rows, date.min)
    return max(newest, last.last_day), told_of_end(newest, len(still_in(cases, rows)) if newest < last.last_day else 0)


@dataclass(frozen=True)
class _RegionLaw:
    region: str
    law: Law
    known: RegionalLaw | None

    def unknown(self, first: date, last: date) -> str:
        days = self.known.unknown_days(first, last) if self.known else []
        return ", ".join(f"{fran}–{tom}" for fran, tom in days)


def _law(at: int, law: Law) -> _RegionLaw:
    if at == NO_REGION:
        return _RegionLaw("", law, None)
    region = list(region_names())[at]
    known = regional_law(region)
    return _RegionLaw(region, replace(law, agreement=known.agreement, chosen=known.agreement.id), known)


def _told_of_agreements(done: list[RegionReport]) -> pd.DataFrame:
    """The regions whose agreement is not known on some of the days, with what the statute charges in its place."""
    told = [
        _about("AVTAL_DELVIS_KANT", f"{one.name} {one.unknown}", one.span.totals.amount_ore)
        for one in done
        if one.unknown
    ]
    return pd.concat([_nothing(), *told], ignore_index=True)


def _told_of_assumed(assumed: list[_Assumed]) -> pd.DataFrame:
    """How many cases the region is assumed of, and the dygn and öre that hang on it."""
    touched = [one for one in assumed if one.cases]
    if not touched:
        return _nothing()
    cases = counted(sum(one.cases for one in touched), "ärende", "ärenden")
    where = counted(len(touched), "region", "regioner")
    return _about(
        "REGION_ANTAGEN",
        f"{cases} i {where}, {sum(one.days for one in touched)} dygn",
        sum(one.amount_ore for one in touched),
    )


@dataclass(frozen=True)
class _Assumed:
    """The cases of one region of which that is assumed, and what they are charged: `days` and öre. In a region where
    every case is one, a mean is among them; else only what is charged day by day."""

    cases: int
    days: int
    amount_ore: int

    @classmethod
    def of(cls, cases: pd.DataFrame, assumed: NDArray[np.bool_], span: SpanReport) -> _Assumed:
        number, totals = int(assumed.sum()), span.totals
        if number == len(cases):
            return cls(number, int(totals.kommuner["dygn_micro"].sum()) // MICRO_PER_DYGN, totals.amount_ore)
        rows = computable(cases)
        rows = rows[assumed[rows]]
        found = [charged(cases, rows, plan) for plan in totals.plan.plans]
        return cls(number, sum(int(days.sum()) for days, _ in found), sum(int(ore.sum()) for _, ore in found))


def _about(kod: str, varde: str, ore: int) -> pd.DataFrame:
    return about_files([("", kod, varde)]).assign(stake_ore=pd.array([ore], dtype="Int64"))


def _nothing() -> pd.DataFrame:
    return about_files([]).assign(stake_ore=pd.array([], dtype="Int64"))


def nation_folder(out: Destination, first: Month, last: Month) -> Destination:
    """The folder as that of the country's bill, which only another bill of the same months may replace."""
    return replace(out, made=Made("bill", f"land {first}--{last}"))


def write_nation_folder(report: NationReport, request: SpanRequest, out: Destination, *, parquet: bool = False) -> None:
    """Write what `reports.nation` makes of the regions. Raises OutputError and ReadBackError; then nothing is there."""
    rates = tuple(dict.fromkeys(rate for one in report.regions for rate in one.span.totals.rates))
    as_of = max(one.span.totals.as_of for one in report.regions)
    origin = Origin(
        request.law.agreement, as_of, _options(request), request.read.inputs, request.law.fingerprints, rates
    )
    write_nation(report, out, origin, created=request.read.today, parquet=parquet)


def _options(request: SpanRequest) -> Mapping[str, str]:
    return {
        "agreements": "region",
        "from": str(request.first),
        "to": str(request.last),
        "as_of": str(request.as_of or ""),
        "as_known": str(request.law.as_known or ""),
        "allow_inferred": "ja" if request.allow_inferred else "nej",
        **request.read.profile_facts,
    }
