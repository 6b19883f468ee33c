"""The month in one workbook, `sammanstallning_<period>.xlsx`: kommuner, totals, checks, chart, rules and amounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from xlsxwriter.utility import xl_rowcol_to_cell

from betalningsansvar.billing.charged_lines import rows_of
from betalningsansvar.billing.days import to_date
from betalningsansvar.data.codes import CODES
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.files.cells import Column, Kind
from betalningsansvar.reports.files.styles import ACCENT, AXIS, RULE
from betalningsansvar.reports.files.workbook import Book, Sheet
from betalningsansvar.reports.month.checks import Check
from betalningsansvar.reports.month.summary_overview import GROUPS, KommunFiles, verdict, write_overview
from betalningsansvar.reports.month.withheld import write_withheld
from betalningsansvar.reports.words.law import notices, replaced_texts
from betalningsansvar.reports.words.numbers import period
from betalningsansvar.reports.words.swedish import MODELS, as_of_text, mark_text, month_name, rule_text, vardform_text
from betalningsansvar.tariffs.records import Belopp, Genomsnitt, Rule

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

OVERVIEW, STATUSES, MEANS, CHART, CHECKS, RULES, RATES = (
    "Sammanställning",
    "Ärenden",
    "Genomsnitt",
    "Diagram",
    "Kontroller",
    "Regler",
    "Dygnsbelopp",
)
_MOST_BARS = 60
_STATUS_HEADINGS = {
    "debiteras": "Debiteras",
    "genomsnitt": "I genom- snittet",
    "fri": "Fria",
    "blockerad": "Blockerade",
    "parkerad": "Parkerade",
    "avvisad": "Avvisade",
}


def summary_name(bill: Bill) -> str:
    """The file's name without its ending."""
    return f"sammanstallning_{bill.period}"


def write_summary(
    bill: Bill,
    path: Path,
    *,
    files: Mapping[str, KommunFiles],
    checks: Sequence[Check],
    author: str,
    created: date,
    previous: Mapping[str, int] | None = None,
) -> Book:
    """Write the summary with links to each kommun's `files` (by kommunkod, `""` = no payer).

    `previous` are the öre invoiced for the month before, by kommun, where a ledger tells them. Raises OSError.
    """
    book = Book(title=f"Betalningsansvar {month_name(bill.period)}", author=author, created=created)
    write_overview(_titled(book, OVERVIEW, bill), bill, files, month_notices(bill), previous)
    sheet = _titled(book, STATUSES, bill)
    _statuses(sheet, bill)
    sheet.row += 1
    write_withheld(sheet, bill)
    if any(isinstance(bill.rules[rule], Genomsnitt) for rule in bill.kommun_lines["rule"]):
        _means(_titled(book, MEANS, bill), bill)
    if (bill.kommuner["amount_ore"] > 0).any():
        _chart(_titled(book, CHART, bill, landscape=False), bill)
    sheet = _titled(book, CHECKS, bill)
    _checks(sheet, checks)
    _told_of_files(sheet, bill)
    _rules(_titled(book, RULES, bill), bill)
    _rates(_titled(book, RATES, bill), bill)
    book.save(path)
    return book


def month_notices(bill: Bill) -> tuple[str, ...]:
    """What the reader must know before the month is sent: what is inferred, what the rules billed by demand, and
    which amounts are the user's own instead of others."""
    charged = bill.kommun_lines[bill.kommun_lines["amount_ore"] != 0]
    rates = {*bill.lines["rate"].unique(), *charged["rate"].unique()} - {-1}
    rules = {*bill.lines["rule"].unique(), *charged["rule"].unique()}
    charging = [bill.rates[n] for n in sorted(rates)], [bill.rules[n] for n in sorted(rules)]
    return notices_of(*charging, bill.replaced)


def notices_of(
    rates: Sequence[Belopp], rules: Sequence[Rule], replaced: Iterable[tuple[Belopp, Belopp]]
) -> tuple[str, ...]:
    """The same of whatever was computed: of the `rates` and `rules` that charged something."""
    inferred = _inferred_text(rates, rules)
    return (*([inferred] if inferred else []), *notices(rules), *replaced_texts(replaced))


def _inferred_text(rates: Sequence[Belopp], rules: Sequence[Rule]) -> str:
    """That some of what charged something is inferred; blank where nothing is."""
    names = [f"{belopp.serie} {belopp.fran.year}" for belopp in rates if "I" in belopp.status]
    names += [rule.label for rule in rules if "I" in rule.status]
    if not names:
        return ""
    return f"HÄRLETT, inte läst i någon källa: {', '.join(names)}. Kontrollera innan fakturorna skickas."


