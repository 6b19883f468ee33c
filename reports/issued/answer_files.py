"""The answer to a received invoice as a workbook for people, and as one CSV for programs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from betalningsansvar.billing.charged_lines import dygn_text, rows_of
from betalningsansvar.billing.ledger.completeness import KINDS
from betalningsansvar.billing.whatif.alternative import alternative_cost
from betalningsansvar.data.identity import hide
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.csvfiles import write_table
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book
from betalningsansvar.reports.issued.answer import SIDES, Answer, alternative_line, forecast_rows, whose

_LINE = (
    Column("Ärende", "text", least=20),
    Column("Från", "dag", least=11),
    Column("T.o.m.", "dag", least=11),
    Column("Dygn", "dygn", least=8),
    Column("Per dygn", "ore", least=13),
    Column("Belopp", "ore", least=15, summed=True),
    Column("Regel", "wrap", least=30, most=50),
)
_DISPUTED = (
    Column("Månad", "text", least=9),
    Column("Skillnad", "wrap", least=26, most=32),
    Column("Vems rad", "text", least=20),
    *(Column(own.heading, own.kind, own.least, own.most) for own in _LINE),
    Column("De egna uppgifterna säger", "wrap", least=40, most=60),
)
_SHOWN = (
    Column("Fil", "text", least=20),
    Column("Rad", "antal", least=6, to_the_left=True),
    Column("Text på raden", "wrap", least=40, most=60),
    Column("Från", "text", least=11),
    Column("T.o.m.", "text", least=11),
    Column("Belopp", "ore", least=15, summed=True),
    Column("Varför", "wrap", least=40, most=60),
)
_SUMS = (Column("Svar", "text", least=48, most=60), Column("Kronor", "ore", least=18))


def write_answer_book(answer: Answer, path: Path, today: date) -> None:
    """Write the workbook and read it back. Raises OSError and ReadBackError."""
    book = Book(title="Svar på faktura", author="betalningsansvar", created=today)
    sheet = book.sheet("Svar")
    sheet.text(0, 0, "Svar på mottagen faktura", "title")
    sheet.text(1, 0, ", ".join(_name(each.number, each.name) for each in answer.received), "label")
    sheet.row = 3
    sheet.table(_SUMS, answer.sums, filtered=False)
    sheet.row += 1
    if told := alternative_line(answer):
        sheet.text(sheet.row, 0, told, "label")
        sheet.row += 2
    if answer.forecast:
        seen = answer.forecast
        sheet.text(sheet.row, 0, f"Prognos för nästa faktura, {seen.month}, räknad {seen.as_of}", "heading")
        sheet.row += 1
        sheet.table(_SUMS, forecast_rows(seen), filtered=False)
    else:
        sheet.text(sheet.row, 0, f"Ingen prognos för nästa faktura: {answer.no_forecast}", "label")
    agreed = [_row(line) for line in rows_of(answer.agreed)]
    disputed = [
        (line.period, KINDS[line.kind], SIDES[line.side], *_row(line), _said(answer, line))
        for line in rows_of(answer.disputed)
    ]
    shown = [(row.fil, row.row, row.text, row.fran, row.tom, row.amount_ore, row.why) for row in rows_of(answer.shown)]
    for name, columns, rows in (
        ("Bestrids", _DISPUTED, disputed),
        ("Godtas", _LINE, agreed),
        ("Kan inte jämföras", _SHOWN, shown),
    ):
        own = book.sheet(name, landscape=True)
        own.text(0, 0, name, "title")
        own.row = 2
        own.table(columns, rows, filtered=False)
    book.save(path)
    hold(path, book.written)


def write_answer_rows(answer: Answer, path: Path) -> None:
    """Write every line with what it is answered: `godtas`, `bestrids` or `kan_inte_jamforas`; with
    `alternativ_ore`, what its dygn cost on a korttidsplats, where that was asked for. Raises OSError."""
    agreed = answer.agreed.assign(svar="godtas", side="", kind="", period=answer.agreed["fran"].str[:7], said="")
    disputed = answer.disputed
    said = [_said(answer, line) for line in rows_of(disputed)]
    disputed = disputed.assign(svar="bestrids", said=pd.Series(said, index=disputed.index, dtype="str"))
    shown = answer.shown.rename(columns={"why": "said", "text": "arende_id"}).assign(
        svar="kan_inte_jamforas", side="fakturerat", kind="", regelverk="", modell="", dygn_micro=0, rate_ore=0,
        period="",
    )  # fmt: skip
    parts = [part for part in (agreed, disputed, shown) if len(part)] or [agreed]
    rows = pd.concat(parts, ignore_index=True)
    elsewhere = alternative_cost(rows["dygn_micro"].to_numpy(np.int64), answer.alternative_ore)
    write_table(
        path,
        pa.table(
            {
                "svar": pa.array(rows["svar"], pa.string()),
                "period": pa.array(rows["period"], pa.string()),
                "kommun": pa.array(rows["kommun"], pa.string()),
                "arende_id": pa.array([hide(text) for text in rows["arende_id"]], pa.string()),
                "modell": pa.array(rows["modell"], pa.string()),
                "sida": pa.array(rows["side"], pa.string()),
                "skillnad": pa.array(rows["kind"], pa.string()),
                "fran": pa.array(rows["fran"], pa.string()),
                "tom": pa.array(rows["tom"], pa.string()),
                "dygn": pa.array([_dygn(micro) for micro in rows["dygn_micro"]], pa.string()),
                "dygnsbelopp_ore": pa.array(rows["rate_ore"], pa.int64()),
                "belopp_ore": pa.array(rows["amount_ore"], pa.int64()),
                "regelverk": pa.array(rows["regelverk"], pa.string()),
                "varfor": pa.array(rows["said"], pa.string()),
                **({"alternativ_ore": pa.array(elsewhere)} if answer.alternative_ore else {}),
            }
        ),
    )


def _row(line: Any) -> tuple[Any, ...]:
    by_day = line.rate_ore != 0
    return (
        whose(line),
        date.fromisoformat(line.fran),
        date.fromisoformat(line.tom),
        line.dygn_micro if by_day else None,
        line.rate_ore if by_day else None,
        line.amount_ore,
        line.regelverk,
    )


def _said(answer: Answer, line: Any) -> str:
    return answer.own_words.get((line.period, line.arende_id), "")


def _name(number: str, name: str) -> str:
    return f"Faktura {hide(number)} ({name})" if number else name


def _dygn(micro: int) -> str:
    return f"-{dygn_text(-micro)}" if micro < 0 else dygn_text(micro)
