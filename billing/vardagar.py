"""Vardagar: the days that count under lag (1990:1404) 11 §.

Not counted: Saturdays, Sundays and allmänna helgdagar (lag 1989:253), midsommarafton, julafton and
nyårsafton. Trettondagsafton, skärtorsdag, valborg and klämdagar do count.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from betalningsansvar.billing.days import ABSENT, Days

_MONDAY_TO_FRIDAY = "1111100"


def not_counted(first_year: int, last_year: int) -> NDArray[np.datetime64]:
    """The days Monday–Friday that are not vardagar, sorted, as datetime64[D]; years inclusive."""
    import holidays  # costs start-up time, and only the 1990 law and vardag agreements count weekdays

    # `de_facto` is midsommarafton, julafton and nyårsafton. Sundays are left out by the weekmask.
    calendar = holidays.country_holidays(
        "SE",
        years=range(first_year, last_year + 1),
        categories=("public", "de_facto"),
        observed=False,
        language="sv",
    )
    days = np.array(sorted(d.isoformat() for d in calendar), dtype="datetime64[D]")
    return days[np.is_busday(days, weekmask=_MONDAY_TO_FRIDAY)]


@lru_cache(maxsize=64)
def _table(first_year: int, last_year: int, n: int) -> tuple[int, Days]:
    """The first day number of `first_year`, and for each day on the n:th vardag after it."""
    first, stop = np.datetime64(f"{first_year}-01-01"), np.datetime64(f"{last_year + 1}-01-01")
    # The count may run past the year of the last day.
    busdays = np.busdaycalendar(_MONDAY_TO_FRIDAY, not_counted(first_year, last_year + 2 + n // 200))
    days = np.arange(first, stop)
    # Rolling back first makes a count that begins on a weekend begin on the vardag before it.
    nth = np.busday_offset(days, n, roll="backward", busdaycal=busdays)
    return int(first.astype(np.int64)), nth.astype(np.int64).astype(np.int32)


def nth_vardag(days: Days, n: int) -> Days:
    """The n:th vardag after each day number; ABSENT stays ABSENT. `n` ≥ 0 (0 = the day itself)."""
    known = days != ABSENT
    if n == 0 or not known.any():
        return days.copy()
    years = days[known].astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    first, nth = _table(int(years.min()), int(years.max()), n)
    return np.where(known, nth[np.where(known, days - first, 0)], ABSENT).astype(np.int32)
