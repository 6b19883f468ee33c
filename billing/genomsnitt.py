"""The model genomsnitt: a kommun pays when its mean number of days in a calendar month passes a threshold.

Counted are the cases discharged in the month whose conditions are met. A long case can leave the mean
(`individuell_efter`) and is then charged day by day. All arithmetic is whole numbers: the mean as an
exact fraction, rounded half up to the agreement's decimals, days in millionths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing import reasons
from betalningsansvar.billing.conditions import Blocked, put_inskrivningsmeddelande, put_sip_kallelse
from betalningsansvar.billing.days import ABSENT, FAR, CaseDays, Codes, Days, Flags, day_number
from betalningsansvar.tariffs.records import Rule

MICRO = 1_000_000
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stay:
    """One element per case under a `genomsnitt` rule.

    `days` run from the notice, or the first day of the rule (or of the mean it continues) if that is later,
    to `out`. `discharged` tells a
    known discharge that no withdrawal came before. `liable_from` is the first day charged on its own
    (FAR when the case never leaves the mean). `blocked` is a code of `billing.reasons`.
    """

    start: Days
    out: Days
    days: Days
    discharged: Flags
    leaves_mean: Flags
    liable_from: Days
    blocked: Codes


def stays(cases: CaseDays, rule: Rule, as_of: int) -> Stay:
    """Days, conditions and the individual exit of each case under the rule, as known on `as_of`."""
    start = np.maximum(cases.notice, np.int32(day_number(rule.dagar_fran or rule.fran)))
    out = cases.out(as_of)
    days = out - start
    discharged = (cases.utskriven <= as_of) & (cases.aterkallad > cases.utskriven)

    # In reverse order of telling: the condition put last is the reason given.
    blocked = Blocked(len(cases))
    if "oppenvard" in rule.villkor:
        last = np.where(discharged, out, out - 1)
        overlaps = (cases.hinder_fran != ABSENT) & (cases.hinder_fran <= last) & (cases.hinder_till >= cases.notice)
        blocked.put(overlaps, reasons.OPPENVARD_HINDER)
    if "sip_kallelse" in rule.villkor:
        put_sip_kallelse(blocked, cases)
    if "inskrivningsmeddelande" in rule.villkor:
        put_inskrivningsmeddelande(blocked, cases)

    if rule.individuell_efter is None:
        leaves_mean = np.zeros(len(cases), np.bool_)
        liable_from = np.full(len(cases), FAR, np.int32)
    else:
        leaves_mean = days > rule.individuell_efter
        liable_from = np.where(leaves_mean, start + rule.individuell_efter, FAR).astype(np.int32)
    return Stay(start, out, days, discharged, leaves_mean, liable_from, blocked.codes)


def in_month(stay: Stay, rule: Rule, start: int, stop: int) -> Flags:
    """Whether a case belongs to the mean of [start, stop), were its conditions met."""
    first = max(start, day_number(rule.fran))
    last = stop - 1 if rule.tom is None else min(stop - 1, day_number(rule.tom))
    return stay.discharged & ~stay.leaves_mean & (stay.out >= first) & (stay.out <= last)


def count(kommun: NDArray[np.int16], days: Days, kommuner: int) -> tuple[Counts, Counts]:
    """Number of cases and their days per kommun position."""
    antal, total = np.zeros(kommuner, np.int64), np.zeros(kommuner, np.int64)
    np.add.at(antal, kommun, 1)
    np.add.at(total, kommun, days.astype(np.int64))
    return antal, total


@dataclass(frozen=True, slots=True)
class Mean:
    """Per kommun position: the mean and the days above the threshold, in millionths of a dygn."""

    antal: Counts
    days: Counts
    mean_micro: Counts
    dygn_micro: Counts

    @property
    def exceeds(self) -> Flags:
        return self.dygn_micro > 0


def mean(antal: Counts, days: Counts, rule: Rule) -> Mean:
    """dygn = max(0, mean − troskel) × n. Without `decimaler` the mean is exact, shown to six decimals."""
    assert rule.troskel is not None
    troskel_micro = int(rule.troskel * MICRO)
    n = np.maximum(antal, 1)
    if rule.decimaler is None:
        mean_micro = (2 * days * MICRO + n) // (2 * n)
        dygn_micro = days * MICRO - troskel_micro * antal
    else:
        scale = 10**rule.decimaler
        mean_micro = (2 * days * scale + n) // (2 * n) * (MICRO // scale)
        dygn_micro = (mean_micro - troskel_micro) * antal
    return Mean(antal, days, mean_micro, np.maximum(dygn_micro, 0))


def amount_ore(dygn_micro: Counts, rate_ore: int) -> Counts:
    """dygn × rate, rounded half up to öre."""
    return (dygn_micro * rate_ore + MICRO // 2) // MICRO
