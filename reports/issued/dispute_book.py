"""The list of disputes as a workbook: the region sends it, the kommun adds rows and sends it back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd

from betalningsansvar.billing.ledger.credit_reasons import DISPUTES
from betalningsansvar.billing.ledger.dispute_words import DECISIONS, STEPS
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.data.objections import AMOUNT, CASE, NUMBER, RAISED, REASON, REGISTERED, ROW
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.readback import hold
from betalningsansvar.reports.files.workbook import Book

SHEET, CODES = "Bestridanden", "Koder"
_COLUMNS = (
    Column(REGISTERED, "antal", least=12, to_the_left=True),
    Column(NUMBER, "text", least=12),
    Column(ROW, "text", least=8),
    Column(CASE, "text", least=20),
    Column("Kommun", "text", least=16),
    Column("Period", "text", least=10),
    Column(REASON, "text", least=24),
    Column(AMOUNT, "ore", least=16),
    Column("Steg", "text", least=16),
    Column("Beslut", "text", least=10),
    Column("Dagar öppet", "antal", least=10),
    Column(RAISED, "dag", least=12),
    Column("Sista dag att invända", "dag", least=12),
    Column("Förfallodag", "dag", least=12),
    Column("Preskriberas", "dag", least=12),
)
_HOW = (
    "Nya bestridanden: lägg till en rad med fakturans nummer, ärendet eller raden på fakturan, och orsakens kod. "
    "Kolumnen Bestridande lämnas tom. Utan belopp bestrids hela raden."
)


def write_dispute_book(table: pd.DataFrame, path: Path, today: date) -> None:
    """Write the disputes (`billing.ledger.dispute_table`) and the codes, and read them back.

    Raises OSError and ReadBackError.
    """
    book = Book(title="Bestridanden", author="betalningsansvar", created=today)
    sheet = book.sheet(SHEET, landscape=True)
    sheet.footer(f"Bestridanden {today}")
    sheet.height(0, 26)
    sheet.text(0, 0, f"Bestridanden {today}", "title")
    sheet.text(1, 0, _HOW, "label")
    sheet.row = 3
    sheet.native.freeze_panes(4, 2)
    sheet.table(_COLUMNS, [_row(dispute) for dispute in table.to_dict("records")], filtered=False)
    codes = book.sheet(CODES)
    codes.footer(f"Bestridanden {today}  ·  Koder")
    codes.height(0, 26)
    codes.text(0, 0, "Koder", "title")
    codes.row = 2
    codes.native.freeze_panes(3, 0)
    words = [*DISPUTES.items(), *DECISIONS.items()]
    codes.table((Column("Kod", "text", least=26), Column("Betyder", "wrap", least=60, most=80)), words, filtered=False)
    book.save(path)
    hold(path, book.written, twice=True)


def _row(dispute: dict[object, object]) -> list[object]:
    code = str(dispute["kommun"])
    return [
        dispute["id"],
        dispute["printed"],
        dispute["rows"],
        dispute["arende_id"],
        kommuner()[code].name if code in kommuner() else code,
        dispute["period"],
        dispute["reason"],
        dispute["amount_ore"],
        STEPS[int(str(dispute["step"]))],
        dispute["decision"] or "öppet",
        dispute["days_open"],
        *(_day(dispute[name]) for name in ("raised_on", "objection_until", "due_date", "limitation_date")),
    ]


def _day(text: object) -> date | None:
    return date.fromisoformat(str(text)) if text else None
