"""The model individuell: from which day each case is liable under one rule.

Under lag (2017:612) the days are counted from the notice (5 kap. 4 §), under lag (1990:1404) from the
kallelse that the kommun received (11 §). The intermediate days stay in the answer: they are what an
explanation prints.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

import numpy as np

from betalningsansvar.billing import reasons
from betalningsansvar.billing.conditions import Blocked, put_inskrivningsmeddelande, put_obstacle, put_sip_kallelse
from betalningsansvar.billing.days import ABSENT, CaseDays, Codes, Days, Flags
from betalningsansvar.billing.vardagar import nth_vardag
from betalningsansvar.tariffs.records import Individuell


@dataclass(frozen=True, slots=True)
class Entry:
    """When liability enters, one element per case; days as day numbers.

    `counted_from` is the day the count starts, `late` whether the hour cost one more day, `counted` the
    day the count gives, `earliest` the day before which lag (1990:1404) 11 § never lets it enter (ABSENT
    where that does not apply), `first_day` the later of the two, `liable_from` the day after an obstacle
    in regional open care is reckoned with. `blocked` is a code of `billing.reasons`; a blocked case keeps
    the `liable_from` it would have had, had the condition been met.
    """

    counted_from: Days
    late: Flags
    counted: Days
    earliest: Days
    first_day: Days
    liable_from: Days
    blocked: Codes


def entry(cases: CaseDays, rule: Individuell) -> Entry:
    """When each case becomes liable under an `individuell` rule, and what blocks it."""
    from_kallelse = rule.raknas_fran == "kallelse"
    counted_from = cases.kallelse if from_kallelse else cases.notice
    late = _late(cases.kallelse_second if from_kallelse else cases.notice_second, rule)
    counted = _count(counted_from, late, rule)

    earliest = _earliest(cases, rule)
    first_day = np.maximum(counted, earliest)
    liable_from = first_day
    # In reverse order of telling: the condition put last is the reason given.
    blocked = Blocked(len(cases))
    if "oppenvard" in rule.villkor:
        liable_from = put_obstacle(blocked, cases, first_day)
    if "sip_kallelse" in rule.villkor:
        put_sip_kallelse(blocked, cases)
    if "vardplan" in rule.villkor:
        blocked.put((cases.vardplan == ABSENT) & cases.medverkade, reasons.VARDPLAN_SAKNAS)
    if from_kallelse:
        blocked.put(cases.kallelse == ABSENT, reasons.KALLELSE_SAKNAS)
    if "inskrivningsmeddelande" in rule.villkor:
        put_inskrivningsmeddelande(blocked, cases, rule)
    return Entry(counted_from, late, counted, earliest, first_day, liable_from, blocked.codes)


def _late(second: Days, rule: Individuell) -> Flags:
    """Whether the message came so late in the day that one more day is counted (5 kap. 4 §)."""
    if rule.klockslag is None:
        return np.zeros(len(second), np.bool_)
    limit = _second_of_day(rule.klockslag)
    return second > limit if rule.klockslag_grans == "efter" else second >= limit


def _second_of_day(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60 + clock.second


def _count(counted_from: Days, late: Flags, rule: Individuell) -> Days:
    if rule.dagtyp == "vardag":
        counted = nth_vardag(counted_from, rule.dagar)
        if late.any():
            counted = np.where(late, nth_vardag(counted_from, rule.dagar + 1), counted)
    else:
        # ABSENT plus some days is still before every real day.
        counted = counted_from + np.int32(rule.dagar) + late
    if rule.intrader == "dagen_efter":
        counted = np.where(counted_from == ABSENT, ABSENT, counted + 1)
    return counted.astype(np.int32, copy=False)


def _earliest(cases: CaseDays, rule: Individuell) -> Days:
    """The day after the patient is utskrivningsklar and, where required, the vårdplan justerad (11 §)."""
    if rule.raknas_fran != "kallelse" and "vardplan" not in rule.villkor:
        return np.full(len(cases), ABSENT, np.int32)
    ready = cases.notice
    if "vardplan" in rule.villkor:
        # 11 a §: a kommun that does not take part is liable although no vårdplan is justerad.
        ready = np.where(cases.medverkade, np.maximum(ready, cases.vardplan), ready)
    return (ready + 1).astype(np.int32)