def _titled(book: Book, name: str, bill: Bill, *, landscape: bool = True) -> Sheet:
    sheet = book.sheet(name, landscape=landscape)
    sheet.footer(f"Betalningsansvar {bill.period}  ·  {bill.agreement.namn}  ·  {name}")
    sheet.height(0, 26)
    sheet.text(0, 0, f"Betalningsansvar {month_name(bill.period)}", "title")
    sheet.text(1, 0, f"{bill.agreement.namn}. {as_of_text(bill)}", "subtitle")
    sheet.row = 3
    return sheet


def _statuses(sheet: Sheet, bill: Bill) -> None:
    """Every payer with its cases by what became of them."""
    columns = (
        Column("Kod", "text", 6),
        Column("Kommun", "text", 12, 30),
        Column("Grupp", "text", 9),
        Column("Ärenden", "antal", summed=True),
        *(Column(heading, "antal", 9, summed=True) for heading in _STATUS_HEADINGS.values()),
        Column("Dygn", "dygn", 8, summed=True),
        Column("Belopp", "ore", 16, summed=True),
    )
    ordered = bill.kommuner.assign(order=bill.kommuner["grupp"].map(list(GROUPS).index))
    rows = [
        (
            row.kommun,
            row.kommunnamn,
            GROUPS[row.grupp],
            row.antal_arenden,
            *(getattr(row, status) for status in _STATUS_HEADINGS),
            row.dygn_micro,
            row.amount_ore,
        )
        for row in rows_of(ordered.sort_values(["order", "kommun"]))
    ]
    sheet.native.freeze_panes(sheet.row + 1, 2)
    sheet.table(columns, rows)


def _means(sheet: Sheet, bill: Bill) -> None:
    columns = (
        Column("Kod", "text", 6),
        Column("Kommun", "text", 12, 30),
        Column("Vårdform", "text", 10, 30),
        Column("Från", "dag", 11),
        Column("T.o.m.", "dag", 11),
        Column("Ärenden i genom- snittet", "antal", 9, summed=True),
        Column("Dagar", "antal", summed=True),
        Column("Genom- snitt", "medel", 10),
        Column("Tröskel", "medel", 8),
        Column("Läge", "text", 16),
        Column("Debiterade för sig", "antal", 10, summed=True),
        Column("Dygn", "dygn", 9, summed=True),
        Column("Per dygn", "ore", 13),
        Column("Belopp", "ore", 16, summed=True),
    )
    codes = list(bill.cases["kommun"].cat.categories)
    names = dict(zip(bill.kommuner["kommun"], bill.kommuner["kommunnamn"], strict=True))
    alone = bill.lines.groupby(["kommun", "rule"])["case"].nunique().to_dict()
    rows: list[tuple[Any, ...]] = []
    for row in rows_of(bill.kommun_lines):
        rule = bill.rules[row.rule]
        if rule.troskel is None:
            continue
        code = codes[row.kommun]
        troskel = int(rule.troskel.scaleb(6))
        over = verdict(row, rule)
        days = (to_date(row.start), to_date(row.stop - 1))
        mean = (row.antal, row.days, row.mean_micro, troskel, over, alone.get((row.kommun, row.rule), 0))
        charge = (row.dygn_micro, row.rate_ore, row.amount_ore)
        rows.append((code, names[code], vardform_text(rule.vardform), *days, *mean, *charge))
    first, last, at = sheet.row + 1, sheet.row + len(rows), 9
    sheet.native.freeze_panes(first, 2)
    sheet.table(columns, sorted(rows))
    sheet.mark_words(first, at, last, {"över": "over", "under": "under"})


def _chart(sheet: Sheet, bill: Bill) -> None:
    paying = bill.kommuner[bill.kommuner["amount_ore"] > 0].sort_values(
        ["amount_ore", "kommun"], ascending=[False, True]
    )
    rows = [(row.kommunnamn, row.amount_ore) for row in rows_of(paying.head(_MOST_BARS))]
    sheet.text(2, 0, "Belopp per kommun, störst först", "heading")
    sheet.row = 4
    first, last = sheet.row + 1, sheet.row + len(rows)
    sheet.table((Column("Kommun", "text", 26, 30), Column("Belopp", "ore", 18)), rows, filtered=False)
    if len(paying) > _MOST_BARS:
        sheet.text(sheet.row, 0, f"De {_MOST_BARS} största av {len(paying)} visas.", "label")
    chart = sheet.book.bar_chart()
    chart.add_series(
        {
            "categories": [CHART, first, 0, last, 0],
            "values": [CHART, first, 1, last, 1],
            "fill": {"color": ACCENT},
            "gap": 40,
        }
    )
    chart.set_legend({"none": True})
    chart.set_y_axis({"reverse": True, "line": {"none": True}})
    chart.set_x_axis(
        {
            "num_format": AXIS,
            "name": "kronor",
            "major_gridlines": {"visible": True, "line": {"width": 0.5, "color": RULE}},
        }
    )
    chart.set_size({"width": 640, "height": 90 + 22 * len(rows)})
    sheet.native.insert_chart(4, 3, chart, {"object_position": 2, "description": "Belopp per kommun"})


