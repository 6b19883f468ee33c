"""Swedish local time of moments told in UTC: the one thing a time with a zone can mean here.

Made of the rule itself, so that no machine's own time zone files decide. Summer time lasts from 01.00 UTC on the last
Sunday of March to 01.00 UTC on the last Sunday of October, before 1996 of September.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from betalningsansvar.data.timetext import FIRST_YEAR, LAST_YEAR

_HOUR = 3600
_ENDS_IN_OCTOBER_FROM = 1996
_MARCH, _SEPTEMBER, _OCTOBER = 3, 9, 10


def swedish(utc: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
    """`utc` (datetime64[s]) as Swedish clocks showed it, without zone. NaT stays."""
    summer = np.searchsorted(_changes(), utc, side="right") % 2 == 1
    return np.asarray(utc + np.where(summer, 2 * _HOUR, _HOUR).astype("timedelta64[s]"))


@cache
def _changes() -> npt.NDArray[np.datetime64]:
    """The moments, in UTC, at which the clocks go forward and back, by turns."""
    found = [
        _last_sunday(year, month) + np.timedelta64(_HOUR, "s")
        for year in range(FIRST_YEAR - 1, LAST_YEAR + 2)
        for month in (_MARCH, _OCTOBER if year >= _ENDS_IN_OCTOBER_FROM else _SEPTEMBER)
    ]
    return np.array(found, "datetime64[s]")


def _last_sunday(year: int, month: int) -> np.datetime64:
    last = np.datetime64(f"{year}-{month:02d}", "M") + 1
    day = last.astype("datetime64[D]") - 1
    since_sunday = (int(day.astype(np.int64)) + 4) % 7  # 1 January 1970 was a Thursday
    return np.datetime64(day - since_sunday, "s")
