"""What has been issued for a year, as frames: the side that bokslut holds against the outcome."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import day_number
from betalningsansvar.billing.ledger.corrections import LINE_COLUMNS
from betalningsansvar.billing.ledger.invoices import IssuedInvoice
from betalningsansvar.billing.year.outcome import MONTHS, cells
from betalningsansvar.data.kommuner import kommuner

_LINES: dict[str, Any] = {
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
_NO_CASES = pd.DataFrame({name: pd.Series(dtype="str") for name in ("period", "kommun", "arende_id")})
_NO_LINES = pd.DataFrame({name: pd.Series(dtype="str") for name in ("period", *LINE_COLUMNS)})


@dataclass(frozen=True, slots=True)
class LedgerYear:
    """What the ledger says of a year.

    `months` has each issued month (`2018-11`) with the date of its first invoices, also a month in which nobody had
    anything to pay. Of granted disputes, `waived_cases` (period, kommun, arende_id) and `waived_lines` (period and
    LINE_COLUMNS) are what is not to be charged although the data says so.
    """

    invoices: tuple[IssuedInvoice, ...]
    months: Mapping[str, date]
    waived_cases: pd.DataFrame = field(default_factory=lambda: _NO_CASES)
    waived_lines: pd.DataFrame = field(default_factory=lambda: _NO_LINES)


@dataclass(frozen=True, slots=True)
class IssuedYear:
    """The invoices and credits of the twelve months of a year, and the year's settlements.

    `lines` has a row per issued line: `number` int64, `kommun` int16 (position), `month` int8 (1–12), `arende_id`,
    `regelverk`, `modell` str, `start` and `stop` int32 day numbers (`stop` exclusive), `dygn_micro`, `rate_ore`,
    `amount_ore` int64 (credits negative). `invoices` has a row per invoice: `number`, `kommun`, `month` (0 for a
    settlement), `amount_ore` and `day` int32, the invoice date. `months` tells per month whether it was issued.
    """

    lines: pd.DataFrame
    invoices: pd.DataFrame
    months: NDArray[np.bool_]

    def amounts_ore(self) -> NDArray[np.int64]:
        """Net öre per kommun position and month, settlements left out."""
        return cells(self.lines, len(kommuner()))

    def has_invoice(self) -> NDArray[np.bool_]:
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


def issued_year(ledger: LedgerYear, year: int, until: date = date.max) -> IssuedYear:
    """The frames of `year` from the ledger's records, as they stood on the evening of `until`.

    A settlement belongs to the year its period begins with.
    """
    position = {code: n for n, code in enumerate(kommuner())}
    own = [i for i in ledger.invoices if i.period[:4] == f"{year:04d}" and i.invoice_date <= until]
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
    months = np.zeros(MONTHS, np.bool_)
    for period, day in ledger.months.items():
        if period[:4] == f"{year:04d}" and day <= until:
            months[int(period[5:7]) - 1] = True
    return IssuedYear(pd.DataFrame(rows, columns=list(_LINES)).astype(_LINES), heads, months)


def waived(lines: pd.DataFrame, ledger: LedgerYear, year: int) -> NDArray[np.bool_]:
    """Which outcome lines (kommun position, month, arende_id, regelverk, modell, start, stop, dygn_micro, rate_ore,
    amount_ore) a granted dispute takes away."""
    found = np.zeros(len(lines), np.bool_)
    if ledger.waived_cases.empty and ledger.waived_lines.empty:
        return found
    codes = np.array(list(kommuner()), object)
    named = lines.assign(
        period=[f"{year}-{month:02d}" for month in lines["month"]],
        kommun=codes[lines["kommun"].to_numpy()],
        fran=np.datetime_as_string(lines["start"].to_numpy().astype("datetime64[D]"), unit="D"),
        tom=np.datetime_as_string((lines["stop"].to_numpy() - 1).astype("datetime64[D]"), unit="D"),
    )
    for granted in (ledger.waived_cases, ledger.waived_lines):
        keys = list(granted.columns)
        found |= pd.MultiIndex.from_frame(named[keys]).isin(pd.MultiIndex.from_frame(granted))
    return found


def _month(invoice: IssuedInvoice) -> int:
    """1–12, and 0 for a settlement or a credit of one, whose period is the year alone."""
    of_the_year = invoice.kind == "settlement" or len(invoice.period) == 4
    return 0 if of_the_year else int(invoice.period[5:7])
