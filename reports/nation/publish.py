"""The country's tables, workbook, map and manifest in one folder, which appears whole or not at all."""

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
from betalningsansvar.reports.nation.record import NationReport
from betalningsansvar.reports.nation.tables import nation_tables
from betalningsansvar.reports.nation.workbook import write_nation_workbook
from betalningsansvar.reports.span.kommunmap import kommun_map
from betalningsansvar.reports.span.tables import ore_written


def write_nation(
    report: NationReport, out: Destination, origin: Origin, *, created: date, parquet: bool = False
) -> None:
    """Write the folder, with `parquet` its CSV tables as Parquet too. Raises OutputError and ReadBackError; nothing is
    published then."""
    tables = dict(nation_tables(report))
    ties = [
        Check("Belopp", "öre", "regionernas belopp", report.amount_ore, one, ore_written(tables[one]))
        for one in ("sammanstallning.csv", "regelverk.csv", "fakturarader.csv")
        if one in tables
    ]
    require_ties(ties)
    with output_folder(out) as folder:
        write_tables(folder, tables.items(), parquet=parquet)
        summary = folder / f"sammanstallning_{report.name}.xlsx"
        hold(summary, write_nation_workbook(report, summary, author=PROGRAM, created=created).written, twice=True)
        deviations = folder / "avvikelser.xlsx"
        title = f"Avvikelser {report.name.replace('--', '–')}"
        book = write_findings_workbook(report.issues, deviations, title=title, author=PROGRAM, created=created)
        hold(deviations, book.written)
        if drawn := _map(report):
            (folder / f"karta_{report.name}.svg").write_text(drawn, encoding="utf-8", newline="\n")
        write_manifest(
            folder,
            "land",
            origin,
            months=[str(month) for month in report.regions[0].span.totals.plan.months],
            regions=[_region(one.region, one.span.totals.plan.agreement.id, one.unknown) for one in report.regions],
            counts=_counts(report),
            told_of_files=told_of_files(report.issues),
            totals_ore={"amount": report.amount_ore},
            checks=[asdict(tie) | {"holds": tie.holds} for tie in ties],
        )


def _region(region: str, agreement: str, unknown: str) -> Mapping[str, str]:
    return {"region": region, "agreement": agreement, "unknown": unknown}


def _map(report: NationReport) -> str:
    """What each kommun pays to all regions together; blank where the boundaries are not installed."""
    kommuner = report.frame("kommuner")
    paying = kommuner[kommuner["kommun"] != ""].groupby("kommun")["amount_ore"].sum()
    amounts = {str(code): int(ore) for code, ore in paying.items()}
    return kommun_map(f"Betalningsansvar {report.name.replace('--', '–')}, kronor", amounts)


def _counts(report: NationReport) -> Mapping[str, object]:
    status: dict[str, int] = {}
    for one in report.regions:
        for name, number in one.span.totals.read.items():
            status[name] = status.get(name, 0) + number
    return {
        "cases": sum(status.values()),
        "status": status,
        "issues": report.issues["kod"].map(lambda kod: CODES[kod].severity).value_counts().to_dict(),
        "regions": len(report.regions),
    }
