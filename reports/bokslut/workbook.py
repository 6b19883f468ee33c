"""bokslut.xlsx: the year on one page, and the tables behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from betalningsansvar.billing.year.bokslut import Bokslut
from betalningsansvar.billing.year.two_figures import ControlTotal
from betalningsansvar.billing.year.waterfall import CAUSES
from betalningsansvar.data.codes import CODES
from betalningsansvar.reports.bokslut import accrual_tables, evidence_tables, tables, words
from betalningsansvar.reports.bokslut.columns import Table, in_words
from betalningsansvar.reports.bokslut.figures import Figure, key_figures
from betalningsansvar.reports.files.cells import Column, kronor
from betalningsansvar.reports.files.styles import AXIS, BARS, PARTS, SIGNED_AXIS
from betalningsansvar.reports.files.workbook import Book, Sheet

_NARROW = {"text": 12, "ore": 14, "antal": 8, "dygn": 9, "dag": 11}


def write_bokslut_workbook(bokslut: Bokslut, totals: Sequence[ControlTotal], path: Path) -> Book:
    """Write the workbook; `written` of what is returned tells what it must be found to hold. Raises OSError."""
    book = Book(title=f"Bokslut {bokslut.year}", author="betalningsansvar", created=bokslut.as_of)
    shown = {table.title: in_words(table) for table in _tables(bokslut, totals)}
    shown = {title: table for title, table in shown.items() if len(table.rows)}
    _overview(book.sheet("Översikt"), bokslut, totals)
    _charts(book.sheet("Diagram"), bokslut, shown)
    for title, table in shown.items():
        sheet = book.sheet(title, landscape=True)
        _write_table(sheet, table)
        _foot(sheet, bokslut, title)
    _findings(book.sheet("Avvikelser", landscape=True), bokslut)
    book.save(path)
    return book


def _foot(sheet: Sheet, bokslut: Bokslut, title: str) -> None:
    sheet.footer(f"Bokslut {bokslut.year}  ·  {bokslut.agreement.namn}  ·  {title}")


def _tables(bokslut: Bokslut, totals: Sequence[ControlTotal]) -> list[Table]:
    return [
        tables.settlement_table(bokslut),
        tables.month_table(bokslut),
        tables.cause_matrix(bokslut),
        accrual_tables.accrual_table(bokslut),
        accrual_tables.booking_table(bokslut),
        tables.residue_table(bokslut),
        evidence_tables.rate_table(bokslut),
        evidence_tables.control_table(totals),
    ]


def _write_table(sheet: Sheet, table: Table) -> None:
    summed = table.name in ("avrakning", "manader", "orsaker", "upplupet")
    columns = [
        Column(
            c.heading,
            "wrap" if c.name.endswith("_fraga") else c.kind,
            least=_NARROW[c.kind],
            summed=summed and c.kind == "ore",
        )
        for c in table.columns
    ]
    cells = [_cells(table.rows[c.name]) for c in table.columns]
    sheet.table(columns, list(zip(*cells, strict=True)))
    sheet.native.freeze_panes(1, 2 if table.columns[0].name == "kommun" else 0)


def _cells(values: pd.Series[Any]) -> list[Any]:
    return [None if pd.isna(value) else value for value in values.tolist()]


def _overview(sheet: Sheet, bokslut: Bokslut, totals: Sequence[ControlTotal]) -> None:
    sheet.widths([40, 18, 18, 18, 18])
    sheet.text(0, 0, f"Bokslut {bokslut.year}", "title")
    sheet.text(1, 0, f"{bokslut.agreement.namn}. Uppgifter till och med {bokslut.as_of}.", "subtitle")
    row = _key_figures(sheet, bokslut, 3)
    held = sum(total.holds for total in totals)
    sheet.text(row, 0, "Kontroller som stämmer", "cell")
    sheet.text(row, 1, f"{held} av {len(totals)}", "cell", align="right")
    row += 2
    for notice in words.notice_texts(bokslut):
        sheet.paragraph(row, 0, 4, notice, "warning", width=110)
        row += 1
    if bokslut.outcome_known:
        _waterfall(sheet, bokslut, row + 1)
    _foot(sheet, bokslut, "Översikt")


def _key_figures(sheet: Sheet, bokslut: Bokslut, row: int) -> int:
    """The sum of the year and the figures beside it; returns the row below."""
    figures = key_figures(bokslut)
    first = row
    for figure in figures.terms:
        _figure(sheet, row, figure)
        row += 1
    sheet.text(row, 0, figures.outcome.label, "total")
    if figures.outcome.ore is None:
        sheet.text(row, 1, "saknas", "missing", align="right")
    else:
        sheet.formula(row, 1, f"=SUM(B{first + 1}:B{row})", "ore", kronor(figures.outcome.ore))
    row += 2
    for figure in figures.others:
        _figure(sheet, row, figure)
        row += 1
    return row


def _figure(sheet: Sheet, row: int, figure: Figure) -> None:
    sheet.text(row, 0, figure.label, "cell")
    if figure.ore is None:
        sheet.text(row, 1, "saknas", "missing", align="right")
    else:
        sheet.ore(row, 1, figure.ore)


def _waterfall(sheet: Sheet, bokslut: Bokslut, row: int) -> None:
    """From invoiced to outcome by cause: the figures, and a chart whose first series carries the steps unseen."""
    running = int(bokslut.settlement["invoiced_ore"].sum())
    steps = [("Fakturerat", 0, running, 0)]
    for cause, change in zip(CAUSES, bokslut.causes.sum(axis=0).tolist(), strict=True):
        if change:
            low = min(running, running + change)
            steps.append((words.CAUSES[cause], low, max(change, 0), max(-change, 0)))
            running += change
    steps.append(("Utfall", 0, running, 0))
    sheet.text(row, 0, "Från fakturerat till utfall", "heading")
    head = row + 1
    for at, heading in enumerate(("Steg", "Från", "Ökning", "Minskning")):
        sheet.text(head, at, heading, "head", align="right" if at else "")
    for n, (label, low, up, down) in enumerate(steps, start=head + 1):
        sheet.text(n, 0, label, "cell")
        for at, ore in enumerate((low, up, down), start=1):
            sheet.ore(n, at, ore)
    last = head + len(steps)
    chart = sheet.book.stacked_columns()
    name = sheet.native.get_name()
    for column, fill in ((1, {"none": True}), (2, {"color": BARS[0]}), (3, {"color": BARS[2]})):
        chart.add_series(
            {
                "name": [name, head, column],
                "categories": [name, head + 1, 0, last, 0],
                "values": [name, head + 1, column, last, column],
                "fill": fill,
                "gap": 40,
            }
        )
    chart.set_title({"name": f"Från fakturerat till utfall {bokslut.year}", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom", "delete_series": [0]})
    chart.set_y_axis({"num_format": AXIS, "name": "kronor"})
    chart.set_size({"width": 760, "height": 320})
    description = f"Staplar från fakturerat till utfall {bokslut.year}; talen står i tabellen ovanför."
    sheet.native.insert_chart(last + 2, 0, chart, {"description": description})
    # The page that goes with the decision is one page.
    sheet.native.fit_to_pages(1, 1)


_BARS_A_PAGE = 30
# Rows of standard height that an A4 page holds.
_PAGE = 46


def _charts(sheet: Sheet, bokslut: Bokslut, shown: Mapping[str, Table]) -> None:
    """The kommuner the year concerns, every chart whole on a page of its own."""
    sheet.text(0, 0, f"Bokslut {bokslut.year} i diagram", "title")
    sheet.native.set_print_scale(100)
    _foot(sheet, bokslut, "Diagram")
    row, pages = 2, [_PAGE]
    for title, draw in (("Per kommun", _invoiced_chart), ("Orsaker", _cause_chart)):
        rows = len(shown[title].rows) if title in shown else 0
        if draw is _cause_chart and not bokslut.causes.any():
            continue
        for first in range(1, rows + 1, _BARS_A_PAGE):
            chart = draw(sheet, bokslut, shown[title], first, min(first + _BARS_A_PAGE - 1, rows))
            sheet.native.insert_chart(
                row, 0, chart, {"description": f"{title}, staplar; talen står på bladet {title}."}
            )
            row = pages[-1] + 1
            pages.append(pages[-1] + _PAGE)
    sheet.native.set_h_pagebreaks(pages[:-1])


def _invoiced_chart(sheet: Sheet, bokslut: Bokslut, table: Table, first: int, last: int) -> Any:
    """Invoiced, outcome and the statute's outcome side by side per kommun, in the sheet's rows `first` … `last`."""
    chart = sheet.book.bar_chart()
    names = [column.name for column in table.columns]
    for name, heading, colour in (
        ("fakturerat_ore", "Fakturerat", BARS[1]),
        ("utfall_ore", "Utfall", BARS[0]),
        ("lagens_utfall_ore", "Lagens utfall", BARS[2]),
    ):
        column = names.index(name)
        chart.add_series(
            {
                "name": heading,
                "categories": ["Per kommun", first, 1, last, 1],
                "values": ["Per kommun", first, column, last, column],
                "fill": {"color": colour},
            }
        )
    chart.set_title({"name": f"Fakturerat och utfall per kommun {bokslut.year}", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_x_axis({"num_format": AXIS, "name": "kronor"})
    chart.set_y_axis({"reverse": True})
    bars = last - first + 1
    chart.set_size({"width": 640, "height": 130 + min(48, 700 // bars) * bars})
    return chart


def _cause_chart(sheet: Sheet, bokslut: Bokslut, table: Table, first: int, last: int) -> Any:
    """One stacked column per kommun: how each cause moves it from invoiced to outcome."""
    chart = sheet.book.stacked_columns()
    names = [column.name for column in table.columns]
    for n in range(len(CAUSES)):
        if bokslut.causes[:, n].any():
            column = names.index(f"{CAUSES[n]}_ore")
            chart.add_series(
                {
                    "name": words.CAUSES[CAUSES[n]],
                    "fill": {"color": PARTS[n]},
                    "categories": ["Orsaker", first, 1, last, 1],
                    "values": ["Orsaker", first, column, last, column],
                }
            )
    chart.set_x_axis({"label_position": "low"})
    chart.set_title({"name": f"Orsaker till skillnaden per kommun {bokslut.year}", "name_font": {"size": 11}})
    chart.set_legend({"position": "bottom"})
    chart.set_y_axis({"num_format": SIGNED_AXIS, "name": "kronor"})
    chart.set_size({"width": 640, "height": 420})
    return chart


def _findings(sheet: Sheet, bokslut: Bokslut) -> None:
    """What was found in the data, counted by code; the rows themselves are in avvikelser.csv."""
    counts = bokslut.issues["kod"].value_counts().sort_index()
    rows = [
        (kod, CODES[kod].severity, int(count), CODES[kod].meaning, CODES[kod].mend)
        for kod, count in zip(counts.index.astype(str), counts, strict=True)
    ]
    columns = [
        Column("Kod", "text"),
        Column("Allvar", "text"),
        Column("Antal", "antal"),
        Column("Vad det betyder", "wrap", most=60),
        Column("Åtgärd", "wrap", most=60),
    ]
    sheet.table(columns, rows)
    sheet.native.freeze_panes(1, 0)
    _foot(sheet, bokslut, "Avvikelser")
    sheet.text(sheet.row, 0, "Varje rad står i avvikelser.csv.", "label")
