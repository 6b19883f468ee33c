"""A span's tables, workbook, map and manifest."""

from __future__ import annotations

from datetime import date
from functools import partial

from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.manifest import PROGRAM, Origin
from betalningsansvar.reports.month.checks import Check
from betalningsansvar.reports.span.folder import write_months
from betalningsansvar.reports.span.record import SpanReport
from betalningsansvar.reports.span.tables import ore_written, rows_written, span_tables
from betalningsansvar.reports.span.workbook import regions, write_span_workbook


def write_span(report: SpanReport, out: Destination, origin: Origin, *, created: date, parquet: bool = False) -> None:
    """Write the folder, as `reports.span.folder.write_months`; with a map where more than one region pays."""
    totals = report.totals
    write_months(
        out,
        origin,
        span_tables(report),
        partial(write_span_workbook, report, author=PROGRAM, created=created),
        kind="span",
        name=report.name,
        issues=report.issues,
        paying=totals.kommuner if len(regions(totals.kommuner)) > 1 else None,
        ties=_checks(report),
        counts=_counts(report),
        created=created,
        parquet=parquet,
        months=[str(month) for month in totals.plan.months],
        totals_ore={"amount": totals.amount_ore},
    )


def _counts(report: SpanReport) -> dict[str, object]:
    counts: dict[str, object] = {
        "cases": sum(report.totals.read.values()),
        "status": dict(report.totals.read),
        "kommun_months": len(report.totals.kommuner),
    }
    if report.lines is not None:
        counts["lines"] = rows_written(list(report.lines))
    return counts


def _checks(report: SpanReport) -> list[Check]:
    """Ways to the same figure: kommuner, rules and, where they are kept, lines."""
    totals = report.totals
    amount = totals.amount_ore
    by_rule = int(totals.rules["amount_ore"].sum())
    ties = [Check("Belopp", "öre", "kommunernas rader", amount, "regelverkens rader", by_rule)]
    if report.lines is not None:
        ties.append(
            Check("Belopp", "öre", "kommunernas rader", amount, "fakturarader", ore_written(list(report.lines)))
        )
    blocked = int(totals.kommuner["blockerad"].sum())
    by_reason = int(totals.blocked["antal"].sum())
    ties.append(Check("Blockerade", "rader", "kommunernas rader", blocked, "orsakernas rader", by_reason))
    return ties
