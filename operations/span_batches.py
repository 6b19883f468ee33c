"""A span of months of cases that do not fit in memory, counted in parts of Parquet (`operations.parts`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.plan import SpanPlan, span_plan
from betalningsansvar.billing.span.sums import Sums, added, sums
from betalningsansvar.billing.span.totals import SpanTotals, combined
from betalningsansvar.data.files.inputs import InputFile
from betalningsansvar.data.issues import about_files
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.part import NO_RECORDS, Records, compute_part
from betalningsansvar.operations.part_engines import Compute, Engine
from betalningsansvar.operations.parts import PART, PartsRequest, compute_parts, with_counts
from betalningsansvar.operations.requests import Progress, require_span
from betalningsansvar.reports.files.manifest import Fingerprint
from betalningsansvar.reports.span.record import SpanReport


@dataclass(frozen=True)
class BatchRequest:
    """The months `first` through `last` of Parquet files on disk, in parts of about `rows` rows. The rest as
    `operations.span.SpanRequest`."""

    files: tuple[InputFile, ...]
    law: Law
    first: Month
    last: Month
    today: date
    as_of: date | None = None
    allow_inferred: bool = False
    passed_over: tuple[str, ...] = ()
    rows: int = PART

    @property
    def parts(self) -> PartsRequest:
        """What is read."""
        return PartsRequest(self.files, self.today, self.passed_over, self.rows)


@dataclass(frozen=True)
class BatchWork:
    """The report, and the files that were read as a manifest lists them."""

    report: SpanReport
    inputs: tuple[Fingerprint, ...]


@dataclass(frozen=True)
class SpanCounting:
    """The sums of a span under one agreement (`operations.part.Counting`)."""

    plan: SpanPlan

    @property
    def as_of(self) -> date | None:
        return self.plan.as_of

    def sums(self, cases: pd.DataFrame) -> tuple[Sums, Records]:
        return sums(cases, self.plan), NO_RECORDS

    def added(self, parts: Sequence[Sums]) -> Sums:
        return added(parts)

    def completed(self, total: Sums, records: Iterator[Records]) -> Sums:
        return total


def compute_batches(
    request: BatchRequest, engine: Engine, progress: Progress | None = None, compute: Compute = compute_part
) -> BatchWork:
    """Compute every month. Raises what `operations.span.compute_span` and `operations.parts.compute_parts` do."""
    require_span(request.first, request.last, request.as_of, request.today)
    law = request.law
    plan = span_plan(law.agreement, law.tariffs, request.first.through(request.last), request.as_of)
    work = compute_parts(request.parts, SpanCounting(plan), engine, progress, compute)
    totals = combined([work.total], plan, allow_inferred=request.allow_inferred)
    issues = with_counts([totals.ends, work.issues, *told_of_blocked([totals])])
    return BatchWork(SpanReport(totals, issues), work.inputs)


def told_of_blocked(spans: Iterable[SpanTotals]) -> list[pd.DataFrame]:
    """What keeps cases from being charged, counted in every month."""
    blocked = pd.concat([totals.blocked for totals in spans]).groupby("orsak")["antal"].sum()
    return [
        about_files([("", str(kod), f"{number}, räknade i varje månad")]).assign(antal=int(number))
        for kod, number in blocked.items()
    ]
