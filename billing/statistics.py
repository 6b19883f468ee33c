"""Days from utskrivningsklar to discharge, per kommun and month, in two shapes that are often confused.

The national statistics (SKR) count stays of at least one day that ended in the month. The mean models
count every discharge of the month, the same-day ones too, if its conditions are met, and leave out the
cases that are charged one by one. Both are given, so that nobody compares one with the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import assert_never

import numpy as np
import pandas as pd

from betalningsansvar.billing import genomsnitt, individuell
from betalningsansvar.billing.agreements import rule_book
from betalningsansvar.billing.days import CaseDays, Flags, day_number
from betalningsansvar.billing.known import computable
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.readmissions import back_within_30_days
from betalningsansvar.data.columns import VARDFORMER
from betalningsansvar.data.kommuner import kommuner
from betalningsansvar.tariffs.records import Agreement, Genomsnitt, Individuell, Schablon, Utanfor

NATIONELL, AVTAL = "nationell", "avtal"
PSYKIATRI = "psykiatri"
FEW = 10
"""Below so many cases a mean says little: a single long stay moves it by days (Vårdanalys 2018, 2020)."""
DIFFERENCE = (
    "Den nationella statistiken räknar bara vårdtider på minst ett dygn; avtalets mått räknar även utskrivning "
    "samma dag, bara ärenden vars villkor är uppfyllda, och inte dem som debiteras dag för dag."
)


def monthly_statistics(cases: pd.DataFrame, agreement: Agreement, months: Sequence[Month], as_of: date) -> pd.DataFrame:
    """One row per shape, month and kommun with a discharge in it.

    Columns: matt (`nationell` or `avtal`), manad (`2018-11`), kommun, kommunnamn; int64 antal, dagar,
    medel_hundredths (the mean in hundredths of a day, half up), median_halves (half days), samma_dag,
    over_3, over_7 (numbers of cases) and individuella (cases that left the mean; 0 in the national shape);
    antal and dagar of somatik (with akut and geriatrik) and of psykiatri apart; aterinskrivna (cases whose patient was
    back within 30 days, as far as the data tells).
    """
    until = day_number(as_of)
    known = cases.iloc[computable(cases)]
    known = known[CaseDays.of(known).makulerad > until].reset_index(drop=True)
    days = CaseDays.of(known)
    discharged = (days.utskriven <= until) & (days.aterkallad > days.utskriven)
    waited = np.where(discharged, days.utskriven - days.notice, 0)
    back = back_within_30_days(known, until)
    frames = []
    for month in months:
        start, stop = day_number(month.start), day_number(month.stop)
        ended = discharged & (days.utskriven >= start) & (days.utskriven < stop)
        counted, alone, length = _by_agreement(days, agreement, ended, waited, until, (start, stop))
        nobody = np.zeros(len(known), np.bool_)
        frames.append(_rows(NATIONELL, month, known, ended & (waited >= 1), nobody, waited, back))
        frames.append(_rows(AVTAL, month, known, counted, alone, length, back))
    return pd.concat(frames, ignore_index=True)


def _by_agreement(
    days: CaseDays, agreement: Agreement, ended: Flags, waited: np.ndarray, until: int, month: tuple[int, int]
) -> tuple[Flags, Flags, np.ndarray]:
    """Cases that count in the month under the agreement, those that left its mean, and the days of each."""
    book = rule_book(agreement)
    cell = days.kommun * np.int16(len(VARDFORMER)) + days.vardform
    counted, alone, length = np.zeros(len(days), np.bool_), np.zeros(len(days), np.bool_), waited.copy()
    for number, rule in enumerate(book.rules):
        last = rule.tom or date.max
        in_force = (days.utskriven >= day_number(rule.fran)) & (days.utskriven <= day_number(last))
        mine = book.covers[number].ravel()[cell] & ended & in_force
        if not mine.any():
            continue
        match rule:
            case Genomsnitt():
                stay = genomsnitt.stays(days, rule, until)
                counted |= mine & (stay.left_out == 0) & genomsnitt.in_month(stay, rule, *month)
                alone |= mine & (stay.blocked == 0) & stay.leaves_mean & stay.discharged
                length = np.where(mine, stay.days, length)
            case Individuell():
                counted |= mine & (individuell.entry(days, rule).blocked == 0) & ~days.void(until, rule)
            case Schablon():
                counted |= mine
            case Utanfor():
                pass
            case _:
                assert_never(rule)
    return counted, alone, length


def _rows(
    shape: str, month: Month, cases: pd.DataFrame, counted: Flags, alone: Flags, length: np.ndarray, back: Flags
) -> pd.DataFrame:
    picked = pd.DataFrame({"kommun": cases["kommun"].astype("str"), "dagar": length.astype(np.int64), "alone": alone})
    own = picked[counted].groupby("kommun", sort=True)["dagar"]
    antal = own.count().astype(np.int64)
    left = picked[alone].groupby("kommun").size()
    kommun = antal.index.union(left.index)
    antal = antal.reindex(kommun, fill_value=0)
    dagar = own.sum().reindex(kommun, fill_value=0)
    n = np.maximum(antal.to_numpy(), 1)

    def cases_of(chosen: Flags) -> np.ndarray:
        return picked[chosen].groupby("kommun").size().reindex(kommun, fill_value=0).to_numpy(np.int64)

    def days_of(chosen: Flags) -> np.ndarray:
        return picked[chosen].groupby("kommun")["dagar"].sum().reindex(kommun, fill_value=0).to_numpy(np.int64)

    psykiatri = counted & (cases["vardform"] == PSYKIATRI).to_numpy()
    somatik = counted & ~psykiatri
    names = {code: k.name for code, k in kommuner().items()}
    return pd.DataFrame(
        {
            "matt": shape,
            "manad": str(month),
            "kommun": np.array(kommun, dtype=object),
            "kommunnamn": [names[code] for code in kommun],
            "antal": antal.to_numpy(np.int64),
            "dagar": dagar.to_numpy(np.int64),
            "medel_hundredths": (2 * 100 * dagar.to_numpy(np.int64) + n) // (2 * n),
            "median_halves": (own.median() * 2).reindex(kommun, fill_value=0).to_numpy().astype(np.int64),
            "samma_dag": cases_of(counted & (length == 0)),
            "over_3": cases_of(counted & (length > 3)),
            "over_7": cases_of(counted & (length > 7)),
            "individuella": left.reindex(kommun, fill_value=0).to_numpy(np.int64),
            "antal_somatik": cases_of(somatik),
            "dagar_somatik": days_of(somatik),
            "antal_psykiatri": cases_of(psykiatri),
            "dagar_psykiatri": days_of(psykiatri),
            "aterinskrivna": cases_of(counted & back),
        }
    )
