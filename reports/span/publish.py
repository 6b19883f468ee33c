"""A span's tables, workbook, map and manifest in one folder, which appears whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date

from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.folder import output_folder
from betalningsansvar.reports.files.manifest import PROGRAM, Origin, told_of_files, write_manifest
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.tables import write_tables
from betalningsansvar.reports.month.checks import Check, require_ties
from betalningsansvar.reports.month.deviations import write_findings_workbook
from betalningsansvar.reports.span.kommunmap import kommun_map
from betalningsansvar.reports.span.record import SpanReport
from betalningsansvar.reports.span.tables import ore_written, rows_written, span_tables
from betalningsansvar.reports.span.workbook import regions, write_span_workbook


def write_span(report: SpanReport, out: Destination, origin: Origin, *, created: date, parquet: bool = False) -> None:
    """Write the folder, with `parquet` its CSV tables as Parquet too. Raises OutputError and ReadBackError; nothing is
    published then."""
    totals = report.totals
    ties = _checks(report)
    require_ties(ties)
    with output_folder(out) as folder:
        write_tables(folder, span_tables(report), parquet=parquet)
        summary = folder / f"sammanstallning_{report.name}.xlsx"
        hold(summary, write_span_workbook(report, summary, author=PROGRAM, created=created).written, twice=True)
        deviations = folder / "avvikelser.xlsx"
        title = f"Avvikelser {report.name.replace('--', '–')}"
        book = write_findings_workbook(report.issues, deviations, title=title, author=PROGRAM, created=created)
        hold(deviations, book.written)
        if drawn := _map(report):
            (folder / f"karta_{report.name}.svg").write_text(drawn, encoding="utf-8", newline="\n")
        write_manifest(
            folder,
            "span",
            origin,
            months=[str(month) for month in totals.plan.months],
            counts=_counts(report),
            told_of_files=told_of_files(report.issues),
            totals_ore={"amount": totals.amount_ore},
            checks=[asdict(tie) | {"holds": tie.holds} for tie in ties],
        )


def _map(report: SpanReport) -> str:
    """The map, where kommuner of more than one region pay."""
    kommuner = report.totals.kommuner
    if len(regions(kommuner)) < 2:
        return ""
    paying = kommuner[kommuner["kommun"] != ""].groupby("kommun")["amount_ore"].sum()
    amounts = {str(code): int(ore) for code, ore in paying.items()}
    return kommun_map(f"Betalningsansvar {report.name.replace('--', '–')}, kronor", amounts)


def _counts(report: SpanReport) -> Mapping[str, object]:
    counts: dict[str, object] = {
        "cases": sum(report.totals.read.values()),
        "status": dict(report.totals.read),
        "issues": report.issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict(),
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
