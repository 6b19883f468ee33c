"""The model genomsnitt: a kommun pays when its mean number of days in a calendar month passes a threshold.

Counted are the cases discharged in the month whose conditions are met. A long case can leave the mean
(`individuell_efter`) and is then charged day by day, an individual liability like any other. All arithmetic is whole
numbers: the mean as an exact fraction, rounded half up to the agreement's decimals, days in millionths.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing import reasons
from betalningsansvar.billing.conditions import Blocked, put_inskrivningsmeddelande, put_obstacle, put_sip_kallelse
from betalningsansvar.billing.days import ABSENT, FAR, CaseDays, Codes, Days, Flags, day_number
from betalningsansvar.data.units import MICRO_PER_DYGN
from betalningsansvar.tariffs.records import Genomsnitt

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stay:
    """One element per case under a `genomsnitt` rule.

    `days` run from `start`, the notice or the first day of the rule (or of the mean it continues) if that is later,
    to `out`. `discharged` tells a known discharge that no withdrawal came before. `left_out` is a code of
    `billing.reasons` for what keeps the case out of the mean. A case that `leaves_mean` is individually liable: from
    `exit_day` by the count, from `liable_from` (FAR when it never leaves) after an obstacle, unless `blocked`, another
    code of `billing.reasons`.
    """

    start: Days
    out: Days
    days: Days
    discharged: Flags
    left_out: Codes
    leaves_mean: Flags
    exit_day: Days
    liable_from: Days
    blocked: Codes


def stays(cases: CaseDays, rule: Genomsnitt, as_of: int) -> Stay:
    """Days, conditions and the individual exit of each case under the rule, as known on `as_of`."""
    start = np.maximum(cases.notice, np.int32(day_number(rule.counts_from)))
    out = cases.out(as_of)
    days = out - start
    discharged = (cases.utskriven <= as_of) & (cases.aterkallad > cases.utskriven) & ~cases.void(as_of, rule)

    # Any day on which the patient waited; an obstacle that is over on the day of the notice overlaps none.
    last = np.where(discharged, out, out - 1)
    overlapped = (cases.hinder_fran != ABSENT) & (cases.hinder_fran <= last) & (cases.hinder_till > cases.notice)
    left_out = Blocked(len(cases))
    match rule.vilka_raknas:
        case "villkoren":
            if "oppenvard" in rule.villkor:
                left_out.put(overlapped, reasons.OPPENVARD_HINDER)
            _put_messages(left_out, cases, rule)
        case "meddelade":
            left_out.put(cases.inskrivningsmeddelande == ABSENT, reasons.INSKRIVNINGSMEDDELANDE_SAKNAS)

    blocked = Blocked(len(cases))
    if rule.individuell_efter is None:
        exit_day = liable_from = np.full(len(cases), FAR, np.int32)
        leaves_mean = np.zeros(len(cases), np.bool_)
    else:
        # Liability of its own is counted as any other, from the notice; the rule charges it in its own days.
        counted_from = cases.notice if rule.uttrade_fran == "underrattelse" else start
        exit_day = liable_from = counted_from + np.int32(rule.individuell_efter)
        leaves_mean = exit_day < out
        if "oppenvard" in rule.villkor:
            if rule.uttrade_hinder == "alltid":
                blocked.put(overlapped, reasons.OPPENVARD_HINDER)
            else:
                liable_from = put_obstacle(blocked, cases, exit_day)
        _put_messages(blocked, cases, rule)
        liable_from = np.where(leaves_mean, liable_from, np.int32(FAR))
    return Stay(start, out, days, discharged, left_out.codes, leaves_mean, exit_day, liable_from, blocked.codes)


def _put_messages(blocked: Blocked, cases: CaseDays, rule: Genomsnitt) -> None:
    """In reverse order of telling: the condition put last is the reason given."""
    if "sip_kallelse" in rule.villkor:
        put_sip_kallelse(blocked, cases)
    if "inskrivningsmeddelande" in rule.villkor:
        put_inskrivningsmeddelande(blocked, cases, rule)


def in_month(stay: Stay, rule: Genomsnitt, start: int, stop: int) -> Flags:
    """Whether a case belongs to the mean of [start, stop), were its conditions met (`left_out` says if not)."""
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


def mean(antal: Counts, days: Counts, rule: Genomsnitt) -> Mean:
    """dygn = max(0, mean − troskel) × n. Without `decimaler` the mean is exact, shown to six decimals."""
    troskel_micro = int(rule.troskel * MICRO_PER_DYGN)
    n = np.maximum(antal, 1)
    if rule.decimaler is None:
        mean_micro = (2 * days * MICRO_PER_DYGN + n) // (2 * n)
        dygn_micro = days * MICRO_PER_DYGN - troskel_micro * antal
    else:
        scale = 10**rule.decimaler
        mean_micro = (2 * days * scale + n) // (2 * n) * (MICRO_PER_DYGN // scale)
        dygn_micro = (mean_micro - troskel_micro) * antal
    return Mean(antal, days, mean_micro, np.maximum(dygn_micro, 0))


def amount_ore(dygn_micro: Counts, rate_ore: int) -> Counts:
    """dygn × rate, rounded half up to öre."""
    return (dygn_micro * rate_ore + MICRO_PER_DYGN // 2) // MICRO_PER_DYGN
