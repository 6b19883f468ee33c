"""What blocked and parked cases would have cost at most, per reason and enhet: a table for the region, and a line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from betalningsansvar.data.codes import CODES
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.reports.files.cells import Column
from betalningsansvar.reports.files.workbook import Sheet
from betalningsansvar.reports.words.numbers import counted, kronor_text
from betalningsansvar.reports.words.swedish import STATUS_WORDS

if TYPE_CHECKING:
    from betalningsansvar.billing.engine import Bill

HEADING = "Vad blockerade och parkerade ärenden högst skulle ha kostat i månaden, per orsak och enhet"
_LARGE = 10
"""A tenth of what the month costs, and more, is told on the terminal too."""

_COLUMNS = (
    Column("Status", "text", 11),
    Column("Orsak", "text", 24, 40),
    Column("Vad som fattas", "wrap", 44, 44),
    Column("Enhet", "text", 14, 34),
    Column("Ärenden", "antal", 9, summed=True),
    Column("Dygn", "dygn", 9, summed=True),
    Column("Högst", "ore", 16, summed=True),
)


def write_withheld(sheet: Sheet, bill: Bill) -> None:
    """The table at the row where the sheet stands, the most kronor first; nothing where nothing was withheld."""
    if bill.withheld.empty:
        return
    ordered = bill.withheld.sort_values(["amount_ore", "status", "orsak", "enhet"], ascending=[False, True, True, True])
    rows = [
        (STATUS_WORDS[status], orsak, CODES[orsak].meaning, enhet or "(ingen enhet)", antal, dygn_micro, ore)
        for status, orsak, enhet, antal, dygn_micro, ore in ordered.itertuples(index=False, name=None)
    ]
    sheet.text(sheet.row, 0, HEADING, "heading")
    sheet.row += 1
    sheet.table(_COLUMNS, rows, filtered=False)


def withheld_lines(bill: Bill) -> Iterator[str]:
    """One line when what was withheld is much beside what the month costs: the sum, and the reason with the most."""
    withheld = bill.withheld
    total = int(withheld["amount_ore"].sum()) if len(withheld) else 0
    if not total or total * _LARGE < bill.amount_ore:
        return
    by_reason: pd.DataFrame = withheld.groupby("orsak")[["antal", "dygn_micro", "amount_ore"]].sum()
    orsak = str(by_reason["amount_ore"].idxmax())
    antal, ore = int(by_reason["antal"][orsak]), int(by_reason["amount_ore"][orsak])
    dygn = int(withheld["dygn_micro"].sum()) // MICRO_PER_DYGN
    yield (
        f"Blockerade och parkerade ärenden skulle högst ha kostat {kronor_text(total)} "
        f"({counted(dygn, 'dygn', 'dygn')}); mest {orsak}, {kronor_text(ore)} i {counted(antal, 'ärende', 'ärenden')}."
    )
