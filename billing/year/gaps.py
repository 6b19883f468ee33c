"""What the data, the ledger or the tariffs do not cover of a year: named, never silently zero."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import pandas as pd

from betalningsansvar.billing.days import Positions
from betalningsansvar.billing.year.issued import IssuedYear
from betalningsansvar.billing.year.outcome import MONTHS, YearOutcome
from betalningsansvar.billing.year.yearcells import YearCells

NoticeKind = Literal[
    "ingen_liggare",
    "manader_ej_utfardade",
    "halvt_utfardad",
    "medgivna_bestridanden",
    "uttaget_fore_arsslut",
    "manader_utan_underrattelser",
    "inget_fore_aret",
    "belopp_saknas",
    "belopp_saknas_lag",
]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing the reader must know: of `months` (1–12; none = the whole year), `kommun` a position or −1 = all.

    `amount_ore` is the money it concerns, None when that is not known, `days` the dygn, `text` the series that lacks an
    amount or the day of the extraction.
    """

    kind: NoticeKind
    months: tuple[int, ...] = ()
    kommun: int = -1
    amount_ore: int | None = 0
    days: int = 0
    text: str = ""


def coverage_notices(
    cases: pd.DataFrame,
    rows: Positions,
    year: int,
    as_of: date,
    cells: YearCells,
    outcome: YearOutcome,
    statute: YearOutcome,
    issued: IssuedYear | None,
    waived_ore: int,
) -> tuple[Notice, ...]:
    """Everything the year's figures rest on that is not there."""
    found: list[Notice] = []
    found += [Notice("belopp_saknas", days=m.days, text=f"{m.serie} {m.year}") for m in outcome.missing]
    found += [Notice("belopp_saknas_lag", days=m.days, text=f"{m.serie} {m.year}") for m in statute.missing]
    if as_of < date(year, 12, 31):
        found.append(Notice("uttaget_fore_arsslut", text=as_of.isoformat()))
    if waived_ore:
        found.append(Notice("medgivna_bestridanden", amount_ore=waived_ore))
    found += _months_without_notices(cases, rows, year)
    return tuple(found + _ledger_notices(cells, issued))


def _ledger_notices(cells: YearCells, issued: IssuedYear | None) -> list[Notice]:
    if issued is None:
        return [Notice("ingen_liggare")]
    found = []
    whole = np.logical_and.reduce(cells.known, axis=0)
    for known in (False, True):
        waiting = np.flatnonzero(~issued.months & (whole == known))
        if len(waiting):
            amount_ore = int(cells.outcome_ore[:, waiting].sum()) if known else None
            found.append(Notice("manader_ej_utfardade", tuple(int(m) + 1 for m in waiting), amount_ore=amount_ore))
    owes = ((cells.outcome_ore != 0) | ~cells.known) & ~issued.has_invoice() & ~cells.free & issued.months
    for month, kommun in zip(*np.nonzero(owes.T), strict=True):
        amount_ore = int(cells.outcome_ore[kommun, month]) if cells.known[kommun, month] else None
        found.append(Notice("halvt_utfardad", (int(month) + 1,), int(kommun), amount_ore))
    return found


def _months_without_notices(cases: pd.DataFrame, rows: Positions, year: int) -> list[Notice]:
    month = cases["utskrivningsklar"].to_numpy()[rows].astype("datetime64[M]").astype(np.int64) - (year - 1970) * MONTHS
    counts = np.bincount(month[(month >= 0) & (month < MONTHS)], minlength=MONTHS)
    empty = tuple(m + 1 for m in range(MONTHS) if counts[m] == 0)
    found = [Notice("manader_utan_underrattelser", empty)] if empty else []
    if not (month < 0).any():
        found.append(Notice("inget_fore_aret"))
    return found
