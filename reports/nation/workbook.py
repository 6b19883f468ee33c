"""`sammanstallning_<months>.xlsx` of the country: every region by its own rules, its kommuner, and all kommuner."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from betalningsansvar.data.kommuner import region_names
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.styles import ACCENT, AXIS
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.month.findings import findings_summary
from betalningsansvar.reports.month.summary import notices_of
from betalningsansvar.reports.month.summary_overview import GROUPS
from betalningsansvar.reports.nation.record import NO_REGION, NationReport, RegionReport
from betalningsansvar.reports.span.sheets import (
    AMOUNTS,
    CASE_COLUMNS,
    CASES,
    CODE,
    DYGN,
    KOMMUN,
    ORE,
    headed,
    put_table,
)
from betalningsansvar.reports.words.swedish import MODELS

OVERVIEW, BY_REGION, KOMMUNER, RULES = "Regioner", "Kommuner per region", "Kommuner", "Regelverk"
_REGION = Column("Sjukhusens region", "text", 20, 34)
_HOW = (
    "Varje region är räknad efter sina egna regler för de patienter som dess sjukhus har vårdat; en kommun utanför "
    "regionen debiteras efter lagen. Fakturor skrivs region för region."
)


def write_nation_workbook(report: NationReport, path: Path, *, author: str, created: date) -> Book:
    """Write the workbook. Raises OSError."""
    book = Book(title=f"Betalningsansvar {_period(report)}", author=author, created=created)
    _overview(_titled(book, OVERVIEW, report), report)
    _by_region(_titled(book, BY_REGION, report), report.frame("kommuner"))
    _kommuner(_titled(book, KOMMUNER, report), report.frame("kommuner"))
    _rules(_titled(book, RULES, report), report.frame("rules"))
    book.save(path)
    return book


def _period(report: NationReport) -> str:
    return report.name.replace("--", "–")


def _titled(book: Book, name: str, report: NationReport) -> Sheet:
    title = f"Betalningsansvar {_period(report)}"
    return headed(
        book,
        name,
        title=f"{title}, hela landet",
        footer=f"{title}  ·  hela landet",
        subtitle=name,
        as_of=max(one.span.totals.as_of for one in report.regions),
    )


def _overview(sheet: Sheet, report: NationReport) -> None:
    """The regions, the largest amount first, with the rules that charged, and a chart beside them."""
    charged = tuple(dict.fromkeys(rule for one in report.regions for rule in one.span.totals.charged))
    rates = tuple(dict.fromkeys(rate for one in report.regions for rate in one.span.totals.rates))
    for notice in (*notices_of(rates, charged, report.replaced), *_missing(report)):
        sheet.paragraph(sheet.row, 0, 8, notice, "missing_wrap", width=115)
        sheet.row += 1
    for told in (_HOW, findings_summary(report.issues, "avvikelser.csv")):
        sheet.paragraph(sheet.row, 0, 8, told, width=115)
        sheet.row += 1
    sheet.row += 1
    head = sheet.row
    largest_first = sorted(report.regions, key=lambda one: (-one.span.totals.amount_ore, one.name))
    rows = [*map(_region_row, largest_first)]
    columns = (_REGION, Column("Räknad efter", "text", 16, 40))
    sheet.native.freeze_panes(head + 1, 0)
    sheet.table((*columns, Column("Ärenden", "antal", summed=True), *CASE_COLUMNS, DYGN, ORE), rows)
    _chart(sheet, head, len(rows))


def _missing(report: NationReport) -> list[str]:
    told = [
        f"{one.name}: avtalet är inte känt för {one.unknown}; de dygnen är räknade efter lagen."
        for one in report.regions
        if one.unknown
    ]
    if report.absent:
        names = ", ".join(region_names()[code] for code in report.absent)
        told.append(f"Inga ärenden i uppgifterna: {names}.")
    return told


def _region_row(one: RegionReport) -> tuple[object, ...]:
    totals = one.span.totals
    used = sorted({*totals.rules.loc[totals.rules["antal"] > 0, "regelverk"]}) or [totals.plan.agreement.id]
    sums = totals.kommuner[[*CASES, *AMOUNTS]].sum().astype(int).tolist()
    return (one.name, ", ".join(used), sum(totals.read.values()), *sums)


def _chart(sheet: Sheet, head: int, size: int) -> None:
    last = head + size
    chart = sheet.book.bar_chart()
    places = {"categories": [OVERVIEW, head + 1, 0, last, 0], "values": [OVERVIEW, head + 1, 7, last, 7]}
    chart.add_series({**places, "fill": {"color": ACCENT}, "gap": 40})
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis({"num_format": AXIS, "name": "kronor"})
    chart.set_size({"width": 640, "height": 90 + 22 * size})
    options = {"object_position": 2, "description": "Belopp per region"}
    sheet.native.insert_chart(head, 9, chart, options)


def _by_region(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Region by region its own kommuner, those of other regions, and what has no payer."""
    frame = frame.assign(order=frame["grupp"].map(list(GROUPS).index))
    keys = ["region", "order", "kommun", "kommunnamn", "grupp"]
    table = frame.groupby(keys, as_index=False)[[*CASES, *AMOUNTS]].sum().drop(columns="order")
    table["grupp"] = table["grupp"].map(GROUPS)
    columns = (_REGION, CODE, KOMMUN, Column("Grupp", "text", 9), *CASE_COLUMNS, DYGN, ORE)
    put_table(sheet, columns, _with_names(table))


def _kommuner(sheet: Sheet, frame: pd.DataFrame) -> None:
    """What each kommun pays to all regions together."""
    table = frame.groupby(["kommun", "kommunnamn"], as_index=False)[[*CASES, *AMOUNTS]].sum()
    regions = frame[frame["amount_ore"] != 0].groupby("kommun")["region"].nunique()
    table.insert(2, "regioner", table["kommun"].map(regions).fillna(0).astype(int))
    put_table(sheet, (CODE, KOMMUN, Column("Antal regioner", "antal"), *CASE_COLUMNS, DYGN, ORE), table)


def _rules(sheet: Sheet, frame: pd.DataFrame) -> None:
    table = frame.groupby(["region", "regelverk", "modell"], as_index=False)[["antal", *AMOUNTS]].sum()
    table["modell"] = table["modell"].map(MODELS)
    columns = (_REGION, Column("Regelverk", "text", 12, 24), Column("Modell", "text", 12))
    put_table(sheet, (*columns, Column("Ärenden", "antal", summed=True), DYGN, ORE), _with_names(table))


def _with_names(table: pd.DataFrame) -> pd.DataFrame:
    """The hospitals' regions by their names; the rows stay in the order of länskoder."""
    return table.assign(region=[region_names().get(code, NO_REGION) for code in table["region"]])
