"""What has been issued for a year, as frames: the side that bokslut holds against the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from billing.days import day_number
from billing.invoices import IssuedInvoice
from billing.outcome_year import MONTHS, cells
from data.kommuner import kommuner

_LINE_COLUMNS: dict[str, Any] = {
    "number": np.int64,
    "kommun": np.int16,
    "month": np.int8,
    "arende_id": "str",
    "regelverk": "str",
    "modell": "str",
    "start": np.int32,
    "stop": np.int32,
    "dygn_micro": np.int64,
    "rate_ore": np.int64,
    "amount_ore": np.int64,
}


@dataclass(frozen=True, slots=True)
class IssuedYear:
    """The invoices and credits of the twelve months of a year, and the year's settlements.

    `lines` has a row per issued line: `number` int64, `kommun` int16 (position), `month` int8 (1–12), `arende_id`,
    `regelverk`, `modell` str, `start` and `stop` int32 day numbers (`stop` exclusive), `dygn_micro`, `rate_ore`,
    `amount_ore` int64 (credits negative). `invoices` has a row per invoice: `number`, `kommun`, `month` (0 for a
    settlement), `amount_ore` and `day` int32, the invoice date.
    """

    lines: pd.DataFrame
    invoices: pd.DataFrame

    def amounts_ore(self) -> NDArray[np.int64]:
        """Net öre per kommun position and month, settlements left out."""
        return cells(self.lines, len(kommuner()))

    def months_issued(self) -> NDArray[np.bool_]:
        """Per kommun position and month: whether any invoice has been issued."""
        found = np.zeros((len(kommuner()), MONTHS), np.bool_)
        own = self.invoices[self.invoices["month"] > 0]
        found[own["kommun"].to_numpy(), own["month"].to_numpy() - 1] = True
        return found

    def settled_ore(self) -> NDArray[np.int64]:
        """Öre per kommun position already issued as settlement of the year."""
        total = np.zeros(len(kommuner()), np.int64)
        own = self.invoices[self.invoices["month"] == 0]
        np.add.at(total, own["kommun"].to_numpy(), own["amount_ore"].to_numpy())
        return total

    def until(self, day: date) -> IssuedYear:
        """Only what had been issued on the evening of `day`."""
        known = self.invoices[self.invoices["day"] <= day_number(day)]
        lines = self.lines[self.lines["number"].isin(known["number"])]
        return IssuedYear(lines.reset_index(drop=True), known.reset_index(drop=True))


def issued_year(invoices: Sequence[IssuedInvoice], year: int) -> IssuedYear:
    """The frames of `year` from the ledger's records; invoices of other years are left out.

    A settlement belongs to the year its period begins with.
    """
    position = {code: n for n, code in enumerate(kommuner())}
    own = [i for i in invoices if i.period[:4] == f"{year:04d}"]
    heads = pd.DataFrame(
        {
            "number": np.array([i.number for i in own], np.int64),
            "kommun": np.array([position[i.kommun] for i in own], np.int16),
            "month": np.array([_month(i) for i in own], np.int8),
            "amount_ore": np.array([i.amount_ore for i in own], np.int64),
            "day": np.array([day_number(i.invoice_date) for i in own], np.int32),
        }
    )
    rows = [
        (
            i.number,
            position[i.kommun],
            _month(i),
            line.arende_id,
            line.regelverk,
            line.modell,
            day_number(line.fran),
            day_number(line.tom) + 1,
            line.dygn_micro,
            line.rate_ore,
            line.amount_ore,
        )
        for i in own
        if _month(i)
        for line in i.lines
    ]
    return IssuedYear(pd.DataFrame(rows, columns=list(_LINE_COLUMNS)).astype(_LINE_COLUMNS), heads)


def _month(invoice: IssuedInvoice) -> int:
    """1–12, and 0 for a settlement or a credit of one, whose period is the year alone."""
    of_the_year = invoice.kind == "settlement" or len(invoice.period) == 4
    return 0 if of_the_year else int(invoice.period[5:7])
