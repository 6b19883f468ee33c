"""What the data, the ledger or the tariffs do not cover of a year: named, never silently zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import Positions
from betalningsansvar.billing.year.issued import IssuedYear
from betalningsansvar.billing.year.outcome import MONTHS, YearOutcome

NoticeKind = Literal[
    "ingen_liggare",
    "manad_ej_utfardad",
    "halvt_utfardad",
    "medgivna_bestridanden",
    "uttaget_fore_arsslut",
    "manad_utan_underrattelser",
    "inget_fore_aret",
    "belopp_saknas",
    "belopp_saknas_lag",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing the reader must know: `month` 0 = the whole year, `kommun` a position or −1 = all.

    `amount_ore` is the money it concerns, None when that is not known, `days` the dygn, `text` the series that lacks an
    amount or the day of the extraction.
    """

    kind: NoticeKind
    month: int = 0
    kommun: int = -1
    amount_ore: int | None = 0
    days: int = 0
    text: str = ""


def coverage_notices(
    cases: pd.DataFrame,
    rows: Positions,
    year: int,
    as_of: date,
    outcome_ore: NDArray[np.int64],
    known: NDArray[np.bool_],
    outcome: YearOutcome,
    statute: YearOutcome,
    issued: IssuedYear | None,
    waived_ore: int,
    free: NDArray[np.bool_],
) -> tuple[Notice, ...]:
    """Everything the year's figures rest on that is not there; `outcome_ore`, `known` (it has all its amounts) and
    `free` (no invoice is needed) are per kommun position and month."""
    found: list[Notice] = []
    found += [Notice("belopp_saknas", days=m.days, text=f"{m.serie} {m.year}") for m in outcome.missing]
    found += [Notice("belopp_saknas_lag", days=m.days, text=f"{m.serie} {m.year}") for m in statute.missing]
    if as_of < date(year, 12, 31):
        found.append(Notice("uttaget_fore_arsslut", text=as_of.isoformat()))
    if waived_ore:
        found.append(Notice("medgivna_bestridanden", amount_ore=waived_ore))
    found += _months_without_notices(cases, rows, year)
    return tuple(found + _ledger_notices(outcome_ore, known, issued, free))


def _ledger_notices(
    outcome_ore: NDArray[np.int64], known: NDArray[np.bool_], issued: IssuedYear | None, free: NDArray[np.bool_]
) -> list[Notice]:
    if issued is None:
        return [Notice("ingen_liggare")]
    found = []
    has_invoice = issued.has_invoice()
    for month in range(MONTHS):
        if not issued.months[month]:
            amount_ore = int(outcome_ore[:, month].sum()) if known[:, month].all() else None
            found.append(Notice("manad_ej_utfardad", month + 1, amount_ore=amount_ore))
            continue
        owes = (outcome_ore[:, month] != 0) | ~known[:, month]
        for kommun in np.flatnonzero(~has_invoice[:, month] & ~free[:, month] & owes):
            amount_ore = int(outcome_ore[kommun, month]) if known[kommun, month] else None
            found.append(Notice("halvt_utfardad", month + 1, int(kommun), amount_ore))
    return found


def _months_without_notices(cases: pd.DataFrame, rows: Positions, year: int) -> list[Notice]:
    month = cases["utskrivningsklar"].to_numpy()[rows].astype("datetime64[M]").astype(np.int64) - (year - 1970) * MONTHS
    counts = np.bincount(month[(month >= 0) & (month < MONTHS)], minlength=MONTHS)
    found = [Notice("manad_utan_underrattelser", m + 1) for m in range(MONTHS) if counts[m] == 0]
    if not (month < 0).any():
        found.append(Notice("inget_fore_aret"))
    return found
