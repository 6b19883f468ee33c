"""Months in a row, computed of data that was read once: tables per kommun and month, and no invoices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from betalningsansvar.billing.downtime import flag_downtime
from betalningsansvar.billing.engine import bill
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.span.findings import of_all_months
from betalningsansvar.billing.span.plan import span_plan
from betalningsansvar.billing.span.sums import sums
from betalningsansvar.billing.span.totals import combined
from betalningsansvar.data.files.named import NamedFile
from betalningsansvar.operations.inputs import Read
from betalningsansvar.operations.law import Law
from betalningsansvar.operations.requests import Progress, require_span
from betalningsansvar.operations.span_batches import BatchRequest
from betalningsansvar.reports.files.csvfiles import invoice_lines
from betalningsansvar.reports.files.destination import Destination, Made
from betalningsansvar.reports.files.manifest import Fingerprint, Origin
from betalningsansvar.reports.span.publish import write_span
from betalningsansvar.reports.span.record import SpanReport
from betalningsansvar.reports.span.tables import cases_of_month, cases_of_no_month
from betalningsansvar.tariffs.downtime import load_downtimes


@dataclass(frozen=True)
class SpanRequest:
    """The months `first` through `last` of data in memory. The rest as `operations.month.MonthRequest`."""

    read: Read
    law: Law
    first: Month
    last: Month
    as_of: date | None = None
    allow_inferred: bool = False
    driftstopp: NamedFile | None = None

    @property
    def today(self) -> date:
        return self.read.today


def compute_span(request: SpanRequest, progress: Progress | None = None) -> SpanReport:
    """Compute every month. Raises RequestError, SettingsError and what `billing.span.totals.combined` raises: a month
    without its amounts stops all of them."""
    require_span(request.first, request.last, request.as_of, request.today)
    return months_computed(request, progress)


def months_computed(request: SpanRequest, progress: Progress | None = None) -> SpanReport:
    """As `compute_span`, of a request that was tried.

    The sums take a twelfth of the work. They name all months without an amount at once, before any is computed, and are
    another way to the same öre: what is written holds them against the lines of the bills.
    """
    read, law = request.read, request.law
    months = request.first.through(request.last)
    windows = law.agreement.driftstopp + (load_downtimes(request.driftstopp) if request.driftstopp else ())
    issues = flag_downtime(read.cases, read.issues, windows)
    plan = span_plan(law.agreement, law.tariffs, months, request.as_of)
    totals = combined([sums(read.cases, plan)], plan, allow_inferred=request.allow_inferred)
    found, lines, cases = [], [], []
    seen = np.zeros(len(read.cases), np.bool_)
    for done, month in enumerate(months, start=1):
        given = (law.agreement, law.tariffs, month, request.as_of)
        result = bill(read.cases, issues, *given, allow_inferred=request.allow_inferred)
        found.append(result.issues)
        lines.append(invoice_lines(result))
        cases.append(cases_of_month(result, seen))
        if month == request.last:
            cases.append(cases_of_no_month(result, seen))
        if progress:
            progress("Räknar", done, len(months))
    return SpanReport(totals, of_all_months(found, issues), lines, cases)


def span_folder(out: Destination, first: Month, last: Month) -> Destination:
    """The folder as that of a span's bill, which only another bill of the same span may replace."""
    return replace(out, made=Made("bill", f"{first}--{last}"))


def write_span_folder(
    report: SpanReport,
    request: SpanRequest | BatchRequest,
    inputs: Sequence[Fingerprint],
    out: Destination,
    *,
    parquet: bool = False,
) -> None:
    """Write what `reports.span` makes of the months. Raises OutputError and ReadBackError; then nothing is there."""
    law, totals = request.law, report.totals
    options = span_options(request, agreement=law.chosen)
    origin = Origin(law.agreement, totals.as_of, options, inputs, law.fingerprints, totals.rates)
    write_span(report, out, origin, created=request.today, parquet=parquet)


def span_options(request: SpanRequest | BatchRequest, **rules: str) -> Mapping[str, str]:
    """What was asked for, as a manifest tells it; `rules` says by which agreement or agreements."""
    return {
        **rules,
        "from": str(request.first),
        "to": str(request.last),
        "as_of": str(request.as_of or ""),
        "as_known": str(request.law.as_known or ""),
        "allow_inferred": "ja" if request.allow_inferred else "nej",
        "i_delar": "nej" if isinstance(request, SpanRequest) else "ja",
        **(request.read.profile_facts if isinstance(request, SpanRequest) else {}),
    }
