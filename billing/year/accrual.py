"""Periodisering: what the year has earned that was not invoiced by its end, and how January takes it back.

The estimate is what was known on 31 December; the actual is the same days with today's data, when the data
reaches beyond that day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from betalningsansvar.billing.days import FAR, CaseDays, Positions
from betalningsansvar.billing.known import cases_as_of, computable
from betalningsansvar.billing.period import Month
from betalningsansvar.billing.year.outcome import MONTHS, YearOutcome, year_outcome
from betalningsansvar.tariffs.belopp import Tariffs
from betalningsansvar.tariffs.records import Agreement

KINDS = ("schablon", "rattelse", "fryst", "oppen", "kvar")
"""schablon: outcome less what was invoiced as schablon · rattelse: what issued months lack by data known at the year's
end · fryst: months not issued whose objection day has passed · oppen: months still open · kvar: days of months not
issued of patients who were still in."""

SCHABLON, RATTELSE, FRYST, OPPEN, KVAR = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Accrual:
    """The accrual at the end of `year`, by the day's own rate.

    `rows` has a row per kommun and kind that is not zero: `kommun` int16 (position), `slag` (one of KINDS),
    `dygn_micro`, `estimate_ore`, `actual_dygn_micro`, `actual_ore` int64. `lines` are the estimate's charged runs that
    are not invoiced (as `YearOutcome.lines`, with `slag`). `actual_known` is false while the data ends with the year.
    """

    year: int
    rows: pd.DataFrame
    lines: pd.DataFrame
    actual_known: bool

    @property
    def estimate_ore(self) -> int:
        return int(self.rows["estimate_ore"].sum())

    def bookings(self) -> pd.DataFrame:
        """The voucher of 31 December and its reversal on 1 January, balanced per kommun.

        Columns: `day` date, `kommun` int16, `konto` (`upplupen_intakt` or `intakt`), `debet_ore`, `kredit_ore` int64.
        A negative accrual (too much invoiced) stands on the opposite sides.
        """
        per_kommun = self.rows.groupby("kommun", sort=True)["estimate_ore"].sum()
        per_kommun = per_kommun[per_kommun != 0]
        amounts = per_kommun.to_numpy(np.int64)
        kommun = per_kommun.index.to_numpy(np.int16)
        parts = []
        for day, sign in ((date(self.year, 12, 31), 1), (date(self.year + 1, 1, 1), -1)):
            for konto, side in (("upplupen_intakt", sign), ("intakt", -sign)):
                parts.append(_voucher_side(day, konto, kommun, side * amounts))
        return pd.concat(parts, ignore_index=True)


def _voucher_side(day: date, konto: str, kommun: NDArray[np.int16], signed_ore: NDArray[np.int64]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "day": [day] * len(kommun),
            "kommun": kommun,
            "konto": [konto] * len(kommun),
            "debet_ore": np.maximum(signed_ore, 0),
            "kredit_ore": np.maximum(-signed_ore, 0),
        }
    )


def accrue(
    cases: pd.DataFrame,
    rows: Positions,
    outcome: YearOutcome,
    tariffs: Tariffs,
    year: int,
    as_of: date,
    *,
    frozen: NDArray[np.bool_],
    invoiced_ore: NDArray[np.int64],
    invoiced: NDArray[np.bool_],
    schablon: NDArray[np.bool_],
    left_out: NDArray[np.bool_],
    without_waived: Callable[[YearOutcome], YearOutcome],
) -> Accrual:
    """Split what is not invoiced at the end of `year` by kommun and kind.

    `outcome` is the year with today's data; `frozen` tells the months whose objection day has passed.
    `invoiced_ore`, `invoiced` (a month has been issued), `schablon` (it was charged as schablon) and `left_out` (it
    counts as invoiced exactly as computed) are per kommun position and month, as they stood on 31 December. Where a
    schablon's outcome has no rate, its difference is left out; the caller names the gap. `without_waived` takes away
    the lines of granted disputes.
    """
    last_day = date(year, 12, 31)
    known = cases_as_of(cases, last_day)
    sent = np.intersect1d(rows, computable(known), assume_unique=True)
    estimate = year_outcome(known, sent, outcome.book, tariffs, year, min(as_of, last_day))
    still_in = _still_in(known, sent, len(cases))
    if not (outcome.lines["priced"].all() and estimate.lines["priced"].all()):
        left_out = left_out | schablon
    outcome, estimate = without_waived(outcome), without_waived(estimate)
    invoiced_ore = np.where(left_out, 0, invoiced_ore)

    def split(lines: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        lines = lines[~left_out[_at(lines)]]
        where = _at(lines)
        case = lines["case"].to_numpy()
        kind = np.where(frozen[where[1]], FRYST, OPPEN)
        kind = np.where((case >= 0) & still_in[case], KVAR, kind)
        kind = np.where(invoiced[where], np.where(schablon[where], SCHABLON, RATTELSE), kind)
        waiting = ~invoiced[where]
        left = lines[waiting].assign(slag=np.array(KINDS)[kind[waiting]])
        return _per_kind(lines, kind, invoiced_ore, schablon), left

    estimated, left = split(estimate.lines)
    actual_known = as_of > last_day
    actual = split(outcome.lines)[0] if actual_known else estimated * 0
    every = estimated.index.union(actual.index)
    both = estimated.reindex(every, fill_value=0).rename(columns={"amount_ore": "estimate_ore"})
    later = actual.reindex(every, fill_value=0)
    both = both.assign(actual_dygn_micro=later["dygn_micro"], actual_ore=later["amount_ore"]).reset_index()
    both = both[(both[["estimate_ore", "actual_ore"]] != 0).any(axis=1)]
    both["slag"] = np.array(KINDS)[both.pop("kind").to_numpy()]
    return Accrual(year, both.reset_index(drop=True), left.reset_index(drop=True), actual_known)


def frozen_months(agreement: Agreement, year: int, day: date) -> NDArray[np.bool_]:
    """Per month of `year`: whether the kommun's time to object had passed on `day`.

    An agreement without an objection day freezes a month when it is over.
    """
    wait = timedelta(days=0 if agreement.invandning_dag is None else agreement.invandning_dag)
    return np.array([Month(year, m).last_day + wait < day for m in range(1, MONTHS + 1)])


def _per_kind(
    lines: pd.DataFrame, kind: NDArray[np.int64], invoiced_ore: NDArray[np.int64], schablon: NDArray[np.bool_]
) -> pd.DataFrame:
    """Days and öre per (kommun, kind): the outcome, less what was invoiced in the issued months.

    Days are those not invoiced; a difference in öre has none.
    """
    days = np.where(np.isin(kind, (SCHABLON, RATTELSE)), 0, lines["dygn_micro"].to_numpy())
    found = lines.assign(kind=kind, dygn_micro=days).groupby(["kommun", "kind"])[["dygn_micro", "amount_ore"]].sum()
    less = []
    for name, chosen in ((SCHABLON, schablon), (RATTELSE, ~schablon)):
        total = np.where(chosen, invoiced_ore, 0).sum(axis=1)
        kommun = np.flatnonzero(total)
        index = pd.MultiIndex.from_arrays(
            [kommun.astype(np.int16), np.full(len(kommun), name)], names=["kommun", "kind"]
        )
        less.append(pd.DataFrame({"dygn_micro": np.zeros(len(kommun), np.int64), "amount_ore": -total[kommun]}, index))
    return pd.concat([found, *less]).groupby(level=["kommun", "kind"]).sum()


def _at(lines: pd.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    return lines["kommun"].to_numpy().astype(np.int64), lines["month"].to_numpy().astype(np.int64) - 1


def _still_in(cases: pd.DataFrame, rows: Positions, size: int) -> NDArray[np.bool_]:
    """Per row of the case frame: the patient waited still when the year ended."""
    days = CaseDays.of(cases.iloc[rows])
    found = np.zeros(size, np.bool_)
    found[rows] = np.minimum(days.utskriven, days.aterkallad) == FAR
    return found
