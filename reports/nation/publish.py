"""The country's tables, workbook, map and manifest."""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial

from betalningsansvar.reports.files.destination import Destination
from betalningsansvar.reports.files.manifest import PROGRAM, Origin
from betalningsansvar.reports.month.checks import Check
from betalningsansvar.reports.nation.record import NationReport, RegionReport
from betalningsansvar.reports.nation.tables import nation_tables
from betalningsansvar.reports.nation.workbook import write_nation_workbook
from betalningsansvar.reports.span.folder import write_months
from betalningsansvar.reports.span.tables import ore_written


def write_nation(
    report: NationReport, out: Destination, origin: Origin, *, created: date, parquet: bool = False
) -> None:
    """Write the folder, as `reports.span.folder.write_months`; the map has what each kommun pays to all regions."""
    tables = dict(nation_tables(report))
    write_months(
        out,
        origin,
        tables.items(),
        partial(write_nation_workbook, report, author=PROGRAM, created=created),
        kind="land",
        name=report.name,
        issues=report.issues,
        paying=report.frame("kommuner"),
        ties=[
            Check("Belopp", "öre", "regionernas belopp", report.amount_ore, one, ore_written(tables[one]))
            for one in ("sammanstallning.csv", "regelverk.csv", "fakturarader.csv")
            if one in tables
        ],
        counts=_counts(report),
        created=created,
        parquet=parquet,
        months=[str(month) for month in report.regions[0].span.totals.plan.months],
        regions=[_region(one) for one in report.regions],
        totals_ore={"amount": report.amount_ore},
    )


def _region(one: RegionReport) -> dict[str, str]:
    return {"region": one.region, "agreement": one.span.totals.plan.agreement.id, "unknown": one.unknown}


def _counts(report: NationReport) -> dict[str, object]:
    status: Counter[str] = Counter()
    for one in report.regions:
        status.update(one.span.totals.read)
    return {"cases": status.total(), "status": dict(status), "regions": len(report.regions)}
