"""`sammanstallning_<from>--<to>.xlsx`: a span of months per kommun, region, month and rule."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from betalningsansvar.data.codes import CODES
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.styles import ACCENT, AXIS
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.month.findings import findings_summary
from betalningsansvar.reports.month.summary import notices_of
from betalningsansvar.reports.month.summary_overview import GROUPS
from betalningsansvar.reports.span.record import SpanReport
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
from betalningsansvar.reports.words.swedish import MODELS, vardform_text

OVERVIEW, REGIONS, MONTHS, BY_YEAR, RULES, BLOCKED = (
    "Sammanställning",
    "Regioner",
    "Månader",
    "Kommun och år",
    "Regelverk",
    "Blockerade",
)
_COUNT_NOTE = "Ett ärende räknas i varje månad där det debiteras, ingår i genomsnittet eller är blockerat."


def write_span_workbook(report: SpanReport, path: Path, *, author: str, created: date) -> Book:
    """Write the workbook. Raises OSError."""
    totals = report.totals
    book = Book(title=f"Betalningsansvar {_period(report)}", author=author, created=created)
    _overview(_titled(book, OVERVIEW, report), report)
    if len(regions(totals.kommuner)) > 1:
        _regions(_titled(book, REGIONS, report), totals.kommuner)
    _months(_titled(book, MONTHS, report), totals.kommuner)
    _by_year(_titled(book, BY_YEAR, report), totals.kommuner)
    _rules(_titled(book, RULES, report), totals.rules)
    _blocked(_titled(book, BLOCKED, report), totals.blocked)
    book.save(path)
    return book


def regions(kommun_months: pd.DataFrame) -> pd.Series:
    """The region of every kommun that is charged something, by kommunkod."""
    paying = kommun_months.loc[kommun_months["amount_ore"] > 0, "kommun"].unique()
    found = pd.Series({code: kommuner()[code].region for code in paying}, dtype="str")
    return found.drop_duplicates()


def _period(report: SpanReport) -> str:
    months = report.totals.plan.months
    return f"{months[0]}–{months[-1]}"


def _titled(book: Book, name: str, report: SpanReport) -> Sheet:
    title, agreement = f"Betalningsansvar {_period(report)}", report.totals.plan.agreement.namn
    footer = f"{title}  ·  {agreement}"
    return headed(book, name, title=title, footer=footer, subtitle=agreement, as_of=report.totals.as_of)


def _overview(sheet: Sheet, report: SpanReport) -> None:
    totals = report.totals
    for notice in notices_of(totals.rates, totals.charged, totals.plan.replaced):
        sheet.paragraph(sheet.row, 0, 8, notice, "missing_wrap", width=115)
        sheet.row += 1
    sheet.text(sheet.row, 0, f"{findings_summary(report.issues, 'avvikelser.csv')} {_COUNT_NOTE}")
    sheet.row += 2
    frame = totals.kommuner.assign(order=totals.kommuner["grupp"].map(list(GROUPS).index))
    summed = frame.groupby(["order", "kommun", "kommunnamn", "grupp"], as_index=False)[[*CASES, *AMOUNTS]].sum()
    summed["grupp"] = summed["grupp"].map(GROUPS)
    columns = (CODE, KOMMUN, Column("Grupp", "text", 9))
    put_table(sheet, (*columns, *CASE_COLUMNS, DYGN, ORE), summed.drop(columns="order"))


def _regions(sheet: Sheet, frame: pd.DataFrame) -> None:
    """What the kommuner of each region pay together."""
    name = {code: kommun.region for code, kommun in kommuner().items()}
    summed = frame.assign(region=frame["kommun"].map(name).fillna("Utan betalare")).groupby("region", as_index=False)
    table = summed[[*CASES, *AMOUNTS]].sum().sort_values(["amount_ore", "region"], ascending=[False, True])
    first = put_table(sheet, (Column("Kommunernas region", "text", 20, 34), *CASE_COLUMNS, DYGN, ORE), table)
    chart = sheet.book.bar_chart()
    _series(chart, REGIONS, first, len(table), 5)
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis({"num_format": AXIS, "name": "kronor"})
    _place(sheet, chart, 7, "Belopp per region", 90 + 22 * len(table))


def _months(sheet: Sheet, frame: pd.DataFrame) -> None:
    table = frame.groupby("manad", as_index=False)[[*CASES, *AMOUNTS]].sum()
    first = put_table(sheet, (Column("Månad", "text", 9), *CASE_COLUMNS, DYGN, ORE), table)
    chart = sheet.book.stacked_columns()
    _series(chart, MONTHS, first, len(table), 5)
    chart.set_y_axis({"num_format": AXIS, "name": "kronor"})
    _place(sheet, chart, 7, "Belopp per månad", 360)


def _series(chart: Any, sheet: str, first: int, size: int, column: int) -> None:
    last = first + size - 1
    places = {"categories": [sheet, first, 0, last, 0], "values": [sheet, first, column, last, column]}
    chart.add_series({**places, "fill": {"color": ACCENT}, "gap": 40})
    chart.set_legend({"none": True})


def _place(sheet: Sheet, chart: Any, column: int, description: str, height: int) -> None:
    chart.set_size({"width": 640, "height": height})
    sheet.native.insert_chart(3, column, chart, {"object_position": 2, "description": description})


def _by_year(sheet: Sheet, frame: pd.DataFrame) -> None:
    """Öre per kommun and year; the months stand in sammanstallning.csv."""
    paying = frame[frame["amount_ore"] != 0].assign(year=frame["manad"].str[:4])
    table = paying.pivot_table(
        index=["kommun", "kommunnamn"], columns="year", values="amount_ore", aggfunc="sum", fill_value=0
    )
    years = [Column(str(year), "ore", 14, summed=True) for year in table.columns]
    put_table(sheet, (CODE, KOMMUN, *years), table.reset_index())


def _rules(sheet: Sheet, frame: pd.DataFrame) -> None:
    keys = ["regelverk", "modell", "vardform"]
    table = frame.groupby(keys, as_index=False)[["antal", *AMOUNTS]].sum()
    table["modell"] = table["modell"].map(MODELS)
    table["vardform"] = [vardform_text((kind,)) if kind else "flera" for kind in table["vardform"]]
    columns = (Column("Regelverk", "text", 12, 24), Column("Modell", "text", 12), Column("Vårdform", "text", 10, 28))
    put_table(sheet, (*columns, Column("Ärenden", "antal", summed=True), DYGN, ORE), table)


def _blocked(sheet: Sheet, frame: pd.DataFrame) -> None:
    table = frame.groupby("orsak")[["antal"]].sum().reset_index()
    table.insert(1, "meaning", [CODES[orsak].meaning for orsak in table["orsak"]])
    columns = (Column("Orsak", "text", 24, 40), Column("Vad som fattas", "wrap", 60, 60))
    put_table(sheet, (*columns, Column("Ärenden", "antal", summed=True)), table)
