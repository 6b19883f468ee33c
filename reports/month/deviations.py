"""`avvikelser.xlsx`: what was found in the data, the worst first, for whoever mends it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.period import Month
from betalningsansvar.data.codes import CODES, SEVERITIES
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.csvfiles import issue_rows
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book
from betalningsansvar.reports.words.numbers import counted
from betalningsansvar.reports.words.swedish import month_name

SHEET = "Avvikelser"
# Excel takes ten times as many rows, and nobody mends a file row by row beyond this; the CSV has them all.
MOST_ROWS = 50_000

_COLUMNS = (
    Column("Fil", "text", 12, 34),
    Column("Rad", "antal", 6, to_the_left=True),
    Column("Ärende", "text", 10, 24),
    Column("Kod", "text", 16, 44),
    Column("Allvar", "text", 9),
    Column("Kolumn", "text", 10, 26),
    Column("Värde", "wrap", 12, 24),
    Column("Vad som är fel", "wrap", 50, 50),
    Column("Åtgärd", "wrap", 44, 44),
    Column("Kronor på spel", "ore", 12),
)
_SEVERITY_COLUMN = 4
_TINTS: dict[str, str] = {severity: f"severity_{severity}" for severity in SEVERITIES}


def write_deviations(issues: pd.DataFrame, path: Path, *, month: Month, foot: str, author: str, created: date) -> None:
    """Write the findings of a month and read them back. Raises OSError and ReadBackError."""
    title, about = f"Avvikelser {month}", f"Betalningsansvar {month_name(month)}"
    book = write_findings_workbook(issues, path, title=title, about=about, foot=foot, author=author, created=created)
    hold(path, book.written)


def write_findings_workbook(
    issues: pd.DataFrame, path: Path, *, title: str, author: str, created: date, about: str = "", foot: str = ""
) -> Book:
    """Write the findings by severity, file and row, each severity tinted as well as named. Raises OSError.

    `about` says what was looked at and `foot` goes to the foot of every page. The kronor are those of `stake_ore`,
    where it is known.
    """
    book = Book(title=title, author=author, created=created)
    sheet = book.sheet(SHEET, landscape=True)
    sheet.footer("  ·  ".join(filter(None, (title, foot))))
    rank = issues["kod"].map({code.code: SEVERITIES.index(code.severity) for code in CODES.values()})
    ordered = issues.assign(rank=rank).sort_values(["rank", "fil", "rad", "kod", "kolumn", "varde"], kind="stable")
    shown = ordered.drop(columns="rank").head(MOST_ROWS)
    sheet.height(0, 26)
    sheet.text(0, 0, "Avvikelser i uppgifterna", "title")
    told = counted(len(issues), "avvikelse", "avvikelser") + "."
    if len(issues) > MOST_ROWS:
        told += f" De {MOST_ROWS} värsta visas; alla finns i avvikelser.csv."
    sheet.text(1, 0, f"{about}: {told}" if about else told, "subtitle")
    sheet.row = 3
    sheet.native.freeze_panes(4, 0)
    columns = issue_rows(shown, in_order=True).columns
    sheet.table(_COLUMNS, list(zip(*(column.to_pylist() for column in columns), strict=True)))
    if len(shown):
        sheet.mark_words(4, _SEVERITY_COLUMN, 3 + len(shown), _TINTS)
    book.save(path)
    return book