def _checks(sheet: Sheet, checks: Sequence[Check]) -> None:
    units: tuple[tuple[str, Kind], ...] = (("rader", "antal"), ("öre", "ore"))
    for unit, kind in units:
        own = [check for check in checks if check.unit == unit]
        columns = (
            Column("Kontroll", "text", 36, 60),
            Column("Enligt", "text", 24, 40),
            Column("Värde", kind, 18),
            Column("Enligt ", "text", 24, 40),
            Column("Värde ", kind, 18),
        )
        first = sheet.row + 1
        sheet.text(sheet.row, len(columns), "Utfall", "verdict_head")
        sheet.table(columns, [(c.name, c.left_name, c.left, c.right_name, c.right) for c in own], filtered=False)
        for row, check in enumerate(own, start=first):
            left, right = xl_rowcol_to_cell(row, 2), xl_rowcol_to_cell(row, 4)
            outcome = "OK" if check.holds else "FEL"
            sheet.formula(row, len(columns), f'=IF({left}={right},"OK","FEL")', "text", outcome, "verdict")
        sheet.row += 1


def _told_of_files(sheet: Sheet, bill: Bill) -> None:
    """What was passed over or read as blank, a file at a time: nothing that can change money is silent."""
    told = bill.issues[bill.issues["rad"] == 0]
    if told.empty:
        return
    sheet.text(sheet.row, 0, "Filer, kolumner och antaganden", "heading")
    sheet.row += 1
    columns = (
        Column("Fil", "text", 24, 40),
        Column("Kod", "text", 24, 40),
        Column("Allvar", "text", 12, 18),
        Column("Uppgift", "wrap", 40, 40),
        Column("Innebörd", "wrap", 50, 50),
    )
    rows = [
        (fil or "Alla filer", kod, CODES[kod].severity, varde, CODES[kod].meaning)
        for fil, kod, varde in told[["fil", "kod", "varde"]].itertuples(index=False, name=None)
    ]
    sheet.table(columns, rows, filtered=False)


def _rules(sheet: Sheet, bill: Bill) -> None:
    columns = (
        Column("Regelverk", "text", 12, 24),
        Column("Regel", "antal", to_the_left=True),
        Column("Gäller", "text", 22, 30),
        Column("Vårdform", "text", 10, 28),
        Column("Modell", "text", 12),
        Column("Innebörd", "wrap", 50, 50),
        Column("Källa", "wrap", 36, 36),
        Column("Säkerhet", "wrap", 24, 24),
    )
    sheet.native.freeze_panes(sheet.row + 1, 0)
    charged = bill.kommun_lines.loc[bill.kommun_lines["amount_ore"] != 0, "rule"]
    used = np.union1d(bill.cases.loc[bill.cases["rule"] >= 0, "rule"].unique(), charged.unique())
    rows = [
        (
            rule.agreement,
            rule.number,
            period(rule.fran, rule.tom),
            vardform_text(rule.vardform),
            MODELS[rule.modell],
            rule_text(rule),
            rule.kalla,
            mark_text(rule.status),
        )
        for rule in (bill.rules[int(number)] for number in used)
    ]
    sheet.table(columns, rows, filtered=False)


def _rates(sheet: Sheet, bill: Bill) -> None:
    columns = (
        Column("Serie", "text", 14, 24),
        Column("Från", "dag", 11),
        Column("T.o.m.", "dag", 11),
        Column("Vårdform", "text", 10, 28),
        Column("Per dygn", "ore", 14),
        Column("Debiterade dygn", "dygn", 11, summed=True),
        Column("Källa", "wrap", 56, 56),
        Column("Säkerhet", "wrap", 28, 28),
    )
    sheet.native.freeze_panes(sheet.row + 1, 0)
    whole = bill.lines.groupby("rate")["days"].sum() * MICRO_PER_DYGN
    means = bill.kommun_lines.groupby("rate")["dygn_micro"].sum()
    charged = pd.concat([whole, means]).groupby(level=0).sum()
    rows = [
        (
            belopp.serie,
            belopp.fran,
            belopp.tom,
            vardform_text(belopp.vardform),
            belopp.rate_ore,
            int(charged.get(number, 0)),
            belopp.kalla,
            mark_text(belopp.status),
        )
        for number, belopp in enumerate(bill.rates)
    ]
    sheet.table(columns, rows, filtered=False)
